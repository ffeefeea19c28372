"""原则上学校数量较多的镇（街）设一个联区，下辖两个学区；学校数量较少的镇（街）设一个学区。"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import ClassVar

import numpy as np
import pandas as pd

from districting.county import County
from districting.model.district_view import DistrictView
from districting.model.partition import DistrictsPerGroup, Ints
from districting.plan.district_plan import DistrictPlan
from districting.policy.districts.tables import (
    complete,
    lookup_towns,
    town_name,
    unknown_towns,
    verdict_of,
    village_table,
)
from districting.policy.rule import DistrictRule, Finding


@dataclass(frozen=True, kw_only=True)
class DistrictsPerTown(DistrictRule):
    r"""原则上学校数量较多的镇（街）设一个联区，下辖两个学区；学校数量较少的镇（街）设一个学区。

    With :math:`a_t` the town-run schools of town t: :math:`\sum_{j \in t} y_j = 2` where
    :math:`a_t \ge` `many_schools`, otherwise 1. The two districts of a town form one union.

    原则上: a town may have another number, with a reason. Such a town is named in `exceptions`, or
    in the starting plan as an exemption from this rule; it then keeps as many districts as that
    plan gives it. The solver itself does not depart from the number.

    Parameters
    ----------
    many_schools : int, schools
        A town with at least so many counts as 学校数量较多. The text gives no number: 11, 12 and 13
        (kindergartens counted) all reproduce the published annex; see :func:`threshold_range`.
    with_kindergartens : bool
        Whether kindergartens count; without them 9 to 12 reproduce the annex.
    many_districts, few_districts : int, districts
        Two and one in the text.
    exceptions : Mapping of str to int
        Number of districts by town (name or code) where the principle is set aside.
    """

    name: ClassVar[str] = "districts_per_town"
    needs: ClassVar[tuple[str, ...]] = ("schools.town", "schools.run_by", "schools.kind")

    many_schools: int = 12
    with_kindergartens: bool = True
    many_districts: int = 2
    few_districts: int = 1
    exceptions: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))

    def misfits(self, county: County) -> Iterator[str]:
        """Name the towns of `exceptions` that the county does not have."""
        yield from unknown_towns(self, county, self.exceptions)

    def counts(self, county: County, start: DistrictPlan | None = None) -> Ints:
        """Return the number of districts each town is to have, in the order of the towns."""
        schools = county.district_schools()
        if not self.with_kindergartens:
            schools = schools[schools["kind"] != "kindergarten"]
        have = np.bincount(
            county.towns.index.get_indexer(schools["town"]), minlength=len(county.towns)
        )
        counts = np.where(have >= self.many_schools, self.many_districts, self.few_districts)
        known = lookup_towns(county, self.exceptions)
        for word, code in known.items():
            counts[county.towns.index.get_loc(code)] = self.exceptions[word]
        if start is not None:
            places = {e.place for e in start.exemptions if e.rule == self.name}
            exempt = set(county.towns.index if "*" in places else ())
            for code in exempt | set(lookup_towns(county, places).values()):
                inside = county.villages.index[county.villages["town"] == code]
                kept = set(start.villages.reindex(inside).fillna("")) - {""}
                if kept:
                    counts[county.towns.index.get_loc(code)] = len(kept)
        return counts.astype(np.int64)

    def constrain(self, view: DistrictView) -> Iterator[DistrictsPerGroup]:
        """Fix the number of districts of each town."""
        yield DistrictsPerGroup(self.name, view.town, self.counts(view.county, view.start))

    def check(self, county: County, plan: DistrictPlan) -> Iterator[Finding]:
        """Count schools and districts of each town, and ask for the union of several districts."""
        villages = village_table(county, plan)
        schools = county.schools[county.schools["run_by"] == "town"]
        if not self.with_kindergartens:
            schools = schools[schools["kind"] != "kindergarten"]
        size = schools.groupby("town").size()
        whole = complete(county, plan)
        for code, rows in villages.groupby("town"):
            name = town_name(county, code)
            many = size.get(code, 0) >= self.many_schools
            wanted = self.many_districts if many else self.few_districts
            wanted = self.exceptions.get(name, self.exceptions.get(str(code), wanted))
            districts = sorted(set(rows["district"]) - {""})
            holds = len(districts) == wanted
            verdict = verdict_of(holds, mendable=not whole and len(districts) < wanted)
            part = str(verdict)
            if holds and (fault := _union_fault(plan, districts)):
                verdict, part = verdict_of(False, mendable=fault == "union_missing"), fault
            yield Finding(
                self.name,
                verdict,
                (name,),
                float(len(districts)),
                float(wanted),
                details={
                    "message": part,
                    "schools": int(size.get(code, 0)),
                    "threshold": self.many_schools,
                    "districts": "、".join(districts),
                },
            )


def _union_fault(plan: DistrictPlan, districts: list[str]) -> str:
    """Name what is wrong with the unions of one town's districts; empty for nothing."""
    unions = plan.districts["union"].reindex(districts).fillna("")
    if len(districts) == 1:
        return "union_not_wanted" if unions.iloc[0] else ""
    if (unions == "").any():
        return "union_missing"
    return "union_differs" if len(set(unions)) > 1 else ""


def threshold_range(
    county: County, plan: DistrictPlan, with_kindergartens: bool = True
) -> tuple[int, int] | None:
    """Return the least and greatest `many_schools` that reproduce the layout `plan`.

    Returns
    -------
    (int, int) or None
        None where no threshold does. A layout without towns of several districts gives a greatest
        value equal to the least (one more than the largest town).
    """
    schools = county.district_schools()
    if not with_kindergartens:
        schools = schools[schools["kind"] != "kindergarten"]
    table = pd.DataFrame(
        {
            "schools": schools.groupby("town").size(),
            "districts": village_table(county, plan).groupby("town")["district"].nunique(),
        }
    ).fillna(0)
    least = int(table.loc[table["districts"] <= 1, "schools"].max(skipna=True) or 0) + 1
    several = table.loc[table["districts"] > 1, "schools"]
    greatest = least if several.empty else int(several.min())
    return (least, greatest) if least <= greatest else None
