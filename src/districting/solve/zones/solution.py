"""What the zone solver returns, and the price of a plan by its parts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

from districting.model.zones import Ints, ZoneProblem
from districting.plan.record import ObjectivePart, Status


@dataclass(frozen=True, eq=False)
class Shortage:
    """Why no plan exists: these villages together have only these schools.

    Parameters
    ----------
    villages, schools : int array
    children, seats : int
        With hard seats, ``children > seats``; with no schools at all, a village without any
        school that it may attend in one piece.
    year : str
        The further year that is short, empty for the problem's own.
    """

    villages: Ints
    schools: Ints
    children: int
    seats: int
    year: str = ""


@dataclass(frozen=True, eq=False)
class Nearest:
    """Villages that may attend no school, and their nearest one all the same.

    Parameters
    ----------
    villages, schools, metres : int array
        School and metres of the nearest arc, forbidden or cut off as it is; -1 without any arc.
    """

    villages: Ints
    schools: Ints
    metres: Ints


@dataclass(frozen=True, eq=False)
class Relaxation:
    """What would have to give for a plan to exist.

    Parameters
    ----------
    extra : int array, shape (m,), or None
        Further seats of each school with which `assignment` fits, in every year.
    least : int
        Proven: fewer further seats than this, all schools together, do not do.
    assignment : int array, shape (n,), or None
    nearest : Nearest or None
        Set instead where villages may attend no school at all.
    """

    extra: Ints | None = None
    least: int = 0
    assignment: Ints | None = None
    nearest: Nearest | None = None

    @property
    def total(self) -> int | None:
        """Further seats in all."""
        return None if self.extra is None else int(self.extra.sum())

    @property
    def proven(self) -> bool:
        """Whether no relaxation needs fewer further seats."""
        return self.total is not None and self.total <= self.least


@dataclass(frozen=True, eq=False)
class ZoneSolution:
    """Plan, bound and how they were found.

    Parameters
    ----------
    status : Status
        ``UNKNOWN`` where no plan was found and none was ruled out; ``OPTIMAL`` where bound and
        objective are equal; within 1e-7 of the objective where a program in floating point closed
        the gap (further conditions, few large schools with hard seats).
    assignment : int array, shape (n,), or None
        School of each village.
    objective, bound : float
        Child-metres, whole numbers; NaN objective when there is no plan. The bound holds for every
        plan, and ``bound <= objective`` always.
    parts : Mapping of str to ObjectivePart
        ``travel`` in child-metres, ``overfull`` seats priced, ``extra`` prices of arcs,
        ``conditions`` outside their limits priced.
    shortage : Shortage or None
        Set when infeasible for a nameable reason.
    relaxation : Relaxation or None
        With hard seats, set where no plan was found: from a search of its own, or the best plan
        beyond the seats where time ran out.
    method : str
    trace : float array, shape (t, 3)
        (seconds, objective, bound) as they improved.
    """

    status: Status
    assignment: Ints | None
    objective: float
    bound: float
    parts: Mapping[str, ObjectivePart] = field(default_factory=lambda: MappingProxyType({}))
    shortage: Shortage | None = None
    relaxation: Relaxation | None = None
    method: str = ""
    trace: npt.NDArray[np.float64] = field(default_factory=lambda: np.empty((0, 3)))

    @property
    def gap(self) -> float:
        """Proven relative gap, ``(objective - bound) / max(|objective|, 1)``."""
        return (self.objective - self.bound) / max(abs(self.objective), 1.0)


def price_parts(problem: ZoneProblem, assignment: Ints) -> Mapping[str, ObjectivePart]:
    """Return the objective of a complete plan by parts."""
    arc = chosen_arcs(problem, assignment)
    travel = int((problem.children * problem.arc_metres[arc]).sum())
    extra = 0 if problem.arc_extra is None else int(problem.arc_extra[arc].sum())
    parts = {"travel": ObjectivePart(float(travel), "child-metre", 1.0)}
    if problem.elastic is not None:
        paid = int(seat_prices(problem, assignment).sum())
        parts["overfull"] = ObjectivePart(float(paid), "child-metre", 1.0)
    if problem.arc_extra is not None:
        parts["extra"] = ObjectivePart(float(extra), "child-metre", 1.0)
    if any(side.price for side in problem.sides):
        over = int(overfull(problem, assignment).sum())
        paid = sum(s.price * s.outside(s.value(arc, over)) for s in problem.sides)
        parts["conditions"] = ObjectivePart(float(paid), "child-metre", 1.0)
    return MappingProxyType(parts)


def sum_parts(parts: Mapping[str, ObjectivePart]) -> float:
    """Return the objective that the parts make up."""
    return sum(part.weight * part.value for part in parts.values())


def chosen_arcs(problem: ZoneProblem, assignment: Ints) -> Ints:
    """Return the arc of every village, shape (n,)."""
    return np.flatnonzero(problem.arc_school == assignment[problem.arc_village])


def overfull(problem: ZoneProblem, assignment: Ints) -> Ints:
    """Return the children beyond the seats of each school in its worst year, shape (m,)."""
    over = np.zeros(problem.m, np.int64)
    for children, seats in problem.capacities:
        over = np.maximum(over, _load(problem, children, assignment) - seats)
    return over


def seat_prices(problem: ZoneProblem, assignment: Ints) -> Ints:
    """Return what each school's overfull seats cost in its worst year, shape (m,)."""
    paid = np.zeros(problem.m, np.int64)
    if problem.elastic is None:
        return paid
    for children, seats in problem.capacities:
        load = _load(problem, children, assignment)
        beyond = np.maximum(load - problem.shares(seats), 0)
        some = np.maximum(load - seats, 0) - beyond
        paid = np.maximum(paid, some * problem.elastic.price + beyond * problem.elastic.steep)
    return paid


def _load(problem: ZoneProblem, children: Ints, assignment: Ints) -> Ints:
    load = np.zeros(problem.m, np.int64)
    np.add.at(load, assignment, children)
    return load


def broken(problem: ZoneProblem, assignment: Ints) -> list[str]:
    """Return the names of the hard conditions that a complete plan breaks."""
    arcs, over = chosen_arcs(problem, assignment), int(overfull(problem, assignment).sum())
    hard = [side for side in problem.sides if not side.price]
    return [side.name for side in hard if side.outside(side.value(arcs, over))]
