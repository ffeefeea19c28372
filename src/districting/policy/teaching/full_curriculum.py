"""严格实施国家课程设置方案和课程标准，开足开齐课程。"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from districting.county import County
from districting.model.teaching import MissingPrice, TeachingView
from districting.plan.teaching_plan import TeachingPlan
from districting.policy.rule import Finding, Strength, Verdict
from districting.policy.teaching.base import checked_least
from districting.policy.teaching.loads import Loads
from districting.terms import say


@dataclass(frozen=True, kw_only=True)
class FullCurriculum(Loads):
    r"""严格实施国家课程设置方案和课程标准，开足开齐课程，

    Minimise :math:`\sum_g w_g (r_g - \sum_a h_a)`: weighted periods a week that no qualified
    teacher covers. Village schools and teaching points weigh more (重点向村小学、教学点倾斜).
    Online lessons (专递课堂) may stand in for `online` of what is left; they are counted apart and
    never as covered.

    Parameters
    ----------
    rural, point : float
        Weight of a missing period at a village school and at a teaching point; 1 elsewhere.
    online : float, share
    weight : float, km per weighted period
        With 200, no saving of way is worth a missing period.
    """

    name: ClassVar[str] = "full_curriculum"

    rural: float = 2.0
    point: float = 3.0
    online: float = 0.5
    weight: float = 200.0

    def __post_init__(self) -> None:
        super().__post_init__()
        for value in (self.rural, self.point, self.online):
            checked_least(self, value, 0)

    def constrain(self, view: TeachingView) -> Iterator[MissingPrice]:
        """Price the periods that stay uncovered."""
        rural = (view.gaps["area"] == "rural").to_numpy()
        point = (view.gaps["kind"] == "teaching_point").to_numpy()
        share = np.where(point, self.point, np.where(rural, self.rural, 1.0))
        yield MissingPrice(self.name, self.weight, share)

    def check(self, county: County, plan: TeachingPlan) -> Iterator[Finding]:
        """Add up by subject what is missing before and after the visits."""
        gaps = self.table(county, plan)
        for (stage, subject), rows in gaps.groupby(["stage", "subject"]):
            before, left = float(rows["missing"].sum()), float(rows["left"].sum())
            over = bool((rows["left"] < 0).any())
            holds = not over and (left == 0 or self.strength is Strength.AIM)
            yield Finding(
                self.name,
                Verdict.PASS if holds else Verdict.FAIL,
                (str(subject),),
                left,
                0.0,
                details={
                    "message": "over" if over else "measured" if left else "pass",
                    "stage": say(f"terms.{stage}"),
                    "before": before,
                    "schools": int((rows["left"] > 0).sum()),
                    "online": self.lessons(left),
                },
            )

    def lessons(self, left: float) -> float:
        """Return the periods that online lessons may stand in for, of those left uncovered."""
        return float(np.floor(self.online * left))

    def table(self, county: County, plan: TeachingPlan) -> pd.DataFrame:
        """Return what is missing at each school, before and after the visits.

        Returns
        -------
        pandas.DataFrame
            ``school``, ``stage``, ``subject`` and, in periods a week, ``need``, ``supply``,
            ``missing`` (whole periods, above 0), ``covered`` by visits, ``left``.
        """
        gaps = self.counted(county)
        gaps["missing"] = np.floor((gaps["need"] - gaps["supply"]).clip(lower=0) + 1e-9)
        gaps = gaps[gaps["missing"] > 0]
        given = plan.visits.groupby(["school", "stage", "subject"])["periods"].sum()
        covered = given.reindex(gaps.index).fillna(0)
        return gaps.assign(covered=covered, left=gaps["missing"] - covered).reset_index()
