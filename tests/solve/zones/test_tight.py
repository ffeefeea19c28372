"""Tight seats and large zones: annealed walks against brute force, and what they never break."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from brute_zones import enumerate_best
from hypothesis import given, settings
from hypothesis import strategies as st
from zone_check import check_zones
from zone_instances import SIZES, make_zones

from districting.model.zones import ZoneProblem
from districting.solve.stop import Stop
from districting.solve.zones import tight
from districting.solve.zones.exchange import anneal, make_field, make_walk, overload
from districting.solve.zones.net import make_net
from districting.solve.zones.solve import solve_zones
from districting.solve.zones.within_seats import within_seats


def grid(seed, wide, high, m, slack):
    """Return a grid of villages with hard seats `slack` times the children of a hidden plan."""
    rng = np.random.default_rng(seed)
    n = wide * high
    x, y = np.arange(n) % wide, np.arange(n) // wide
    hosts = np.sort(rng.choice(n, m, replace=False))
    edges = [(v, v + 1) for v in range(n) if x[v] < wide - 1]
    edges += [(v, v + wide) for v in range(n - wide)]
    metres = 100 * (abs(x[:, None] - x[hosts]) + abs(y[:, None] - y[hosts]))
    metres = metres + rng.integers(0, 60, metres.shape)
    children = rng.integers(5, 60, n)
    plan = np.argmin(metres, axis=1)
    plan[hosts] = np.arange(m)
    held = np.bincount(plan, children, m)
    return ZoneProblem(
        children=children,
        host=hosts,
        seats=(slack * rng.permutation(held)).astype(np.int64),
        arc_start=np.arange(n + 1) * m,
        arc_school=np.tile(np.arange(m), n),
        arc_metres=metres.ravel(),
        edges=np.array(edges),
        elastic=None,
    )


def spread(net):
    """Return a complete plan in one piece by breadth-first growth."""
    plan = np.full(net.n, -1)
    plan[net.host] = np.arange(net.m)
    queue = net.host.tolist()
    for v in queue:
        for u in net.near[net.near_start[v] : net.near_start[v + 1]].tolist():
            if plan[u] < 0:
                plan[u] = plan[v]
                queue.append(u)
    return plan


def walk_little(monkeypatch):
    """Make walks short, which is enough where problems are small."""
    short = (tight.Round(4, 2_000, 0.5, 0.04),)
    for kind in ("SMALL_ROUNDS", "LARGE_ROUNDS"):
        monkeypatch.setattr(tight, kind, short)


@pytest.mark.parametrize("large", [1, 100])
def test_tiny_tight_problems_agree_with_full_enumeration(monkeypatch, large):
    """The walks end at the optimum; over the seats only where no plan is within them."""
    monkeypatch.setattr(tight, "LARGE", large)
    walk_little(monkeypatch)
    met = 0
    with ThreadPoolExecutor(2) as pool:
        for seed in range(12):
            problem = grid(seed, 4, 2, 2 + seed % 2, 1.1)
            net = make_net(problem)
            best = enumerate_best(problem)
            typical = float(net.cost.mean() * net.n)
            start = spread(net)
            found = [start, *tight.search(problem, net, typical, start, Stop(60), seed, pool)][-1]
            objective, wrong = check_zones(problem, found)
            assert (best is None) == bool(wrong), seed
            if best is not None:
                met += 1
                assert objective == best, seed
    assert met > 5


def test_a_merger_is_the_best_plan_on_the_arcs_of_its_plans(monkeypatch):
    """Trying all plans on these arcs agrees, also where every plan merged exceeds the seats."""
    monkeypatch.setattr(tight, "MOST_ARCS", 8)
    better = within = 0
    for seed in range(40):
        problem = grid(seed, 5, 4, 3, 1.06)
        net = make_net(problem)
        field = make_field(net, 50.0)
        walk, met = make_walk(field, spread(net)), []
        anneal(field, walk, 3_000, 3_000.0, 1_000.0, seed)
        for number in range(4):
            anneal(field, walk, 25, 9_000.0, 8_000.0, 10 * seed + number)
            met.append(walk.plan.copy())
        met.sort(key=lambda plan: overload(field, plan))
        used = np.zeros((problem.n, problem.m), bool)
        for plan in met:
            more = used.copy()
            more[np.arange(problem.n), plan] = True
            if not used.any() or more.sum() <= problem.n + 8:
                used = more
        every = product(*(np.flatnonzero(row) for row in used))
        tried = [check_zones(problem, np.array(plan)) for plan in every]
        sound = [objective for objective, wrong in tried if not wrong]
        first = overload(field, met[0])
        found = overload(field, tight.merge(problem, field, met, Stop(60), seed))
        assert found == ((0, min(sound)) if sound else first), seed
        better += found < first
        within += found[0] < first[0]
    assert better > 5
    assert within > 1


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.integers(2, 6), st.floats(0.9, 1.3))
def test_a_walk_keeps_zones_in_one_piece_and_its_books_right(seed, m, slack):
    """Only seats may be exceeded; loads, overload and cost agree with a count from scratch."""
    problem = grid(seed, 7, 6, m, slack)
    net = make_net(problem)
    field = make_field(net, 50.0)
    walk = make_walk(field, spread(net))
    before = overload(field, walk.plan)
    anneal(field, walk, 5_000, 5_000.0, 50.0, seed)
    for plan in (walk.plan, walk.best):
        assert all("over by" in wrong for wrong in check_zones(problem, plan)[1])
    assert (walk.load == np.bincount(walk.plan, net.weight, net.m)).all()
    assert overload(field, walk.best) <= min(before, overload(field, walk.plan))


@pytest.mark.parametrize("slack", [1.05, 1.4])
def test_few_large_schools_with_hard_seats_are_walked(slack, monkeypatch):
    """The structure alone chooses the walks; plans are sound and come out the same twice."""
    walk_little(monkeypatch)
    problem = grid(1, 10, 8, 3, slack)
    assert tight.is_tight(make_net(problem))
    first, second = (solve_zones(problem, Stop(seconds=120, gap=0.02), seed=5) for _ in range(2))
    objective, wrong = check_zones(problem, first.assignment)
    assert not wrong
    assert first.bound <= objective == first.objective
    assert (first.assignment == second.assignment).all()
    assert first.bound == second.bound


def test_small_schools_and_priced_seats_are_not_walked():
    """Windows do those."""
    assert not tight.is_tight(make_net(grid(1, 4, 3, 2, 1.1)))


def test_short_walks_fit_plans_into_the_seats():
    """From a plan with too many in places to one within the seats, in one piece, twice alike."""
    problem = grid(3, 14, 12, 24, 1.12)
    net = make_net(problem)
    start = spread(net)
    limits = make_field(net, 1.0)
    assert overload(limits, start)[0] > 500
    with ThreadPoolExecutor(2) as pool:
        found, again = (within_seats(net, start, Stop(60), 1, pool) for _ in range(2))
    assert overload(limits, found)[0] == 0
    assert check_zones(problem, found)[1] == []
    assert (found == again).all()


def test_a_county_with_seats_as_drawn_gets_a_plan_within_them(monkeypatch):
    """Seats drawn without regard to where children live, where windows end with too many."""
    monkeypatch.setitem(SIZES, "some", (260, 70, 5))
    problem = replace(make_zones("some", 1, hard=False), elastic=None)
    assert not tight.is_tight(make_net(problem))
    found = solve_zones(problem, Stop(60, gap=0.1), 1)
    objective, wrong = check_zones(problem, found.assignment)
    assert not wrong
    assert found.bound <= objective == found.objective <= 1.1 * found.bound
