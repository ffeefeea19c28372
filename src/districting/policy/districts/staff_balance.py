"""优化教师资源配置：各学区师资指标相近。"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from districting.county import County
from districting.model.district_view import DistrictView
from districting.model.partition import Aim, AimLimit, Band, Floats
from districting.plan.district_plan import DistrictPlan
from districting.policy.districts.ratio import Ratio, alike, mean_of, need_form
from districting.policy.districts.tables import (
    complete,
    district_names,
    numbers,
    rounding,
    school_table,
    spread_finding,
    verdict_of,
)
from districting.policy.districts.words import need_words
from districting.policy.rule import DistrictRule, Finding, Strength, Verdict
from districting.terms import say

INDICATORS = ("teachers_per_pupil", "backbone_share")
HUNDRED = 100.0


@dataclass(frozen=True, kw_only=True)
class StaffBalance(DistrictRule):
    r"""推动优秀校长和骨干教师向薄弱学校流动，均衡配置师资力量。

    With :math:`b_u` the pupils (teachers) and :math:`a_u` the teachers (backbone teachers) of the
    town-run schools in village u, a district's indicator is :math:`100 \sum_u a_u x_{uj} / \sum_u
    b_u x_{uj}`: teachers for 100 pupils, or backbone teachers among 100 teachers. Districts are to
    be alike in it, as :func:`districting.policy.districts.ratio.alike` says.

    Parameters
    ----------
    indicator : {"teachers_per_pupil", "backbone_share"}
    scope : {"town", "county"}
        Mean that districts are compared with. Within towns, districts lie in one town.
    form : {"deviation", "spread", "range"}
    tolerance : float, share of the mean; for the spread, points of the indicator
    lowest, highest : float, points of the indicator
    weight, price : float, child-metres per pupil-point (teacher-point) off, or point of spread
    """

    name: ClassVar[str] = "staff_balance"
    needs: ClassVar[tuple[str, ...]] = ("schools.teachers",)

    indicator: str = "teachers_per_pupil"
    scope: str = "county"
    form: str = "deviation"
    tolerance: float = 0.15
    lowest: float = 0.0
    highest: float = 100.0

    def __post_init__(self) -> None:
        need_words(self, INDICATORS, self.indicator)
        need_form(self, self.scope, self.form, (self.lowest, self.highest))

    def misfits(self, county: County) -> Iterator[str]:
        """Ask for the column of backbone teachers where their share is wanted."""
        if self.indicator == "backbone_share" and "backbone" not in county.schools:
            place = {"rule": self.title, "table": "schools", "column": "backbone"}
            yield say("policy.missing_column", **place)

    @property
    def counted(self) -> str:
        """Sum of deviations, or the spread; what a principle tolerates has bounds of its own."""
        if self.strength is not Strength.AIM:
            return ""
        return "number" if self.form == "spread" else "points_off"

    def constrain(self, view: DistrictView) -> Iterator[Aim | AimLimit | Band]:
        """Draw each district's indicator to the mean, or hold it near."""
        points, base, unit = view.teachers, view.pupils, "pupil-points"
        if self.indicator == "backbone_share":
            points, base, unit = self._backbone(view), view.teachers, "teacher-points"
        ratio = Ratio(HUNDRED * np.where(base > 0, points, 0.0), base, "points", unit)
        slack: Floats | float = self.tolerance
        if self.form == "deviation":
            slack = self.tolerance * mean_of(view, ratio, self.scope)
        ends = (self.lowest, self.highest)
        yield from alike(self, view, ratio, self.scope, self.form, slack, ends)

    def _backbone(self, view: DistrictView) -> Floats:
        schools = view.county.district_schools()
        at = view.units.get_indexer(pd.Index(schools["village"]))
        count = schools["backbone"].fillna(0).to_numpy(float)
        return np.bincount(at, weights=count, minlength=view.n).astype(np.float64)

    def check(self, county: County, plan: DistrictPlan) -> Iterator[Finding]:
        """Divide the sums of each district's schools and compare with the mean."""
        schools = school_table(county, plan)
        pair = ("teachers", "all_pupils")
        if self.indicator == "backbone_share":
            pair = ("backbone", "teachers")
        # A village without base has no points either, as in a ratio of sums.
        table = schools[["district", "town", "village"]].assign(
            points=HUNDRED * numbers(schools, pair[0]), base=numbers(schools, pair[1])
        )
        bare = table.groupby("village")["base"].transform("sum") == 0
        table.loc[bare, "points"] = 0.0
        table["group"] = table["town"] if self.scope == "town" else ""
        sums = table.groupby("group")[["points", "base"]].sum()
        table["mean"] = table["group"].map(sums["points"] / sums["base"])
        whole = complete(county, plan)
        if self.form == "spread":
            by = table[table["district"] != ""].groupby("district")[["points", "base"]].sum()
            by = by[by["base"] > 0]
            yield spread_finding(self, county, by["points"] / by["base"], self.tolerance, whole)
            return
        for district in district_names(plan):
            yield self._of_district(table[table["district"] == district], district, whole)

    def _of_district(self, mine: pd.DataFrame, district: str, whole: bool) -> Finding:
        base, points = float(mine["base"].sum()), float(mine["points"].sum())
        if base == 0:
            details = {"message": "no_base"}
            return Finding(self.name, Verdict.INCOMPLETE, (district,), details=details)
        expected = float((mine["mean"] * mine["base"]).sum())
        room = rounding(points, expected)
        holds = abs(points - expected) <= self.tolerance * expected + room
        if self.form == "range":
            holds = self.lowest * base - room <= points <= self.highest * base + room
        aim = self.strength is Strength.AIM
        verdict = verdict_of(aim or holds, mendable=not whole)
        part = f"range_{verdict}" if self.form == "range" else str(verdict)
        return Finding(
            self.name,
            verdict,
            (district,),
            points / base,
            expected / base,
            details={
                "message": "measured" if aim else part,
                "what": say(f"rule.staff_balance.{self.indicator}"),
                "percent": 100.0 * (points / expected - 1) if expected else 0.0,
                "tolerance": 100.0 * self.tolerance,
                "lowest": self.lowest,
                "highest": self.highest,
                "points_off": abs(points - expected),
            },
        )
