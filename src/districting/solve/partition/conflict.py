"""Why no plan exists: a smallest set of rules that contradict each other, and what to give way.

A deletion filter drops one gate after another and keeps only those without which the rest can
hold together. Every member is confirmed by a re-solve: without it a plan exists. A re-solve cut
short proves nothing; its gate stays and is named as unconfirmed.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from districting.model.partition import (
    Aim,
    AimLimit,
    AssignCost,
    Band,
    Constraint,
    Deviation,
    Ints,
    PairCut,
    PartitionProblem,
    SeatPrice,
    Spread,
    Together,
    Unmixed,
)
from districting.plan.record import Status
from districting.solve.partition.decompose import decompose
from districting.solve.partition.limits import freed, slack
from districting.solve.partition.solver import solve_partition
from districting.solve.partition.ties import contradiction
from districting.solve.partition.value import TOLERANCE, sums
from districting.solve.result import PartitionSolution
from districting.solve.stop import Stop

REACH = 0.3
"""Share of the time for the least that a limited aim may come to."""


@dataclass(frozen=True)
class Relaxed:
    """By how much the relaxed plan leaves one band in one district, or one limit on an aim.

    Parameters
    ----------
    gate, name, unit : str
        Of the band or limit.
    seat : int
        Unit of the district's seat; -1 for a limit on the whole plan.
    amount : float
        Positive above the upper end, negative below the lower end.
    """

    gate: str
    name: str
    unit: str
    seat: int
    amount: float


@dataclass(frozen=True, eq=False)
class Conflict:
    """Gates that cannot hold together, and the smallest relaxation found.

    Parameters
    ----------
    proven : bool
        Whether infeasibility itself is proven; otherwise the other fields are empty.
    gates : tuple of str
        Together infeasible; each member confirmed necessary unless in `unconfirmed`.
    unconfirmed : tuple of str
        Members whose necessity could not be decided in time.
    groups : tuple of int
        Independent groups without a plan of their own (empty where nothing decomposes).
    relaxation : tuple of Relaxed
        Bands that give way in the plan that leaves them least, relative to their ends; where no
        bands help, the limit on an aim that gives way by as little as it can.
    relaxation_proven : bool
        Whether no smaller relaxation exists.
    labels, seats : int arrays or None
        The relaxed plan.
    torn : int array, shape (p, 2)
        Where `gates` tie units of groups that may not mix: pairs of such units.
    """

    proven: bool
    gates: tuple[str, ...] = ()
    unconfirmed: tuple[str, ...] = ()
    groups: tuple[int, ...] = ()
    relaxation: tuple[Relaxed, ...] = ()
    relaxation_proven: bool = False
    labels: Ints | None = None
    seats: Ints | None = None
    torn: Ints = field(default_factory=lambda: np.empty((0, 2), np.int64))


def find_conflict(problem: PartitionProblem, stop: Stop, seed: int = 0) -> Conflict:
    """Return why `problem` has no plan.

    Parameters
    ----------
    problem : PartitionProblem
    stop : Stop
        Shared by all re-solves; what is undecided when it is due stays in, unconfirmed.
    """
    torn = _torn(problem)
    if torn is not None:
        return torn
    bare = feasibility(problem)
    for limit in bare.of(AimLimit):
        far = _out_of_reach(bare, limit, stop, seed)
        if far is not None:
            return far
    verdict = solve_partition(bare, stop, seed)
    if verdict.status is not Status.INFEASIBLE:
        return Conflict(proven=False)
    members, unconfirmed = _filtered(bare, verdict, stop, seed)
    slack, proven, solution = _relaxed(problem, members, stop, seed)
    return Conflict(
        proven=True,
        gates=members,
        unconfirmed=unconfirmed,
        groups=verdict.infeasible_groups,
        relaxation=slack,
        relaxation_proven=proven,
        labels=None if solution is None else solution.labels,
        seats=None if solution is None else solution.seats,
    )


def _torn(problem: PartitionProblem) -> Conflict | None:
    """Return the conflict between ties and groups that may not mix, known without a solve.

    Without the groups, one district is a plan of the ties; without one of the ties, the groups that
    the others join are plans, provided that each has a candidate.
    """
    found = contradiction(problem)
    groups = [p.groups for p in problem.of(Unmixed) if found is not None and p.gate == found[0]]
    if found is None or not groups:
        return None
    if not np.isin(groups[0], groups[0][problem.seats]).all():
        return None
    gate, torn = found
    kept = [p for p in problem.parts if p.gate == gate or isinstance(p, Together)]
    problem = replace(problem, parts=tuple(kept))
    for other in _gates(problem):
        smaller = _without(problem, other)
        left = contradiction(smaller)
        if left is not None:
            problem, torn = smaller, left[1]
    return Conflict(proven=True, gates=tuple(_gates(problem)), torn=torn)


def _out_of_reach(
    bare: PartitionProblem, limit: AimLimit, stop: Stop, seed: int
) -> Conflict | None:
    """Return the conflict between `limit` alone and the other musts, None where that is none.

    What is limited is minimised, which is much easier than to keep a limit; the musts without which
    the least is still above the limit are left out one by one.
    """
    wanted = freed(bare, limit)
    least = solve_partition(wanted, stop.share(REACH), seed)
    if least.labels is None or least.bound <= limit.upper + slack(limit):
        return None
    unsure = []
    gates = [g for g in _gates(wanted) if g != limit.gate]
    for number, gate in enumerate(gates):
        share = stop.share(1.0 / (len(gates) - number))
        smaller = _without(wanted, gate)
        found = solve_partition(smaller, share, seed)
        if found.bound > limit.upper + slack(limit):
            wanted = smaller
        elif found.labels is None or found.objective > limit.upper + slack(limit):
            unsure.append(gate)
    members = tuple(dict.fromkeys([*_gates(wanted), limit.gate]))
    proven = least.status is Status.OPTIMAL
    one = (_above(limit, least),)
    found_plan = {"labels": least.labels, "seats": least.seats}
    return Conflict(True, members, tuple(unsure), (), one, proven, **found_plan)


def feasibility(problem: PartitionProblem) -> PartitionProblem:
    """Return the problem of finding any plan: no aims but what they rule out, no prices."""
    parts: list[Constraint | Aim] = []
    for part in problem.parts:
        match part:
            case PairCut() | Deviation() | SeatPrice() | Spread():
                continue
            case Band(price=float() | int()) | Unmixed(price=float() | int()):
                continue
            case AssignCost():
                barred = ~np.isfinite(part.cost)
                if barred.any():
                    parts.append(replace(part, cost=np.where(barred, np.inf, 0.0)))
            case _:
                parts.append(part)
    return replace(problem, parts=tuple(parts))


def _without(problem: PartitionProblem, gate: str) -> PartitionProblem:
    return replace(problem, parts=tuple(p for p in problem.parts if p.gate != gate))


def _gates(problem: PartitionProblem) -> list[str]:
    return list(dict.fromkeys(p.gate for p in problem.parts))


def _filtered(
    bare: PartitionProblem, verdict: PartitionSolution, stop: Stop, seed: int
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return (members, unconfirmed), sought in the first failing group where there are groups."""
    pieces = decompose(bare)
    if pieces is None or not verdict.infeasible_groups:
        return _deletion(bare, stop, seed)
    failing = next(p for p in pieces if p.group == verdict.infeasible_groups[0])
    members, unconfirmed = _deletion(failing.problem, stop, seed)
    inside = set(_gates(failing.problem))
    binding = [g for g in _gates(bare) if g not in inside]
    needed, unsure = [], list(unconfirmed)
    keep = {*members, *binding}
    whole = replace(bare, parts=tuple(p for p in bare.parts if p.gate in keep))
    for gate in binding:
        status = solve_partition(_without(whole, gate), stop, seed).status
        if status is Status.INFEASIBLE:
            whole = _without(whole, gate)
            continue
        needed.append(gate)
        if status is Status.UNKNOWN:
            unsure.append(gate)
    return (*members, *needed), tuple(unsure)


