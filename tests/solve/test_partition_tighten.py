"""Roundings of windows: they hold for every plan, cut off their point, raise the bound."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from brute import optimum, tiny
from landscapes import landscape

from districting.solve.mip import solve_milp
from districting.solve.partition.arrays import to_arrays
from districting.solve.partition.exact import solve_exact
from districting.solve.partition.given import with_seats
from districting.solve.partition.milp import build
from districting.solve.partition.rounding import rounded
from districting.solve.partition.tighten import tightened
from districting.solve.stop import Stop


def test_roundings_hold_for_every_plan_and_cut_off_the_point() -> None:
    """Six 0/1 columns, two below a seventh, and one that is not whole, listed one by one."""
    rng, found = np.random.default_rng(0), 0
    whole = np.array([True] * 7 + [False])
    for _ in range(300):
        values = np.append(rng.integers(-6, 12, 6).astype(float), [0.0, -rng.uniform(1, 3)])
        above = np.full(8, -1)
        above[:2] = 6 if rng.random() < 0.7 else -1
        x = np.append(rng.choice([0.0, 0.4, 0.5, 1.0], 6), [0.5, 0.0])
        x[:2] = np.minimum(x[:2], 0.5)
        rhs = float(values @ x)
        used = np.array([0, 1, 2, 3, 4, 5, 7])
        columns, factor, end = rounded(used, values[used], rhs, x, whole, above)
        if len(columns) == 0:
            continue
        found += 1
        assert factor @ x[columns] > end + 1e-6
        plans = np.array([*product((0.0, 1.0), repeat=8)])
        plans[:, 7] = np.maximum(0.0, (plans[:, :7] @ values[:7] - rhs) / -values[7])
        below = (plans[:, :2] <= plans[:, 6:7]).all(axis=1) | (above[0] < 0)
        assert (plans[below][:, columns] @ factor <= end + 1e-9).all()
    assert found > 100


@pytest.mark.parametrize("kind", ["travel", "band", "priced band", "priced unmixed", "deviation"])
def test_a_tightened_program_is_still_a_bound(kind: str) -> None:
    """Never above the enumerated optimum, with seats free and given."""
    for seed in range(4):
        problem = tiny(frozenset({"travel", kind, "band"}), "grid", 7, 4, 2, seed)
        arrays, best = to_arrays(problem), optimum(problem)
        assert np.isinf(best) or tightened(arrays, Stop(10.0)).value <= best + 1e-6
        local = with_seats(arrays, np.array([0, 2]))
        plan = solve_exact(local, Stop(10.0), seated=True)
        bound = tightened(local, Stop(10.0))
        if plan.labels is not None:
            assert bound.value <= plan.objective + 1e-6
            used = bound.reduced[np.arange(7), plan.seats[plan.labels]]
            assert (used <= plan.objective - bound.value + 1e-6).all()


def test_roundings_raise_the_bound_of_narrow_windows() -> None:
    """A good part of the way from the linear program to the best plan."""
    problem = landscape(80, 5, 5, seed=2, tolerance=0.05, towns=5)
    arrays = with_seats(to_arrays(problem), np.arange(5))
    model = build(replace(arrays, contiguous=False))
    whole = solve_milp(model, Stop(30.0), 0).bound
    model.integer = [False] * len(model.integer)
    linear = solve_milp(model, Stop(30.0), 0).bound
    assert linear + 0.2 * (whole - linear) <= tightened(arrays, Stop(30.0)).value <= whole + 1e-3
