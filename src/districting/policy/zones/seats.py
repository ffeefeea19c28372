"""合理规划生源布局，合理配置教育资源：学位够用。"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from districting.county import County
from districting.model.zone_view import ZoneView
from districting.model.zone_words import Part, Seats
from districting.model.zones import Elastic
from districting.plan.zone_plan import ZonePlan
from districting.policy.districts.tables import verdict_of
from districting.policy.rule import Finding, Strength
from districting.policy.zones.base import ZoneRule, assigned, sharing, zone_name


@dataclass(frozen=True, kw_only=True)
class ZoneSeats(ZoneRule):
    r"""合理规划生源布局，合理配置教育资源。

    With :math:`q_s` seats and :math:`\ell_s = \sum_v w_v x_{vs}` children: as a must
    :math:`\ell_s \le q_s`. As a principle (the usual case: with real numbers hard seats often leave
    no plan) each child beyond the seats costs `price` up to `share` of the seats and `steep` beyond
    that. Every excess is reported, and so is a county with fewer seats than children.

    Parameters
    ----------
    share : float
        Share of the seats up to which `price` holds.
    steep : float
        Child-metres per child beyond that; at least `price`.
    price : float
        Child-metres per child: how much further a child should travel to find a free seat.
    """

    name: ClassVar[str] = "seats"
    needs: ClassVar[tuple[str, ...]] = ("schools.seats_primary", "schools.seats_junior")

    price: float = 2_000.0
    share: float = 0.1
    steep: float = 5_000.0

    def __post_init__(self) -> None:
        super().__post_init__()
        self.refuse_strength(Strength.MUST, Strength.PRINCIPLE)
        self.refuse_words(
            [("steep < price", ["steep >= price"])] if self.steep < self.price else []
        )

    def parts(self, view: ZoneView) -> Iterator[Part]:
        """Hold the seats, or price what exceeds them."""
        yield Seats(self.name, None) if self.strength is Strength.MUST else self.elastic_seats()

    def elastic_seats(self) -> Seats:
        """Return the seats as a principle, whatever the strength of the rule."""
        return Seats(self.name, Elastic(round(self.price), self.share, round(self.steep)))

    def judge(self, county: County, plan: ZonePlan, stage: str) -> Iterator[Finding]:
        """Count the children of each zone against the seats of its schools."""
        zone, groups = assigned(county, plan, stage), sharing(plan, county, stage)
        children = county.villages[f"children_{stage}"].fillna(0).groupby(zone).sum()
        seats = county.schools[f"seats_{stage}"].fillna(0).to_dict()
        rooms = {lead: int(sum(seats[s] for s in schools)) for lead, schools in groups.items()}
        yield from self._county(county, stage, sum(rooms.values()))
        for lead, room in rooms.items():
            load = int(children.get(lead, 0))
            over = max(load - room, 0)
            near = min(over, int(room * self.share))
            yield self.found(
                stage,
                verdict_of(over == 0),
                (zone_name(county, plan, lead),),
                float(load),
                float(room),
                over=over,
                free=max(room - load, 0),
                cost=near * round(self.price) + (over - near) * round(self.steep),
            )

    def _county(self, county: County, stage: str, total: int) -> Iterator[Finding]:
        """Yield a finding where the county has fewer seats than children."""
        everyone = int(county.villages[f"children_{stage}"].fillna(0).sum())
        if everyone > total:
            yield self.found(
                stage,
                verdict_of(False),
                (county.name,),
                float(everyone),
                float(total),
                message="county_short",
                over=everyone - total,
                cost=0,
            )
