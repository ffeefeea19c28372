"""学科、学段对口：只到本学段、开设所教学科的学校。"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from districting.county import TEACHES, County
from districting.model.rotation import Bools
from districting.model.rotation_view import RotationView
from districting.plan.rotation_plan import RotationPlan
from districting.policy.rotation.base import per_teacher
from districting.policy.rotation.tables import LEADERS, years
from districting.policy.rotation.workload import SubjectRule, headcount
from districting.policy.rule import Finding

SHORT = 1e-6
"""Periods a week beyond which a subject is short."""


@dataclass(frozen=True, kw_only=True)
class SubjectFit(SubjectRule):
    """配齐配足各学科合格教师

    A teacher goes to a school that teaches the same stage and has periods of the same subject.
    With `second`, who is qualified for a second subject teaches that one at schools where it is
    short and the first is not: :math:`h_{sj} > L_j n_{sj}` before the moves. Leaders fill no
    subject's post.

    Parameters
    ----------
    second : bool
        Whether second subjects count.
    """

    name: ClassVar[str] = "subject_fit"

    second: bool = False

    def short(self, view: RotationView) -> Bools | None:
        """Return the subjects that are short, shape (places, subjects); None unless `second`."""
        if not self.second:
            return None
        return np.asarray(self.taught(view) - view.have() * self.loads(view) > SHORT)

    def forbid(self, view: RotationView) -> Bools:
        """Rule out schools without the teacher's subject."""
        leader = view.staff["leader"].to_numpy(dtype=bool)[view.teacher]
        lacking = self.taught(view)[view.to, view.joins] <= 0
        return np.asarray(lacking & ~leader)

    def check(self, county: County, plan: RotationPlan) -> Iterator[Finding]:
        """Look up stage and periods at the new school."""
        hours = self.counted_periods(county)
        for year in years(county, plan):
            moved = year.moved[~year.moved["post"].isin(LEADERS)]
            kind = moved["to_school"].map(county.schools["kind"])
            keys = pd.MultiIndex.from_frame(moved[["to_school", "stage", "teaches"]])
            lacking = hours.reindex(keys).fillna(0.0).to_numpy() <= 0
            wrong = [k not in TEACHES[s] for k, s in zip(kind, moved["stage"], strict=True)]
            count = headcount(year, False)
            due = [self._due(row, hours, count) for row in moved.to_dict("records")]
            other = [t != d for t, d in zip(moved["teaches"], due, strict=True)]
            broken = pd.Series(lacking | np.array(wrong, bool) | np.array(other, bool), moved.index)
            names = moved["to_school"].map(county.schools["name"])
            yield from per_teacher(
                self, year.year, moved, broken, school=names, subject=moved["teaches"]
            )

    def _due(self, row: Mapping[Any, Any], hours: pd.Series, count: pd.Series) -> str:
        """Return the subject that a teacher who moves is to teach at the new school."""
        own, second = str(row["subject"]), str(row.get("subject_2", ""))
        if not self.second or not second:
            return own
        left = {}
        for subject in (own, second):
            key = (row["to_school"], row["stage"], subject)
            load = self.load(row["stage"], subject)
            left[subject] = float(hours.get(key, 0.0)) - load * float(count.get(key, 0))
        return second if left[second] > SHORT and left[own] <= SHORT else own
