"""Proven optima of small problems: the Hess model with separators added as plans violate them."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from districting.model.partition import Ints
from districting.plan.record import Status
from districting.solve.mip import solve_milp
from districting.solve.partition.arrays import Arrays
from districting.solve.partition.milp import build, read_labels, start_values
from districting.solve.partition.program import Milp
from districting.solve.partition.separate import add_cuts, forbid
from districting.solve.partition.value import TOLERANCE, best_seats, evaluate
from districting.solve.stop import Stop


@dataclass(frozen=True, eq=False)
class Found:
    """Best labelling and proven bound of one method.

    Parameters
    ----------
    labels, seats : int arrays or None
        As in :class:`PartitionSolution`, not yet renumbered.
    objective, bound : float
    infeasible : bool
        Proven that no plan exists.
    """

    labels: Ints | None
    seats: Ints
    objective: float
    bound: float
    infeasible: bool = False

    @property
    def status(self) -> Status:
        """Status by what is proven."""
        if self.infeasible:
            return Status.INFEASIBLE
        if self.labels is None:
            return Status.UNKNOWN
        return Status.OPTIMAL if closed(self.objective, self.bound) else Status.FEASIBLE


NOTHING = Found(None, np.empty(0, np.int64), float("nan"), 0.0)
"""No plan yet; every part of an objective is at least 0."""


def closed(objective: float, bound: float) -> bool:
    """Whether the bound proves the objective optimal within the tolerance."""
    return objective - bound <= TOLERANCE * max(1.0, abs(objective))


def enough(best: Found, stop: Stop) -> bool:
    """Whether the search may end: with a proven plan, one within the stop's gap, or no time."""
    gap = (best.objective - best.bound) / max(1.0, abs(best.objective))
    return best.status is Status.OPTIMAL or gap <= stop.gap or stop.due


def judged(arrays: Arrays, labels: Ints, seats: Ints | None = None) -> tuple[float, Ints, bool]:
    """Return (objective, best seats, feasible) of a labelling, by :mod:`value`."""
    chosen = best_seats(arrays.problem, labels) if seats is None else seats
    result = evaluate(arrays.problem, labels, chosen)
    return result.objective, chosen, result.feasible


def solve_exact(
    arrays: Arrays,
    stop: Stop,
    seed: int = 0,
    start: Found = NOTHING,
    model: Milp | None = None,
    nodes: int | None = None,
    gap: float | None = None,
    seated: bool = False,
) -> Found:
    """Solve the Hess model until its optimum is contiguous, or the stop is due.

    Parameters
    ----------
    start : Found
        A feasible plan to begin with, and a bound proven elsewhere.
    model : Milp, optional
        A model narrowed by the caller; then the bound is that of the narrowed problem.
    gap : float, optional
        Relative gap that is enough; by default the stop's.
    seated : bool
        Whether the model's seats are given: plans keep them, so that the bound is theirs.
    nodes : int, optional
        Nodes after which each solve of the model ends; the search ends with the first such solve.
    """
    model = build(arrays) if model is None else model
    best = start
    if arrays.least > arrays.most:
        return Found(None, best.seats, float("nan"), np.inf, infeasible=True)
    while True:
        hint = None if best.labels is None else start_values(model, best.labels, best.seats)
        answer = solve_milp(model, stop, seed, hint, stop.gap if gap is None else gap, nodes)
        if answer.infeasible:
            return _without(best)
        best = raised(best, answer.bound)
        added = 0
        if answer.x is not None:
            labels, seats = read_labels(model, answer.x)
            added = add_cuts(model, labels, seats)
            best = _improved(arrays, best, labels, seats, seated)
            if not added and not judged(arrays, labels, seats)[2]:
                forbid(model, labels, seats)
                added = 1
        if best.status is Status.OPTIMAL or (answer.finished and not added) or stop.due:
            return best
        if nodes is not None and not answer.finished:
            return best


def _without(best: Found) -> Found:
    """Return the verdict of an infeasible model: no plan, or none but the one already known."""
    if best.labels is None:
        return Found(None, best.seats, float("nan"), np.inf, infeasible=True)
    return raised(best, best.objective)


def raised(best: Found, bound: float) -> Found:
    """Return `best` with a bound at least `bound`, never above the objective by rounding."""
    higher = max(best.bound, bound)
    if best.labels is not None and higher > best.objective:
        assert closed_above(best.objective, higher), (best.objective, higher)
        higher = best.objective
    return Found(best.labels, best.seats, best.objective, higher)


def worth(found: Found) -> float:
    """Return the objective, infinite where there is no plan."""
    return np.inf if found.labels is None else found.objective


def better(one: Found, other: Found) -> Found:
    """Return the better plan of two, with the bound of the first."""
    if other.labels is None or (one.labels is not None and one.objective <= other.objective):
        return one
    return replace(other, bound=min(one.bound, other.objective), infeasible=False)


def closed_above(objective: float, bound: float) -> bool:
    """Whether a bound exceeds an objective by no more than rounding."""
    return bound - objective <= 10 * TOLERANCE * max(1.0, abs(objective))


def _improved(arrays: Arrays, best: Found, labels: Ints, own: Ints, seated: bool) -> Found:
    """Return the better of `best` and the labelling with its cheapest seats, if feasible.

    A limit on aims may rule the cheapest seats out; then the labelling keeps its own.
    """
    objective, seats, feasible = judged(arrays, labels, own if seated else None)
    if not feasible and arrays.limits:
        objective, seats, feasible = judged(arrays, labels, own)
    if not feasible or (best.labels is not None and objective >= best.objective):
        return best
    return raised(Found(labels, seats, objective, -np.inf), best.bound)
