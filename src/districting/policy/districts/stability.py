"""在现有划片招生的基础上：少改。"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from districting.county import STAGES, County
from districting.model.district_view import DistrictView
from districting.model.partition import Aim, AimLimit, AssignCost
from districting.plan.district_plan import DistrictPlan
from districting.policy.districts.bound import held, need_limit
from districting.policy.districts.tables import (
    children_of,
    complete,
    numbers,
    verdict_of,
    village_table,
)
from districting.policy.districts.words import need_words
from districting.policy.rule import DistrictRule, Finding
from districting.terms import say

COMPULSORY = ("primary", "junior")
MEASURES = ("children", "schools", "pupils")


@dataclass(frozen=True, kw_only=True)
class Stability(DistrictRule):
    r"""严格落实义务教育招生政策，在现有划片招生的基础上，以学区为单位，统筹开展学区内适龄儿童少年入学情况排查摸底。

    A new district carries on the current district in which its seat lies. With :math:`g(u)` the
    current district of village u and :math:`c_u` what it weighs, minimise (or hold below `limit`)
    :math:`\sum_u \sum_j c_u [g(u) \ne g(s_j)] x_{uj}`. Villages without current district cost
    nothing; without a current layout the rule has no effect.

    Parameters
    ----------
    measure : {"children", "schools", "pupils"}
        Children of primary and junior age living there; town-run schools; their pupils.
    limit : float, in the measure's unit
        Most that may change district, for a pass; negative for no limit. A must needs one.
    weight : float, child-metres per child that changes district
        2000: a change for one child weighs as much as two kilometres of way.
    """

    name: ClassVar[str] = "stability"
    needs: ClassVar[tuple[str, ...]] = ("villages.children_primary", "villages.children_junior")

    measure: str = "children"
    limit: float = -1.0

    def __post_init__(self) -> None:
        need_words(self, MEASURES, self.measure)
        need_limit(self, self.limit)

    @property
    def counted(self) -> str:
        """What changes district."""
        return "number"

    def constrain(self, view: DistrictView) -> Iterator[Aim | AimLimit]:
        """Weigh what would leave its current district."""
        if (view.current < 0).all():
            return
        moved = (view.current[:, None] != view.current[view.seats][None, :]) & (
            view.current[:, None] >= 0
        )
        weights = {
            "children": view.schooling(COMPULSORY),
            "schools": view.institutions,
            "pupils": view.pupils,
        }[self.measure]
        aim = AssignCost(self.name, self.measure, self.weight, weights[:, None] * moved)
        yield from held(self, self.measure, aim, self.limit)

    def check(self, county: County, plan: DistrictPlan) -> Iterator[Finding]:
        """Count what has a current district other than that of its new district's seat."""
        current, whole = county.current_plan, complete(county, plan)
        if current is None:
            return
        villages = village_table(county, plan)
        weights = self._weights(county, villages)
        before = current.villages.reindex(villages.index).fillna("")
        placed = (villages["district"] != "") & (before != "")
        shares = weights[placed].groupby([villages["district"], before]).sum()
        moved = 0.0
        for district, kept in shares.groupby(level=0):
            kept = kept.droplevel(0)
            seat = str(plan.districts["seat"].get(district, "") or "")
            carried = str(before.get(seat, "")) if seat else kept.idxmax()
            moved += float(kept.sum() - kept.get(carried, 0.0))
        holds = self.limit < 0 or moved <= self.limit
        verdict = verdict_of(holds and whole, mendable=not whole)
        yield Finding(
            self.name,
            verdict,
            (county.name,),
            moved,
            self.limit if self.limit >= 0 else None,
            self.measure,
            {
                "message": "measured" if self.limit < 0 and whole else str(verdict),
                "what": say(f"rule.stability.{self.measure}"),
                "share": 100.0 * moved / max(float(np.sum(weights)), 1.0),
            },
        )

    def _weights(self, county: County, villages: pd.DataFrame) -> pd.Series:
        """Return what each village weighs, by its code."""
        if self.measure == "children":
            return children_of(villages, COMPULSORY)
        schools = county.schools[county.schools["run_by"] == "town"]
        pupils = sum((numbers(schools, f"pupils_{s}") for s in STAGES), numbers(schools, ""))
        value = pupils if self.measure == "pupils" else pupils * 0 + 1
        return value.groupby(schools["village"]).sum().reindex(villages.index, fill_value=0.0)
