"""Cheapest levelling against all ways of tiny problems, and the ceilings' own arithmetic."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from districting.model.levelling import LevellingProblem, variation
from districting.plan.record import Status
from districting.solve.levelling import solve_levelling
from districting.solve.stop import Stop


def problem(stock, load, full, need=None, ceiling=None, group=None, **more):
    stock = np.array(stock, dtype=float)
    n, k = stock.shape
    full = np.array(full, dtype=float)
    values = {
        "part": 0.85 * full,
        "ceiling": np.full(k, np.inf) if ceiling is None else np.array(ceiling, dtype=float),
        "price": np.full(k, 10.0),
        "step": np.ones(k),
        "near": np.full(k, np.inf),
        "far": np.full(k, np.inf),
        "visit": np.full((n, k), np.inf),
        "visits": np.zeros((n, k)),
    }
    values |= {key: np.array(v, dtype=float) for key, v in more.items()}
    return LevellingProblem(
        stock=stock,
        load=np.array(load, dtype=float),
        group=np.zeros(n, np.int64) if group is None else np.array(group, np.int64),
        full=full,
        need=k if need is None else need,
        **values,
    )


def brute(p, most):
    """Return the least cost over all purchases up to `most` and all moves of one resource."""
    n, top, whole = len(p.load), int(p.stock.max()), int(p.stock.sum())
    shifts = [s for s in itertools.product(range(-top, whole + 1), repeat=n) if sum(s) == 0]
    if not np.isfinite(p.far[0]):
        shifts = [(0,) * n]
    bought = np.array(list(itertools.product(range(most + 1), repeat=n)), dtype=float)
    best, share = np.inf, p.load / p.load.sum()
    for shift in np.array(shifts):
        if (p.stock[:, 0] + shift < 0).any():
            continue
        amount = p.stock[:, 0] + shift + bought
        mean = amount.sum(axis=1) / p.load.sum()
        apart = np.sqrt((share * (amount / p.load - mean[:, None]) ** 2).sum(axis=1))
        fine = (amount >= p.full[:, 0] - 1e-9).all(axis=1)
        fine &= apart <= p.ceiling[0] * mean + 1e-9
        if fine.any():
            moving = shift[shift > 0].sum()
            cost = bought[fine].sum(axis=1).min() * p.price[0]
            best = min(best, cost + (moving * p.far[0] if moving else 0.0))
    return best


def check(p, found):
    """Hold a solution against the problem with arithmetic of its own."""
    amount = p.stock + found.bought + found.visited
    for way in ("near", "far"):
        amount = amount + found.moved[f"{way}_in"] - found.moved[f"{way}_out"]
        assert found.moved[f"{way}_in"].sum() == found.moved[f"{way}_out"].sum()
    np.testing.assert_allclose(amount, found.amount)
    assert (amount >= p.part - 1e-9).all()
    assert ((amount >= p.full - 1e-9).sum(axis=1) >= p.need).all()
    for k, ceiling in enumerate(p.ceiling):
        assert variation(amount[:, k], p.load) <= ceiling + 1e-9
    assert found.bound <= found.cost + 1e-9


def test_the_cheapest_indicator_is_left_at_its_lower_threshold():
    """One of two may stay at 85: the second is dearer by far, so the first is met in full."""
    p = problem([[80, 80]], [10], [[100, 100]], need=1, price=[1, 7])
    found = solve_levelling(p, Stop(20))
    assert found.bought.tolist() == [[20, 5]]
    assert (found.cost, found.status) == (20 + 35, Status.OPTIMAL)


def test_moving_is_used_where_it_is_cheaper():
    p = problem([[9], [1]], [10, 10], [[4], [4]], near=[2], far=[5], group=[0, 1])
    found = solve_levelling(p, Stop(20))
    assert found.cost == 15
    assert found.moved["far_in"].tolist() == [[0], [3]]
    near = problem([[9], [1]], [10, 10], [[4], [4]], near=[2], far=[5], group=[0, 0])
    assert solve_levelling(near, Stop(20)).cost == 6


def test_visits_have_a_limit_in_each_group():
    p = problem(
        [[0], [0]], [10, 10], [[2], [2]], visit=[[1.0], [1.0]], visits=[[3.0]], group=[0, 0]
    )
    found = solve_levelling(p, Stop(20))
    assert found.cost == 3 + 10
    assert found.visited.sum() == 3


def test_a_ceiling_raises_the_lowest():
    """Thresholds are met, but 10 and 2 lie too far apart: the second must rise to 6 at least."""
    p = problem([[10], [2]], [10, 10], [[1], [1]], ceiling=[0.25])
    found = solve_levelling(p, Stop(20))
    assert found.bought.tolist() == [[0], [4]]
    assert found.status is Status.OPTIMAL
    assert found.bound == pytest.approx(40)


TINY = st.tuples(
    st.lists(st.integers(0, 4), min_size=3, max_size=3),
    st.lists(st.integers(1, 4), min_size=3, max_size=3),
    st.integers(1, 4),
    st.sampled_from([0.15, 0.3, 0.6]),
    st.sampled_from([np.inf, 3.0]),
)


@given(TINY)
@settings(max_examples=25, deadline=None)
def test_no_way_of_a_tiny_problem_is_cheaper(tiny):
    stock, load, least, ceiling, far = tiny
    full = np.array(load)[:, None] * least / 2
    p = problem(np.array(stock)[:, None], load, full, ceiling=[ceiling], far=[far])
    found = solve_levelling(p, Stop(20))
    check(p, found)
    cheapest = brute(p, most=16)  # four a load at most, for a load of four
    if np.isfinite(cheapest):
        assert found.status is Status.OPTIMAL
        assert found.cost == pytest.approx(cheapest)


@given(st.integers(0, 2**31 - 1))
@settings(max_examples=4, deadline=None)
def test_many_units_with_all_means_keep_every_limit(seed):
    rng = np.random.default_rng(seed)
    n, k = 8, 3
    load = rng.integers(50, 400, n).astype(float)
    full = load[:, None] * np.array([0.04, 0.01, 4.5])
    stock = np.round(full * rng.uniform(0.3, 1.6, (n, k)))
    p = problem(
        stock,
        load,
        full,
        need=2,
        ceiling=[0.3, 0.4, 0.3],
        group=rng.integers(0, 3, n),
        price=[30.0, 20.0, 2.5],
        near=[3.0, 3.0, np.inf],
        far=[9.0, 9.0, np.inf],
    )
    found = solve_levelling(p, Stop(20))
    check(p, found)
    assert found.status is Status.OPTIMAL


def test_stopped_at_once_there_is_still_a_way():
    p = problem([[10], [2]], [10, 10], [[4], [4]], ceiling=[0.25])
    found = solve_levelling(p, Stop(0.0))
    check(p, found)
    assert found.status is Status.FEASIBLE
    assert found.bound == 0
