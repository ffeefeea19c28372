"""Atoms: plans of the smaller problem are plans of the whole, at the same price."""

from __future__ import annotations

import numpy as np
import pytest
from brute import KINDS, tiny
from landscapes import landscape

from districting.solve.partition.arrays import to_arrays
from districting.solve.partition.bound import lagrangian
from districting.solve.partition.contract import atoms, contracted
from districting.solve.partition.kernels import pieces
from districting.solve.partition.levels import from_atoms
from districting.solve.partition.value import best_seats, evaluate
from districting.solve.stop import Stop


@pytest.mark.parametrize("kind", KINDS)
def test_a_plan_of_atoms_is_worth_what_its_units_are(kind: str) -> None:
    """Objective and violations, for every kind of part."""
    compared = 0
    for seed in range(6):
        problem = tiny(frozenset({"travel", kind}), "grid", 12, 4, 3, seed)
        atom = atoms(problem, np.ones(12), 3.0)
        small = contracted(problem, atom)
        assert small.n < 12
        assert (atom[problem.seats] == np.arange(4)).all()
        rng = np.random.default_rng(seed)
        for _ in range(20):
            labels = np.unique(rng.integers(0, 3, small.n), return_inverse=True)[1]
            seats = best_seats(small, labels)
            one, whole = evaluate(small, labels, seats), evaluate(problem, labels[atom], seats)
            assert [v.gate for v in one.violations] == [v.gate for v in whole.violations]
            if kind != "barred" or one.feasible:
                # What is barred has no price, for an atom as for a unit.
                assert one.objective == pytest.approx(whole.objective, nan_ok=True)
            compared += bool(np.isfinite(one.objective))
    assert compared > 10


def test_atoms_are_connected_light_and_of_one_town() -> None:
    """No atom is in two pieces or two towns, or weighs more than a unit must."""
    problem = landscape(200, 20, 8, seed=3, towns=6)
    size, town = problem.parts[2].weights, problem.parts[4].groups  # type: ignore[union-attr]
    atom = atoms(problem, size, 500.0)
    arrays = to_arrays(problem)
    assert int(atom.max()) + 1 < 120
    assert int(pieces(arrays.indptr, arrays.indices, atom).max()) == int(atom.max())
    load = np.bincount(atom, size)
    assert (load[np.bincount(atom) > 1] <= 500.0).all()
    assert len(np.unique(np.stack([atom, town]), axis=1).T) == int(atom.max()) + 1


def test_annealing_of_atoms_gives_the_same_good_plan_again() -> None:
    """Within the musts, and the same for the same seed."""
    arrays = to_arrays(landscape(200, 24, 6, seed=1, towns=8))
    found = [from_atoms(arrays, [6], Stop(60.0), 5)[0] for _ in range(2)]
    assert found[0].labels is not None
    assert evaluate(arrays.problem, found[0].labels, found[0].seats).feasible
    assert np.array_equal(found[0].labels, found[1].labels)  # type: ignore[arg-type]
    assert lagrangian(arrays, Stop(60.0), found[0].objective).value > 0.95 * found[0].objective
