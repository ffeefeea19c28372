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
    """

    villages: Ints
    schools: Ints
    children: int
    seats: int


@dataclass(frozen=True, eq=False)
class ZoneSolution:
    """Plan, bound and how they were found.

    Parameters
    ----------
    status : Status
        ``UNKNOWN`` where no plan was found and none was ruled out.
    assignment : int array, shape (n,), or None
        School of each village.
    objective, bound : float
        Child-metres, whole numbers; NaN objective when there is no plan. The bound holds for every
        plan, and ``bound <= objective`` always.
    parts : Mapping of str to ObjectivePart
        ``travel`` in child-metres, ``overfull`` seats priced, ``extra`` prices of arcs.
    shortage : Shortage or None
        Set when infeasible for a nameable reason.
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
    method: str = ""
    trace: npt.NDArray[np.float64] = field(default_factory=lambda: np.empty((0, 3)))

    @property
    def gap(self) -> float:
        """Proven relative gap, ``(objective - bound) / max(|objective|, 1)``."""
        return (self.objective - self.bound) / max(abs(self.objective), 1.0)


def price_parts(problem: ZoneProblem, assignment: Ints) -> Mapping[str, ObjectivePart]:
    """Return the objective of a complete plan by parts."""
    village = problem.arc_village
    arc = np.flatnonzero(problem.arc_school == assignment[village])
    travel = int((problem.children[village[arc]] * problem.arc_metres[arc]).sum())
    extra = 0 if problem.arc_extra is None else int(problem.arc_extra[arc].sum())
    load = np.zeros(problem.m, np.int64)
    np.add.at(load, assignment, problem.children)
    parts = {"travel": ObjectivePart(float(travel), "child-metre", 1.0)}
    if problem.elastic is not None:
        beyond = np.maximum(load - problem.share_limit, 0)
        over = np.maximum(load - problem.seats, 0) - beyond
        paid = int(over.sum()) * problem.elastic.price + int(beyond.sum()) * problem.elastic.steep
        parts["overfull"] = ObjectivePart(float(paid), "child-metre", 1.0)
    if problem.arc_extra is not None:
        parts["extra"] = ObjectivePart(float(extra), "child-metre", 1.0)
    return MappingProxyType(parts)
