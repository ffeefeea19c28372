"""Chvátal-Gomory cuts: broken by the fractional optimum, kept by every whole plan."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from random_rotation import best, random_problem

from districting.model.rotation import Floats, RotationProblem, Rows
from districting.solve.rotation import solve_rotation
from districting.solve.rotation.program import Program, make_program
from districting.solve.rotation.relax import Box, Relaxation
from districting.solve.rotation.rounding import cut_off
from districting.solve.stop import Stop

SEEDS = range(12)


def _tangled(seed: int) -> RotationProblem:
    """Return a random problem whose linear optima split arcs: of some threes one at most."""
    problem, random = random_problem(seed), np.random.default_rng(seed)
    rows = 8
    arc = np.concatenate([random.choice(problem.arcs, 3, replace=False) for _ in range(rows)])
    caps = Rows("caps", "moves", np.repeat(np.arange(rows), 3), arc, np.ones(3 * rows),
                np.full(rows, -np.inf), np.ones(rows), ("",) * rows)  # fmt: skip
    return replace(problem, parts=(*problem.parts, caps))


def _plans(problem: RotationProblem, program: Program) -> Floats:
    """Return all plans that keep the rows without slacks, steps filled in order, shape (k, n)."""
    options = [[-1, *np.flatnonzero(problem.agent == a)] for a in np.unique(problem.agent)]
    dense = program.matrix.toarray()
    hard = ~(dense[:, program.slack :] != 0).any(axis=1)
    found = []
    for pick in product(*options):
        x = np.zeros(program.columns)
        x[[a for a in pick if a >= 0]] = 1.0
        for row in np.flatnonzero((dense[:, program.arcs : program.slack] != 0).any(axis=1)):
            need = program.low[row] - dense[row] @ x
            for column in np.flatnonzero(dense[row, : program.slack] > 0):
                if column >= program.arcs:
                    x[column] = min(need, program.upper[column])
                    need -= x[column]
        total = dense @ x
        if ((total >= program.low - 1e-9) & (total <= program.high + 1e-9))[hard].all():
            found.append(x)
    return np.array(found)


def test_cuts_are_kept_by_whole_plans_and_not_by_the_linear_optimum() -> None:
    """Random costs on random problems: no whole plan is lost, and bounds never fall."""
    count = 0
    for seed in SEEDS:
        problem = _tangled(seed)
        program = make_program(problem)
        random = np.random.default_rng(seed)
        plans = _plans(problem, program)
        box = Box.of(program)
        assert len(plans)
        for _ in range(6):
            cost = random.normal(size=program.columns)
            cost[program.arcs :] = np.abs(cost[program.arcs :])
            linear = Relaxation(program, box, np.empty(0, dtype=np.int64))
            found = linear.solve(cost, 60.0)
            rows = len(box.low)
            new = cut_off(program, box, linear, found.x) if found.feasible else 0
            if not new:
                continue
            count += new
            cuts, most = box.matrix[rows:], box.high[rows:]
            assert (cuts @ found.x > most + 1e-3).all()
            assert (cuts @ plans.T <= most[:, None] + 1e-9).all()
            assert linear.solve(cost, 60.0).value >= found.value - 1e-9
    assert count > 20


@pytest.mark.parametrize("seed", range(6))
def test_with_cuts_the_best_plan_is_still_found(seed: int) -> None:
    """Values, bounds and moves are those of trying all plans."""
    problem = _tangled(seed)
    solution, truth = solve_rotation(problem, Stop(60)), best(problem)
    assert (solution.chosen is None) == (truth is None)
    if truth is not None and solution.chosen is not None:
        assert solution.chosen.tolist() == truth[1].tolist()
        assert [r.value for r in solution.tiers] == pytest.approx(truth[0], abs=1e-6)
        bounds = [r.bound for r in solution.tiers]
        assert bounds == pytest.approx(truth[0], abs=5e-3)
        assert all(b <= t + 1e-6 for b, t in zip(bounds, truth[0], strict=True))
