"""Annealing of atoms before units: whole neighbourhoods change district while it is hot.

Moving a town unit by unit means paying for its division on the way; moving it as a few atoms does
not. Several runs on the coarsest level, the best of them on the next, the best of those on units.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np

from districting.model.partition import Floats, Ints
from districting.solve.partition.anneal import STEPS_A_UNIT, anneal, cooled
from districting.solve.partition.arrays import Arrays, to_arrays
from districting.solve.partition.contract import atoms, contracted
from districting.solve.partition.exact import Found
from districting.solve.partition.grow import grown
from districting.solve.stop import Stop

SHARES = (20, 8)
"""Atoms that a district of mean weight has at least, level by level."""
THREADS = 2
MANY = 3_000
"""Units above which there are two coarse runs, and the better one goes on."""
RUNS = 6
PASSED = (2, 1)
"""Runs that go on from each coarse level, coarsest first."""
STEPS = (2 * STEPS_A_UNIT, STEPS_A_UNIT, STEPS_A_UNIT)
"""Moves tried an atom, coarsest level first."""
HEATS = (2.0, 0.5, 0.3)


def from_atoms(arrays: Arrays, counts: list[int], stop: Stop, seed: int) -> list[Found]:
    """Return plans annealed level by level, the best first; none where none was found.

    Parameters
    ----------
    counts : list of int
        Numbers of districts to try.
    """
    levels, atom = _levels(arrays, float(np.mean(counts)))
    coarsest, passed = levels[-1], PASSED if arrays.n <= MANY else (1, 1)
    starts = []
    for number in range(max(RUNS if arrays.n <= MANY else 2, len(counts))):
        rng = np.random.default_rng([seed, number])
        homes = bool(arrays.mixes) and number % 2 == 0
        labels = grown(coarsest, counts[number % len(counts)], homes, rng)
        if labels is not None:
            starts.append(labels)
    plans = _cooled(coarsest, starts, stop, seed, 0)
    for depth in range(1, len(levels) - 1):
        below = [labels[atom[-depth]] for labels in plans[: passed[depth - 1]]]
        plans = _cooled(levels[-1 - depth], below, stop, seed, depth)
    found = [
        anneal(arrays, labels[atom[0]], stop, seed, HEATS[-1], STEPS[-1] * arrays.n)
        for labels in plans[: passed[-1]]
    ]
    return [plan for plan in found if plan.labels is not None]


def _cooled(arrays: Arrays, starts: list[Ints], stop: Stop, seed: int, depth: int) -> list[Ints]:
    """Return the labels of each start's annealing, best first."""

    def run(number: int) -> tuple[Ints, float]:
        steps = STEPS[depth] * arrays.n
        return cooled(arrays, starts[number], stop, seed + number, HEATS[depth], steps)

    # The kernel leaves the interpreter free, so two runs share two processors.
    with ThreadPoolExecutor(THREADS) as pool:
        plans = list(pool.map(run, range(len(starts))))
    return [labels for labels, _ in sorted(plans, key=lambda plan: plan[1])]


def _levels(arrays: Arrays, count: float) -> tuple[list[Arrays], list[Ints]]:
    """Return the problem and its coarser ones, and each level's atom of each unit before."""
    levels, atom = [arrays], []
    for share in SHARES:
        weights = _weights(levels[-1])
        found = atoms(levels[-1].problem, weights, float(weights.sum()) / (count * share))
        atom.append(found)
        levels.append(to_arrays(contracted(levels[-1].problem, found)))
    return levels, atom


def _weights(arrays: Arrays) -> Floats:
    """Return what districts have to share out evenly: the first must's weights, or units."""
    for window in arrays.windows:
        if np.isinf(window.price) and (window.weights >= 0).all() and window.upper.max() < np.inf:
            return window.weights
    return np.ones(arrays.n)
