"""走教：成半天、不超过几所学校。"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import pandas as pd

from districting.county import County
from districting.model.teaching import Rhythm, TeachingView
from districting.plan.teaching_plan import TeachingPlan
from districting.policy.rule import Finding
from districting.policy.teaching.base import TeachingRule, checked_least, each_teacher


@dataclass(frozen=True, kw_only=True)
class VisitRhythm(TeachingRule):
    r"""通过交流任教、跨校兼课、师徒结对等形式

    A teacher serves at most `schools` schools, the own one included, and is away on at most
    `half_days` whole half-days a week; each visited school is worth at least `least` periods a
    week, and a half-day holds at most `per_half_day`.

    Parameters
    ----------
    schools, half_days : int
    per_half_day, least : int, periods
        Numbers of this toolkit; set by the bureau.
    """

    name: ClassVar[str] = "visit_rhythm"

    schools: int = 3
    half_days: int = 4
    per_half_day: int = 3
    least: int = 2

    def __post_init__(self) -> None:
        for value in (self.schools, self.half_days, self.per_half_day, self.least):
            checked_least(self, value, 1)

    def constrain(self, view: TeachingView) -> Iterator[Rhythm]:
        """Pass the rhythm on."""
        yield Rhythm(self.name, self.schools, self.half_days, self.per_half_day, self.least)

    def check(self, county: County, plan: TeachingPlan) -> Iterator[Finding]:
        """Count schools, half-days and periods of each visiting teacher."""
        visits, slots = plan.visits, plan.timetable
        each = visits.groupby(["teacher", "school"])["periods"].sum()
        halves = slots.groupby(["teacher", "school"]).size().reindex(each.index).fillna(0)
        few = (each < self.least) | (each > halves * self.per_half_day)
        table = pd.DataFrame(
            {
                "schools": visits.groupby("teacher")["school"].nunique() + 1,
                "half_days": slots.groupby("teacher").size(),
                "odd": few.groupby(level="teacher").any(),
            }
        ).fillna(0)
        broken = (table["schools"] > self.schools) | (table["half_days"] > self.half_days)
        broken |= table["odd"].astype(bool)
        yield from each_teacher(
            self, broken, None, len(table),
            number=table["schools"], half_days=table["half_days"],
        )  # fmt: skip
