"""A rotation plan (教师交流轮岗方案): which teacher goes from which school to which, and when."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar, Self

import pandas as pd

from districting.county import TEACHES, County
from districting.errors import PlanFileError
from districting.plan.find import find_school, find_town
from districting.plan.plan import Plan
from districting.plan.record import Lock
from districting.terms import say

MOVE_COLUMNS = {
    "teacher": "str",
    "year": "int64",
    "stage": "str",
    "subject": "str",
    "from_school": "str",
    "to_school": "str",
    "start": "str",
    "end": "str",
    "exchange": "str",
    "moved": "bool",
    "scope": "str",
    "reason": "str",
    "stays": "bool",
}
"""Columns of ``moves`` and their types, in the order of the file."""
SCOPES = ("district", "union", "county")
REASONS = ("held", "leader", "need", "quality", "share")
UNIT = "teacher"
LEAVE_COLUMNS = {"teacher": "str", "year": "int64", "ground": "str"}
GROUNDS = ("retires", "leaves")


@dataclass(frozen=True, eq=False, kw_only=True)
class RotationPlan(Plan):
    """Moves of one school year or of several. Edits return a new plan.

    Locks have ``unit_kind = "teacher"``: ``to`` the school the teacher is to be at (the present one
    for staying); with ``forbid`` the school the teacher must not go to.

    Parameters
    ----------
    moves : pandas.DataFrame
        Sorted by ``year`` and ``teacher`` (pseudonymous id): ``stage``, ``subject``,
        ``from_school``, ``to_school`` (ids), ``start`` and ``end`` (``"2026-09"``; end empty where
        the move has none), ``exchange`` (form, a word of ``rotations.exchange``), ``moved``
        (whether the personnel file moves along, 人事关系), ``scope`` (one of :data:`SCOPES`),
        ``reason`` (one of :data:`REASONS`), ``stays`` (whether the teacher stays at the new school
        when the term ends, though the file did not move along).
    until : int
        Last school year planned, by its autumn; 0 where it is the plan's own year.
    leaves : pandas.DataFrame
        Teachers who are gone in a later year, sorted: ``teacher``, ``year`` (the first autumn
        without them), ``ground`` (one of :data:`GROUNDS`).
    """

    kind: ClassVar[str] = "rotation"

    moves: pd.DataFrame
    until: int = 0
    leaves: pd.DataFrame = field(default_factory=lambda: leave_table([]))

    @property
    def last(self) -> int:
        """Last school year planned, by its autumn."""
        return max([self.year, self.until, *map(int, self.moves["year"])])

    @property
    def years(self) -> range:
        """School years planned, first first."""
        return range(self.year, self.last + 1)

    def in_year(self, year: int | None = None) -> pd.DataFrame:
        """Return the moves of one school year, the plan's own by default."""
        return self.moves[self.moves["year"] == (self.year if year is None else year)]

    def body(self) -> dict[str, Any]:
        """Return the moves, and what a plan of several years says besides, as TOML."""
        rows = move_table(self.moves.to_dict("records")).to_dict("records")
        kept = ("teacher", "year", "moved")
        moves = [{c: v for c, v in r.items() if v or c in kept} for r in rows]
        if not self.until:
            return {"move": moves}
        leaves = leave_table(self.leaves.to_dict("records")).to_dict("records")
        return {"until": self.until, "leave": leaves, "move": moves}

    @classmethod
    def from_body(cls, head: Mapping[str, Any], document: Mapping[str, Any]) -> Self:
        """Return the plan of a parsed file."""
        return cls(
            **head,
            moves=move_table(document["move"]),
            until=int(document.get("until", 0)),
            leaves=leave_table(document.get("leave", [])),
        )

    def assign(self, county: County, units: str | list[str], to: str, reason: str = "") -> Self:
        """Return a child plan with teachers `units` moved to school `to` in the plan's year.

        Moving a teacher to the present school takes the move out. Scope is told, and term and form
        are those of the plan's other moves alike.

        Raises
        ------
        PlanFileError
            If a teacher or the school is unknown, the school does not teach the teacher's stage, or
            a teacher is locked.
        """
        school = find_school(county, to)
        held = {k.unit for k in self.locks if not k.forbid}
        rows: list[Mapping[Any, Any]] = list(self.moves.to_dict("records"))
        for unit in [units] if isinstance(units, str) else units:
            row = find_teacher(county, unit)
            if unit in held:
                raise PlanFileError(say("plan.locked_unit", value=unit))
            if county.schools["kind"][school] not in TEACHES[str(row["stage"])]:
                raise PlanFileError(say("plan.no_such_stage", value=to))
            rows = [r for r in rows if (r["teacher"], r["year"]) != (unit, self.year)]
            if school != row["school"]:
                rows.append(new_move(row, school, self.year) | self._form(county, row, school))
        return replace(self, moves=move_table(rows), parent=self.name, reason=reason, solver=None)

    def _form(self, county: County, teacher: Mapping[Any, Any], school: str) -> dict[str, Any]:
        """Return scope, term and form of a move: those of the first alike in the plan's year.

        Alike are moves of holders of the same post that stay in their district, or do not.
        """
        move = pd.DataFrame({"from_school": [teacher["school"]], "to_school": [school]})
        scope = str(scopes_of(county, move)[0])
        posts = county.tables["teachers"].set_index("teacher")["post"]
        rows = self.in_year()
        alike = (rows["scope"] == "district") == (scope == "district")
        alike &= rows["teacher"].map(posts) == posts[teacher["teacher"]]
        first = rows[alike].head(1)[["end", "exchange", "moved", "stays"]].to_dict("records")
        return {"scope": scope, **({str(k): v for k, v in first[0].items()} if first else {})}

    def lock(
        self,
        county: County,
        *,
        units: list[str] | None = None,
        town: str | None = None,
        everything: bool = False,
        reason: str = "",
    ) -> Self:
        """Return a child plan in which teachers stay where the plan has them.

        `town` locks the teachers of its schools, `everything` the teachers who move.

        Raises
        ------
        PlanFileError
            If a teacher or the town is unknown.
        """
        teachers = county.tables["teachers"]
        now = dict(zip(teachers["teacher"], teachers["school"], strict=True))
        here = self.in_year()
        now |= dict(zip(here["teacher"], here["to_school"], strict=True))
        wanted = [str(find_teacher(county, u)["teacher"]) for u in units or []]
        if town is not None:
            schools = county.schools.index[county.schools["town"] == find_town(county, town)]
            wanted += [str(t) for t in teachers["teacher"][teachers["school"].isin(schools)]]
        if everything:
            wanted += [str(t) for t in here["teacher"]]
        held = {k.unit for k in self.locks if not k.forbid}
        new = {Lock(UNIT, t, now[t], reason) for t in wanted if t not in held}
        locks = tuple(sorted((*self.locks, *new), key=lambda k: (k.unit, k.to)))
        return replace(self, locks=locks, parent=self.name, reason=reason)

    def unlock(self, county: County, units: list[str] | None = None) -> Self:
        """Return a child plan without locks on `units` (all locks when None)."""
        gone = None if units is None else {str(find_teacher(county, u)["teacher"]) for u in units}
        kept = tuple(k for k in self.locks if gone is not None and k.unit not in gone)
        return replace(self, locks=kept, parent=self.name)

    def without(self, teachers: Iterable[str], reason: str = "") -> Self:
        """Return a child plan in which `teachers` (withdrawn) stay and are locked to stay.

        Plan again from it, and the other moves are kept wherever they can be.
        """
        gone = set(teachers)
        leaving = self.moves[self.moves["teacher"].isin(gone)]
        origin = dict(zip(leaving["teacher"], leaving["from_school"], strict=True))
        new = {Lock(UNIT, t, origin[t], reason) for t in sorted(gone & set(origin))}
        others = [k for k in self.locks if k.unit not in gone]
        locks = tuple(sorted((*others, *new), key=lambda k: (k.unit, k.to)))
        moves = self.moves[~self.moves["teacher"].isin(gone)].reset_index(drop=True)
        return replace(self, moves=moves, locks=locks, parent=self.name, reason=reason, solver=None)


