"""First plans: districts grown from seeds, then annealed, of atoms first where units are many."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from districting.model.partition import Ints
from districting.solve.partition.anneal import STEPS_A_UNIT, anneal
from districting.solve.partition.arcs import seats_free
from districting.solve.partition.arrays import Arrays
from districting.solve.partition.exact import Found, worth
from districting.solve.partition.grow import grown, mended
from districting.solve.partition.levels import from_atoms
from districting.solve.stop import Stop

STARTS = 4
QUICK = 2
"""Short annealing runs where a search of seats follows."""
SMALL = 600
"""Units up to which annealing runs are so short that more of them pay."""
SPARE = 12
"""Runs more where the planned ones found no plan."""


def first_plans(
    arrays: Arrays, stop: Stop, seed: int, given: Found, start: Ints | None
) -> list[Found]:
    """Return the plans of several short runs and a long one, best first; at least one entry.

    A start that breaks musts is mended into contiguous districts, and the search begins there too.
    """
    plans = [given]
    labels = given.labels if given.labels is not None else mended(arrays, start)
    if labels is not None:
        plans.append(anneal(arrays, labels, stop, seed, heat=0.3))
    if arrays.n > SMALL and arrays.contiguous and not arrays.unpriced:
        plans += from_atoms(arrays, _counts(arrays), stop, seed)
        if any(plan.labels is not None for plan in plans):
            return sorted(plans, key=worth)
    for number, (count, steps, homes, heat) in enumerate(_schedule(arrays, plans)):
        rng = np.random.default_rng([seed, number])
        labels = grown(arrays, count, homes, rng)
        if labels is not None:
            run = anneal(arrays, labels, stop, seed + 10 * number, heat, steps * arrays.n)
            plans.append(run)
            best = min(plans, key=worth)
            stop.report("anneal", best.objective, best.bound)
        if stop.due:
            break
    return sorted(plans, key=worth)


def _schedule(arrays: Arrays, plans: list[Found]) -> Iterator[tuple[int, int, bool, float]]:
    """Yield (districts, steps a unit, whether to follow groups, heat) of each run.

    Few and short where a search of seats follows; spare ones while `plans` holds no plan.
    """
    counts = _counts(arrays)
    if seats_free(arrays):
        runs = QUICK if arrays.n > SMALL else 3 * QUICK
        for number in range(max(runs, len(counts))):
            homes = bool(arrays.mixes) and number % 2 == 0
            yield counts[number % len(counts)], STEPS_A_UNIT // 4, homes, 4.0
        yield from _spare(counts, plans)
        return
    if arrays.mixes:
        for count in counts:
            yield count, 2 * STEPS_A_UNIT, True, 1.0
    if len(counts) > 1:
        for count in counts:
            yield count, STEPS_A_UNIT, False, 4.0
    else:
        for _ in range(STARTS):
            yield counts[0], 2 * STEPS_A_UNIT, False, 4.0
        yield counts[0], 5 * STEPS_A_UNIT, False, 4.0
    yield from _spare(counts, plans)


def _spare(counts: list[int], plans: list[Found]) -> Iterator[tuple[int, int, bool, float]]:
    """Yield further runs, hotter and colder in turn, while `plans` holds no plan."""
    for number in range(SPARE):
        if any(plan.labels is not None for plan in plans):
            return
        yield counts[number % len(counts)], 2 * STEPS_A_UNIT, False, (2.0, 8.0)[number % 2]


def _counts(arrays: Arrays) -> list[int]:
    """Return numbers of districts to try."""
    spread = np.linspace(arrays.least, arrays.most, 7).round().astype(int)
    found: list[int] = np.unique(spread).tolist()
    return found
