"""What a partition solver returns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from districting.model.partition import Floats, Ints
from districting.plan.record import ObjectivePart, Status, TierRecord


@dataclass(frozen=True, eq=False)
class PartitionSolution:
    """Labels, bound and how they were found.

    Parameters
    ----------
    status : Status
    labels : int array, shape (n,), or None
        District number of each unit, numbered 0 … K-1 by increasing seat unit.
    seats : int array, shape (K,)
        Seat candidate index (position in ``problem.seats``) of each district.
    objective, bound : float
        NaN objective when there is no plan; ``bound <= objective`` always.
    parts : Mapping of str to ObjectivePart
        Objective by gate, prices of broken principles included under their own gate.
    method : str
    trace : float array, shape (t, 3)
        (seconds, objective, bound) as they improved.
    infeasible_groups : tuple of int
        Groups that have no plan of their own, where groups are independent problems.
    tiers : tuple of TierRecord
        Where aims are ranked, what each tier came to; objective and bound are those of the last.
    """

    status: Status
    labels: Ints | None
    seats: Ints
    objective: float
    bound: float
    parts: Mapping[str, ObjectivePart] = field(default_factory=lambda: MappingProxyType({}))
    method: str = ""
    trace: Floats | None = None
    infeasible_groups: tuple[int, ...] = ()
    tiers: tuple[TierRecord, ...] = ()

    @property
    def gap(self) -> float:
        """Proven relative gap, ``(objective - bound) / max(|objective|, 1)``."""
        return (self.objective - self.bound) / max(abs(self.objective), 1.0)
