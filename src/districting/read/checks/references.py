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
            lost = (frame[column.name] != "") & (draft.row_of(table, key, frame[column.name]) < 0)
            problems += draft.sheets[name].faults(_CODES[table], lost.to_numpy(), column.name)
    problems += [
        Problem("check.table_missing", value=tables()[t].zh, details=(("english", t),))
        for t in sorted(wanted)
        if not tables()[t].required  # required tables were asked for when reading
    ]
    return problems
