"""Why no rotation plan exists: the rules in conflict, and the least that would have to give way."""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import dataclass, replace

import numpy as np

from districting.model.rotation import PRICES, Bools, Convex, Ints, Part, RotationProblem, Rows
from districting.solve.highs import Answer
from districting.solve.rotation.program import SCALE, Tier, make_program
from districting.solve.rotation.relax import Box
from districting.solve.rotation.solution import excess, misses, tier_value
from districting.solve.rotation.start import few_misses
from districting.solve.rotation.tiers import Course, narrow, relax_tier, whole_solve
from districting.solve.stop import Stop

ZERO = 1e-6


@dataclass(frozen=True)
class Give:
    """One row that a repair lets give way.

    Parameters
    ----------
    gate, label, unit : str
    amount : float
    """

    gate: str
    label: str
    unit: str
    amount: float


@dataclass(frozen=True, eq=False)
class Repair:
    """Moves for which some rules must give way least.

    Parameters
    ----------
    gives : tuple of Give
    amount, bound : float
        Total of `gives`, and what no such repair is below.
    chosen : int array
        The moves.
    """

    gives: tuple[Give, ...]
    amount: float
    bound: float
    chosen: Ints


@dataclass(frozen=True, eq=False)
class RotationConflict:
    """What stands against any plan.

    Parameters
    ----------
    gates : tuple of str
        Rules that together leave no solution; without any one of them these would leave one.
    repair : Repair or None
        The smallest, in total amount; None where none was found in time.
    proven : bool
        Whether the conflict is proven.
    """

    gates: tuple[str, ...]
    repair: Repair | None
    proven: bool

    @property
    def gives(self) -> tuple[Give, ...]:
        """Return the rows that the smallest repair lets give way."""
        return () if self.repair is None else self.repair.gives


def find_conflict(problem: RotationProblem, stop: Stop) -> RotationConflict:
    """Return the rules in conflict and the smallest repair.

    Only musts stand against a plan. Every row of a must is given a slack; the least sum of slacks
    is the smallest repair, in units of the rows (teachers; squared coefficients for ceilings). The
    prices of rows in the linear program are the certificate of the conflict; rules without which it
    persists are struck off.
    """
    musts = musts_of(problem)
    if not musts.parts:
        return RotationConflict((), None, False)
    gates, lowest = _certificate(musts, stop)
    repair = smallest_repair(problem, {p.gate for p in musts.parts}, stop)
    named = gates or (() if repair is None else tuple(sorted({g.gate for g in repair.gives})))
    bound = lowest if repair is None else max(lowest, repair.bound)
    return RotationConflict(named, repair, bound > ZERO)


def smallest_repair(problem: RotationProblem, gates: Collection[str], stop: Stop) -> Repair | None:
    """Return the moves for which the rules `gates` give way least, all other musts kept.

    None where there are no such moves, or none were found in time.
    """
    firm = musts_of(problem)
    loose = _slackened(firm, gates)
    program = make_program(replace(loose, announced=few_misses(loose)))
    course = Course(program, Box.of(program), stop, [])
    prices, arcs = program.tiers[0], program.arcs
    _, found = relax_tier(course, prices)
    if not found.feasible:
        return None
    x, bound = found.x, found.bound
    used = x[:arcs] > ZERO
    split = np.abs(x[:arcs] - np.rint(x[:arcs])) > ZERO
    if split.any():
        least = _next(firm, bound)
        hopeful = replace(course, box=replace(course.box))
        narrow(hopeful, prices, found, least * SCALE)
        for near in (used, used | np.isin(problem.agent, problem.agent[split])):
            answer = _whole(hopeful, prices, near, presolve=False)
            if answer.status == "optimal" and answer.value <= least + ZERO:
                break
        else:
            answer = _whole(course, prices, np.ones(arcs, dtype=bool), presolve=True)
            bound = max(bound, answer.bound)
        if answer.status not in ("optimal", "feasible"):
            return None
        x = answer.x
    chosen = np.flatnonzero(x[:arcs] > 0.5)
    gives = _gives(firm, chosen)
    amount = sum(g.amount for g in gives)
    return Repair(gives, amount, min(max(bound, _next(firm, bound)), amount), chosen)


def musts_of(problem: RotationProblem) -> RotationProblem:
    """Return the problem with its musts alone."""
    return replace(problem, parts=tuple(p for p in problem.parts if _is_must(p)))


