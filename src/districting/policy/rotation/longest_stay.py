"""特殊情况可暂缓交流，但在同一学校一般不超过九年。"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import ClassVar

import numpy as np

from districting.county import County
from districting.model.rotation import Bools, Rows
from districting.model.rotation_view import RotationView
from districting.plan.rotation_plan import RotationPlan
from districting.policy.rotation.base import KnowsConditions, checked_range
from districting.policy.rotation.exempted import Exempted
from districting.policy.rotation.tables import LEADERS, months_at_school, verdict, years
from districting.policy.rule import Finding


@dataclass(frozen=True, kw_only=True)
class LongestStay(KnowsConditions):
    r"""特殊情况可暂缓交流轮岗，但在同一学校一般不超过九年。

    Teachers who have been at a school for the stage's number of years, and whom no condition but a
    deferral bars, move this year: with :math:`D` those teachers, :math:`\sum_{a \in D} x_a \ge
    |D|`. A deferral that still runs holds its teacher all the same, so the rule is a principle
    (一般) whose exceptions are counted. Leaders are another rule's matter.

    Parameters
    ----------
    years : Mapping of stage to float, years
        ROT-13 (北京 2016, an example): 9.
    price : float
        As a principle: per teacher who stays longer.
    """

    name: ClassVar[str] = "longest_stay"

    years: Mapping[str, float] = field(
        default_factory=lambda: MappingProxyType({"primary": 9.0, "junior": 9.0})
    )

    def __post_init__(self) -> None:
        for number in self.years.values():
            checked_range(self, number, 1, 40)

    def overdue(self, view: RotationView) -> Bools:
        """Return which teachers have been at their school too long, shape (t,)."""
        months = view.staff["months"].to_numpy(dtype=float)
        leader = view.staff["leader"].to_numpy(dtype=bool)
        long = months >= 12 * view.by_stage(self.years, np.inf)
        return np.asarray(long & ~leader & ~self.held(view, but=(Exempted,)))

    def constrain(self, view: RotationView) -> Iterator[Rows]:
        """Ask that all of them move."""
        overdue = self.overdue(view)
        arcs = np.flatnonzero(overdue[view.teacher])
        row, one = np.zeros(len(arcs), dtype=np.int64), np.ones(len(arcs))
        low, high = np.array([float(overdue.sum())]), np.array([np.inf])
        yield Rows(self.name, "teachers", row, arcs, one, low, high, ("",), self.elastic)

    def check(self, county: County, plan: RotationPlan) -> Iterator[Finding]:
        """Count those who have been there too long, and those of them who move."""
        for year in years(county, plan):
            staff = year.before
            stayed = months_at_school(staff, year.year) / 12
            long = stayed >= staff["stage"].map(dict(self.years)).astype(float)
            for rule in self.conditions:
                if rule.name != Exempted.name:
                    long &= ~rule.barred(staff, year.year)
            long &= ~staff["post"].isin(LEADERS)
            due = set(staff.index[long])
            moved = len(due & set(year.moved.index))
            details = {"year": year.year, "due": len(due), "left": len(due) - moved}
            yield Finding(
                self.name, verdict(moved == len(due)), (), float(moved), float(len(due)),
                details=details,
            )  # fmt: skip
