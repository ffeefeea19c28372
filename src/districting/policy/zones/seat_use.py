"""合理配置教育资源：用好已有学位。"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from districting.county import County
from districting.model.zone_view import ZoneView
from districting.model.zone_words import EmptySeats
from districting.plan.zone_plan import ZonePlan
from districting.policy.rule import Finding, Strength
from districting.policy.zones.base import ZoneRule, assigned, sharing


@dataclass(frozen=True, kw_only=True)
class SeatUse(ZoneRule):
    r"""合理规划生源布局，合理配置教育资源。

    Minimise the empty seats :math:`\sum_s \max(q_s - \ell_s, 0)`. As children and seats are given,
    that is the children in excess plus a constant, so the aim acts as a further price of excess.

    Parameters
    ----------
    weight : float
        Child-metres per empty seat.
    """

    name: ClassVar[str] = "seat_use"
    needs: ClassVar[tuple[str, ...]] = ("schools.seats_primary", "schools.seats_junior")

    def __post_init__(self) -> None:
        super().__post_init__()
        self.refuse_strength(Strength.AIM)

    def parts(self, view: ZoneView) -> Iterator[EmptySeats]:
        """Price the empty seats."""
        yield EmptySeats(self.name, round(self.weight))

    def judge(self, county: County, plan: ZonePlan, stage: str) -> Iterator[Finding]:
        """Count the seats that stay empty."""
        zone = assigned(county, plan, stage)
        children = county.villages[f"children_{stage}"].fillna(0).groupby(zone).sum()
        seats = county.schools[f"seats_{stage}"].fillna(0)
        groups = sharing(plan, county, stage)
        room = {lead: int(seats[schools].sum()) for lead, schools in groups.items()}
        empty = sum(max(room[g] - int(children.get(g, 0)), 0) for g in groups)
        share = 100.0 * empty / max(sum(room.values()), 1)
        yield self.measured(county, plan, stage, float(empty), share=share)
