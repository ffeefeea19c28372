"""尽量减轻交流教师的通勤负担：再看总路程。"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from districting.county import County
from districting.model.rotation import ArcCost
from districting.model.rotation_view import RotationView
from districting.plan.rotation_plan import RotationPlan
from districting.policy.rotation.base import RotationRule
from districting.policy.rotation.tables import verdict, way_to_work, years
from districting.policy.rule import Finding


@dataclass(frozen=True, kw_only=True)
class TotalCommute(RotationRule):
    r"""尽量减轻交流教师的通勤负担：再看总路程。

    Minimise :math:`\sum_a e_a x_a`, kilometres that moves add to the ways to work; a shorter way
    counts as none added.

    Parameters
    ----------
    tier : int
    weight : float, per km
    """

    name: ClassVar[str] = "total_commute"
    needs: ClassVar[tuple[str, ...]] = ("teachers.home",)
    of_leaders: ClassVar[bool] = True

    tier: int = 4

    def constrain(self, view: RotationView) -> Iterator[ArcCost]:
        """Price each move by the way it adds."""
        yield ArcCost(self.name, "km", self.tier, self.weight, view.extra() / 1000)

    def check(self, county: County, plan: RotationPlan) -> Iterator[Finding]:
        """Measure the extra way of everyone who moves and add up."""
        for year in years(county, plan):
            new = way_to_work(county, year.moved, year.moved["to_school"])
            old = way_to_work(county, year.moved, year.moved["school"])
            extra = (new - old).clip(lower=0).dropna() / 1000
            number = round(float(extra.sum()), 1)
            mean = float(extra.mean()) if len(extra) else 0.0
            details = {"year": year.year, "message": "measured", "mean": round(mean, 2)}
            yield Finding(self.name, verdict(True), (), number, details=details)
