"""Units that stay together are one unit to the solver: same optimum, same plans, fewer units."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from brute import KINDS, optimum, tiny
from landscapes import landscape

from districting.model.partition import Contiguous, Ints, PartitionProblem, Together
from districting.plan.record import Status
from districting.solve.ensemble.sample import sample_layouts
from districting.solve.partition import solve_partition
from districting.solve.partition.arrays import neighbours
from districting.solve.partition.kernels import pieces
from districting.solve.partition.ties import tied_atoms
from districting.solve.partition.value import best_seats, evaluate
from districting.solve.stop import Stop


def tied(problem: PartitionProblem, seed: int) -> PartitionProblem:
    """Return the problem with two random ties of three and two units, touching or not."""
    some = np.random.default_rng(seed).choice(problem.n, 5, replace=False).astype(np.int64)
    ties = Together("ties", np.array([[some[0], some[1]], [some[1], some[2]], [some[3], some[4]]]))
    return problem.adding([ties])


@pytest.mark.parametrize("kind", KINDS)
def test_the_optimum_of_tied_units_is_that_of_all_layouts(kind: str) -> None:
    """Whatever else the problem has, and wherever the candidates lie."""
    merged = 0
    for seed in range(4):
        problem = tied(tiny(frozenset({"travel", kind}), "grid", 7, 4, 2, seed), seed)
        merged += tied_atoms(problem) is not None
        best = optimum(problem)
        found = solve_partition(problem, Stop(20.0), seed)
        if np.isfinite(best):
            assert found.status is Status.OPTIMAL
            assert found.objective == pytest.approx(best)
        else:
            assert found.status is Status.INFEASIBLE
    assert merged


def test_atoms_are_connected_and_hold_one_candidate() -> None:
    """A tie in two pieces becomes two atoms, one with two candidates is shared between them."""
    problem = tiny(frozenset({"travel"}), "grid", 12, 4, 3, 1)
    ties = np.column_stack([np.zeros(6, np.int64), [1, 2, 3, 9, 10, 11]])
    problem = replace(problem, parts=(Contiguous("c"), *problem.parts, Together("t", ties)))
    atom = tied_atoms(problem)
    assert atom is not None
    assert (atom[problem.seats] == np.arange(4)).all()
    indptr, indices = neighbours(problem.n, problem.edges)
    assert int(pieces(indptr, indices, atom).max()) == int(atom.max())
    loose = np.setdiff1d(np.arange(12), [0, 1, 2, 3, 9, 10, 11])
    assert len(np.unique(atom[loose])) == len(loose)


def test_sampled_layouts_keep_ties_whole() -> None:
    """Every layout of the chains, in the units of the whole problem."""
    problem = tiny(frozenset({"travel"}), "grid", 12, 12, 3, 2)
    problem = problem.adding([Together("t", np.array([[0, 1], [4, 5], [10, 11]]))])
    start = solve_partition(problem, Stop(20.0)).labels
    assert start is not None
    sample = sample_layouts(problem, start, 40, Stop(20.0), 1)
    assert sample.labels.shape[1] == 12
    assert len(np.unique(sample.labels, axis=0)) > 1
    pairs: Ints = np.array([[0, 1], [4, 5], [10, 11]])
    assert (sample.labels[:, pairs[:, 0]] == sample.labels[:, pairs[:, 1]]).all()
    for labels, worth in zip(sample.labels, sample.objective, strict=True):
        again = evaluate(problem, labels, best_seats(problem, labels))
        assert again.feasible
        assert again.objective == pytest.approx(worth)


def test_chains_of_tied_units_work_on_the_atoms_graph() -> None:
    """Sums of the districts are those of the layouts kept, chain by chain, step by step."""
    problem = landscape(60, 12, 4, seed=2)
    ties = problem.edges[::6]
    problem = problem.adding([Together("t", ties)])
    start = solve_partition(problem, Stop(20.0, gap=0.2)).labels
    assert start is not None
    sample = sample_layouts(problem, start, 80, Stop(20.0), 1)
    assert len(sample.labels) == sample.judged == 80
    assert len(np.unique(sample.labels, axis=0)) > 20
