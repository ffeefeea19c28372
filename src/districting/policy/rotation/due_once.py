"""到期应交流的教师在规划期内交流一次。"""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterator
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
import pandas as pd

from districting.county import County
from districting.model.rotation import Bools, Floats, Ints, Rows
from districting.model.rotation_view import RotationView
from districting.plan.rotation_plan import RotationPlan
from districting.policy.rotation.base import CountsEligible, checked_range
from districting.policy.rotation.tables import verdict, years
from districting.policy.rule import Finding, Strength


@dataclass(frozen=True, kw_only=True)
class DueOnce(CountsEligible):
    r"""到期应交流的教师在规划期内交流一次。

    In a plan of several years, with :math:`D` the teachers who are eligible in some year of it but
    its last few (`grace`), and are no leaders: at least :math:`\lceil s |D| \rceil` of them move,
    and nobody moves twice. Strength says how binding that is: a must, a principle with a price, or
    (as an aim) a count that steers nothing. Plans of one year are not concerned.

    Where everyone is to move, each year asks every school for as many of its due teachers, by
    deadline, as the calendar of moves foresees: by d at least those planned now whose last eligible
    year is d or earlier. Whoever goes instead of another with an earlier deadline leaves the later
    years possible. Where only a share is to move, the county as a whole is asked for its number.

    Parameters
    ----------
    share : float, share of those who are due
        Set by the bureau; 1 for everyone.
    grace : int, years
        Who becomes eligible only in the last so many years is not due yet in this plan; the first
        year always counts.
    price : float
        As a principle: per teacher short.
    """

    name: ClassVar[str] = "due_once"

    share: float = 1.0
    grace: int = 0

    def __post_init__(self) -> None:
        checked_range(self, self.share, 0, 1)
        checked_range(self, self.grace, 0, 5)

    def needed(self, due: int) -> int:
        """Return how many of `due` teachers have to move."""
        return math.ceil(round(self.share * due, 9))

    def stay(self, view: RotationView) -> Bools:
        """Hold whoever has moved earlier in the plan."""
        if view.ahead is None:
            return np.zeros(len(view.staff), dtype=bool)
        return view.ahead.done

    def constrain(self, view: RotationView) -> Iterator[Rows]:
        """Ask for the moves that the calendar foresees this year."""
        ahead = view.ahead
        if ahead is None or self.strength is Strength.AIM:
            return
        now = ahead.planned == view.year
        if not now.any():
            return
        members, least, labels = [], [], []
        if self.share < 1:
            members, least, labels = [ahead.deadline > 0], [int(now.sum())], [""]
        else:
            for place in np.unique(view.place[now]).tolist():
                here = view.place == place
                for last in np.unique(ahead.deadline[now & here]).tolist():
                    soon = here & (ahead.deadline > 0) & (ahead.deadline <= last)
                    members.append(soon)
                    least.append(int((soon & now).sum()))
                    labels.append(str(view.places["label"].iloc[place]))
        yield self._rows(view, members, np.array(least, dtype=float), tuple(labels))

    def _rows(
        self, view: RotationView, members: list[Bools], least: Floats, labels: tuple[str, ...]
    ) -> Rows:
        arcs: list[Ints] = [np.flatnonzero(m[view.teacher]) for m in members]
        row = np.repeat(np.arange(len(arcs)), [len(a) for a in arcs])
        arc = np.concatenate(arcs)
        high = np.full(len(arcs), np.inf)
        one = np.ones(len(arc))
        return Rows(self.name, "teachers", row, arc, one, least, high, labels, self.elastic)

    def check(self, county: County, plan: RotationPlan) -> Iterator[Finding]:
        """Recount who was eligible in some year, and who of them moved, once or more often.

        Of a plan of one year there is nothing to say.
        """
        if len(plan.years) == 1:
            return
        table = self.table(county, plan)
        times = plan.moves["teacher"].value_counts()
        for teacher in sorted(map(str, times.index[times > 1])):
            details = {"message": "twice", "year": plan.last}
            number = float(times[teacher])
            yield Finding(self.name, verdict(False), (teacher,), number, 1.0, details=details)
        moved = int((table["moved"] > 0).sum())
        need = self.needed(len(table))
        details = {
            "year": plan.year, "last": plan.last, "due": len(table), "left": len(table) - moved,
        }  # fmt: skip
        yield Finding(
            self.name, verdict(moved >= need), (), float(moved), float(need), details=details
        )

    def table(self, county: County, plan: RotationPlan) -> pd.DataFrame:
        """Return who is due when in a plan's years, from the raw tables.

        Returns
        -------
        pandas.DataFrame
            One row a teacher who is due, sorted by id: ``teacher``, ``school``
            (before any move), ``stage``, ``subject``, ``honour``, ``first`` and ``deadline`` (first
            and last year eligible if there were no move), ``moved`` (year of the move, 0 for none),
            ``to_school``.
        """
        rows: dict[str, dict[Hashable, object]] = {}
        latest = max(plan.year, plan.last - self.grace)
        for year in years(county, replace(plan, moves=plan.moves.iloc[:0], until=plan.last)):
            able = year.before[self.counted(year.before, year.year)]
            counts = year.year <= latest
            told = able[["school", "stage", "subject", "honour"]].to_dict("records")
            for teacher, row in zip(able.index.astype(str), told, strict=True):
                if teacher not in rows and counts:
                    rows[teacher] = {**row, "first": year.year}
                if teacher in rows:
                    rows[teacher]["deadline"] = year.year
        moves = plan.moves[~plan.moves["teacher"].duplicated()].set_index("teacher")
        frame = pd.DataFrame.from_dict(rows, orient="index").sort_index()
        frame = frame.reindex(columns=["school", "stage", "subject", "honour", "first", "deadline"])
        year_of = moves["year"].reindex(frame.index).fillna(0).astype("int64")
        goal = moves["to_school"].reindex(frame.index).fillna("")
        frame = frame.assign(moved=year_of, to_school=goal)
        return frame.rename_axis("teacher").reset_index()
