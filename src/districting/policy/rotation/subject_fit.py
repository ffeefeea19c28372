"""学科、学段对口：只到本学段、开设所教学科的学校。"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from districting.county import TEACHES, County
from districting.model.rotation import Bools
from districting.model.rotation_view import RotationView
from districting.plan.rotation_plan import RotationPlan
from districting.policy.rotation.base import per_teacher
from districting.policy.rotation.tables import LEADERS, years
from districting.policy.rotation.workload import SubjectRule
from districting.policy.rule import Finding


@dataclass(frozen=True, kw_only=True)
class SubjectFit(SubjectRule):
    """配齐配足各学科合格教师

    A teacher goes to a school that teaches the same stage and has periods of the same subject.
    Leaders fill no subject's post.
    """

    name: ClassVar[str] = "subject_fit"

    def forbid(self, view: RotationView) -> Bools:
        """Rule out schools without the teacher's subject."""
        leader = view.staff["leader"].to_numpy(dtype=bool)[view.teacher]
        lacking = self.taught(view)[view.to, view.code[view.teacher]] <= 0
        return np.asarray(lacking & ~leader)

    def check(self, county: County, plan: RotationPlan) -> Iterator[Finding]:
        """Look up stage and periods at the new school."""
        hours = self.counted_periods(county)
        for year in years(county, plan):
            moved = year.moved[~year.moved["post"].isin(LEADERS)]
            kind = moved["to_school"].map(county.schools["kind"])
            keys = pd.MultiIndex.from_frame(moved[["to_school", "stage", "subject"]])
            lacking = hours.reindex(keys).fillna(0.0).to_numpy() <= 0
            wrong = [k not in TEACHES[s] for k, s in zip(kind, moved["stage"], strict=True)]
            broken = pd.Series(lacking | np.array(wrong, dtype=bool), index=moved.index)
            names = moved["to_school"].map(county.schools["name"])
            yield from per_teacher(
                self, year.year, moved, broken, school=names, subject=moved["subject"]
            )
