"""选拔政治素质高、管理能力突出的干部担任。"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from districting.county import County
from districting.model.posts import Cost, PostsView
from districting.plan.posts_plan import PostsPlan
from districting.policy.posts.base import PostsRule
from districting.policy.rule import Finding, Verdict

MOST = 100.0
TITLE = {"full": 20.0, "senior": 15.0, "first": 10.0, "second": 5.0}
ROLE = {"principal": 30.0, "secretary": 30.0, "vice_principal": 15.0, "manager": 10.0}
HONOUR = {"province": 20.0, "city": 15.0, "county": 10.0, "school": 5.0}


@dataclass(frozen=True, kw_only=True)
class Standing(PostsRule):
    r"""今后，将根据学区综合量化考核情况，通过公开竞聘、民主推荐、组织考察等形式，选拔政治素质高、管理能力突出的干部担任

    Maximise the standing of those appointed: minimise :math:`\sum_a (100 - p_a) x_a`. The points p
    come from the table of candidates (综合量化得分) where it names the person for that post; else
    from post at the own school (at most 30), title and honour (at most 20 each), which only rank
    persons whom nobody has assessed.

    Parameters
    ----------
    weight : float
    """

    name: ClassVar[str] = "standing"
    needs: ClassVar[tuple[str, ...]] = (*PostsRule.needs, "teachers.title", "teachers.honour")

    def constrain(self, view: PostsView) -> Iterator[Cost]:
        """Weigh what each person lacks of full points."""
        staff = view.staff
        record = staff["post"].map(ROLE).fillna(0) + staff["title"].map(TITLE).fillna(0)
        record += staff["honour"].map(HONOUR).fillna(0)
        points = record.to_numpy(dtype=np.float64)[view.teacher]
        given = view.county.tables["candidates"]
        keys = zip(given["place"], given["post"], given["teacher"], strict=True)
        for key, score in zip(keys, given["score"].astype(float), strict=True):
            points[view.holding({key}) > 0] = score
        lacking = np.asarray(MOST - np.clip(points, 0.0, MOST), dtype=np.float64)
        yield Cost(self.name, "points", self.weight, lacking)

    def check(self, county: County, plan: PostsPlan) -> Iterator[Finding]:
        """Say how many of those appointed were assessed, and their mean score."""
        given = county.tables["candidates"]
        merged = plan.posts.merge(given[["place", "post", "teacher", "score"]], how="left")
        scores = pd.to_numeric(merged["score"])
        yield Finding(
            self.name,
            Verdict.PASS,
            (county.name,),
            float(scores.mean()) if scores.notna().any() else None,
            details={
                "message": "pass" if scores.notna().any() else "unassessed",
                "assessed": int(scores.notna().sum()),
                "all": len(merged),
            },
        )
