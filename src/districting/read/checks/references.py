"""References between tables: whatever is named must exist."""

from __future__ import annotations

from districting.errors import Problem
from districting.read.draft import Draft
from districting.read.schema import tables

_CODES = {
    "towns": "unknown_town",
    "villages": "unknown_village",
    "schools": "unknown_school",
    "districts": "unknown_district",
    "teachers": "unknown_teacher",
}


def check_references(draft: Draft) -> list[Problem]:
    """Return a problem for each cell that names a town, village, school or district not there."""
    problems: list[Problem] = []
    wanted: set[str] = set()
    for name, frame in draft.frames.items():
        columns = tables()["villages" if name == "cells" else name].columns
        for column in columns.values():
            refers = "villages.village" if (name, column.name) == ("cells", "village") else ""
            refers = refers or column.refers
            if not refers or column.name not in frame.columns:
                continue
            table, key = refers.split(".")
            if table not in draft.frames:
                wanted.add(table)
                continue
            if draft.nameless(table, key):
                continue
            value, sheet = frame[column.name], draft.sheets[name]
            lost = (value != "") & (draft.row_of(table, key, value) < 0)
            right = value.map(_codes_by_name(draft, table, key)).where(lost)
            problems += sheet.faults(
                "name_for_code",
                right.notna().to_numpy(),
                column.name,
                right=right.dropna().to_numpy(),
            )
            unknown = (lost & right.isna()).to_numpy()
            problems += sheet.faults(_CODES[table], unknown, column.name)
    problems += [
        Problem("check.table_missing", value=tables()[t].zh, details=(("english", t),))
        for t in sorted(wanted)
        if not tables()[t].required  # required tables were asked for when reading
    ]
    return problems


def _codes_by_name(draft: Draft, table: str, key: str) -> dict[str, str]:
    """Return identifiers by name, of names that stand once; none where a table has no names."""
    frame = draft.frames[table]
    if "name" not in frame:
        return {}
    once = frame[~frame["name"].duplicated(keep=False) & (frame["name"] != "") & (frame[key] != "")]
    return dict(zip(once["name"], once[key], strict=True))
