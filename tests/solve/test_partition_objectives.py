"""Tiers, limits at size, unions, warm starts and patience."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest
from brute import optimum, tiny
from landscapes import landscape

from districting.model.partition import (
    AimLimit,
    Contiguous,
    PairCut,
    PartitionProblem,
    Unmixed,
)
from districting.plan.record import Status
from districting.solve.partition import pair_districts, portfolio, solve_partition, solve_tiers
from districting.solve.partition.arrays import to_arrays
from districting.solve.partition.check import check_problem
from districting.solve.partition.value import evaluate
from districting.solve.stop import Stop


@pytest.mark.parametrize("order", list(itertools.permutations(["travel", "cut", "seats"])))
def test_tiers_equal_enumeration_one_after_another(order: tuple[str, ...]) -> None:
    """Each tier's optimum among the best plans of the tiers before it."""
    for seed in range(2):
        problem = tiny(frozenset({"travel", "cut", "seat price", "band"}), "grid", 7, 4, 2, seed)
        held, expected = problem, []
        for gate in order:
            best = optimum(held.minimising([gate]))
            expected.append(best)
            held = held.limiting(held.charged([gate]), best, f"{gate} at its best")
        found = solve_tiers(problem, [[g] for g in order], Stop(20.0))
        if np.isinf(expected[0]):
            assert found[0].solution.status is Status.INFEASIBLE
            continue
        assert [t.solution.objective for t in found] == pytest.approx(expected, abs=1e-4)
        assert [t.value for t in found] == pytest.approx(expected, abs=1e-4)


def test_tiers_refuse_what_is_no_tier() -> None:
    """A gate twice, or a gate without aim."""
    problem = tiny(frozenset({"travel"}), "grid", 6, 3, 2, 0)
    with pytest.raises(ValueError, match="two tiers: travel"):
        solve_tiers(problem, [["travel"], ["travel"]], Stop(1.0))
    with pytest.raises(ValueError, match="without an aim"):
        solve_tiers(problem, [["travel"], ["contiguous"]], Stop(1.0))


@pytest.mark.parametrize("largest", [0, portfolio.LINEAR])
def test_limits_agree_with_the_model(monkeypatch: pytest.MonkeyPatch, largest: int) -> None:
    """A limit on cut edges, by prices or walks and programs, and as a row of the model at once."""
    problem = landscape(40, 8, 3, seed=5)
    cut = PairCut("cut", "edges", 1.0, problem.edges, np.ones(len(problem.edges)))
    free = solve_partition(problem, Stop(30.0))
    assert free.labels is not None
    loose = evaluate(replace(problem, parts=(cut,)), free.labels, free.seats).objective
    limited = problem.limiting([cut], 0.85 * loose, "compact")
    exact = solve_partition(limited, Stop(60.0))
    assert exact.status is Status.OPTIMAL
    assert exact.objective > free.objective
    monkeypatch.setattr(portfolio, "AT_ONCE", 0)
    monkeypatch.setattr(portfolio, "FEW_UNITS", 0)
    monkeypatch.setattr(portfolio, "few", lambda arrays: False)
    monkeypatch.setattr(portfolio, "LINEAR", largest)
    stop = Stop(60.0 if largest else 4.0)  # programs end by themselves, walks never
    priced, method = portfolio.solve_whole(to_arrays(limited), stop, 0)
    assert method.startswith("limits in" if largest else "prices on limits")
    assert priced.labels is not None
    assert evaluate(limited, priced.labels, priced.seats).feasible
    assert priced.bound <= exact.objective * (1 + 1e-6)
    assert exact.objective <= priced.objective * (1 + 1e-6)
    assert priced.objective <= (1.0 + 1e-6 if largest else 1.1) * exact.objective


@pytest.mark.parametrize("largest", [0, portfolio.LINEAR])
def test_a_limit_at_its_least_is_kept_and_one_below_is_refused(
    monkeypatch: pytest.MonkeyPatch, largest: int
) -> None:
    """Where the objective pulls away from the limit, a plan of the limit alone begins."""
    problem = landscape(40, 8, 3, seed=5)
    least = solve_partition(problem.minimising(["travel"]), Stop(30.0))
    assert least.status is Status.OPTIMAL
    cut = PairCut("cut", "edges", 1e6, problem.edges, np.ones(len(problem.edges)))
    pulled = problem.adding([cut])
    monkeypatch.setattr(portfolio, "AT_ONCE", 0)
    monkeypatch.setattr(portfolio, "FEW_UNITS", 0)
    monkeypatch.setattr(portfolio, "few", lambda arrays: False)
    monkeypatch.setattr(portfolio, "LINEAR", largest)
    for share, feasible in ((1.0 + 1e-6, True), (0.8, False)):
        travel = problem.charged(["travel"])
        limited = pulled.limiting(travel, share * least.objective, "short ways")
        found, _ = portfolio.solve_whole(to_arrays(limited), Stop(4.0), 0)
        assert found.infeasible is not feasible
        assert (found.labels is not None) is feasible
        if found.labels is not None:
            assert evaluate(limited, found.labels, found.seats).feasible


