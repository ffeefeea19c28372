"""What a labelling is worth and which musts it breaks, straight from the problem.

Independent of the solvers' models: every plan a solver returns is judged here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

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
)
from districting.plan.record import ObjectivePart
from districting.solve.partition.arrays import neighbours
from districting.solve.partition.kernels import pieces

TOLERANCE = 1e-6
"""Relative tolerance of bands, of optimality and of ``bound <= objective``."""


@dataclass(frozen=True)
class Violation:
    """One must that a labelling breaks.

    Parameters
    ----------
    gate, name : str
    district : int
        District concerned, -1 for the whole plan.
    amount : float
        By how much, in the constraint's unit; pieces beyond one, units, pairs or districts.
    """

    gate: str
    name: str
    district: int
    amount: float


@dataclass(frozen=True, eq=False)
class Evaluation:
    """Objective by gate and violations of one labelling."""

    objective: float
    parts: Mapping[str, ObjectivePart]
    violations: tuple[Violation, ...]

    @property
    def feasible(self) -> bool:
        """Whether every must holds."""
        return not self.violations


def sums(labels: Ints, weights: Floats, count: int) -> Floats:
    """Return the sum of `weights` per district, shape (count,)."""
    return np.bincount(labels, weights, minlength=count).astype(float)


def outside(total: Floats, lower: Floats | float, upper: Floats | float) -> Floats:
    """Return by how much each total lies outside its window, at least 0."""
    return np.maximum(0.0, np.maximum(lower - total, total - upper))


def incidences(labels: Ints, groups: Ints) -> Ints:
    """Return the distinct (group, district) pairs, shape (q, 2)."""
    count = int(labels.max(initial=0)) + 1
    return np.stack(np.divmod(np.unique(groups * count + labels), count), axis=1)


def best_seats(problem: PartitionProblem, labels: Ints) -> Ints:
    """Return the cheapest seat candidate inside each district; -1 where there is none.

    Ties go to the lower unit. Labels are 0 … K-1; the cost counts assignments, seats and
    deviations, the only parts that know the seat. A candidate that some unit may not use is taken
    only if all are.
    """
    count = int(labels.max()) + 1 if problem.n else 0
    m = len(problem.seats)
    total = np.zeros((count, m))
    barred = np.zeros((count, m))
    for aim in problem.of(AssignCost):
        finite = np.isfinite(aim.cost)
        for k in range(count):
            mine = labels == k
            total[k] += aim.weight * np.where(finite[mine], aim.cost[mine], 0.0).sum(axis=0)
            barred[k] += (~finite[mine]).sum(axis=0)
    for price in problem.of(SeatPrice):
        total += price.weight * price.cost[None, :]
    for d in problem.of(Deviation):
        load = sums(labels, d.weights, count)
        total += d.weight * np.abs(load[:, None] - d.targets[problem.seats][None, :])
    inside = labels[problem.seats][None, :] == np.arange(count)[:, None]
    # A tolerance in the comparison keeps ties between equal seats from hanging on rounding.
    finest = np.where(inside & (barred == 0), total, np.inf)
    limit = finest.min(axis=1, keepdims=True) if m else np.zeros((count, 1))
    best = (
        np.argmax(finest <= limit + 1e-9 * np.abs(limit), axis=1)
        if m
        else np.full(count, -1, np.int64)
    )
    for k in range(count):
        if m == 0 or not np.isfinite(limit[k, 0]):
            order = np.where(inside[k], barred[k], np.inf) if m else np.array([np.inf])
            best[k] = int(np.argmin(order)) if np.isfinite(order).any() else -1
    return best.astype(np.int64)


def canonical(problem: PartitionProblem, labels: Ints, seats: Ints) -> tuple[Ints, Ints]:
    """Return labels and seats renumbered by increasing seat unit."""
    order = np.argsort(problem.seats[seats], kind="stable")
    rank = np.empty(len(seats), np.int64)
    rank[order] = np.arange(len(seats))
    return rank[labels], np.asarray(seats, np.int64)[order]


def evaluate(problem: PartitionProblem, labels: Ints, seats: Ints) -> Evaluation:
    """Return objective parts and violations of districts 0 … K-1 with the given seats.

    Parameters
    ----------
    labels : int array, shape (n,)
    seats : int array, shape (K,)
        Seat candidate of each district; -1 for a district without one, a violation of ``"seat"``.
    """
    count = len(seats)
    parts: dict[str, ObjectivePart] = {}
    broken: list[Violation] = []
    if problem.n and not np.array_equal(np.unique(labels), np.arange(count)):
        broken.append(Violation("labels", "labels", -1, 1.0))
        return Evaluation(float("nan"), parts, tuple(broken))
    for k in range(count):
        if seats[k] < 0 or labels[problem.seats[seats[k]]] != k:
            broken.append(Violation("seat", "seat", k, 1.0))
    if broken:
        return Evaluation(float("nan"), parts, tuple(broken))
    for part in problem.parts:
        broken.extend(_violations(problem, part, labels, seats))
        _add(parts, part.gate, _priced(problem, part, labels, seats))
    objective = float(sum(p.value * p.weight for p in parts.values()))
    return Evaluation(objective, parts, tuple(broken))


def _add(parts: dict[str, ObjectivePart], gate: str, more: ObjectivePart | None) -> None:
    """Add to the gate's part; another unit or weight under the same gate has its own entry."""
    if more is None:
        return
    key, number = gate, 1
    while key in parts and (parts[key].unit, parts[key].weight) != (more.unit, more.weight):
        number += 1
        key = f"{gate}#{number}"
    value = more.value + (parts[key].value if key in parts else 0.0)
    parts[key] = ObjectivePart(value, more.unit, more.weight)


