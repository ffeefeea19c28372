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
class TierRecord:
    """What one tier of a lexicographic objective came to.

    Parameters
    ----------
    gates : tuple of str
        Names of the rules whose aims, or prices, make the tier.
    value : float
        Of the plan, in units of the tier.
    bound : float
        Proven: no plan that keeps what the tiers before were held to is below it.
    given : float
        Share of the tier's best that the policy lets the tiers after it use up.
    prices : bool
        Whether the tier is what broken principles cost, and no aims.
    stage : str
        Stage of a zone plan that the tier belongs to: each stage has tiers of its own.
    weights : tuple of float
        What one unit of each rule's part counts in the tier, aligned with `gates`; empty where the
        parts of a rule differ in it.
    """

    gates: tuple[str, ...]
    value: float
    bound: float
    given: float = 0.0
    prices: bool = False
    stage: str = ""
    weights: tuple[float, ...] = ()

    @property
    def gap(self) -> float:
        """``(value - bound) / max(|value|, 1)``, of which the policy gives some away."""
        return (self.value - self.bound) / max(abs(self.value), 1.0)

    @property
    def open(self) -> float:
        """The part of the gap that is neither proven nor given away."""
        given = self.given * abs(self.bound) if self.given else 0.0
        return max(0.0, (self.value - self.bound - given) / max(abs(self.value), 1.0))


@dataclass(frozen=True)
class SolverRecord:
    """How a plan was found. ``gap = (objective - bound) / max(|objective|, 1)``.

    With aims in tiers, objective, bound and gap are those of the last tier.

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
    tiers : tuple of TierRecord
        In order of rank; empty where all aims are weighed against each other.
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
    tiers: tuple[TierRecord, ...] = ()

    @property
    def widest_gap(self) -> float:
        """The gap, or of tiers the widest that the policy does not give away."""
        return max([tier.open for tier in self.tiers], default=self.gap)
