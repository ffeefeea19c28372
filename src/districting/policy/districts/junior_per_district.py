"""构建义务教育各学段纵向衔接：每个学区有初中（或指定类别的学校）。"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
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
    lookup_towns,
    school_table,
    unknown_towns,
    verdict_of,
    village_table,
)
from districting.policy.rule import DistrictRule, Finding


@dataclass(frozen=True, kw_only=True)
class SchoolsPerDistrict(DistrictRule):
    r"""构建义务教育各学段纵向衔接、学校横向协作的管理新格局。

    Every district holds at least `least` town-run schools of `kinds`, or reaches into a town for
    which the profile names who stands in: :math:`\sum_u k_u x_{uj} \ge` ``least`` with ``least``
    added to :math:`k_u` in the villages of such a town.

    Parameters
    ----------
    kinds : tuple of str
        Words of the column ``schools.kind``.
    least : int, schools
    alternatives : Mapping of str to str
        By town (name or code): who stands in for the missing schools, e.g. ``"区直初中"``.
    price : float, child-metres per missing school
    """

    name: ClassVar[str] = "junior_per_district"
    needs: ClassVar[tuple[str, ...]] = ("schools.kind",)

    kinds: tuple[str, ...] = ("junior", "nine_year")
    least: int = 1
    alternatives: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    def misfits(self, county: County) -> Iterator[str]:
        """Name the towns of `alternatives` that the county does not have."""
        yield from unknown_towns(self, county, self.alternatives)

    def constrain(self, view: DistrictView) -> Iterator[Band]:
        """Ask for enough schools of the kinds in each district."""
        codes = list(lookup_towns(view.county, self.alternatives).values())
        named = np.isin(view.town, view.towns.get_indexer(pd.Index(codes, dtype=object)))
        weights = self._schools_by_village(view) + self.least * named
        yield Band(self.name, "kinds", weights, float(self.least), np.inf, "schools", self.elastic)

    def _schools_by_village(self, view: DistrictView) -> Floats:
        schools = view.county.district_schools()
        villages = schools.loc[schools["kind"].isin(self.kinds), "village"]
        where = view.units.get_indexer(pd.Index(villages))
        return np.bincount(where, minlength=view.n).astype(float)

    def check(self, county: County, plan: DistrictPlan) -> Iterator[Finding]:
        """Count the schools of the kinds that the plan gives each district."""
        schools, villages = school_table(county, plan), village_table(county, plan)
        known = lookup_towns(county, self.alternatives)
        others = {code: self.alternatives[word] for word, code in known.items()}
        of_kind = schools[schools["kind"].isin(self.kinds)]
        for district in district_names(plan):
            names = sorted(map(str, of_kind.loc[of_kind["district"] == district, "name"]))
            towns = villages.loc[villages["district"] == district, "town"]
            named = sorted({others[t] for t in towns if t in others})
            enough = len(names) >= self.least
            verdict = verdict_of(enough or bool(named), mendable=not complete(county, plan))
            yield Finding(
                self.name,
                verdict,
                (district,),
                float(len(names)),
                float(self.least),
                details={
                    "message": "named" if named and not enough else str(verdict),
                    "schools": "、".join(names if enough or not named else named),
                },
            )
