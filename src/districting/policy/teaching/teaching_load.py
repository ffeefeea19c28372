"""周课时工作量：本校课时加跨校课时不超过一个岗位的工作量。"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

import pandas as pd

from districting.county import County
from districting.model.teaching import TeachingView
from districting.plan.teaching_plan import TeachingPlan
from districting.policy.rule import Finding
from districting.policy.teaching.base import each_teacher, people
from districting.policy.teaching.loads import LEADERS, Loads


@dataclass(frozen=True, kw_only=True)
class TeachingLoad(Loads):
    """按照多劳多得，优绩优酬的原则予以奖励激励。

    Nobody teaches more than a post's load, at home and elsewhere together. The spare periods of the
    problem are reckoned by this rule, see :meth:`Loads.reckon`.
    """

    name: ClassVar[str] = "teaching_load"

    def constrain(self, view: TeachingView) -> Iterator[Any]:
        """Yield nothing: the view's spare periods are this rule's."""
        yield from ()

    def check(self, county: County, plan: TeachingPlan) -> Iterator[Finding]:
        """Add each visiting teacher's share of the periods at home to the visits."""
        known, table = people(county), self.counted(county).to_dict("index")
        totals, limits = {}, {}
        for teacher, periods in plan.visits.groupby("teacher")["periods"].sum().items():
            row = known.loc[str(teacher)]
            key = (str(row["school"]), str(row["stage"]), str(row["subject"]))
            cell = table[key]
            share = self.leader_share if row["post"] in LEADERS else 1.0
            limits[teacher] = share * self.load(str(row["stage"]), str(row["subject"]))
            at_home = min(1.0, cell["need"] / cell["supply"])
            totals[teacher] = limits[teacher] * at_home + float(periods)
        total, limit = pd.Series(totals, dtype=float), pd.Series(limits, dtype=float)
        yield from each_teacher(
            self, total > limit + 1e-6, None, len(total), number=total, load=limit
        )
