"""Refuse a partition problem whose arrays do not fit together, all faults at once."""

from __future__ import annotations

import numpy as np

from districting.model.partition import (
    AimLimit,
    Apart,
    AssignCost,
    Band,
    Contiguous,
    Deviation,
    DistrictCount,
    DistrictsPerGroup,
    Floats,
    Ints,
    PairCut,
    PartitionProblem,
    SeatPrice,
    Spread,
    Together,
    Unmixed,
    charged,
)


def check_problem(problem: PartitionProblem) -> None:
    """Refuse a problem whose arrays do not fit together.

    Raises
    ------
    ValueError
        On wrong shapes, unsorted seats, negative costs and prices (bounds need them positive), or
        a part that no solver here knows.
    """
    n, m = problem.n, len(problem.seats)
    faults = []
    if m and (
        problem.seats[0] < 0 or problem.seats[-1] >= n or (np.diff(problem.seats) <= 0).any()
    ):
        faults.append("seats must be strictly increasing unit indices")
    if len(problem.edges) and (problem.edges.min() < 0 or problem.edges.max() >= n):
        faults.append("edges must join units 0 … n-1")
    for part in problem.parts:
        faults += [f"{part.gate}: {fault}" for fault in _faults(part, n, m)]
    if faults:
        raise ValueError("; ".join(faults))


def _faults(part: object, n: int, m: int) -> list[str]:
    match part:
        case AssignCost():
            return _priced(part.weight, part.cost, (n, m))
        case SeatPrice():
            return _priced(part.weight, part.cost, (m,)) + _finite(part.cost)
        case PairCut():
            return _priced(part.weight, part.cost, (len(part.pairs),)) + _units(part.pairs, n)
        case Deviation():
            if part.weight < 0 or part.weights.shape != (n,) or part.targets.shape != (n,):
                return [f"weight must not be negative, arrays of length {n}"]
            return []
        case Spread():
            return _spread(part, n)
        case Band():
            wrong = [] if part.weights.shape == (n,) else [f"weights must be {n} numbers"]
            if part.price is not None and part.price < 0:
                wrong.append("price must not be negative")
            return wrong + _finite(part.weights)
        case Unmixed() | DistrictsPerGroup():
            if part.groups.shape != (n,) or (n and part.groups.min() < 0):
                return [f"groups must be {n} numbers from 0"]
            return []
        case Together() | Apart():
            return _units(part.pairs, n)
        case AimLimit():
            wrong = [f for term in part.terms for f in _faults(term, n, m)]
            if not all(charged(term) for term in part.terms):
                wrong.append("terms of a limit are aims or carry a price")
            return wrong
        case Contiguous() | DistrictCount():
            return []
        case _:
            return [f"unknown kind of part, {type(part).__name__}"]


def _priced(weight: float, cost: Floats, shape: tuple[int, ...]) -> list[str]:
    wrong = []
    if cost.shape != shape:
        wrong.append(f"cost has shape {cost.shape}, not {shape}")
    if weight < 0 or not (cost >= 0).all():
        wrong.append("costs and weight must not be negative")
    return wrong


def _finite(values: Floats) -> list[str]:
    return [] if np.isfinite(values).all() else ["numbers must be finite"]


def _units(pairs: Ints, n: int) -> list[str]:
    if len(pairs) and (pairs.min() < 0 or pairs.max() >= n):
        return ["pairs must join units 0 … n-1"]
    return []


def _spread(part: Spread, n: int) -> list[str]:
    if part.weight < 0 or part.points.shape != (n,) or part.base.shape != (n,):
        return [f"weight must not be negative, arrays of length {n}"]
    if not (part.base >= 0).all() or (part.points[part.base == 0] != 0).any():
        return ["base must not be negative, and points be 0 where base is"]
    return _finite(part.points) + _finite(part.base)