def test_limits_refuse_musts_and_unknown_parts() -> None:
    """What a solver cannot take it refuses."""
    problem = landscape(20, 5, 2)
    with pytest.raises(ValueError, match="terms of a limit"):
        check_problem(problem.adding([AimLimit("x", "x", (problem.parts[2],), 1.0)]))  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="unknown kind of part"):
        check_problem(replace(problem, parts=(_Strange("odd"),)))


class _Strange(Contiguous.__base__):  # type: ignore[name-defined,misc]
    """A part that no solver knows."""

    def __init__(self, gate: str) -> None:
        self.gate = gate


def test_unions_equal_enumeration() -> None:
    """Every matching of up to seven districts; infinite prices and forced partners among them."""
    rng = np.random.default_rng(0)
    for count in (1, 2, 5, 6, 7):
        for _ in range(8):
            price = np.triu(rng.uniform(0, 9, (count, count)), 1)
            price[rng.random(price.shape) < 0.3] = np.inf
            price = np.triu(price, 1) + np.triu(price, 1).T
            alone = np.where(rng.random(count) < 0.4, np.inf, rng.uniform(0, 9, count))
            best = _cheapest(frozenset(range(count)), price, alone)
            found = pair_districts(price, alone)
            if found is None:
                assert np.isinf(best)
                continue
            assert found.objective == pytest.approx(best)
            assert found.bound <= found.objective
            assert np.bincount(found.label).max() <= 2


def _cheapest(left: frozenset[int], price: np.ndarray, alone: np.ndarray) -> float:
    """Return the price of the best unions of `left`, by recursion."""
    if not left:
        return 0.0
    a = min(left)
    rest = left - {a}
    options = [alone[a] + _cheapest(rest, price, alone)]
    options += [price[a, b] + _cheapest(rest - {b}, price, alone) for b in rest]
    return float(min(options))


def test_a_scattered_start_is_mended() -> None:
    """Labels that break contiguity still tell where to begin."""
    problem = landscape(110, 24, 5, seed=6)
    good = solve_partition(problem, Stop(60.0), seed=1)
    assert good.labels is not None
    start = good.labels.copy()
    start[np.random.default_rng(1).choice(problem.n, 8, replace=False)] = 0
    start[:2] = -1
    again = solve_partition(problem, Stop(60.0, gap=0.02), seed=2, start=start)
    assert again.labels is not None
    assert evaluate(problem, again.labels, again.seats).feasible


def test_patience_ends_a_search_without_progress() -> None:
    """No better plan within the patience: the best so far, with its bound."""
    problem: PartitionProblem = landscape(400, 60, 12, seed=1, towns=10)
    stop = Stop(600.0, patience=1.0)
    solution = solve_partition(problem, stop)
    assert solution.labels is not None
    assert 0 <= solution.bound <= solution.objective
    assert stop.due
    assert not stop.interrupted


def test_two_prices_on_one_grouping_are_one_mix() -> None:
    """Bounds charge the dearest mix exactly: the sum of both, not one of them."""
    groups = np.array([0, 0, 1, 1])
    parts = [Unmixed("towns", groups, price) for price in (2.0, 3.0)]
    problem = landscape(4, 2, 2, seed=1).adding([*parts, Unmixed("other", groups[::-1], 1.0)])
    prices = [mix.price for mix in to_arrays(problem).mixes]
    assert prices == [5.0, 1.0]


def test_two_limits_at_once_are_kept_and_bounded() -> None:
    """Fewer towns split and fewer pairs cut than travel alone would have."""
    problem = landscape(80, 30, 5, seed=4, towns=5)
    towns = replace(problem.of(Unmixed)[0], price=1.0)
    cut = PairCut("cut", "edges", 1.0, problem.edges, np.ones(len(problem.edges)))
    free = solve_partition(problem, Stop(30.0))
    assert free.labels is not None
    limited = problem
    for term in (towns, cut):
        value = evaluate(replace(problem, parts=(term,)), free.labels, free.seats).objective
        limited = limited.limiting([term], 0.95 * value, term.gate)
    found = solve_partition(limited, Stop(30.0, gap=0.03))
    assert found.labels is not None
    assert evaluate(limited, found.labels, found.seats).feasible
    assert free.objective < found.objective
    assert found.gap <= 0.03
