"""学区主任一般由镇街驻地初中学校的党组织书记或校长兼任。"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from districting.county import TEACHES, County
from districting.model.district_view import DistrictView
from districting.model.partition import Band
from districting.plan.district_plan import DistrictPlan
from districting.policy.districts.tables import (
    complete,
    district_names,
    flags,
    school_table,
    verdict_of,
)
from districting.policy.rule import DistrictRule, Finding


@dataclass(frozen=True, kw_only=True)
class DirectorCandidate(DistrictRule):
    r"""学区主任一般由镇街驻地初中学校的党组织书记或校长兼任，对学区内各中小学、幼儿园的各项管理和教育教学负总责。

    A district without a junior school has nobody to be its director: with :math:`c_u` the town-run
    junior (and nine-year) schools in village u, :math:`\sum_u c_u x_{uj} \ge 1`.

    Parameters
    ----------
    at_seat : bool
        Count only schools at the town seat (镇街驻地). By default any junior school gives a
        candidate and the finding says which of them stand at the seat: where a town has two
        districts at most one of them can hold the seat.
    price : float, child-metres per district without a candidate
    """

    name: ClassVar[str] = "director_candidate"
    needs: ClassVar[tuple[str, ...]] = ("schools.kind",)

    at_seat: bool = False

    def constrain(self, view: DistrictView) -> Iterator[Band]:
        """Ask for a junior school in each district."""
        weights = view.seat_juniors if self.at_seat else view.juniors
        yield Band(self.name, "candidate", weights, 1.0, np.inf, "schools", self.elastic)

    def check(self, county: County, plan: DistrictPlan) -> Iterator[Finding]:
        """Name each district's junior schools, and which stand at the seat."""
        schools = school_table(county, plan)
        juniors = schools[schools["kind"].isin(TEACHES["junior"])]
        seated = flags(juniors, "town_seat")
        pool = juniors[seated] if self.at_seat else juniors
        for district in district_names(plan):
            names = sorted(map(str, pool.loc[pool["district"] == district, "name"]))
            at_seat = sorted(
                map(str, juniors.loc[seated & (juniors["district"] == district), "name"])
            )
            yield Finding(
                self.name,
                verdict_of(bool(names), mendable=not complete(county, plan)),
                (district,),
                float(len(names)),
                1.0,
                details={"schools": "、".join(names), "at_seat": "、".join(at_seat) or "—"},
            )
