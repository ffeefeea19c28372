"""走教课表不冲突。"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

import pandas as pd

from districting.county import County
from districting.model.teaching import TeachingView
from districting.plan.teaching_plan import DAYS, HALVES, TeachingPlan
from districting.policy.rule import Finding, Verdict
from districting.policy.teaching.base import TeachingRule
from districting.terms import say


@dataclass(frozen=True, kw_only=True)
class VisitClash(TeachingRule):
    """建立教育教学、财务后勤、学校安全管理等协作机制

    In the weekly timetable nobody is at two schools in one half-day, no school receives more
    visiting teachers in a half-day than it has classes, and every half-day is one of the ten of the
    week. The timetable is laid after the periods are known, under these very limits.
    """

    name: ClassVar[str] = "visit_clash"

    def constrain(self, view: TeachingView) -> Iterator[Any]:
        """Yield nothing: see :func:`districting.solve.teaching.lay_timetable`."""
        yield from ()

    def check(self, county: County, plan: TeachingPlan) -> Iterator[Finding]:
        """Count who is where in each half-day."""
        slots = plan.timetable
        twice = slots.groupby(["teacher", "day", "half"])["school"].nunique()
        for teacher, day, half in twice.index[twice > 1]:
            yield self._fault("teacher", str(teacher), int(day), str(half))
        classes = county.tables["classes"]
        now = classes[classes["year"] == county.year].groupby("school")["classes"].sum()
        crowd = slots.groupby(["school", "day", "half"])["teacher"].nunique()
        names = county.schools["name"]
        for row in crowd.rename("count").reset_index().to_dict("records"):
            if row["count"] > now.get(row["school"], 0):
                name = str(names.get(row["school"], row["school"]))
                yield self._fault("school", name, int(row["day"]), str(row["half"]))
        wrong = ~slots["day"].between(1, DAYS) | ~slots["half"].isin(HALVES)
        visited = plan.visits[["teacher", "school"]].drop_duplicates()
        merged = visited.merge(slots, how="outer", indicator=True)
        loose = merged[merged["_merge"] != "both"]
        if wrong.any() or len(loose):
            who = pd.concat([slots.loc[wrong, "teacher"], loose["teacher"]]).iloc[0]
            yield self._fault("loose", str(who), 0, "")
        if not ((twice > 1).any() or wrong.any() or len(loose)):
            yield Finding(self.name, Verdict.PASS, (), float(len(slots)))

    def _fault(self, message: str, place: str, day: int, half: str) -> Finding:
        when = say(f"teaching.document.{half}") if half else ""
        details = {"message": message, "day": day, "half": when}
        return Finding(self.name, Verdict.FAIL, (place,), details=details)
