"""合理规划生源布局：一张片区图管几年，最挤的一年学位也够用。"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from districting.county import County
from districting.demand.graduates import children_by_village
from districting.model.zone_parts import ZoneYears
from districting.model.zone_view import ZoneView
from districting.model.zone_words import FurtherYears, Part
from districting.plan.zone_plan import ZonePlan
from districting.policy.districts.tables import verdict_of
from districting.policy.rule import Finding
from districting.policy.zones.base import assigned, sharing, zone_name
from districting.policy.zones.seats import ZoneSeats


@dataclass(frozen=True, kw_only=True)
class SeatsEveryYear(ZoneSeats):
    r"""合理规划生源布局，合理配置教育资源。

    As :class:`~districting.policy.zones.seats.ZoneSeats`, whose place it takes, in each of `years`
    school years from this one on: :math:`\sum_v w_{yv} x_{vs} \le q_s`, or the excess of the worst
    year priced. Children of coming years are those entered, or projected by the medium variant.

    Parameters
    ----------
    years : int
        School years, this one first.
    """

    name: ClassVar[str] = "seats_every_year"

    years: int = 6

    def __post_init__(self) -> None:
        super().__post_init__()
        self.refuse_words([("years < 1", ["years >= 1"])] * (self.years < 1))

    def parts(self, view: ZoneView) -> Iterator[Part]:
        """Hold the seats, or price what exceeds them, in every year."""
        yield from super().parts(view)
        further = range(view.county.year + 1, view.county.year + self.years)
        if further:
            children = children_by_village(view.county, view.stage, further).to_numpy()
            seats = np.tile(view.seats, (len(further), 1))
            names = tuple(map(str, further))
            yield FurtherYears(self.name, ZoneYears(names, children, seats))

    def judge(self, county: County, plan: ZonePlan, stage: str) -> Iterator[Finding]:
        """Count the children of each zone, year by year, against the seats of its schools."""
        zone, seats = assigned(county, plan, stage), county.schools[f"seats_{stage}"].fillna(0)
        further = range(county.year + 1, county.year + self.years)
        now = county.villages[f"children_{stage}"].fillna(0).to_frame(county.year)
        table = now.join(children_by_village(county, stage, further).T) if further else now
        loads = table.groupby(zone.to_numpy()).sum()
        for lead, schools in sharing(plan, county, stage).items():
            room = int(seats[schools].sum())
            load = loads.loc[lead] if lead in loads.index else loads.sum() * 0
            worst: Any = load.idxmax()
            over = max(int(load[worst]) - room, 0)
            near = min(over, int(room * self.share))
            yield self.found(
                stage,
                verdict_of(over == 0),
                (zone_name(county, plan, lead),),
                float(load[worst]),
                float(room),
                year=worst,
                over=over,
                free=max(room - int(load[worst]), 0),
                cost=near * round(self.price) + (over - near) * round(self.steep),
            )
