"""尽量减轻交流教师的通勤负担：先看最远的一名。"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from districting.county import County
from districting.model.rotation import Worst
from districting.model.rotation_view import RotationView
from districting.plan.rotation_plan import RotationPlan
from districting.policy.rotation.base import RotationRule, checked_range
from districting.policy.rotation.tables import LEADERS, verdict, way_to_work, years
from districting.policy.rule import Finding


@dataclass(frozen=True, kw_only=True)
class WorstCommute(RotationRule):
    r"""尽量减轻交流教师的通勤负担：先看最远的一名。

    Minimise :math:`\max_a e_a x_a`, with :math:`e` the metres that a move adds to the way to work,
    in whole steps, over teachers and over leaders apart.

    Parameters
    ----------
    step : float, metres
    tier : int
        A tier of its own.
    """

    name: ClassVar[str] = "worst_commute"
    needs: ClassVar[tuple[str, ...]] = ("teachers.home",)
    of_leaders: ClassVar[bool] = True

    step: float = 500.0
    tier: int = 2

    def __post_init__(self) -> None:
        checked_range(self, self.step, 1, 100_000)

    def constrain(self, view: RotationView) -> Iterator[Worst]:
        """Count the largest extra way."""
        yield Worst(self.name, "m", self.tier, view.extra(), self.step)

    def check(self, county: County, plan: RotationPlan) -> Iterator[Finding]:
        """Measure the extra way of everyone who moves and give the largest."""
        for year in years(county, plan):
            new = way_to_work(county, year.moved, year.moved["to_school"])
            old = way_to_work(county, year.moved, year.moved["school"])
            extra = (new - old).clip(lower=0).dropna()
            leader = year.moved["post"].reindex(extra.index).isin(LEADERS)
            number, teachers = (
                float(e.max()) / 1000 if len(e) else 0.0 for e in (extra, extra[~leader])
            )
            details = {"year": year.year, "message": "measured", "teachers": round(teachers, 2)}
            yield Finding(self.name, verdict(True), (), round(number, 2), details=details)