def _priced(
    problem: PartitionProblem, part: object, labels: Ints, seats: Ints
) -> ObjectivePart | None:
    match part:
        case AssignCost():
            paid = part.cost[np.arange(problem.n), seats[labels]]
            return ObjectivePart(float(paid[np.isfinite(paid)].sum()), part.unit, part.weight)
        case PairCut():
            apart = labels[part.pairs[:, 0]] != labels[part.pairs[:, 1]]
            return ObjectivePart(float(part.cost[apart].sum()), part.unit, part.weight)
        case SeatPrice():
            return ObjectivePart(float(part.cost[seats].sum()), part.unit, part.weight)
        case Spread():
            return ObjectivePart(mean_range(part, labels, len(seats)), part.unit, part.weight)
        case Deviation():
            load = sums(labels, part.weights, len(seats))
            off = np.abs(load - part.targets[problem.seats[seats]])
            return ObjectivePart(float(off.sum()), part.unit, part.weight)
        case Band(price=float() | int() as price):
            load = sums(labels, part.weights, len(seats))
            return ObjectivePart(
                float(outside(load, part.lower, part.upper).sum()), part.unit, float(price)
            )
        case Unmixed(price=float() | int() as price):
            beyond = len(incidences(labels, part.groups)) - len(np.unique(part.groups))
            return ObjectivePart(float(beyond), "split", float(price))
        case _:
            return None


def _violations(
    problem: PartitionProblem, part: object, labels: Ints, seats: Ints
) -> list[Violation]:
    count = len(seats)
    match part:
        case AssignCost():
            barred = ~np.isfinite(part.cost[np.arange(problem.n), seats[labels]])
            wrongly = np.bincount(labels[barred], minlength=count).astype(np.float64)
            return _each(part.gate, "seat", wrongly)
        case AimLimit():
            return _over_limit(problem, part, labels, seats)
        case Contiguous():
            piece = pieces(*neighbours(problem.n, problem.edges), labels)
            owner = incidences(piece, labels)[:, 0]
            return _each(
                part.gate, "pieces", np.bincount(owner, minlength=count).astype(np.float64) - 1
            )
        case Unmixed(price=None):
            held = incidences(labels, part.groups)[:, 1]
            extra = np.bincount(held, minlength=count).astype(np.float64) - 1
            return _each(part.gate, "groups", extra)
        case DistrictsPerGroup():
            met = np.bincount(incidences(labels, part.groups)[:, 0], minlength=len(part.count))
            wrong = [g for g in np.unique(part.groups) if met[g] != part.count[g]]
            return [
                Violation(part.gate, f"group {g}", -1, float(abs(met[g] - part.count[g])))
                for g in wrong
            ]
        case DistrictCount():
            off = max(part.least - count, count - part.most)
            return [Violation(part.gate, "districts", -1, float(off))] if off > 0 else []
        case Band(price=None):
            load = sums(labels, part.weights, count)
            return _each(part.gate, part.name, outside(load, *_slackened(part)))
        case Together():
            off = int((labels[part.pairs[:, 0]] != labels[part.pairs[:, 1]]).sum())
            return [Violation(part.gate, "pairs", -1, float(off))] if off else []
        case Apart():
            off = int((labels[part.pairs[:, 0]] == labels[part.pairs[:, 1]]).sum())
            return [Violation(part.gate, "pairs", -1, float(off))] if off else []
        case _:
            return []


def _over_limit(
    problem: PartitionProblem, limit: AimLimit, labels: Ints, seats: Ints
) -> list[Violation]:
    """Return by how much the limit's terms together exceed it, and units its terms bar."""
    barred = [
        replace(v, gate=limit.gate)
        for term in limit.terms
        if isinstance(term, AssignCost)
        for v in _violations(problem, term, labels, seats)
    ]
    paid = [_priced(problem, term, labels, seats) for term in limit.terms]
    over = sum(p.value * p.weight for p in paid if p is not None) - limit.upper
    if over <= TOLERANCE * max(1.0, abs(limit.upper)):
        return barred
    return [*barred, Violation(limit.gate, limit.name, -1, float(over))]


def mean_range(part: Spread, labels: Ints, count: int) -> float:
    """Return the greatest minus the least district mean; 0 where no district has a base."""
    base = sums(labels, part.base, count)
    rated = base > 0
    if not rated.any():
        return 0.0
    mean = sums(labels, part.points, count)[rated] / base[rated]
    return float(mean.max() - mean.min())


def _slackened(band: Band) -> tuple[float, float]:
    """Return the band's ends moved outwards by the tolerance, which weighs rounding only."""
    scale = TOLERANCE * max(1.0, float(np.abs(band.weights).max(initial=0.0)))
    return band.lower - scale, band.upper + scale


def _each(gate: str, name: str, amount: Floats) -> list[Violation]:
    return [Violation(gate, name, int(k), float(amount[k])) for k in np.flatnonzero(amount > 0)]
