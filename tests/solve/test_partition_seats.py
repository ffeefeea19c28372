"""Seats chosen by bounds: narrow ascents, decided candidates, the tree, exchanges, regions."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from brute import optimum, tiny
from landscapes import landscape

from districting.plan.record import Status
from districting.solve.partition import bound as bounds
from districting.solve.partition import given, portfolio, regions
from districting.solve.partition.arcs import CLOSED, FREE, OPEN, cheapest, classes
from districting.solve.partition.arrays import to_arrays
from districting.solve.partition.exact import NOTHING, Found, judged, solve_exact
from districting.solve.partition.given import prove_seats, with_seats
from districting.solve.partition.portfolio import solve_whole
from districting.solve.partition.regions import improve_regions
from districting.solve.partition.seats import SeatSearch, plan_at
from districting.solve.partition.tree import SeatTree
from districting.solve.partition.value import evaluate
from districting.solve.stop import Stop


@pytest.mark.parametrize("kind", ["travel", "band", "priced unmixed", "seat price", "count range"])
def test_a_narrow_ascent_is_still_a_bound(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two seats a unit at first: what the others would pay is found when all arcs are priced."""
    monkeypatch.setattr(bounds, "FEW", 0)
    for seed in range(4):
        problem = tiny(frozenset({"travel", kind}), "grid", 7, 6, 3, seed)
        best = optimum(problem)
        if np.isinf(best):
            continue
        narrow = bounds.relax(to_arrays(problem), width=2)
        assert narrow.narrow
        assert bounds.lagrangian(narrow, Stop(10.0), best, 100).value <= best + 1e-6


def test_decided_seats_bound_the_plans_that_have_them() -> None:
    """One candidate open, one closed: no such plan is below the bound."""
    for seed in range(4):
        problem = tiny(frozenset({"travel", "band"}), "grid", 7, 5, 2, seed)
        arrays = to_arrays(problem)
        decided = np.zeros(5, np.int64)
        decided[0], decided[1] = OPEN, CLOSED
        bound = bounds.lagrangian(arrays, Stop(10.0), 500.0, 200, decided=decided)
        pairs = [[0, j] for j in range(2, 5)]
        found = [
            solve_exact(with_seats(arrays, np.array(p)), Stop(10.0), seated=True) for p in pairs
        ]
        plans = [f.objective for f in found if f.labels is not None]
        assert all(bound.value <= plan + 1e-6 for plan in plans)


def test_kernels_choose_seats_as_the_plain_rule_does() -> None:
    """Chosen worth, and what it is with each candidate decided, against a choice of its own."""
    rng = np.random.default_rng(0)
    for _ in range(40):
        worth, decided = rng.normal(size=9).round(1), rng.choice([FREE, FREE, OPEN, CLOSED], 9)
        groups = [(np.arange(5), 1, 3), (np.arange(5, 8), 1, 1)]
        bound = bounds.Bound(0.0, np.zeros(2), np.zeros((0, 9)), worth, 0, np.zeros(9))
        inside, outside = bounds.forced(groups, bound, 1.0, decided)
        for members, least, most in groups:
            opened = (decided[members] == OPEN).sum()
            if not opened <= most or (decided[members] >= 0).sum() < least:
                break
        else:
            for j in range(8):
                for mark, told in ((OPEN, inside[j]), (CLOSED, outside[j])):
                    marks = decided.copy()
                    marks[j] = mark
                    assert told == pytest.approx(_chosen(worth, groups, marks, decided[j] == -mark))
        assert np.isinf(inside[8])
        assert np.isinf(outside[8])


def _chosen(worth: np.ndarray, groups: list, marks: np.ndarray, against: bool) -> float:
    """Return 1 and the worth of the seats, infinite where marks leave too few or too many."""
    total = 1.0
    for members, least, most in groups:
        opened = int((marks[members] == OPEN).sum())
        if against or opened > most or int((marks[members] >= 0).sum()) < least:
            return np.inf
        total += worth[cheapest(worth, members, least, most, marks)].sum()
    return total


def test_given_seats_are_proven_as_by_the_plain_model() -> None:
    """Prices, the tightened program and the narrowed model agree with the Hess model."""
    problem = landscape(80, 5, 5, seed=2, tolerance=0.25, towns=5)
    arrays = to_arrays(problem)
    found = portfolio._seated(arrays, Stop(60.0), 0, NOTHING)
    plain = solve_exact(arrays, Stop(60.0), seated=True)
    assert found is not None
    assert found.labels is not None
    assert judged(arrays, found.labels, found.seats)[2]
    assert found.bound <= plain.objective * (1 + 1e-6)
    assert found.objective == pytest.approx(plain.objective, rel=1e-6)


