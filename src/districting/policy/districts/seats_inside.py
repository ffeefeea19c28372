"""合理规划生源布局，合理配置教育资源：学区内学位够用。"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from districting.county import STAGES, County
from districting.model.district_view import DistrictView
from districting.model.partition import Band
from districting.plan.district_plan import DistrictPlan
from districting.policy.districts.tables import complete, numbers, verdict_of, village_table
from districting.policy.districts.words import need_words
from districting.policy.rule import DistrictRule, Finding, Strength
from districting.terms import say


@dataclass(frozen=True, kw_only=True)
class SeatsInside(DistrictRule):
    r"""合理规划生源布局，合理配置教育资源。

    For each stage the seats of the public schools (town-run and county-run) that stand in the
    district, less the children living there, are at least :math:`-` `slack`:
    :math:`\sum_u (s_u - c_u) x_{uj} \ge -` ``slack``.

    Parameters
    ----------
    stages : tuple of {"preschool", "primary", "junior"}
        A stage that districts may lack by policy (junior in 台儿庄) is better left out.
    slack : float, seats
        Shortage that is not held against a district.
    price : float, child-metres per missing seat, as a principle; `weight` likewise as an aim
    """

    name: ClassVar[str] = "seats_inside"
    needs: ClassVar[tuple[str, ...]] = ("schools.seats_primary", "villages.children_primary")

    stages: tuple[str, ...] = ("primary",)
    slack: float = 0.0

    def __post_init__(self) -> None:
        need_words(self, STAGES, *self.stages)

    @property
    def counted(self) -> str:
        """Seats missing beyond the slack."""
        return "beyond"

    def constrain(self, view: DistrictView) -> Iterator[Band]:
        """Ask for seats enough in each district, each missing one at a price."""
        for stage in self.stages:
            balance = view.capacity[stage] - view.children[stage]
            yield Band(self.name, stage, balance, -self.slack, np.inf, "seats", self.elastic)

    def check(self, county: County, plan: DistrictPlan) -> Iterator[Finding]:
        """Set seats against children in each district."""
        villages, whole = village_table(county, plan), complete(county, plan)
        public = county.schools[county.schools["run_by"].isin(["town", "county"])]
        where = public["village"].map(villages["district"])
        aim = self.strength is Strength.AIM
        for stage in self.stages:
            children = numbers(villages, f"children_{stage}").groupby(villages["district"]).sum()
            seats = numbers(public, f"seats_{stage}").groupby(where).sum()
            for district in sorted(set(villages["district"]) - {""}):
                have, need = float(seats.get(district, 0.0)), float(children[district])
                holds = have - need >= -self.slack
                verdict = verdict_of(holds or aim, mendable=not whole)
                short = not holds and aim
                yield Finding(
                    self.name,
                    verdict,
                    (str(district),),
                    have - need,
                    -self.slack,
                    "seats",
                    {
                        "message": "short" if short else str(verdict),
                        "stage": say(f"terms.{stage}"),
                        "seats": have,
                        "children": need,
                        "missing": max(need - have, 0.0),
                        "beyond": max(need - have - self.slack, 0.0),
                    },
                )
