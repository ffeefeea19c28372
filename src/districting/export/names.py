"""Names of teachers, joined only when a document is printed; nothing else ever reads them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pandas as pd

from districting.errors import DataError, Problem
from districting.read.headers import plain
from districting.read.tabular import UnreadableFile, raw_rows

IDS, NAMES = ("教师编号", "teacher"), ("姓名", "name")
PEOPLE = ("teacher", "mentor", "mentee", "studio")
"""Keys under which plans hold ids of teachers."""


def read_names(
    path: str | Path, roster: Collection[str], plans: Iterable[Any] = ()
) -> tuple[Mapping[str, str], list[Problem]]:
    """Read teachers' ids and names (headers 教师编号, 姓名) from CSV, or a workbook's first sheet.

    Parameters
    ----------
    path : str or Path
    roster : collection of str
        Ids of the county's teachers.
    plans : iterable of plans
        Plans to be printed, whose teachers should have names.

    Returns
    -------
    (names, warnings)
        Names by id, and what may be wrong: ids that no teacher has, ids without a name.

    Raises
    ------
    DataError
        If the file cannot be read, lacks a column, has a name without id or gives one id twice.
    """
    table = _table(Path(path))
    ids, names, file = table["id"], table["name"], str(path)

    def told(code: str, rows: pd.Series, severity: str = "error") -> list[Problem]:
        """Return a problem for each of the rows marked."""
        header, value = (NAMES, names) if code == "names.no_id" else (IDS, ids)
        return [
            Problem(code, file, row=int(r), column=header[0], value=value[r], severity=severity)
            for r in table.index[rows]
        ]

    errors = [
        *told("names.no_id", (ids == "") & (names != "")),
        *told("names.twice", (ids != "") & ids.duplicated()),
    ]
    warnings = [
        *told("names.no_name", (ids != "") & (names == ""), "warning"),
        *told("names.unknown", (ids != "") & ~ids.isin(list(roster)), "warning"),
    ]
    missing = sorted(people(plans) - set(ids))
    warnings += [
        Problem("names.missing", file, column=IDS[0], value=t, severity="warning") for t in missing
    ]
    if errors:
        raise DataError([*errors, *warnings])
    return MappingProxyType(dict(zip(ids, names, strict=True))), warnings


def people(plans: Iterable[Any]) -> set[str]:
    """Return the ids of all teachers that `plans` have rows on."""
    tables = [t for plan in plans for t in plan.body().values() if isinstance(t, list)]
    return {str(row[key]) for table in tables for row in table for key in PEOPLE if key in row}


def _table(path: Path) -> pd.DataFrame:
    """Return the columns ``id`` and ``name``, stripped, by row number of the file."""
    try:
        rows = next(iter(raw_rows(path).values()))
    except (OSError, UnreadableFile) as error:
        reason = dict(error.details).get("reason", "") if isinstance(error, UnreadableFile) else ""
        details = (("error", reason or str(error)),)
        raise DataError([Problem("names.unreadable", str(path), details=details)]) from None
    heads = [plain(cell) for cell in rows[0]] if rows else []
    places = [next((heads.index(w) for w in wanted if w in heads), None)
              for wanted in (IDS, NAMES)]  # fmt: skip
    missing = [w[0] for w, at in zip((IDS, NAMES), places, strict=True) if at is None]
    if missing:
        raise DataError([Problem("names.column", str(path), row=1, column=c) for c in missing])
    kept = [p for p in places if p is not None]
    cells = [[row[p].strip() if p < len(row) else "" for p in kept] for row in rows[1:]]
    return pd.DataFrame(cells, range(2, len(rows) + 1), ["id", "name"], dtype="str")