def move_table(rows: Iterable[Mapping[Any, Any]]) -> pd.DataFrame:
    """Return ``moves`` from rows; text left out is empty.

    Raises
    ------
    KeyError
        If a row lacks teacher or year.
    ValueError
        If a teacher moves twice in a year, or a word is not one of the allowed.
    """
    full = [{c: _cell(r, c) for c in MOVE_COLUMNS} for r in rows]
    table = pd.DataFrame(full, columns=list(MOVE_COLUMNS)).astype(MOVE_COLUMNS)
    twice = table.loc[table.duplicated(["teacher", "year"]), "teacher"]
    if len(twice):
        raise ValueError(say("plan.moved_twice", value=twice.iloc[0]))
    for column, words in (("scope", SCOPES), ("reason", REASONS)):
        _refuse_unknown(table, column, (*words, ""))
    return table.sort_values(["year", "teacher"], ignore_index=True)


def leave_table(rows: Iterable[Mapping[Any, Any]]) -> pd.DataFrame:
    """Return ``leaves`` from rows.

    Raises
    ------
    KeyError
        If a row lacks a column.
    ValueError
        If a ground is not one of the allowed.
    """
    full = [{c: r[c] for c in LEAVE_COLUMNS} for r in rows]
    table = pd.DataFrame(full, columns=list(LEAVE_COLUMNS)).astype(LEAVE_COLUMNS)
    _refuse_unknown(table, "ground", GROUNDS)
    return table.sort_values(["year", "teacher"], ignore_index=True)


