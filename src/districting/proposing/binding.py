"""Which bounds a layout comes up against, and what loosening each would save.

Shadow prices are finite differences of two solves: the layout's objective less that of the best
layout found with one bound loosened by one step for every district. The loosened problem is solved
from the layout itself, so the saving is never negative; where the layout is optimal and the second
solve was cut short, the true saving may be larger.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from districting.model.partition import (
    Aim,
    AimLimit,
    AssignCost,
    Band,
    Constraint,
    DistrictCount,
    Ints,
    PairCut,
    PartitionProblem,
    Priced,
    Unmixed,
)
from districting.solve.partition import solve_partition
from districting.solve.partition.value import best_seats, evaluate, sums
from districting.solve.stop import Stop

STEP = 0.05
"""Share of the end (of a district's mean load, where the end is 0) that a bound is loosened by."""
NEAR = 0.4
"""A bound binds where the tightest district lies within this share of a step from the end."""


@dataclass(frozen=True)
class Binding:
    """One end of one bound in one district.

    Parameters
    ----------
    gate, name, unit : str
        Of the :class:`~districting.model.partition.Band`, limit on an aim, or number of districts.
    district : int
        -1 for the whole plan.
    upper : bool
        Whether it is the upper end.
    load, end : float
    step : float
        What the end is loosened by.
    saving : float or None
        Objective saved by loosening it for all districts; None where not solved for.
    """

    gate: str
    name: str
    unit: str
    district: int
    upper: bool
    load: float
    end: float
    step: float
    saving: float | None = None

    @property
    def slack(self) -> float:
        """Steps between the district and the end."""
        room = self.end - self.load if self.upper else self.load - self.end
        return room / self.step


def binding(problem: PartitionProblem, labels: Ints, stop: Stop | None = None) -> list[Binding]:
    """Return the ends of must bounds, district by district, nearest first.

    Parameters
    ----------
    problem : PartitionProblem
    labels : int array, shape (n,)
        Districts 0 … K-1.
    stop : Stop, optional
        When given, only ends that bind are returned, the tightest district for each, priced by
        re-solves that share the time.
    """
    ends = [b for band in problem.of(Band) if band.price is None for b in _ends(band, labels)]
    ends += [*_aim_limits(problem, labels), *_counts(problem, labels)]
    ends.sort(key=lambda b: (b.slack, b.gate, b.name, b.district))
    if stop is None:
        return ends
    tight: dict[tuple[str, str, bool], Binding] = {}
    for bound in ends:
        if bound.slack <= NEAR:
            tight.setdefault((bound.gate, bound.name, bound.upper), bound)
    worth = evaluate(problem, labels, best_seats(problem, labels)).objective
    priced = []
    for number, bound in enumerate(tight.values()):
        inner = stop.share(1.0 / (len(tight) - number))
        priced.append(replace(bound, saving=_saving(problem, labels, bound, worth, inner)))
    return priced


def _ends(band: Band, labels: Ints) -> list[Binding]:
    load = sums(labels, band.weights, int(labels.max()) + 1)
    typical = max(float(np.abs(load).mean()), 1e-9)
    found = []
    for upper, end in ((False, float(band.lower)), (True, float(band.upper))):
        if not np.isfinite(end):
            continue
        step = STEP * (abs(end) or typical)
        if np.array_equal(band.weights, np.rint(band.weights)):
            step = max(1.0, float(np.rint(step)))
        found += [
            Binding(band.gate, band.name, band.unit, k, upper, float(x), end, step)
            for k, x in enumerate(load)
        ]
    return found


def _aim_limits(problem: PartitionProblem, labels: Ints) -> Iterator[Binding]:
    for limit in problem.of(AimLimit):
        bare = replace(problem, parts=limit.terms)
        load = evaluate(bare, labels, best_seats(problem, labels)).objective
        end, step = float(limit.upper), STEP * max(abs(float(limit.upper)), 1.0)
        if all(_in_whole_numbers(term) for term in limit.terms):
            step = max(1.0, float(np.rint(step)))
        unit = limit.terms[0].unit if not isinstance(limit.terms[0], Unmixed) else "split"
        yield Binding(limit.gate, limit.name, unit, -1, True, load, end, step)


def _in_whole_numbers(term: Priced) -> bool:
    """Whether what a limit's term comes to is a number of things."""
    match term:
        case Unmixed():
            return term.price == 1.0
        case PairCut() | AssignCost():
            cost = term.cost[np.isfinite(term.cost)]
            return term.weight == 1.0 and np.array_equal(cost, np.rint(cost))
        case _:
            return False


def _counts(problem: PartitionProblem, labels: Ints) -> Iterator[Binding]:
    count = float(labels.max()) + 1.0
    for part in problem.of(DistrictCount):
        for upper, end in ((False, part.least), (True, part.most)):
            yield Binding(part.gate, "count", "districts", -1, upper, count, float(end), 1.0)


def _saving(
    problem: PartitionProblem, labels: Ints, bound: Binding, worth: float, stop: Stop
) -> float | None:
    """Return what loosening the bound by its step saves; None where no time was left."""
    if stop.due:
        return None
    looser = replace(problem, parts=tuple(_loosened(part, bound) for part in problem.parts))
    solution = solve_partition(looser, stop, start=labels)
    return None if solution.labels is None else max(0.0, worth - solution.objective)


def _loosened(part: Constraint | Aim, bound: Binding) -> Constraint | Aim:
    """Return the part with its end moved by the step where it is the bound's, else unchanged."""
    step = bound.step
    match part:
        case Band(price=None) if (part.gate, part.name) == (bound.gate, bound.name):
            if bound.upper:
                return replace(part, upper=part.upper + step)
            return replace(part, lower=part.lower - step)
        case AimLimit() if (part.gate, part.name) == (bound.gate, bound.name):
            return replace(part, upper=part.upper + step)
        case DistrictCount() if part.gate == bound.gate:
            if bound.upper:
                return replace(part, most=part.most + 1)
            return replace(part, least=max(1, part.least - 1))
        case _:
            return part
