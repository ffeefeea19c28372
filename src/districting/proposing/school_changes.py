"""Schools opened, closed, merged or resized: a county with another set of schools."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from districting.county import TEACHES, County
from districting.errors import PlanFileError
from districting.plan.find import find_school, find_unit
from districting.terms import say

OPENABLE = ("primary", "teaching_point", "junior", "nine_year")
STAGES = ("primary", "junior")


@dataclass(frozen=True)
class Change:
    """One change to the schools of a county.

    Parameters
    ----------
    kind : {"open", "close", "merge", "resize"}
    school : str
        Id of the school that is changed; of the new one when it opens.
    into : str
        Id of the school that takes over, when two merge.
    village : str
        Code of the village in which a school opens.
    school_kind : str
        What the new school teaches.
    seats : tuple of (str, int)
        Seats by stage, when a school opens or is resized.
    """

    kind: str
    school: str
    into: str = ""
    village: str = ""
    school_kind: str = ""
    seats: tuple[tuple[str, int], ...] = ()


def closing(county: County, text: str) -> Change:
    """Return the change that closes the school named `text` (id or name)."""
    return Change("close", find_school(county, text))


def merging(county: County, text: str, into: str) -> Change:
    """Return the change that merges a school into another, which takes over its seats.

    Raises
    ------
    PlanFileError
        If a school is unknown, both are the same, or the second does not teach all stages of the
        first.
    """
    gone, kept = find_school(county, text), find_school(county, into)
    kinds = county.schools["kind"]
    lost = [s for s in STAGES if kinds[gone] in TEACHES[s] and kinds[kept] not in TEACHES[s]]
    if gone == kept or lost:
        raise PlanFileError(say("what_if.cannot_merge", a=text, b=into))
    return Change("merge", gone, into=kept)


def resizing(county: County, text: str) -> Change:
    """Return the change that resizes a school: ``name:seats`` or ``name:stage:seats``.

    Raises
    ------
    PlanFileError
        If the text is malformed, the school unknown, or the stage not taught or not named.
    """
    name, *rest = text.split(":")
    school = find_school(county, name)
    taught = [s for s in STAGES if county.schools["kind"][school] in TEACHES[s]]
    stage = rest[0] if len(rest) == 2 else taught[0] if len(taught) == 1 else ""
    if len(rest) not in (1, 2) or stage not in taught or not rest[-1].isdigit():
        raise PlanFileError(say("what_if.bad_resize", value=text, allowed="、".join(taught)))
    return Change("resize", school, seats=((stage, int(rest[-1])),))


def opening(county: County, text: str) -> Change:
    """Return the change that opens a school: ``village:kind:seats``, nine-year ``…:a+b``.

    Raises
    ------
    PlanFileError
        If the text is malformed, the village unknown or the kind none of :data:`OPENABLE`.
    """
    parts = text.split(":")
    if len(parts) != 3 or parts[1] not in OPENABLE:
        raise PlanFileError(say("what_if.bad_open", value=text, allowed="、".join(OPENABLE)))
    unit_kind, village = find_unit(county, parts[0])
    numbers = parts[2].split("+")
    stages = [s for s in STAGES if parts[1] in TEACHES[s]]
    if unit_kind != "village" or len(numbers) != len(stages) or not all(map(str.isdigit, numbers)):
        raise PlanFileError(say("what_if.bad_open", value=text, allowed="、".join(OPENABLE)))
    number = 1
    while f"NEW{number}" in county.schools.index:
        number += 1
    seats = tuple((s, int(n)) for s, n in zip(stages, numbers, strict=True))
    return Change("open", f"NEW{number}", village=village, school_kind=parts[1], seats=seats)


def concerned(county: County, change: Change) -> set[str]:
    """Return the stages whose seats `change` touches."""
    if change.seats:
        return {stage for stage, _ in change.seats}
    return {s for s in STAGES if county.schools["kind"][change.school] in TEACHES[s]}


def changed(county: County, change: Change) -> County:
    """Return the county after `change`; tables that name a closed school forget it."""
    schools = county.schools.copy()
    if change.kind == "open":
        schools = pd.concat([schools, _new_row(county, change)]).sort_index()
        return county.with_tables(schools=schools.rename_axis("school"))
    if change.kind == "resize":
        for stage, seats in change.seats:
            schools.loc[change.school, f"seats_{stage}"] = seats
        return county.with_tables(schools=schools)
    if change.kind == "merge":
        for column in schools.columns[schools.columns.str.match("(seats|pupils)_")]:
            both = schools.loc[[change.school, change.into], column].fillna(0)
            schools.loc[change.into, column] = both.sum()
    left = schools.drop(index=change.school)
    if "partner" in left:
        left["partner"] = left["partner"].mask(left["partner"] == change.school, change.into)
    return county.with_tables(schools=left, **_tables(county, change))


def _new_row(county: County, change: Change) -> pd.DataFrame:
    village = county.villages.loc[change.village]
    row: dict[str, Any] = dict.fromkeys(county.schools.columns)
    for column in county.schools.columns:
        if column.startswith(("seats_", "pupils_")) or column in ("teachers", "backbone"):
            row[column] = 0
        elif county.schools[column].dtype == bool:
            row[column] = False
    stem = str(village["name"]).removesuffix("村委会").removesuffix("居委会")
    kind = say(f"what_if.kind.{change.school_kind}")
    row |= {
        "name": say("what_if.new_name", village=stem, kind=kind),
        "kind": change.school_kind,
        "town": village["town"],
        "village": change.village,
        "run_by": "town",
        "x": village["x"],
        "y": village["y"],
        **{f"seats_{stage}": seats for stage, seats in change.seats},
    }
    row |= {c: village[c] for c in ("lon", "lat") if c in row and c in village}
    row |= {"partner": ""} if "partner" in row else {}
    row |= {c: "assumed" for c in ("name_q", "pos_q", "pop_q") if c in row}
    frame = pd.DataFrame([row], index=pd.Index([change.school], dtype="str"))
    return frame.astype(county.schools.dtypes.to_dict())


def _tables(county: County, change: Change) -> dict[str, pd.DataFrame]:
    """Return the tables without the closed school; a merged one hands zones and feeders over."""
    tables = {}
    for name in ("zones", "feeders", "members", "classes", "resources", "teachers", "facilities"):
        table = county.tables.get(name)
        if table is None or table.empty:
            continue
        naming = [c for c in ("school", "primary", "junior", "unit") if c in table]
        if change.kind == "merge" and name in ("zones", "feeders", "classes"):
            table = table.replace({c: {change.school: change.into} for c in naming})
            if name == "feeders":
                table = table.drop_duplicates("primary")
            elif name == "classes":
                keys, summed = ["school", "year", "grade"], ["classes", "pupils", "seats"]
                how = {c: "sum" if c in summed else "first" for c in table if c not in keys}
                table = table.groupby(keys, as_index=False).agg(how)
        gone = (table[naming] == change.school).any(axis=1)
        tables[name] = table[~gone].reset_index(drop=True)
    return tables
