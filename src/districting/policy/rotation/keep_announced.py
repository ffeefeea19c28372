"""已公示的安排尽量不变。"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from districting.county import County
from districting.model.rotation import ArcCost
from districting.model.rotation_view import RotationView
from districting.plan.rotation_plan import RotationPlan
from districting.policy.rotation.base import RotationRule
from districting.policy.rotation.tables import verdict, years
from districting.policy.rule import Finding


@dataclass(frozen=True, kw_only=True)
class KeepAnnounced(RotationRule):
    """已公示的安排尽量不变：有人退出时重新拟订，其余照旧。

    With the moves M of the plan that planning starts from: minimise
    :math:`|M| - \\sum_{a \\in M} x_a + \\sum_{a \\notin M,\\ t(a) \\notin M} x_a`, moves dropped or
    redirected plus newcomers. Without such a plan there is nothing to keep.

    Parameters
    ----------
    tier : int
        Before the other aims, so that only what must change does.
    weight : float, km of extra way per change
    """

    name: ClassVar[str] = "keep_announced"

    tier: int = 0

    def constrain(self, view: RotationView) -> Iterator[ArcCost]:
        """Price each departure from the moves announced."""
        start = view.start
        moves = None if start is None else start.in_year(view.year)
        if moves is None or moves.empty:
            return
        to = dict(zip(moves["teacher"], moves["to_school"], strict=True))
        names = view.staff["teacher"].to_numpy(dtype=str)
        announced = np.array([to.get(n, "") for n in names])
        mine = announced[view.teacher]
        kept = view.places["school"].to_numpy(dtype=str)[view.to] == mine
        cost = np.where(kept, -1.0, np.where(mine == "", 1.0, 0.0))
        yield ArcCost(self.name, "changes", self.tier, self.weight, cost, float(len(to)))

    def check(self, county: County, plan: RotationPlan) -> Iterator[Finding]:
        """Name the plan that this one follows."""
        for year in years(county, plan):
            details = {"year": year.year, "message": "measured", "parent": plan.parent or "—"}
            yield Finding(self.name, verdict(True), (), float(len(year.moved)), details=details)
