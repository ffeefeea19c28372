"""The basis at a plan: the plan solves its equations, and where it begins changes no answer."""

from dataclasses import replace

import highspy
import numpy as np
import pytest
from random_rotation import random_problem

from districting.model.rotation import Floats, Ints, RotationProblem
from districting.solve.rotation import solve_rotation
from districting.solve.rotation.basis import basis_at
from districting.solve.rotation.program import Program, make_program
from districting.solve.stop import Stop

SEEDS = range(8)
BASIC, UPPER = highspy.HighsBasisStatus.kBasic, highspy.HighsBasisStatus.kUpper


def _some_moves(problem: RotationProblem, seed: int) -> Ints:
    """Return a move of about every second agent, which may break rules."""
    random = np.random.default_rng(seed)
    agents = [a for a in np.unique(problem.agent) if random.random() < 0.5]
    found = [random.choice(np.flatnonzero(problem.agent == a)) for a in agents]
    return np.array(sorted(found), dtype=np.int64)


def _solved(program: Program, basis: highspy.HighsBasis) -> Floats:
    """Return the columns that the equations of a basis give, each row's own subtracted."""
    columns, rows = program.columns, len(program.low)
    x, own = np.zeros(columns), np.zeros(rows)
    for at, status in enumerate(basis.col_status):
        x[at] = program.upper[at] if status == UPPER else 0.0
    for at, status in enumerate(basis.row_status):
        if status != BASIC:
            own[at] = program.high[at] if status == UPPER else program.low[at]
    free = [s == BASIC for s in (*basis.col_status, *basis.row_status)]
    whole = np.hstack([program.matrix.toarray(), -np.eye(rows)])
    value = np.concatenate([x, own])
    value[free] = 0.0
    value[free] = np.linalg.solve(whole[:, free], -whole @ value)
    return value[:columns]


@pytest.mark.parametrize("seed", SEEDS)
def test_the_basis_stands_at_the_moves(seed: int) -> None:
    """Arcs are the moves, steps fill in order, and slacks make up for what elastic rows miss."""
    problem = random_problem(seed, agents=9)
    program = make_program(problem)
    chosen = _some_moves(problem, seed)
    rows, every = np.arange(len(program.low)), np.arange(program.columns)
    basis = basis_at(program, program.matrix, program.low, program.high, rows, every, chosen)
    x = _solved(program, basis)
    assert np.flatnonzero(x[: program.arcs] > 0.5).tolist() == chosen.tolist()
    assert ((x > -1e-9) & (x < program.upper + 1e-9)).all()
    total = program.matrix @ x
    elastic = np.flatnonzero(program.matrix[:, program.slack :].toarray().any(axis=1))
    exact = np.flatnonzero(program.low == program.high)
    assert len(elastic) and len(exact)
    for rows in (elastic, exact):
        assert (total >= program.low - 1e-9)[rows].all()
        assert (total <= program.high + 1e-9)[rows].all()


@pytest.mark.parametrize("seed", SEEDS)
def test_a_plan_to_begin_from_changes_no_answer(seed: int) -> None:
    """Moves announced that no aim keeps: the same plan with them as without, whatever they are."""
    problem = random_problem(seed, agents=9)
    begun = replace(problem, announced=_some_moves(problem, seed))
    plain, again = (solve_rotation(p, Stop(60)) for p in (problem, begun))
    assert plain.status is again.status
    assert (plain.chosen is None) == (again.chosen is None)
    if plain.chosen is not None and again.chosen is not None:
        assert plain.chosen.tolist() == again.chosen.tolist()
