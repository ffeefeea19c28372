"""已公示的安排尽量不变。"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from districting.county import County
from districting.model.rotation import PRICES, ArcCost
from districting.model.rotation_view import RotationView
from districting.plan.rotation_plan import RotationPlan
from districting.policy.rotation.base import RotationRule, checked_range
from districting.policy.rotation.tables import verdict, years
from districting.policy.rule import Finding


@dataclass(frozen=True, kw_only=True)
class KeepAnnounced(RotationRule):
    r"""已公示的安排尽量不变：有人退出时重新拟订，其余照旧。

    With the moves M of the plan that planning starts from: minimise
    :math:`|M| - \sum_{a \in M} x_a + c \sum_{t(a) \notin M} x_a`, moves dropped or redirected,
    and newcomers at `newcomers` each. Without such a plan there is nothing to keep.

    Parameters
    ----------
    tier : int
        Before the other aims, so that only what must change does; below -1, as it is (-2), before
        exceptions from principles too: who has been announced does not lose the move for them.
    weight : float, km of extra way per change
    newcomers : float, changes
        What calling a teacher who was not announced counts for. At 0 the gaps that withdrawals
        leave are filled as the other aims ask; at 1 nobody is called whom no must asks for.
    """

    name: ClassVar[str] = "keep_announced"
    of_leaders: ClassVar[bool] = True

    tier: int = PRICES - 1
    newcomers: float = 0.0

    def __post_init__(self) -> None:
        checked_range(self, self.newcomers, 0, 10)

    def constrain(self, view: RotationView) -> Iterator[ArcCost]:
        """Price each departure from the moves announced of those whom the view may move."""
        announced, kept = view.announced()
        if not announced.any() or not len(view.teacher):
            return
        cost = np.where(kept, -1.0, np.where(announced[view.teacher], 0.0, self.newcomers))
        leader = view.staff["leader"].to_numpy(dtype=bool)
        alike = leader == leader[view.teacher[0]]  # leaders have a problem of their own
        constant = float((announced & alike).sum())
        yield ArcCost(self.name, "changes", self.tier, self.weight, cost, constant)

    def check(self, county: County, plan: RotationPlan) -> Iterator[Finding]:
        """Name the plan that this one follows; without one there is nothing to say."""
        for year in years(county, plan) if plan.parent else ():
            details = {"year": year.year, "message": "measured", "parent": plan.parent}
            yield Finding(self.name, verdict(True), (), float(len(year.moved)), details=details)
