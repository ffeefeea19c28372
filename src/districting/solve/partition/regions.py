"""Large problems region by region: some touching districts at a time, the others left as they are.

A region is a partition problem of county size, seats free; its plan replaces the old one where the
whole becomes better. The second round's regions lie across the borders of the first round's.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

import numpy as np

from districting.model.partition import Ints
from districting.solve.partition.arrays import Arrays, to_arrays
from districting.solve.partition.exact import Found, judged
from districting.solve.partition.restrict import restricted
from districting.solve.partition.windows import put_back
from districting.solve.stop import Stop

DISTRICTS = 20
"""Districts of a region."""
ROUNDS = 3

Solver = Callable[[Arrays, Found, Stop, int], Found]


def improve_regions(arrays: Arrays, found: Found, stop: Stop, seed: int, solver: Solver) -> Found:
    """Return the plan after `solver` has worked on region after region.

    Parameters
    ----------
    solver : callable
        Returns a plan at least as good as the one given, of one region's problem.
    """
    if arrays.quotas:
        return found
    for number in range(ROUNDS):
        before = found.objective
        for units, count in _regions(arrays, found, np.random.default_rng([seed, number])):
            if stop.due:
                return found
            found = _resolved(arrays, found, units, count, stop, seed, solver)
            stop.report("regions", found.objective, found.bound)
        if found.objective >= before * (1 - 1e-4):
            break
    return found


def _regions(arrays: Arrays, found: Found, rng: np.random.Generator) -> list[tuple[Ints, int]]:
    """Return (units, districts) of regions that together hold every district once."""
    assert found.labels is not None
    count = len(found.seats)
    near: list[set[int]] = [set() for _ in range(count)]
    for a, b in np.unique(found.labels[arrays.problem.edges], axis=0).tolist():
        if a != b:
            near[a].add(b)
            near[b].add(a)
    free = np.ones(count, bool)
    regions = []
    for first in rng.permutation(count).tolist():
        if not free[first]:
            continue
        free[first] = False
        held, queue = [first], deque([first])
        while queue and len(held) < DISTRICTS:
            for other in sorted(near[queue.popleft()]):
                if free[other] and len(held) < DISTRICTS:
                    free[other] = False
                    held.append(other)
                    queue.append(other)
        if len(held) > 1:
            regions.append((np.flatnonzero(np.isin(found.labels, held)), len(held)))
    return regions


def _resolved(
    arrays: Arrays, found: Found, units: Ints, count: int, stop: Stop, seed: int, solver: Solver
) -> Found:
    """Return the plan with one region solved anew, where that is better."""
    assert found.labels is not None
    small = to_arrays(restricted(arrays.problem, units, "region", count))
    districts, own = np.unique(found.labels[units], return_inverse=True)
    own = own.astype(np.int64)
    objective, seats, feasible = judged(small, own)
    if not feasible:
        return found
    part = solver(
        small, Found(own.astype(np.int64), seats, objective, 0.0), stop.share(1.0, quiet=True), seed
    )
    if part.labels is None or part.objective >= objective:
        return found
    return put_back(arrays, found, units, districts[part.labels]) or found
