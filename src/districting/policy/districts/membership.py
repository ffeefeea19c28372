"""每个镇街公办校（园）恰属一个学区，幼儿园也入学区。"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from districting.county import County
from districting.model.district_view import DistrictView
from districting.model.partition import Constraint
from districting.plan.district_plan import DistrictPlan
from districting.policy.districts.tables import complete, district_names, verdict_of
from districting.policy.rule import DistrictRule, Finding, Verdict


@dataclass(frozen=True, kw_only=True)
class Membership(DistrictRule):
    """张山子镇中心幼儿园、侯孟中心幼儿园……（附件：幼儿园列入学区，区直各校不列入）。

    Every village, and every school and kindergarten run by a town, lies in exactly one district,
    the school in that of its village; schools run by the county (区直) and private ones in none;
    every district holds a village. The partition problem has no other solutions, so the rule adds
    nothing to it; the check matters for plans that people draw.
    """

    name: ClassVar[str] = "membership"
    needs: ClassVar[tuple[str, ...]] = ("schools.run_by", "schools.village")

    def constrain(self, view: DistrictView) -> Iterator[Constraint]:
        """Add nothing: a partition of the villages holds every school exactly once."""
        yield from ()

    def check(self, county: County, plan: DistrictPlan) -> Iterator[Finding]:
        """Go through schools, villages and districts one by one; sum up when all is well."""
        faults = [*self._schools(county, plan), *self._villages(county, plan)]
        open_ended = not complete(county, plan)
        faults += [
            self._fault("empty_district", d, mendable=open_ended)
            for d in district_names(plan)
            if not (plan.villages == d).any()
        ]
        yield from faults
        town_run = county.schools["run_by"] == "town"
        if not faults:
            yield Finding(self.name, Verdict.PASS, (county.name,), float(town_run.sum()))

    def _fault(self, part: str, place: str, mendable: bool = False, **details: object) -> Finding:
        verdict = verdict_of(False, mendable)
        return Finding(self.name, verdict, (place,), details={"message": part, **details})

    def _schools(self, county: County, plan: DistrictPlan) -> Iterator[Finding]:
        given = plan.schools.reindex(county.schools.index).fillna("").astype(str)
        for (_, row), district in zip(county.schools.iterrows(), given, strict=True):
            home = str(plan.villages.get(row["village"], ""))
            if row["run_by"] != "town":
                if district:
                    yield self._fault("not_town_run", row["name"], district=district)
            elif not district:
                yield self._fault("unassigned_school", row["name"], mendable=True)
            elif district not in plan.districts.index:
                yield self._fault("unknown_district", row["name"], district=district)
            elif home and home != district:
                yield self._fault("apart", row["name"], district=district, home=home)
        for school in plan.schools.index.difference(county.schools.index):
            yield self._fault("unknown_school", str(school))

    def _villages(self, county: County, plan: DistrictPlan) -> Iterator[Finding]:
        given = plan.villages.reindex(county.villages.index).fillna("")
        for village, district in given.items():
            name = str(county.villages.at[village, "name"])
            if not district:
                yield self._fault("unassigned_village", name, mendable=True)
            elif district not in plan.districts.index:
                yield self._fault("unknown_district", name, district=str(district))
        for village in plan.villages.index.difference(county.villages.index):
            yield self._fault("unknown_village", str(village))
