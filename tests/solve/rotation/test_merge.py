"""Merged rows: the same plans, told by fewer rows; steps keep to numbers that open arcs allow."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from random_rotation import best, random_problem

from districting.model.rotation import Convex, Floats, Ints, RotationProblem, Rows
from districting.solve.rotation import solve_rotation
from districting.solve.rotation.merge import merged
from districting.solve.rotation.program import Program, make_program
from districting.solve.rotation.solution import broken, misses
from districting.solve.stop import Stop


def _limited(seed: int) -> RotationProblem:
    """Return a random problem with a floor and a ceiling on priced numbers, and a barred arc."""
    problem, random = random_problem(seed), np.random.default_rng(seed)
    need = next(p for p in problem.parts if isinstance(p, Convex))
    rows, some = len(need.base), random.integers(-2, 2, len(need.base)).astype(float)
    none = np.full(rows, np.inf)
    floor = Rows("floor", "", need.row, need.arc, need.value, some, none, need.labels)
    ceiling = Rows("ceiling", "", need.row, need.arc, -need.value, -some - 2.5, none, need.labels)
    barred = Rows("bar", "", np.zeros(1, dtype=np.int64), np.array([int(random.integers(9))]),
                  np.ones(1), np.array([-np.inf]), np.zeros(1), ("",))  # fmt: skip
    return replace(problem, parts=(*problem.parts, floor, ceiling, barred))


def _keeps(program: Program, problem: RotationProblem, chosen: Ints) -> bool:
    """Return whether moves, steps filled in order and slacks that make up keep a program."""
    x = np.zeros(program.columns)
    x[chosen] = 1.0
    steps = slice(program.arcs, program.slack)
    need = program.low - program.matrix @ x
    x[steps] = np.clip(need[program.home[steps]] - program.before, 0.0, program.upper[steps])
    soft = next(p for p in problem.parts if isinstance(p, Rows) and p.price is not None)
    x[program.slack :] = misses(soft, chosen)
    total = program.matrix @ x
    pairs: list[tuple[Floats, Floats]] = [
        (program.lower, x), (x, program.upper), (program.low, total), (total, program.high)
    ]  # fmt: skip
    return all(bool((a <= b + 1e-9).all()) for a, b in pairs)


@pytest.mark.parametrize("seed", range(6))
def test_merged_rows_keep_the_same_plans(seed: int) -> None:
    problem = _limited(seed)
    whole = make_program(problem)
    program = merged(whole)
    # Floors, ceilings and the sizes of places are on the numbers priced; the bar goes.
    assert len(program.low) <= len(whole.low) - 9
    assert (program.upper[: program.arcs] == 0).sum() == 1
    options = [[-1, *np.flatnonzero(problem.agent == a)] for a in np.unique(problem.agent)]
    kept = 0
    for pick in product(*options):
        chosen = np.array(sorted(int(a) for a in pick if a >= 0), dtype=np.int64)
        holds = not broken(problem, chosen)
        assert _keeps(program, problem, chosen) == holds
        kept += holds
    found, wanted = solve_rotation(problem, Stop(60)), best(problem)
    assert (found.chosen is None) == (wanted is None) == (kept == 0)
    if found.chosen is not None and wanted is not None:
        assert found.chosen.tolist() == wanted[1].tolist()
