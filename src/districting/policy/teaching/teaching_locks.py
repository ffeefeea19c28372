"""已定的兼课不动。"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from districting.county import County
from districting.model.teaching import Barred, Kept, TeachingView
from districting.plan.teaching_plan import TeachingPlan
from districting.policy.rule import Finding, Verdict
from districting.policy.teaching.base import TeachingRule


@dataclass(frozen=True, kw_only=True)
class TeachingLocks(TeachingRule):
    r"""在尊重学区内中小学校自主办学的基础上

    Locks come from the starting plan: the teacher visits the school (:math:`v_{ts} = 1`), or with a
    lock that forbids does not.
    """

    name: ClassVar[str] = "teaching_locks"

    def constrain(self, view: TeachingView) -> Iterator[Barred | Kept]:
        """Hold locked visits, rule out forbidden ones."""
        if view.start is None or not view.start.locks:
            return
        who = view.staff["teacher"].to_numpy(dtype=object)[view.teacher]
        where = view.gaps["school"].to_numpy(dtype=object)[view.gap]
        barred = np.zeros(len(who), dtype=bool)
        for lock in view.start.locks:
            if lock.forbid:
                barred |= (who == lock.unit) & (where == lock.to)
        yield Barred(self.name, barred)
        yield Kept(self.name, tuple((k.unit, k.to) for k in view.start.locks if not k.forbid))

    def check(self, county: County, plan: TeachingPlan) -> Iterator[Finding]:
        """Look up each lock in the plan."""
        paid = set(zip(plan.visits["teacher"], plan.visits["school"], strict=True))
        for lock in plan.locks:
            holds = ((lock.unit, lock.to) in paid) != lock.forbid
            yield Finding(
                self.name,
                Verdict.PASS if holds else Verdict.FAIL,
                (lock.unit,),
                details={"school": county.schools["name"].get(lock.to, lock.to)},
            )
