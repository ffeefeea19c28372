"""Posts that the curriculum asks for: base of the rules about subjects."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import ClassVar

import numpy as np
import pandas as pd

from districting.county import County
from districting.model.rotation import Floats
from districting.model.rotation_view import RotationView
from districting.policy.rotation.base import RotationRule, checked_word
from districting.policy.rotation.tables import LEADERS, Year, periods_needed
from districting.read.curriculum import SCHEMES, curriculum

Loads = Mapping[str, int]


@dataclass(frozen=True, kw_only=True)
class SubjectRule(RotationRule):
    """Base of the rules about subjects.

    Parameters
    ----------
    scheme : str
        Table of periods where the county gives none of its own: one of
        :data:`~districting.read.curriculum.SCHEMES`.
    primary, junior : Mapping of subject to int, periods a week
        Full load of a post, LOAD-01; other subjects `primary_other`, `junior_other`.
    without_post : tuple of str
        Subjects that no post is made for (综合: labour, practice, local and school courses).
    """

    name: ClassVar[str]

    scheme: str = "national_2022"
    primary: Loads = field(default_factory=lambda: MappingProxyType({"语文": 14, "数学": 14}))
    primary_other: int = 18
    junior: Loads = field(
        default_factory=lambda: MappingProxyType(
            {"语文": 12, "数学": 12, "外语": 12, "音乐": 16, "美术": 16, "信息科技": 16}
        )
    )
    junior_other: int = 14
    without_post: tuple[str, ...] = ("综合",)

    def __post_init__(self) -> None:
        checked_word(self, self.scheme, SCHEMES)

    def load(self, stage: str, subject: str) -> int:
        """Return periods a week of a full post."""
        if stage == "primary":
            return self.primary.get(subject, self.primary_other)
        return self.junior.get(subject, self.junior_other)

    def loads(self, view: RotationView) -> Floats:
        """Return periods of a full post by place and subject, shape (places, subjects)."""
        table = {s: [self.load(s, j) for j in view.subjects] for s in ("primary", "junior")}
        return np.array([table[s] for s in view.places["stage"]], dtype=float)

    def taught(self, view: RotationView) -> Floats:
        """Return periods a week that posts are to cover, shape (places, subjects)."""
        posted = ~np.isin(np.array(view.subjects), np.array(self.without_post))
        return np.asarray(view.periods(self.scheme) * posted, dtype=float)

    def posts(self, view: RotationView) -> Floats:
        """Return posts needed, with parts of a post, shape (places, subjects)."""
        return np.asarray(np.round(self.taught(view) / self.loads(view), 9), dtype=float)

    def counted_periods(self, county: County) -> pd.Series:
        """Return periods to cover by school, stage, subject, from the raw tables."""
        table = curriculum(county, self.scheme)
        return periods_needed(county, table[~table["subject"].isin(self.without_post)])

    def counted_posts(self, county: County) -> pd.Series:
        """Return posts needed by school, stage, subject, from the raw tables."""
        hours = self.counted_periods(county)
        loads = [self.load(str(k[1]), str(k[2])) for k in hours.index]
        return (hours / loads).round(9)


def headcount(year: Year, after: bool) -> pd.Series:
    """Return teachers by school, stage, subject before or after the year's moves.

    Leaders fill no subject's post.
    """
    table = year.after if after else year.before
    table = table[~table["post"].isin(LEADERS)]
    return table.groupby(["school", "stage", "subject"]).size()
