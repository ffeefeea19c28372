"""A problem's restriction to some of its units."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from districting.model.partition import (
    Aim,
    AimLimit,
    Apart,
    AssignCost,
    Band,
    Constraint,
    Contiguous,
    Deviation,
    DistrictCount,
    DistrictsPerGroup,
    Ints,
    PairCut,
    PartitionProblem,
    SeatPrice,
    Spread,
    Together,
    Unmixed,
)


def restricted(
    problem: PartitionProblem, units: Ints, gate: str, count: int, usable: Ints | None = None
) -> PartitionProblem:
    """Return the problem of dividing `units` alone into `count` districts, as `gate` demands.

    Pairs that leave `units` are dropped; counts of districts give way to `count`. With `usable`,
    candidates are those alone.
    """
    position = np.full(problem.n, -1, np.int64)
    position[units] = np.arange(len(units))
    candidates = np.flatnonzero(position[problem.seats] >= 0)
    if usable is not None:
        candidates = np.intersect1d(candidates, usable)
    inner = (position[problem.edges] >= 0).all(axis=1)
    parts = [
        small
        for part in problem.parts
        if (small := restrict_part(part, units, candidates, position)) is not None
    ]
    return PartitionProblem(
        n=len(units),
        edges=position[problem.edges[inner]],
        seats=position[problem.seats[candidates]],
        parts=(*parts, DistrictCount(gate, count, count)),
    )


def restrict_part(
    part: Constraint | Aim, units: Ints, candidates: Ints, position: Ints
) -> Constraint | Aim | None:
    """Return `part` for `units` alone.

    None for counts, which the caller sets, and for what only the whole plan has: a range over all
    districts, a limit on a sum over all of them. Who solves a restriction judges the whole.
    """
    match part:
        case Unmixed():
            return replace(part, groups=part.groups[units])
        case DistrictsPerGroup():
            return replace(part, groups=part.groups[units])
        case DistrictCount() | Spread() | AimLimit():
            return None
        case Band():
            return replace(part, weights=part.weights[units])
        case Deviation():
            return replace(part, weights=part.weights[units], targets=part.targets[units])
        case AssignCost():
            return replace(part, cost=part.cost[np.ix_(units, candidates)])
        case SeatPrice():
            return replace(part, cost=part.cost[candidates])
        case Together() | Apart():
            mine = (position[part.pairs] >= 0).all(axis=1)
            return replace(part, pairs=position[part.pairs[mine]])
        case PairCut():
            mine = (position[part.pairs] >= 0).all(axis=1)
            return replace(part, pairs=position[part.pairs[mine]], cost=part.cost[mine])
        case Contiguous():
            return part
