"""What every kind of plan carries besides its assignments: locks, exceptions, solver record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType


class Status(StrEnum):
    """How a plan came out of the solver."""

    OPTIMAL = "optimal"  # proven: bound equals objective within the stated tolerance
    FEASIBLE = "feasible"  # a plan with a proven bound and a gap
    INFEASIBLE = "infeasible"  # proven that no plan exists
    UNKNOWN = "unknown"  # stopped before either was known
    GIVEN = "given"  # not solved: read, drawn or edited by a person


@dataclass(frozen=True)
class Lock:
    """A unit that solvers must leave where it is, or keep away from somewhere.

    Parameters
    ----------
    unit_kind : str
        ``village`` or ``school``; each kind of plan says what else it locks.
    unit, to, reason : str
        The unit, what it is locked to (a district's name, a school's id), and why.
    forbid : bool
        The unit may go anywhere but `to`.
    """

    unit_kind: str
    unit: str
    to: str
    reason: str = ""
    forbid: bool = False


@dataclass(frozen=True)
class Exemption:
    """A principle that this plan breaks on purpose, with the reason that is recorded.

    Parameters
    ----------
    rule, place, reason : str
        Rule name, the district/town/school concerned (``"*"`` for all), and why.
    """

    rule: str
    place: str
    reason: str


@dataclass(frozen=True)
class ObjectivePart:
    """One aim's share of the objective: ``weight * value``."""

    value: float
    unit: str
    weight: float


@dataclass(frozen=True)
class SolverRecord:
    """How a plan was found. ``gap = (objective - bound) / max(|objective|, 1)``.

    Parameters
    ----------
    status : Status
    objective, bound, gap : float
        The proven lower bound never exceeds the objective.
    parts : Mapping of str to ObjectivePart
        Objective by rule name.
    seed : int
    seconds : float
        Wall time; shown on screen and never written to the plan file, where the same input and
        seed must give the same bytes.
    versions : Mapping of str to str
    method : str
        Which solver route was taken, in words of the field.
    """

    status: Status
    objective: float
    bound: float
    gap: float
    parts: Mapping[str, ObjectivePart] = field(default_factory=lambda: MappingProxyType({}))
    seed: int = 0
    seconds: float = 0.0
    versions: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    method: str = ""
