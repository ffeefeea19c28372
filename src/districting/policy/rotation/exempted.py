"""孕期、哺乳期、重大疾病等，暂缓交流。"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from districting.county import County
from districting.model.rotation import Bools
from districting.model.rotation_view import RotationView
from districting.plan.rotation_plan import RotationPlan
from districting.policy.rotation.base import Condition, per_teacher
from districting.policy.rotation.tables import years
from districting.policy.rule import Finding


@dataclass(frozen=True, kw_only=True)
class Exempted(Condition):
    """孕期、哺乳期、重大疾病等，暂缓交流。

    A ground from the list exempts until its date; without a date it holds until taken back. Only
    the word of the ground is ever read, never its circumstances.

    Parameters
    ----------
    grounds : tuple of str
        Words of ``teachers.exempt`` that exempt; ROT-17.
    """

    name: ClassVar[str] = "exempted"

    grounds: tuple[str, ...] = ("pregnant", "nursing", "illness", "course", "other")

    def stay(self, view: RotationView) -> Bools:
        """Hold whoever is exempt on 1 September."""
        return exempt_then(view.staff, self.grounds, view.year)

    def barred(self, teachers: pd.DataFrame, year: int) -> pd.Series:
        """Read ground and date off the raw table."""
        return exempt_by_table(teachers, self.grounds, year)

    def check(self, county: County, plan: RotationPlan) -> Iterator[Finding]:
        """Look for exempt teachers among those who move."""
        for year in years(county, plan):
            broken = self.barred(year.moved, year.year)
            yield from per_teacher(self, year.year, year.moved, broken)


def exempt_then(staff: pd.DataFrame, grounds: Collection[str], year: int) -> Bools:
    """Return who is exempt on one of the `grounds` on 1 September of `year`, for the model."""
    until = staff["exempt_until"].to_numpy()
    running = np.isnat(until) | (until > np.datetime64(f"{year}-09-01"))
    return np.asarray(staff["exempt"].isin(list(grounds)).to_numpy() & running)


def exempt_by_table(teachers: pd.DataFrame, grounds: Collection[str], year: int) -> pd.Series:
    """Return the same as the checker reads it off the raw table."""
    over = teachers["exempt_until"] <= pd.Timestamp(year, 9, 1)
    return teachers["exempt"].isin(list(grounds)) & ~over
