"""合理安排，方便工作：上班路程和增加的路程不超过上限。"""

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
from districting.policy.rotation.base import RotationRule, checked_range, per_teacher
from districting.policy.rotation.tables import way_to_work, years
from districting.policy.rule import Finding

ROUNDING_M = 0.5


@dataclass(frozen=True, kw_only=True)
class CommuteLimit(RotationRule):
    r"""上班路程和增加的路程不超过上限。

    With :math:`d` the road from home to the new school and :math:`d_0` to the present one:
    :math:`d \le \max(\text{limit}, d_0)`, :math:`d - d_0 \le \text{extra}`, and d within the limit
    that was agreed with the teacher. Teachers whose home is not known are not limited.

    Parameters
    ----------
    limit, extra : float, metres by road
        Set by the bureau; no text gives a number.
    """

    name: ClassVar[str] = "commute_limit"
    needs: ClassVar[tuple[str, ...]] = ("teachers.home",)

    limit: float = 30_000.0
    extra: float = 12_000.0

    def __post_init__(self) -> None:
        checked_range(self, self.limit, 0, 500_000)
        checked_range(self, self.extra, 0, 500_000)

    def forbid(self, view: RotationView) -> Bools:
        """Rule out moves that are too far."""
        new, old = view.commute()
        own = view.staff["commute_limit"].to_numpy(dtype=float)[view.teacher]
        with np.errstate(invalid="ignore"):
            far = (new > np.maximum(self.limit, old)) | (new - old > self.extra) | (new > own)
        return np.asarray(far)

    def check(self, county: County, plan: RotationPlan) -> Iterator[Finding]:
        """Measure the way of everyone who moves, before and after."""
        for year in years(county, plan):
            moved = year.moved
            new = way_to_work(county, moved, moved["to_school"])
            old = way_to_work(county, moved, moved["school"])
            most = pd.concat([old.clip(lower=self.limit), old + self.extra], axis=1).min(axis=1)
            most = pd.concat([most, moved["commute_limit"]], axis=1).min(axis=1)
            broken = new > most + ROUNDING_M
            km, limit = (new / 1000).round(1), (most / 1000).round(1)
            yield from per_teacher(self, year.year, moved, broken, number=km, limit=limit)
