"""走教路程：不超过限程，尽量近。"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import pandas as pd

from districting.county import County
from districting.model.teaching import Barred, HalfDayPrice, TeachingView
from districting.plan.teaching_plan import TeachingPlan
from districting.policy.rule import Finding
from districting.policy.teaching.base import (
    TeachingRule,
    checked_least,
    each_teacher,
    people,
    way_metres,
)


@dataclass(frozen=True, kw_only=True)
class VisitWay(TeachingRule):
    r"""实现学区内优秀师资共享

    Arcs longer than `limit` are ruled out; every half-day away costs the way there and back:
    :math:`2 d_{ts}` kilometres.

    Parameters
    ----------
    limit : float, metres
        One way between the schools by road; set by the bureau.
    weight : float
        Objective per kilometre.
    """

    name: ClassVar[str] = "visit_way"

    limit: float = 8000.0

    def __post_init__(self) -> None:
        checked_least(self, self.limit, 0)

    def constrain(self, view: TeachingView) -> Iterator[Barred | HalfDayPrice]:
        """Rule out long ways, price the others."""
        yield Barred(self.name, view.metres > self.limit)
        yield HalfDayPrice(self.name, "km", self.weight, 2.0 * view.metres / 1000.0)

    def check(self, county: County, plan: TeachingPlan) -> Iterator[Finding]:
        """Measure the way of each visiting teacher anew, from village to village."""
        pairs = plan.visits[["teacher", "school"]].drop_duplicates()
        home = people(county)["school"].reindex(pairs["teacher"]).fillna("")
        metres = way_metres(county, list(zip(home, pairs["school"], strict=True)))
        far = pd.Series(metres, pairs["teacher"].to_numpy()).groupby(level=0).max()
        yield from each_teacher(self, far > self.limit + 1e-3, self.limit, len(far), number=far)
