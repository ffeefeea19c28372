"""局定去留与锁定的教师照办。"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from districting.county import County
from districting.model.rotation import Bools, Rows
from districting.model.rotation_view import RotationView
from districting.plan.record import Lock
from districting.plan.rotation_plan import UNIT, RotationPlan
from districting.policy.rotation.base import RotationRule
from districting.policy.rotation.tables import verdict, years
from districting.policy.rule import Finding


@dataclass(frozen=True, kw_only=True)
class Holds(RotationRule):
    """局定留任、须交流和方案锁定的教师照办。

    The roster's ``hold`` says ``stay`` or ``move``; locks of the starting plan name the school a
    teacher is to be at, or (``forbid``) is not to go to. A lock wins over the roster.
    """

    name: ClassVar[str] = "holds"
    of_leaders: ClassVar[bool] = True

    @staticmethod
    def _locks(plan: RotationPlan | None, forbid: bool) -> dict[str, Lock]:
        locks = () if plan is None else plan.locks
        return {k.unit: k for k in locks if k.unit_kind == UNIT and k.forbid == forbid}

    def _told(self, view: RotationView, word: str) -> Bools:
        """Return who is told to ``stay`` or to ``move``, shape (t,)."""
        told = (view.staff["hold"] == word).to_numpy(dtype=bool).copy()
        locks = self._locks(view.start, False)
        at = pd.Index(view.staff["teacher"]).get_indexer(pd.Index(list(locks), dtype=str))
        home = view.staff["school"].to_numpy(dtype=str)
        for row, lock in zip(at.tolist(), locks.values(), strict=True):
            if row >= 0:
                told[row] = (lock.to == home[row]) == (word == "stay")
        return told

    def stay(self, view: RotationView) -> Bools:
        """Hold whoever is to stay."""
        return self._told(view, "stay")

    def forbid(self, view: RotationView) -> Bools:
        """Rule out what locks rule out."""
        names = view.staff["teacher"].to_numpy(dtype=str)
        schools = view.places["school"].to_numpy(dtype=str)
        out = np.zeros(len(view.teacher), dtype=bool)
        for forbid in (False, True):
            for teacher, lock in self._locks(view.start, forbid).items():
                at = np.searchsorted(names, teacher)
                if at < len(names) and names[at] == teacher:
                    low, high = np.searchsorted(view.teacher, [at, at + 1])
                    here = schools[view.to[low:high]] == lock.to
                    out[low:high] |= here if forbid else ~here
        return out

    def constrain(self, view: RotationView) -> Iterator[Rows]:
        """Move whoever must move: leaders in their own problem, everybody else in the other.

        A leader who was not moved there is left to the other problem, which then has no plan.
        """
        leading = view.staff["leader"].to_numpy(dtype=bool)
        told = self._told(view, "move")
        if view.leaders:
            told &= leading
        else:
            home = view.staff["school"].to_numpy(dtype=str)
            now = view.places["school"].to_numpy(dtype=str)[view.place]
            told &= ~leading | (now == home)
        must = np.flatnonzero(told)
        if not len(must):
            return
        rank = np.full(len(view.staff), -1, dtype=np.int64)
        rank[must] = np.arange(len(must))
        arcs = np.flatnonzero(rank[view.teacher] >= 0)
        yield Rows(
            self.name,
            "teachers",
            rank[view.teacher[arcs]],
            arcs,
            np.ones(len(arcs)),
            np.ones(len(must)),
            np.full(len(must), np.inf),
            tuple(view.staff["teacher"].iloc[must].astype(str)),
            self.elastic,
        )

    def check(self, county: County, plan: RotationPlan) -> Iterator[Finding]:
        """Compare where each held teacher is with where the teacher should be."""
        locks = [k for k in plan.locks if k.unit_kind == UNIT]
        held = {k.unit for k in locks if not k.forbid}
        for year in years(county, plan):
            if year.year != plan.year:
                continue
            where = year.after["school"]
            broken = [k for k in locks if k.unit in where.index
                      and (where[k.unit] == k.to) == k.forbid]  # fmt: skip
            decided = year.before[(year.before["hold"] != "") & ~year.before.index.isin(held)]
            away = where[decided.index] != decided["school"]
            wrong = decided.index[away != (decided["hold"] == "move")]
            for teacher in sorted({*(k.unit for k in broken), *map(str, wrong)}):
                details = {"year": year.year}
                yield Finding(self.name, verdict(False), (teacher,), details=details)
            if not broken and not len(wrong):
                details = {"year": year.year}
                count = float(len(locks) + len(decided))
                yield Finding(self.name, verdict(True), (), count, details=details)
