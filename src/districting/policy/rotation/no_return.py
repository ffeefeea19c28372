"""交流离开的学校，规定年限内不返回。"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from districting.county import County
from districting.model.rotation import Bools
from districting.model.rotation_view import RotationView
from districting.plan.rotation_plan import RotationPlan
from districting.policy.rotation.base import RotationRule, per_teacher
from districting.policy.rotation.tables import years
from districting.policy.rule import Finding


@dataclass(frozen=True, kw_only=True)
class NoReturn(RotationRule):
    """交流离开的学校，规定年限内不返回。

    A teacher does not move to a school left by rotation less than `years` years ago.

    Parameters
    ----------
    years : int
        Set by the bureau; no text gives a number.
    """

    name: ClassVar[str] = "no_return"

    years: int = 6

    def forbid(self, view: RotationView) -> Bools:
        """Rule out moves back."""
        past = view.county.tables["rotations"]
        months = 12 * (view.year - past["start"].dt.year) + 9 - past["start"].dt.month
        recent = past[months < 12 * self.years]
        left = set(zip(recent["teacher"], recent["from_school"], strict=True))
        out = np.zeros(len(view.teacher), dtype=bool)
        if not left:
            return out
        named = view.staff["teacher"].isin({t for t, _ in left}).to_numpy()
        names = view.staff["teacher"].to_numpy(dtype=str)
        schools = view.places["school"].to_numpy(dtype=str)
        for arc in np.flatnonzero(named[view.teacher]):
            out[arc] = (names[view.teacher[arc]], schools[view.to[arc]]) in left
        return out

    def check(self, county: County, plan: RotationPlan) -> Iterator[Finding]:
        """Look up the schools that each mover has left before, on record or in this plan."""
        columns = ["teacher", "from_school", "start"]
        own = plan.moves.assign(start=pd.to_datetime(plan.moves["start"], format="%Y-%m"))
        record = county.tables["rotations"][columns]
        for year in years(county, plan):
            moved = year.moved
            before = own.loc[own["year"] < year.year, columns]
            past = pd.concat([record, before]) if len(before) else record
            both = moved.reset_index()[["teacher", "to_school"]].merge(
                past, left_on=["teacher", "to_school"], right_on=["teacher", "from_school"]
            )
            since = (year.year - both["start"].dt.year) * 12 + 9 - both["start"].dt.month
            back = both.loc[since < 12 * self.years, "teacher"]
            broken = pd.Series(moved.index.isin(back), index=moved.index)
            yield from per_teacher(self, year.year, moved, broken)
