"""The exact route against enumeration, for every kind of constraint and aim."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from brute import KINDS, optimum, tiny
from hypothesis import given, settings
from hypothesis import strategies as st

from districting.model.partition import AimLimit, Band
from districting.plan.record import Status
from districting.solve.partition import solve_partition, solver
from districting.solve.partition.arrays import to_arrays
from districting.solve.partition.columns import listable
from districting.solve.partition.decompose import decompose
from districting.solve.partition.exact import solve_exact
from districting.solve.partition.few_seats import few
from districting.solve.partition.value import evaluate
from districting.solve.stop import Stop

WHOLE = {"spread", "limited travel", "limited mix", "limited spread"}
"""Kinds that no single district can be priced by."""


def check(problem: object, seed: int = 0) -> None:
    """Solve and compare with the enumerated optimum; with seats free in one model as well."""
    best = optimum(problem)  # type: ignore[arg-type]
    solution = solve_partition(problem, Stop(20.0), seed=seed)  # type: ignore[arg-type]
    arrays = to_arrays(problem)  # type: ignore[arg-type]
    if few(arrays):
        found = solve_exact(arrays, Stop(20.0), seed)
        assert found.infeasible == np.isinf(best)
        assert found.infeasible or found.objective == pytest.approx(best, rel=1e-6, abs=1e-6)
    if np.isinf(best):
        assert solution.status is Status.INFEASIBLE
        assert solution.labels is None
        return
    assert solution.status is Status.OPTIMAL
    assert solution.labels is not None
    assert evaluate(problem, solution.labels, solution.seats).feasible  # type: ignore[arg-type]
    assert solution.objective == pytest.approx(best, rel=1e-6, abs=1e-6)
    assert solution.bound <= solution.objective


@pytest.mark.parametrize("shape", ["grid", "tree", "islands"])
@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_alone_reaches_the_enumerated_optimum(kind: str, shape: str) -> None:
    """Travel plus one kind at a time."""
    for seed in range(2):
        check(tiny(frozenset({"travel", kind}), shape, 7, 4, 3, seed))


@settings(max_examples=25, deadline=None, derandomize=True)
@given(
    kinds=st.sets(st.sampled_from(KINDS), max_size=5),
    shape=st.sampled_from(["grid", "tree", "islands"]),
    n=st.integers(2, 7),
    k=st.integers(1, 4),
    seed=st.integers(0, 10_000),
)
def test_mixed_kinds_reach_the_enumerated_optimum(
    kinds: set[str], shape: str, n: int, k: int, seed: int
) -> None:
    """Any mix, also without travel, from one district to as many as units."""
    check(tiny(frozenset(kinds), shape, n, n, k, seed))


@pytest.mark.parametrize("k", [1, 6])
def test_one_district_and_one_unit_a_district(k: int) -> None:
    """The two ends of the range."""
    check(tiny(frozenset({"travel"}), "grid", 6, 6, k, 3))


@pytest.mark.parametrize("kind", sorted(set(KINDS) - WHOLE))
def test_listed_districts_reach_the_enumerated_optimum(kind: str) -> None:
    """Tight bounds make the list of districts short; the cover of it is exact."""
    for seed in range(2):
        problem = tiny(frozenset({"travel", kind}), "grid", 8, 5, 3, seed)
        tight = Band("tight", "units", np.ones(8), 2.8, 3.0, "units")
        loose = Band("loose", "units", np.ones(8), 0.0, 3.0, "units")
        assert listable(to_arrays(problem.adding([tight]))) is not None
        check(problem.adding([tight]))
        check(problem.adding([replace(tight, weights=np.r_[np.ones(7), 2.0]), loose]))


def test_groups_that_only_a_limit_couples_reach_the_enumerated_optimum(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Prices on the limit first, then one model of all."""
    monkeypatch.setattr(solver, "FEW_UNITS", 0)
    coupled = 0
    for seed in range(3):
        problem = tiny(
            frozenset({"travel", "unmixed", "per group", "limited travel"}), "grid", 7, 5, 2, seed
        )
        bare = replace(
            problem, parts=tuple(p for p in problem.parts if not isinstance(p, AimLimit))
        )
        coupled += len(decompose(bare) or []) > 1
        check(problem)
    assert coupled > 0
