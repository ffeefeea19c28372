"""Why no rotation plan exists: the rules in conflict, and the least that would have to give way."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from districting.model.rotation import Convex, RotationProblem, Rows
from districting.solve.rotation.program import make_program
from districting.solve.rotation.relax import Box
from districting.solve.rotation.solution import excess, misses
from districting.solve.rotation.tiers import Course, relax_tier, whole_solve
from districting.solve.stop import Stop


@dataclass(frozen=True)
class Give:
    """One row that the smallest repair lets give way.

    Parameters
    ----------
    gate, label, unit : str
    amount : float
    """

    gate: str
    label: str
    unit: str
    amount: float


@dataclass(frozen=True)
class RotationConflict:
    """What stands against any plan.

    Parameters
    ----------
    gates : tuple of str
        Rules that together leave no solution: those that bear a price in the linear program that
        makes up for what is missing (its duals are the certificate).
    gives : tuple of Give
        The smallest repair, in total amount.
    proven : bool
        Whether the conflict is proven (the linear program has no solution, or the whole one).
    """

    gates: tuple[str, ...]
    gives: tuple[Give, ...]
    proven: bool


def find_conflict(problem: RotationProblem, stop: Stop) -> RotationConflict:
    """Return the rules in conflict and the smallest repair.

    Every row of a rule is given a slack; the least sum of slacks is the smallest repair, in units
    of the rows (teachers; thousandths of a squared coefficient for ceilings).
    """
    program = make_program(problem, elastic=True)
    course = Course(program, Box.of(program), stop, [])
    prices = program.tiers[0]
    _, found = relax_tier(course, prices)
    priced = np.abs(found.dual) > 1e-7
    gates = sorted({str(g) for g in program.gates[priced[: len(program.gates)]] if g})
    answer = whole_solve(course, prices.cost)
    if answer.status not in ("optimal", "feasible"):
        return RotationConflict(tuple(gates), (), found.value > 1e-6)
    chosen = np.flatnonzero(answer.x[: program.arcs] > 0.5)
    gives = []
    for part in problem.parts:
        if isinstance(part, Rows) and part.price is None:
            amount = misses(part, chosen)
            for row in np.flatnonzero(amount > 1e-6):
                gives.append(Give(part.gate, part.labels[row], part.unit, float(amount[row])))
        if isinstance(part, Convex) and part.price is None and excess(part, chosen) > 1e-6:
            gives.append(Give(part.gate, "", part.unit, excess(part, chosen)))
    named = gates or sorted({g.gate for g in gives})
    return RotationConflict(tuple(named), tuple(gives), answer.bound > 1e-6)