def _deletion(
    problem: PartitionProblem, stop: Stop, seed: int
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    unconfirmed = []
    for gate in _gates(problem):
        smaller = _without(problem, gate)
        status = solve_partition(smaller, stop, seed).status
        if status is Status.INFEASIBLE:
            problem = smaller
        elif status is Status.UNKNOWN:
            unconfirmed.append(gate)
    members = tuple(_gates(problem))
    return members, tuple(g for g in unconfirmed if g in members)


def _elastic(problem: PartitionProblem, gates: tuple[str, ...] | None) -> PartitionProblem:
    """Return the bare problem with the bands of `gates` (None: all) priced by their own size."""
    parts: list[Constraint | Aim] = []
    for part in feasibility(problem).parts:
        if isinstance(part, Band) and (gates is None or part.gate in gates):
            ends = [abs(e) for e in (part.lower, part.upper) if np.isfinite(e)]
            spread = float(np.abs(part.weights).mean()) if problem.n else 1.0
            parts.append(replace(part, price=1.0 / max([*ends, spread, 1e-9])))
        else:
            parts.append(part)
    return replace(problem, parts=tuple(parts))


def _relaxed(
    problem: PartitionProblem, members: tuple[str, ...], stop: Stop, seed: int
) -> tuple[tuple[Relaxed, ...], bool, PartitionSolution | None]:
    """Return the smallest relaxation of the members' bands, or of all bands if that is too few."""
    for gates in (members, None):
        solution = solve_partition(_elastic(problem, gates), stop, seed)
        if solution.labels is not None:
            slack = _slacks(problem, solution.labels, solution.seats)
            return slack, solution.status is Status.OPTIMAL, solution
    for limit in problem.of(AimLimit):
        if limit.gate in members:
            kept = tuple(p for p in feasibility(problem).parts if p is not limit)
            solution = solve_partition(replace(problem, parts=(*kept, *limit.terms)), stop, seed)
            if solution.labels is not None:
                return (_above(limit, solution),), solution.status is Status.OPTIMAL, solution
    return (), False, None


def _above(limit: AimLimit, least: PartitionSolution) -> Relaxed:
    """Return by how much `limit` has to give way for the plan that comes nearest to it."""
    amount = least.objective - limit.upper
    return Relaxed(limit.gate, limit.name, _unit(limit), -1, amount)


def _unit(limit: AimLimit) -> str:
    return next((t.unit for t in limit.terms if not isinstance(t, Unmixed)), "split")


def _slacks(problem: PartitionProblem, labels: Ints, seats: Ints) -> tuple[Relaxed, ...]:
    found = []
    for band in problem.of(Band):
        if band.price is not None:
            continue
        load = sums(labels, band.weights, len(seats))
        above = np.maximum(load - band.upper, 0.0) - np.maximum(band.lower - load, 0.0)
        least = TOLERANCE * max(1.0, float(np.abs(band.weights).max(initial=0.0)))
        for k in np.flatnonzero(np.abs(above) > least):
            seat = int(problem.seats[seats[k]])
            found.append(Relaxed(band.gate, band.name, band.unit, seat, float(above[k])))
    return tuple(found)
