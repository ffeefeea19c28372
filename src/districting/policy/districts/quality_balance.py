"""优质教育资源均衡分布：各学区办学质量指数相近。"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from districting.county import County
from districting.errors import PolicyError
from districting.model.district_view import DistrictView
from districting.model.partition import Band, Deviation, Floats
from districting.plan.district_plan import DistrictPlan
from districting.policy.districts.tables import (
    complete,
    district_names,
    rounding,
    school_table,
    verdict_of,
)
from districting.policy.rule import DistrictRule, Finding, Strength, Verdict
from districting.terms import say

SCOPES = ("town", "county")


@dataclass(frozen=True, kw_only=True)
class QualityBalance(DistrictRule):
    r"""遵循义务教育免试就近入学、优质教育资源均衡分布等原则，合理划分联区、学区范围。

    With :math:`p_s, q_s` pupils and quality of school s and :math:`\bar q` the pupil-weighted mean
    of the town (or county), :math:`w_u = \sum_{s \in u} p_s (q_s - \bar q)`. As an aim: minimise
    :math:`\sum_j |\sum_u w_u x_{uj}|`. As a must or principle each district's mean quality lies
    within `tolerance` of :math:`\bar q`, written linearly as
    :math:`\sum_u (w_u - \epsilon p_u) x_{uj} \le 0 \le \sum_u (w_u + \epsilon p_u) x_{uj}`.
    The index is made from resources; pupils' marks are never read.

    Parameters
    ----------
    scope : {"town", "county"}
        Mean that districts are compared with. Within towns, districts lie in one town.
    tolerance : float, points of the quality index
    weight, price : float, child-metres per pupil-point off
    """

    name: ClassVar[str] = "quality_balance"
    needs: ClassVar[tuple[str, ...]] = ("schools.quality",)

    scope: str = "town"
    tolerance: float = 5.0

    def __post_init__(self) -> None:
        if self.scope not in SCOPES:
            raise PolicyError(
                say("policy.bad_word", rule=self.name, value=self.scope, allowed="、".join(SCOPES))
            )

    def constrain(self, view: DistrictView) -> Iterator[Band | Deviation]:
        """Draw each district's sum of pupils x (quality - mean) to zero, or hold it near."""
        off = view.points - self._mean(view) * view.rated
        unit = "pupil-points"
        if self.strength is Strength.AIM:
            yield Deviation(self.name, "quality", unit, self.weight, off, np.zeros(view.n))
            return
        slack = self.tolerance * view.rated
        yield Band(self.name, "upper", off - slack, -np.inf, 0.0, unit, self.elastic)
        yield Band(self.name, "lower", off + slack, 0.0, np.inf, unit, self.elastic)

    def _mean(self, view: DistrictView) -> Floats:
        """Return the mean quality that each village is compared with."""
        if self.scope == "county":
            return np.full(view.n, view.points.sum() / max(view.rated.sum(), 1.0))
        rated = np.maximum(view.town_sums(view.rated), 1.0)
        return np.asarray((view.town_sums(view.points) / rated)[view.town], dtype=float)

    def check(self, county: County, plan: DistrictPlan) -> Iterator[Finding]:
        """Take each district's pupil-weighted mean quality from the school table."""
        schools = school_table(county, plan)
        schools = schools[schools["quality"].notna() & (schools["all_pupils"] > 0)]
        group = schools["town"] if self.scope == "town" else schools["town"].map(lambda _: "")
        pupils, points = schools["all_pupils"], schools["all_pupils"] * schools["quality"]
        mean = points.groupby(group).sum() / pupils.groupby(group).sum()
        off = points - pupils * group.map(mean)
        whole, aim = complete(county, plan), self.strength is Strength.AIM
        for district in district_names(plan):
            mine = schools["district"] == district
            size = float(pupils[mine].sum())
            if size == 0:
                yield Finding(
                    self.name, Verdict.INCOMPLETE, (district,), details={"message": "no_index"}
                )
                continue
            total = float(off[mine].sum())
            slack = self.tolerance * size + rounding(float(points[mine].sum()))
            verdict = verdict_of(aim or abs(total) <= slack, mendable=not whole)
            yield Finding(
                self.name,
                verdict,
                (district,),
                float(points[mine].sum()) / size,
                self.tolerance,
                details={
                    "message": "measured" if aim else str(verdict),
                    "difference": round(total / size, 6) + 0.0,
                    "pupil_points": abs(total),
                },
            )
