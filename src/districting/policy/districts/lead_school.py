"""充分发挥优质教育资源的辐射和带动作用：每个学区（联区）有一所带动校。"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from districting.county import County
from districting.model.district_view import DistrictView
from districting.model.partition import Band
from districting.plan.district_plan import DistrictPlan
from districting.policy.districts.tables import (
    complete,
    district_names,
    flags,
    school_table,
    union_of,
    verdict_of,
)
from districting.policy.districts.words import need_words
from districting.policy.rule import DistrictRule, Finding

SCOPES = ("district", "union")


@dataclass(frozen=True, kw_only=True)
class LeadSchool(DistrictRule):
    r"""充分发挥优质教育资源的辐射和带动作用，丰富教育供给，增强发展动力。

    Every district holds a lead school (优质带动校) or a school with a named partner:
    :math:`\sum_u l_u x_{uj} \ge 1`. Where the union answers for it (`scope` ``"union"``) the union
    is that of the town, so :math:`l_u = 1` for all villages of a town that has one.

    Parameters
    ----------
    scope : {"district", "union"}
        Who must have the lead school. A district without union answers for itself.
    partners : bool
        Whether a partner named in the school table (结对带动校) counts.
    price : float, child-metres per missing lead school
    """

    name: ClassVar[str] = "lead_school"
    needs: ClassVar[tuple[str, ...]] = ("schools.lead",)

    scope: str = "union"
    partners: bool = True

    def __post_init__(self) -> None:
        need_words(self, SCOPES, self.scope)

    def constrain(self, view: DistrictView) -> Iterator[Band]:
        """Ask for one lead school or partner in each district or union."""
        weights = view.lead + (view.partnered if self.partners else 0.0)
        if self.scope == "union":
            weights = (view.town_sums(weights)[view.town] > 0).astype(float)
        yield Band(self.name, "lead", weights, 1.0, np.inf, "lead schools", self.elastic)

    def check(self, county: County, plan: DistrictPlan) -> Iterator[Finding]:
        """Look for lead schools and partners among each district's (or union's) schools."""
        schools = school_table(county, plan)
        groups = union_of(plan) if self.scope == "union" else {}
        lead = flags(schools, "lead")
        paired = (
            schools["partner"].fillna("") != ""
            if self.partners and "partner" in schools
            else lead & False
        )
        of = schools["district"].map(lambda d: groups.get(d, d))
        for district in district_names(plan):
            mine = of == groups.get(district, district)
            names = sorted(schools.loc[mine & (lead | paired), "name"])
            verdict = verdict_of(bool(names), mendable=not complete(county, plan))
            yield Finding(
                self.name,
                verdict,
                (district,),
                float(len(names)),
                1.0,
                details={"schools": "、".join(map(str, names))},
            )