def test_without_a_plan_among_the_cheapest_arcs_annealing_begins(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """No core at first: the plan is annealed, then proven as ever."""
    problem = landscape(80, 5, 5, seed=2, tolerance=0.25, towns=5)
    arrays = to_arrays(problem)
    plain = solve_exact(arrays, Stop(60.0), seated=True)
    monkeypatch.setattr(given, "CORES", ())
    monkeypatch.setattr(given, "BUILDABLE", 0)
    annealed = portfolio._seated(arrays, Stop(60.0), 0, NOTHING)
    assert annealed is not None
    assert annealed.bound <= plain.objective * (1 + 1e-6)
    assert plain.objective <= annealed.objective * (1 + 1e-6)
    monkeypatch.undo()
    again = portfolio._seated(arrays, Stop(60.0), 0, annealed)
    assert again is not None
    assert again.objective == pytest.approx(plain.objective, rel=1e-6)


@pytest.mark.parametrize("seed", [1, 2])
def test_the_tree_proves_the_optimum_of_the_plain_model(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From a poor plan the tree finds and proves what the whole model finds."""
    problem = landscape(45, 9, 3, seed=seed, towns=3)
    arrays = to_arrays(problem)
    plain = solve_exact(arrays, Stop(60.0))
    assert plain.status is Status.OPTIMAL
    poor = prove_seats(arrays, np.arange(3), _worthless(), Stop(60.0), 0)[0]
    start = poor if poor.labels is not None else plain
    root = bounds.lagrangian(arrays, Stop(60.0), start.objective)
    found = SeatTree(arrays, root).grown(replace(start, bound=root.value), Stop(60.0), 0)
    assert found.objective == pytest.approx(plain.objective, rel=1e-6)
    assert found.status is Status.OPTIMAL
    monkeypatch.setattr(given, "PROVABLE", 0)
    loose = SeatTree(arrays, root).grown(replace(start, bound=root.value), Stop(60.0), 0)
    assert root.value <= loose.bound <= plain.objective * (1 + 1e-6)
    assert plain.objective <= loose.objective * (1 + 1e-6)


def _worthless() -> Found:
    """A stand-in that any plan is better than."""
    return Found(None, np.empty(0, np.int64), 1e12, 0.0)


def test_exchanges_lead_to_good_seats() -> None:
    """From the worst seats, exchanges by estimates come close to the proven optimum."""
    problem = landscape(90, 14, 4, seed=3)
    arrays = to_arrays(problem)
    best, _ = solve_whole(arrays, Stop(60.0), 0)
    free = bounds.lagrangian(arrays, Stop(60.0), best.objective)
    worst = np.argsort(-free.worth)[:4]
    search = SeatSearch(arrays, free, best.objective)
    found = search.climb(np.sort(worst), Stop(60.0))
    assert len(set(found.seats.tolist())) == 4
    plan = plan_at(arrays, found, Stop(60.0), 0, 1.0)
    assert plan.labels is not None
    assert best.objective <= plan.objective * (1 + 1e-9)
    assert plan.objective <= 1.1 * best.objective


def test_regions_improve_and_keep_every_must(monkeypatch: pytest.MonkeyPatch) -> None:
    """A whole plan put together again from regions of three districts."""
    monkeypatch.setattr(regions, "DISTRICTS", 3)
    problem = landscape(150, 24, 6, seed=4, towns=5)
    arrays = to_arrays(problem)
    free = bounds.lagrangian(arrays, Stop(60.0), 1e8, 300)
    chosen = np.sort(np.concatenate([cheapest(free.worth, *g) for g in classes(arrays)]))
    search = SeatSearch(arrays, free, 2 * free.value)
    start = plan_at(arrays, search.climb(chosen, Stop(0.0)), Stop(60.0), 0, 1.0)
    assert start.labels is not None
    better = improve_regions(arrays, start, Stop(60.0), 0, portfolio._regional)
    assert better.labels is not None
    assert better.objective <= start.objective
    assert evaluate(problem, better.labels, better.seats).feasible
    assert judged(arrays, better.labels)[0] == pytest.approx(better.objective)
