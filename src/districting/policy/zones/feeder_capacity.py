"""对口小学毕业生不超过初中起始年级学位。"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from districting.county import County
from districting.model.feeder_view import FeederView
from districting.model.feeder_words import EntrySeats
from districting.model.zones import Elastic
from districting.plan.zone_plan import ZonePlan
from districting.policy.districts.tables import verdict_of
from districting.policy.rule import Finding, Strength
from districting.policy.zones.base import sharing, zone_name
from districting.policy.zones.feeder_base import FeederRule, before, fed, leaving


@dataclass(frozen=True, kw_only=True)
class FeederCapacity(FeederRule):
    r"""几所初中招生数与片内小学毕业生数大体相当。

    :math:`\sum_{p \to t} g_{yp} \le q_t / 3` in each of the next `years` years, with g the children
    aged 12 of the primary zone (projected where not entered) and q the seats of the junior zone.
    Until its feeder begins, a primary's graduates go where they go now. As a principle every child
    beyond costs `price`, and `steep` beyond a `share` of the seats. Source: 教基一〔2014〕1号.

    Parameters
    ----------
    years : int
        School years to hold it in, this one first.
    price, steep : float
        Child-metres per child.
    share : float
        Share of the entry seats.
    """

    name: ClassVar[str] = "feeder_capacity"
    needs: ClassVar[tuple[str, ...]] = ("schools.seats_junior",)

    years: int = 1
    price: float = 5_000.0
    share: float = 0.2
    steep: float = 30_000.0

    def __post_init__(self) -> None:
        super().__post_init__()
        self.refuse_strength(Strength.MUST, Strength.PRINCIPLE)
        self.refuse_words([("years < 1", ["years >= 1"])] if self.years < 1 else [])
        self.refuse_words([("steep < price", ["steep >= price"])] * (self.steep < self.price))

    def feed(self, view: FeederView) -> Iterator[EntrySeats]:
        """Hold the entry seats, or price what exceeds them."""
        elastic = Elastic(round(self.price), self.share, round(self.steep))
        hard = self.strength is Strength.MUST
        yield EntrySeats(self.name, None if hard else elastic, self.years)

    def judge(self, county: County, plan: ZonePlan, stage: str) -> Iterator[Finding]:
        """Add up each junior zone's graduates, year by year."""
        table, now = fed(county, plan), before(county, plan)
        years = range(county.year, county.year + self.years)
        graduates = leaving(county, plan, years)[table.index]
        seats = county.schools["seats_junior"].fillna(0)
        whole = bool((table["junior"] != "").all())
        groups = sharing(plan, county, "junior")
        for year in years:
            load = dict.fromkeys(groups, 0)
            rows = zip(table.index, table["junior"], table["from_year"], strict=True)
            for count, (primary, junior, begin) in zip(graduates.loc[year], rows, strict=True):
                to = junior if junior and begin <= year else now.get(primary, "")
                if to in load:
                    load[to] += int(count)
            for lead, schools in groups.items():
                room = int(seats[schools].sum()) // 3
                over = max(load[lead] - room, 0)
                near = min(over, int(room * self.share))
                yield self.found(
                    stage,
                    verdict_of(over == 0, mendable=not whole and over == 0),
                    (zone_name(county, plan, lead),),
                    float(load[lead]),
                    float(room),
                    year=year,
                    over=over,
                    free=max(room - load[lead], 0),
                    cost=near * round(self.price) + (over - near) * round(self.steep),
                )
