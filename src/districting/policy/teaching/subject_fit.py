"""合格教师：只教任教学科或兼教学科。"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from districting.county import TEACHES, County
from districting.model.teaching import Barred, TeachingView
from districting.plan.teaching_plan import TeachingPlan
from districting.policy.rule import Finding
from districting.policy.teaching.base import TeachingRule, each_teacher, people


@dataclass(frozen=True, kw_only=True)
class SubjectFit(TeachingRule):
    """配齐配足各学科合格教师

    A teacher covers periods of the own stage in the main subject, and in the second one where
    `second` allows it; other arcs are ruled out.

    Parameters
    ----------
    second : bool
        Whether the second subject (兼教学科) counts as qualified.
    """

    name: ClassVar[str] = "subject_fit"

    second: bool = True

    def constrain(self, view: TeachingView) -> Iterator[Barred]:
        """Rule out the second subject where it does not count."""
        main = view.staff["subject"].to_numpy(dtype=object)[view.teacher]
        asked = view.gaps["subject"].to_numpy(dtype=object)[view.gap]
        yield Barred(self.name, (main != asked) & (not self.second))

    def check(self, county: County, plan: TeachingPlan) -> Iterator[Finding]:
        """Look up each visiting teacher's stage and subjects, and the school's stages."""
        known, visits = people(county), plan.visits
        rows = known.reindex(visits["teacher"])
        fits = (rows["subject"] == visits["subject"].to_numpy()).to_numpy()
        if self.second and "subject_2" in rows:
            fits = fits | ((rows["subject_2"] == visits["subject"].to_numpy()).to_numpy())
        fits = fits & ((rows["stage"] == visits["stage"].to_numpy()).to_numpy())
        kinds = county.schools["kind"].reindex(visits["school"]).fillna("")
        taught = [k in TEACHES[s] for k, s in zip(kinds, visits["stage"], strict=True)]
        fits = fits & np.array(taught, dtype=bool)
        broken = pd.Series(~fits, visits["teacher"]).groupby(level=0).any()
        subjects = visits.groupby("teacher")["subject"].agg("、".join)
        yield from each_teacher(self, broken.astype(bool), None, len(broken), subjects=subjects)