def _is_must(part: Part) -> bool:
    if isinstance(part, Rows):
        return part.price is None
    return isinstance(part, Convex) and part.ceiling is not None and part.price is None


def _whole(course: Course, prices: Tier, near: Bools, presolve: bool) -> Answer:
    """Return the best whole moves among the arcs `near`.

    Parameters
    ----------
    presolve : bool
        Whether the program is made smaller first: where little is open the search takes less time.
    """
    box, arcs = course.box, course.program.arcs
    upper = box.upper.copy()
    upper[:arcs] = np.where(near, upper[:arcs], 0.0)
    return whole_solve(
        replace(course, box=replace(box, upper=upper)), prices.cost, presolve=presolve
    )


def _next(problem: RotationProblem, bound: float) -> float:
    """Return what no whole repair is below: `bound`, rounded up where all rows count in ones."""
    numbers = [np.r_[p.value, p.low[np.isfinite(p.low)], p.high[np.isfinite(p.high)]]
               for p in problem.parts if isinstance(p, Rows)]  # fmt: skip
    ones = all(isinstance(p, Rows) for p in problem.parts)
    ones = ones and all((n == np.rint(n)).all() for n in numbers)
    return math.ceil(bound - ZERO) if ones else bound


def _slackened(problem: RotationProblem, gates: Collection[str]) -> RotationProblem:
    """Return the musts, those of `gates` to be broken at 1 a unit."""
    parts: list[Part] = []
    for part in problem.parts:
        assert isinstance(part, (Rows, Convex))
        quiet = replace(part, weight=0.0, tier=1) if isinstance(part, Convex) else part
        parts.append(replace(quiet, price=1.0) if part.gate in gates else quiet)
    return replace(problem, parts=tuple(parts))


def _gives(problem: RotationProblem, chosen: Ints) -> tuple[Give, ...]:
    """Return the rows that the moves `chosen` miss."""
    gives = []
    for part in problem.parts:
        if isinstance(part, Rows):
            amount = misses(part, chosen)
            for row in np.flatnonzero(amount > ZERO):
                gives.append(Give(part.gate, part.labels[row], part.unit, float(amount[row])))
        elif isinstance(part, Convex) and excess(part, chosen) > ZERO:
            gives.append(Give(part.gate, "", part.unit, excess(part, chosen)))
    return tuple(gives)


def _certificate(problem: RotationProblem, stop: Stop) -> tuple[tuple[str, ...], float]:
    """Return rules that the linear program proves to be in conflict, and the least sum of theirs.

    Rules join, those of few rows first, until there is a conflict: programs stay small, and rules
    on the whole county are named before those on single schools. No rules where the program of all
    has a solution with split moves.
    """
    rows: dict[str, int] = {}
    for part in problem.parts:
        rows[part.gate] = rows.get(part.gate, 0) + (len(part.low) if isinstance(part, Rows) else 1)
    joined: set[str] = set()
    least, gates = 0.0, set[str]()
    for gate in sorted(rows, key=lambda g: (rows[g], g)):
        joined.add(gate)
        least, gates = _priced(problem, joined, stop)
        if least > ZERO:
            break
    for gate in sorted(gates):
        value, priced = _priced(problem, gates - {gate}, stop)
        if value > ZERO:
            gates = gates & priced
    return tuple(sorted(gates)), least


def _priced(problem: RotationProblem, gates: Collection[str], stop: Stop) -> tuple[float, set[str]]:
    """Return the least sum of slacks of rules `gates` alone, and those whose rows bear a price."""
    kept = replace(problem, parts=tuple(p for p in problem.parts if p.gate in gates))
    if not kept.parts:
        return 0.0, set()
    loose = _slackened(kept, gates)
    if tier_value(loose, PRICES, np.empty(0, dtype=np.int64)) <= ZERO:  # nobody has to move
        return 0.0, set()
    start = few_misses(loose)
    if tier_value(loose, PRICES, start) <= ZERO:
        return 0.0, set()
    program = make_program(replace(loose, announced=start))
    _, found = relax_tier(Course(program, Box.of(program), stop, []), program.tiers[0])
    if found.bound <= ZERO:
        return found.bound, set()
    priced = np.abs(found.dual[: len(program.gates)]) > 1e-7
    return found.bound, {str(g) for g in program.gates[priced] if g}
