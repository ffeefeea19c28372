"""交流人次从少。"""

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
class FewMoves(RotationRule):
    """交流人次从少：不为交流而交流。

    Minimise the number of moves, :math:`\\sum_a x_a`.

    Parameters
    ----------
    tier : int
    weight : float, km of extra way per move
    """

    name: ClassVar[str] = "few_moves"
    of_leaders: ClassVar[bool] = True

    tier: int = 5

    def constrain(self, view: RotationView) -> Iterator[ArcCost]:
        """Price every move alike."""
        yield ArcCost(self.name, "moves", self.tier, self.weight, np.ones(len(view.teacher)))

    def check(self, county: County, plan: RotationPlan) -> Iterator[Finding]:
        """Count the moves of each year."""
        for year in years(county, plan):
            details = {"year": year.year, "message": "measured"}
            number = float(len(year.moved))
            yield Finding(self.name, verdict(True), (), number, details=details)
