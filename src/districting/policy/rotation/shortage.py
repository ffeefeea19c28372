"""配齐配足各学科合格教师，重点向村小学、教学点倾斜，着力解决教师结构性缺员和师资不足等问题。"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from districting.county import County
from districting.model.rotation import Convex, Floats, Ints
from districting.model.rotation_view import RotationView
from districting.plan.rotation_plan import RotationPlan
from districting.policy.rotation.base import checked_range
from districting.policy.rotation.tables import Year, by_words, verdict, years
from districting.policy.rotation.workload import SubjectRule, headcount
from districting.policy.rule import Finding


@dataclass(frozen=True, kw_only=True)
class Shortage(SubjectRule):
    r"""配齐配足各学科合格教师，重点向村小学、教学点倾斜，着力解决教师结构性缺员和师资不足等问题，努力实现学区师资配备基本均衡。

    Minimise :math:`\sum_{sj} w_s \max(0, h_{sj} - L_j n_{sj})`: periods a week that teachers of the
    subject at the school do not cover, with :math:`h` the curriculum's periods, :math:`L` the load
    of a post, :math:`n` teachers after the moves. Weights w lean towards village schools and
    points. The k-th teacher covers L periods until less is left, so the cost is convex in n.

    Parameters
    ----------
    rural, point : float
        Weight of a period missing at a village school and at a teaching point; 1 elsewhere.
    tier : int
    weight : float, km of extra way per weighted period
    """

    name: ClassVar[str] = "shortage"

    rural: float = 2.0
    point: float = 3.0
    tier: int = 1

    def __post_init__(self) -> None:
        super().__post_init__()
        checked_range(self, self.rural, 0, 100)
        checked_range(self, self.point, 0, 100)

    def constrain(self, view: RotationView) -> Iterator[Convex]:
        """Price the periods left uncovered at each place and subject that moves can change.

        Those of later years as well where the view looks ahead to them.
        """
        arcs = np.flatnonzero(~view.staff["leader"].to_numpy(dtype=bool)[view.teacher])
        into = view.to[arcs] * len(view.subjects) + view.joins[arcs]
        yield self._part(view, arcs, view.have(), view.cell, into)
        for later in view.ahead.later if view.ahead else ():
            goal = later.goal(view.teacher[arcs], into)
            yield self._part(view, arcs, later.have, later.cell, goal)

    def _part(self, view: RotationView, arcs: Ints, have: Ints, cell: Ints, goal: Ints) -> Convex:
        """Return what is left uncovered with numbers `have`, and how moves change it.

        Parameters
        ----------
        cell : int array, shape (t,)
            Where teachers are while they do not move; -1 for nowhere.
        goal : int array, shape (len(arcs),)
            Where the moves `arcs` lead.
        """
        hours, load = self.taught(view), self.loads(view)
        width, teacher = have.shape[1], view.teacher[arcs]
        into, out = np.where(goal == cell[teacher], -1, (goal, cell[teacher]))
        gone = np.unique(teacher[out >= 0])
        may_leave = np.bincount(cell[gone], minlength=have.size)
        start = have.ravel() - may_leave
        full = np.ceil(np.round(hours / load, 9)).ravel().astype(np.int64)
        may_come = np.bincount(into[into >= 0], minlength=have.size) > 0
        used = np.flatnonzero(((may_leave > 0) | may_come) & (start < full))
        at = np.full(have.size + 1, -1, dtype=np.int64)
        at[used] = np.arange(len(used))
        row, arc, value = _entries(at, arcs, into, out)
        weights = self.lean(view)[used // width]
        need, per = hours.ravel()[used], load.ravel()[used]
        steps = full[used] - start[used]
        which = np.repeat(np.arange(len(used)), steps + 1)
        begin = np.r_[0, np.cumsum(steps + 1)]
        number = start[used][which] + np.arange(len(which)) - begin[which]
        left = np.maximum(0.0, need[which] - number * per[which])
        labels = view.places["label"].to_numpy(dtype=str)
        fixed = float(np.delete(self._uncovered(view, have), used).sum())
        at_start = np.maximum(0.0, need - start[used] * per) * weights
        return Convex(
            self.name,
            "periods",
            self.tier,
            self.weight,
            row,
            arc,
            value,
            have.ravel()[used],
            start[used],
            begin,
            -np.minimum(left, per[which]) * weights[which],
            fixed + float(at_start.sum()),
            True,
            tuple(f"{labels[u // width]} {view.subjects[u % width]}" for u in used),
        )

    def missing(self, view: RotationView, chosen: Ints) -> float:
        """Return the weighted periods left uncovered this year after the moves `chosen`."""
        have = view.have()
        plain = chosen[~view.staff["leader"].to_numpy(dtype=bool)[view.teacher[chosen]]]
        leaver = view.teacher[plain]
        np.subtract.at(have, (view.place[leaver], view.code[leaver]), 1)
        np.add.at(have, (view.to[plain], view.joins[plain]), 1)
        return float(self._uncovered(view, have).sum())

    def _uncovered(self, view: RotationView, have: Ints) -> Floats:
        """Return weighted periods that numbers `have` leave uncovered, by cell."""
        left = np.maximum(0.0, self.taught(view) - have * self.loads(view))
        return np.asarray((left * self.lean(view)[:, None]).ravel(), dtype=float)

    def lean(self, view: RotationView) -> Floats:
        """Return the weight of a missing period at each place, shape (places,)."""
        places = view.places
        rural = np.where(places["area"] == "rural", self.rural, 1.0)
        return np.where(places["kind"] == "teaching_point", self.point, rural)

    def check(self, county: County, plan: RotationPlan) -> Iterator[Finding]:
        """Add up the periods not covered before and after."""
        hours = self.counted_periods(county)
        for year in years(county, plan):
            missing = []
            for after in (False, True):
                count = headcount(year, after)
                missing.append(
                    sum(
                        max(0.0, need - self.load(key[1], key[2]) * float(count.get(key, 0)))
                        for key, need in by_words(hours)
                    )
                )
            details = {"year": year.year, "message": "measured", "before": round(missing[0], 1)}
            number = round(missing[1], 1)
            yield Finding(self.name, verdict(True), (), number, details=details)

    def alone(self, county: County, year: Year) -> pd.Series:
        """Return by how much each move of a year alone, before any other, changes what is missing.

        Returns
        -------
        pandas.Series
            Weighted periods a week by teacher, from the raw tables.
        """
        need = dict(by_words(self.counted_periods(county)))
        have = dict(by_words(headcount(year, after=False)))
        weight = {str(s): self._weight(row) for s, row in county.schools.iterrows()}

        def missing(key: tuple[str, ...], more: int) -> float:
            lacks = need.get(key, 0.0) - self.load(key[1], key[2]) * (have.get(key, 0.0) + more)
            return weight[key[0]] * max(0.0, lacks)

        changes = []
        for row in year.moved.to_dict("records"):
            old = (row["school"], row["stage"], row["subject"])
            new = (row["to_school"], row["stage"], row["teaches"])
            changes.append(missing(old, -1) - missing(old, 0) + missing(new, 1) - missing(new, 0))
        return pd.Series(changes, index=year.moved.index, dtype=float)

    def _weight(self, school: pd.Series) -> float:
        """Return what a period missing at a school (a row of ``schools``) counts."""
        if school["kind"] == "teaching_point":
            return self.point
        return self.rural if school.get("area_type") == "rural" else 1.0


def _entries(at: Ints, arcs: Ints, into: Ints, out: Ints) -> tuple[Ints, Ints, Floats]:
    """Return row, arc and sign of the moves into and out of the cells in use."""
    come, go = at[into] >= 0, at[out] >= 0
    row = np.concatenate([at[into][come], at[out][go]])
    arc = np.concatenate([arcs[come], arcs[go]])
    return row, arc, np.concatenate([np.ones(int(come.sum())), -np.ones(int(go.sum()))])
