"""优质教育资源均衡分布：各学区办学质量指数相近。"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from districting.county import County
from districting.model.district_view import DistrictView
from districting.model.partition import Aim, AimLimit, Band
from districting.plan.district_plan import DistrictPlan
from districting.policy.districts.ratio import Ratio, alike, need_form
from districting.policy.districts.tables import (
    complete,
    district_names,
    rounding,
    school_table,
    spread_finding,
    verdict_of,
)
from districting.policy.rule import DistrictRule, Finding, Strength, Verdict


@dataclass(frozen=True, kw_only=True)
class QualityBalance(DistrictRule):
    r"""遵循义务教育免试就近入学、优质教育资源均衡分布等原则，合理划分联区、学区范围。

    With :math:`p_s, q_s` pupils and quality of school s and :math:`\bar q` the pupil-weighted mean
    of the town (or county), :math:`w_u = \sum_{s \in u} p_s (q_s - \bar q)`. As an aim: minimise
    :math:`\sum_j |\sum_u w_u x_{uj}|`, or the spread of the districts' means. As a must or
    principle each district's mean lies within `tolerance` of :math:`\bar q`, written linearly as
    :math:`\sum_u (w_u - \epsilon p_u) x_{uj} \le 0 \le \sum_u (w_u + \epsilon p_u) x_{uj}`, or
    between `lowest` and `highest`; as a must the spread may be held to `tolerance`.
    The index is made from resources; pupils' marks are never read.

    Parameters
    ----------
    scope : {"town", "county"}
        Mean that districts are compared with. Within towns, districts lie in one town.
    form : {"deviation", "spread", "range"}
        See :func:`districting.policy.districts.ratio.alike`.
    tolerance, lowest, highest : float, points of the quality index
    weight, price : float, child-metres per pupil-point off, or per point of spread
    """

    name: ClassVar[str] = "quality_balance"
    needs: ClassVar[tuple[str, ...]] = ("schools.quality",)

    scope: str = "town"
    form: str = "deviation"
    tolerance: float = 5.0
    lowest: float = 0.0
    highest: float = 100.0

    def __post_init__(self) -> None:
        need_form(self, self.scope, self.form, (self.lowest, self.highest))

    @property
    def counted(self) -> str:
        """Sum of deviations, or the spread; what a principle tolerates has bounds of its own."""
        if self.strength is not Strength.AIM:
            return ""
        return "number" if self.form == "spread" else "pupil_points"

    def constrain(self, view: DistrictView) -> Iterator[Aim | AimLimit | Band]:
        """Draw each district's sum of pupils x (quality - mean) to zero, or hold it near."""
        ratio = Ratio(view.points, view.rated, "points", "pupil-points")
        ends = (self.lowest, self.highest)
        yield from alike(self, view, ratio, self.scope, self.form, self.tolerance, ends)

    def check(self, county: County, plan: DistrictPlan) -> Iterator[Finding]:
        """Take each district's pupil-weighted mean quality from the school table."""
        schools = school_table(county, plan)
        schools = schools[schools["quality"].notna() & (schools["all_pupils"] > 0)]
        group = schools["town"] if self.scope == "town" else schools["town"].map(lambda _: "")
        pupils, points = schools["all_pupils"], schools["all_pupils"] * schools["quality"]
        mean = points.groupby(group).sum() / pupils.groupby(group).sum()
        off = points - pupils * group.map(mean)
        whole, aim = complete(county, plan), self.strength is Strength.AIM
        if self.form == "spread":
            by_district = schools["district"].where(schools["district"] != "")
            means = points.groupby(by_district).sum() / pupils.groupby(by_district).sum()
            yield spread_finding(self, county, means, self.tolerance, whole)
            return
        for district in district_names(plan):
            mine = schools["district"] == district
            size = float(pupils[mine].sum())
            if size == 0:
                yield Finding(
                    self.name, Verdict.INCOMPLETE, (district,), details={"message": "no_index"}
                )
                continue
            total, sum_ = float(off[mine].sum()), float(points[mine].sum())
            room = rounding(sum_)
            holds = abs(total) <= self.tolerance * size + room
            if self.form == "range":
                holds = self.lowest * size - room <= sum_ <= self.highest * size + room
            verdict = verdict_of(aim or holds, mendable=not whole)
            yield Finding(
                self.name,
                verdict,
                (district,),
                sum_ / size,
                self.tolerance,
                details={
                    "message": "measured" if aim else self._message(str(verdict)),
                    "lowest": self.lowest,
                    "highest": self.highest,
                    "difference": round(total / size, 6) + 0.0,
                    "pupil_points": abs(total),
                },
            )

    def _message(self, verdict: str) -> str:
        return f"range_{verdict}" if self.form == "range" else verdict
