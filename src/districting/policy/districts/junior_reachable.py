"""学区可无初中：对口须可指向同联区他学区或区直初中。"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import ClassVar

import numpy as np
import pandas as pd

from districting.county import TEACHES, County
from districting.model.district_view import DistrictView
from districting.model.partition import Band
from districting.plan.district_plan import DistrictPlan
from districting.policy.districts.tables import (
    complete,
    district_names,
    lookup_towns,
    school_table,
    union_of,
    unknown_towns,
    verdict_of,
    village_table,
)
from districting.policy.districts.words import need_words
from districting.policy.rule import DistrictRule, Finding

SCOPES = ("district", "union")


@dataclass(frozen=True, kw_only=True)
class JuniorReachable(DistrictRule):
    r"""薛庄小学、新庄小学、高山后小学、孙苏庄小学、顿东小学、褚提楼小学（附件：薛庄学区无初中）。

    A district without a junior school feeds one of its union, or the school that the profile names
    for its town: :math:`\sum_u r_u x_{uj} \ge 1` with :math:`r_u = 1` where village u holds a
    junior school, where (`scope` ``"union"``) its town does, or where its town has an alternative.

    Parameters
    ----------
    scope : {"district", "union"}
        Whether a junior school elsewhere in the union serves. Unions are those of towns.
    alternatives : Mapping of str to str
        By town (name or code): who takes its graduates, e.g. ``"区直初中"``.
    price : float, child-metres per district without a way to a junior school
    """

    name: ClassVar[str] = "junior_reachable"
    needs: ClassVar[tuple[str, ...]] = ("schools.kind",)

    scope: str = "union"
    alternatives: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    def __post_init__(self) -> None:
        need_words(self, SCOPES, self.scope)

    def misfits(self, county: County) -> Iterator[str]:
        """Name the towns of `alternatives` that the county does not have."""
        yield from unknown_towns(self, county, self.alternatives)

    def constrain(self, view: DistrictView) -> Iterator[Band]:
        """Ask for a junior school in reach of each district."""
        reach = view.juniors > 0
        if self.scope == "union":
            reach = view.town_sums(view.juniors)[view.town] > 0
        codes = list(lookup_towns(view.county, self.alternatives).values())
        reach = reach | np.isin(view.town, view.towns.get_indexer(pd.Index(codes, dtype=object)))
        yield Band(self.name, "reach", reach.astype(float), 1.0, np.inf, "schools", self.elastic)

    def check(self, county: County, plan: DistrictPlan) -> Iterator[Finding]:
        """Look in the district, then in its union, then among the alternatives."""
        schools, villages = school_table(county, plan), village_table(county, plan)
        juniors = schools[schools["kind"].isin(TEACHES["junior"])]
        unions = union_of(plan)
        others = {
            c: self.alternatives[w] for w, c in lookup_towns(county, self.alternatives).items()
        }
        for district in district_names(plan):
            own = sorted(map(str, juniors.loc[juniors["district"] == district, "name"]))
            near = juniors["union"] == unions.get(district, district)
            union = sorted(map(str, juniors.loc[near, "name"])) if self.scope == "union" else []
            towns = villages.loc[villages["district"] == district, "town"]
            named = sorted({others[t] for t in towns if t in others})
            found = own or union or named
            verdict = verdict_of(bool(found), mendable=not complete(county, plan))
            part = "in_union" if not own and union else "named" if not own and named else verdict
            yield Finding(
                self.name,
                verdict,
                (district,),
                float(len(own)),
                1.0,
                details={"message": str(part), "schools": "、".join(found)},
            )
