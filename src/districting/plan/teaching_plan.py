"""A teaching plan (跨校兼课、师徒结对方案): who teaches elsewhere when, and who guides whom."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar, Self

import pandas as pd

from districting.county import County
from districting.errors import PlanFileError
from districting.plan.find import find_town, find_unit
from districting.plan.plan import Plan
from districting.plan.record import Lock
from districting.terms import say

VISITS = {"teacher": "str", "school": "str", "stage": "str", "subject": "str", "periods": "int64"}
SLOTS = {"teacher": "str", "school": "str", "day": "int64", "half": "str"}
REACH = {"studio": "str", "school": "str", "stage": "str", "subject": "str"}
PAIRS = {"mentor": "str", "mentee": "str", "stage": "str", "subject": "str"}
HALVES = ("am", "pm")
DAYS = 5


@dataclass(frozen=True, eq=False, kw_only=True)
class TeachingPlan(Plan):
    """Periods taught across schools with their weekly half-days, and mentoring pairs.

    Units are teachers; locks have ``unit_kind = "teacher"``: ``to`` is a school the teacher is to
    visit, with ``forbid`` one the teacher is not to visit.

    Parameters
    ----------
    visits : pandas.DataFrame
        Sorted by teacher, school, subject: ``teacher``, ``school`` (visited; another than the own
        one), ``stage``, ``subject``, ``periods`` (a week).
    timetable : pandas.DataFrame
        Half-days of the week on which a teacher is at another school, sorted: ``teacher``,
        ``school``, ``day`` (1 Monday … 5), ``half`` (``am``, ``pm``).
    pairs : pandas.DataFrame
        师徒结对, sorted: ``mentor``, ``mentee``, ``stage``, ``subject``.
    reach : pandas.DataFrame
        名师工作室辐射, sorted: ``studio`` (the teacher who leads it), ``school`` (served),
        ``stage``, ``subject``.
    """

    kind: ClassVar[str] = "teaching"

    visits: pd.DataFrame
    timetable: pd.DataFrame
    pairs: pd.DataFrame
    reach: pd.DataFrame = field(default_factory=lambda: table_of([], REACH))

    def body(self) -> dict[str, Any]:
        """Return visits, half-days, pairs and the reach of studios as TOML tables."""
        parts = (("visit", VISITS, self.visits), ("slot", SLOTS, self.timetable))
        return {
            name: table_of(frame.to_dict("records"), columns).to_dict("records")
            for name, columns, frame in (
                *parts,
                ("pair", PAIRS, self.pairs),
                ("reach", REACH, self.reach),
            )
        }

    @classmethod
    def from_body(cls, head: Mapping[str, Any], document: Mapping[str, Any]) -> Self:
        """Return the plan of a parsed file."""
        return cls(
            **head,
            visits=table_of(document["visit"], VISITS),
            timetable=table_of(document["slot"], SLOTS),
            pairs=table_of(document["pair"], PAIRS),
            reach=table_of(document.get("reach", []), REACH),
        )

    def assign(self, county: County, units: str | list[str], to: str, reason: str = "") -> Self:
        """Return a child plan in which the teachers' visits are all paid to school `to`.

        Raises
        ------
        PlanFileError
            If a teacher or the school is unknown, a teacher visits nobody, or is locked.
        """
        kind, school = find_unit(county, to)
        if kind != "school":
            raise PlanFileError(say("plan.unknown_unit", value=to, found=""))
        visits, slots = self.visits.copy(), self.timetable.copy()
        for teacher in [units] if isinstance(units, str) else units:
            self._known(teacher)
            if any(k.unit == teacher and not k.forbid for k in self.locks):
                raise PlanFileError(say("plan.locked_unit", value=teacher))
            visits.loc[visits["teacher"] == teacher, "school"] = school
            slots.loc[slots["teacher"] == teacher, "school"] = school
        grouped = visits.groupby([c for c in VISITS if c != "periods"], as_index=False).sum()
        return replace(
            self,
            visits=table_of(grouped.to_dict("records"), VISITS),
            timetable=table_of(slots.to_dict("records"), SLOTS),
            parent=self.name,
            reason=reason,
            solver=None,
        )

    def _known(self, teacher: str) -> None:
        if teacher not in set(self.visits["teacher"]):
            raise PlanFileError(say("teaching.visits_nobody", value=teacher))

    def lock(
        self,
        county: County,
        *,
        units: list[str] | None = None,
        town: str | None = None,
        everything: bool = False,
        reason: str = "",
    ) -> Self:
        """Return a child plan in which the teachers keep the schools they visit.

        Raises
        ------
        PlanFileError
            If a teacher visits nobody or the town is unknown.
        """
        for teacher in units or []:
            self._known(teacher)
        wanted = set(units or [])
        if town is not None:
            here = county.schools.index[county.schools["town"] == find_town(county, town)]
            wanted |= set(self.visits.loc[self.visits["school"].isin(here), "teacher"])
        if everything:
            wanted |= set(self.visits["teacher"])
        rows = self.visits[["teacher", "school"]].itertuples(index=False, name=None)
        new = {Lock("teacher", t, s, reason) for t, s in rows if t in wanted}
        locks = tuple(sorted({*self.locks, *new}, key=lambda k: (k.unit, k.to, k.reason)))
        return replace(self, locks=locks, parent=self.name, reason=reason)

    def unlock(self, county: County, units: list[str] | None = None) -> Self:
        """Return a child plan without locks on the teachers (all locks when None)."""
        kept = tuple(k for k in self.locks if units is not None and k.unit not in units)
        return replace(self, locks=kept, parent=self.name)


def table_of(rows: Iterable[Mapping[Any, Any]], columns: Mapping[str, str]) -> pd.DataFrame:
    """Return rows as a table of these columns and types, sorted by all of them in order."""
    table = pd.DataFrame([dict(r) for r in rows], columns=list(columns)).astype(dict(columns))
    return table.sort_values(list(columns), ignore_index=True)
