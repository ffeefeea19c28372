"""Posts that the curriculum asks for: base of the rules about subjects."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from districting.county import County
from districting.model.rotation import Floats
from districting.model.rotation_view import RotationView
from districting.policy.load_norms import LoadNorms
from districting.policy.rotation.base import RotationRule, checked_word
from districting.policy.rotation.tables import LEADERS, Year, periods_needed
from districting.read.curriculum import SCHEMES, curriculum


@dataclass(frozen=True, kw_only=True)
class SubjectRule(LoadNorms, RotationRule):
    """Base of the rules about subjects: norms of loads, and posts that come of them."""

    name: ClassVar[str]

    def __post_init__(self) -> None:
        checked_word(self, self.scheme, SCHEMES)

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

    Leaders fill no subject's post; who moves teaches what the plan says at the new school.
    """
    table = year.before
    if after:
        table = year.after.copy()
        table.loc[year.moved.index, "subject"] = year.moved["teaches"]
    table = table[~table["post"].isin(LEADERS)]
    return table.groupby(["school", "stage", "subject"]).size()
