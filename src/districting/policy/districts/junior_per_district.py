"""构建义务教育各学段纵向衔接：每个学区有初中（或指定类别的学校）。"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from districting.county import County
from districting.model.district_view import DistrictView
from districting.model.partition import Band, Floats
from districting.plan.district_plan import DistrictPlan
from districting.policy.districts.tables import (
    complete,
    district_names,
    school_table,
    verdict_of,
)
from districting.policy.rule import DistrictRule, Finding


@dataclass(frozen=True, kw_only=True)
class SchoolsPerDistrict(DistrictRule):
    r"""构建义务教育各学段纵向衔接、学校横向协作的管理新格局。

    Every district holds at least `least` town-run schools of `kinds`:
    :math:`\sum_u k_u x_{uj} \ge` ``least``.

    Parameters
    ----------
    kinds : tuple of str
        Words of the column ``schools.kind``.
    least : int, schools
    price : float, child-metres per missing school
    """

    name: ClassVar[str] = "junior_per_district"
    needs: ClassVar[tuple[str, ...]] = ("schools.kind",)

    kinds: tuple[str, ...] = ("junior", "nine_year")
    least: int = 1

    def constrain(self, view: DistrictView) -> Iterator[Band]:
        """Ask for enough schools of the kinds in each district."""
        weights = self._schools_by_village(view)
        yield Band(self.name, "kinds", weights, float(self.least), np.inf, "schools", self.elastic)

    def _schools_by_village(self, view: DistrictView) -> Floats:
        schools = view.county.district_schools()
        villages = schools.loc[schools["kind"].isin(self.kinds), "village"]
        where = view.units.get_indexer(pd.Index(villages))
        return np.bincount(where, minlength=view.n).astype(float)

    def check(self, county: County, plan: DistrictPlan) -> Iterator[Finding]:
        """Count the schools of the kinds that the plan gives each district."""
        schools = school_table(county, plan)
        of_kind = schools[schools["kind"].isin(self.kinds)]
        for district in district_names(plan):
            names = sorted(map(str, of_kind.loc[of_kind["district"] == district, "name"]))
            yield Finding(
                self.name,
                verdict_of(len(names) >= self.least, mendable=not complete(county, plan)),
                (district,),
                float(len(names)),
                float(self.least),
                details={"schools": "、".join(names)},
            )