def _refuse_unknown(table: pd.DataFrame, column: str, words: tuple[str, ...]) -> None:
    unknown = sorted(set(table[column]) - set(words))
    if unknown:
        allowed = "、".join(w for w in words if w)
        raise ValueError(say("plan.unknown_word", column=column, value=unknown[0], allowed=allowed))


def _cell(row: Mapping[Any, Any], column: str) -> Any:
    if column in ("teacher", "year"):
        return row[column]
    return row.get(column, False if MOVE_COLUMNS[column] == "bool" else "")


def scopes_of(county: County, moves: pd.DataFrame) -> pd.Series:
    """Return whether each move stays in its district, its union or the county, aligned."""
    members, districts = county.tables["members"], county.tables["districts"]
    of = members[members["unit_kind"] == "school"].set_index("unit")["district"]
    union = districts.set_index("district")["union"]
    old, new = moves["from_school"].map(of), moves["to_school"].map(of)
    scope = pd.Series("county", index=moves.index)
    scope[(old.map(union) == new.map(union)) & (old.map(union) != "")] = "union"
    scope[(old == new) & (old != "")] = "district"
    return scope


def new_move(teacher: Mapping[Any, Any], school: str, year: int) -> dict[str, Any]:
    """Return a row of ``moves`` for a teacher (a row of ``teachers``) going to `school`."""
    return {
        "teacher": str(teacher["teacher"]),
        "year": year,
        "stage": str(teacher["stage"]),
        "subject": str(teacher["subject"]),
        "from_school": str(teacher["school"]),
        "to_school": school,
        "start": f"{year}-09",
    }


def find_teacher(county: County, text: str) -> Mapping[Any, Any]:
    """Return the row of ``teachers`` with that id.

    Raises
    ------
    PlanFileError
        If there is no such teacher.
    """
    teachers = county.tables["teachers"]
    rows = teachers[teachers["teacher"] == text]
    if len(rows) != 1:
        raise PlanFileError(say("plan.unknown_teacher", value=text))
    found: Mapping[Any, Any] = rows.iloc[0].to_dict()
    return found
