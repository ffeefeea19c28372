"""Read a bureau's published 学区分布表: 名称项目 | 所辖校（园） | 备注.

The name column is really two: the union's cell is merged over its districts, and a district without
a union takes both cells. Merged cells read as blank, so a district whose union cell is blank either
belongs to the union above it or stands on its own. The table cannot tell; the towns of its schools
can: a district in other towns than the union above it is on its own (in 台儿庄's annex 运办学区
stands right under 泥沟镇教育联区, but its schools are in 运河街道). What was inferred is reported.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd
from python_calamine import CalamineError, CalamineWorkbook

from districting.county import County
from districting.errors import DataError, Problem
from districting.read.tabular import (
    WORKBOOK_ENDINGS,
    UnreadableFile,
    cell_text,
    detect_encoding,
)

SCHOOLS_HEADER = "所辖校"
REMARK_HEADER = "备注"
UNION_ENDING = "联区"


@dataclass(frozen=True)
class AnnexRow:
    """One line of the table before schools are looked up.

    Parameters
    ----------
    row : int
        Row in the file, the first is 1.
    union : str
        As written in the row; empty for a blank cell.
    district : str
    schools : tuple of str
        Names, in the order of the table.
    under_blank : bool
        Whether the row has its own, blank union cell.
    """

    row: int
    union: str
    district: str
    schools: tuple[str, ...]
    under_blank: bool


@dataclass(frozen=True, eq=False)
class Annex:
    """A distribution table as the county's tables.

    Parameters
    ----------
    districts : pandas.DataFrame
        Columns ``district``, ``union``, ``town`` as the table ``districts`` defines them.
    members : pandas.DataFrame
        Columns ``unit_kind`` (``"school"``), ``unit`` (school id), ``district``.
    inferred : tuple of Problem
        Warnings: what the table left open and how it was read, and schools it does not list.
    """

    districts: pd.DataFrame
    members: pd.DataFrame
    inferred: tuple[Problem, ...]


def read_annex(path: str | Path, county: County, sheet: str = "") -> Annex:
    """Read a distribution table and look its schools up in `county`.

    Parameters
    ----------
    path : str or Path
        CSV, XLSX or XLS file.
    county : County
    sheet : str, optional
        Worksheet; the first one by default.

    Raises
    ------
    DataError
        If the file is no such table, or it names schools that the county does not have or has more
        than once, or names a school or district twice. All faults are listed.
    """
    path = Path(path)
    rows = annex_rows(path, sheet)
    reading = _Reading(path.name, county)
    members = {row.row: reading.look_up(row) for row in rows}
    districts = reading.unions(rows, members)
    reading.look_for_gaps(members)
    errors = [p for p in reading.problems if p.severity == "error"]
    if errors:
        raise DataError(errors)
    of = {row.row: row.district for row in rows}
    units = [("school", s, of[n]) for n, schools in members.items() for s in schools]
    table = pd.DataFrame(sorted(units), columns=["unit_kind", "unit", "district"], dtype="str")
    return Annex(districts, table, tuple(reading.problems))


def annex_rows(path: Path, sheet: str = "") -> list[AnnexRow]:
    """Return the rows of a distribution table as written.

    Raises
    ------
    DataError
        If the file cannot be read or has no header with 所辖校（园）.
    """
    grid = _grid(path, sheet)
    bare = [[re.sub(r"\s+", "", cell) for cell in line] for line in grid]
    top = next((i for i, line in enumerate(bare) if _position(line, SCHOOLS_HEADER) > 0), None)
    if top is None:
        raise DataError([Problem("annex.no_header", path.name, sheet)])
    at = _position(bare[top], SCHOOLS_HEADER)
    return list(_rows(grid[top + 1 :], bare[top + 1 :], at, top + 2))


def _rows(
    grid: Sequence[Sequence[str]], bare: Sequence[Sequence[str]], at: int, first: int
) -> Iterator[AnnexRow]:
    for number, (line, cells) in enumerate(zip(grid, bare, strict=True), first):
        if len(cells) <= at or not any(cells[: at + 1]):
            continue
        names = [c for c in cells[:at] if c]
        if not names or REMARK_HEADER in cells[at]:
            continue
        schools = tuple(
            s for part in re.split(r"[、，,；;\n]", line[at]) if (s := re.sub(r"\s+", "", part))
        )
        two = len(names) > 1
        yield AnnexRow(
            row=number,
            union=names[0] if two else "",
            district=names[-1],
            schools=schools,
            under_blank=not two and at > 1 and not cells[0],
        )


def _position(line: Sequence[str], header: str) -> int:
    return next((i for i, cell in enumerate(line) if cell.startswith(header)), -1)


def _grid(path: Path, sheet: str) -> list[list[str]]:
    try:
        if path.suffix.lower() in WORKBOOK_ENDINGS:
            book = CalamineWorkbook.from_path(path)
            names = book.sheet_names
            if sheet and sheet not in names:
                raise DataError([Problem("annex.no_sheet", path.name, value=sheet)])
            page = book.get_sheet_by_name(sheet or names[0]).to_python(skip_empty_area=False)
            return [[cell_text(v) for v in row] for row in page]
        content = path.read_bytes()
        text = content.decode(detect_encoding(content))
    except (CalamineError, OSError, UnreadableFile) as error:
        raise DataError([Problem("annex.unreadable", path.name, value=str(error))]) from None
    first = text.split("\n", 1)[0]
    delimiter = max(",\t;", key=first.count)
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))


@dataclass
class _Reading:
    """Looks schools up and keeps what is wrong or inferred."""

    file: str
    county: County
    problems: list[Problem] = field(default_factory=list)
    seen: dict[str, int] = field(default_factory=dict)

    def look_up(self, row: AnnexRow) -> list[str]:
        """Return the ids of a row's schools; of namesakes the one in the towns of the others."""
        table = self.county.district_schools()
        names = table["name"].str.replace(r"\s+", "", regex=True)
        hits = {name: list(table.index[names == name]) for name in row.schools}
        sure = {str(table["town"][h[0]]) for h in hits.values() if len(h) == 1}
        found = []
        for name, ids in hits.items():
            near = [s for s in ids if str(table["town"][s]) in sure] if len(ids) > 1 else ids
            if len(near) == 1:
                found.append(str(near[0]))
                self._once(str(near[0]), name, row.row)
            else:
                code = "annex.ambiguous_school" if ids else "annex.unknown_school"
                self._note(code, row.row, name, "error")
        for name in dict.fromkeys(s for s in row.schools if row.schools.count(s) > 1):
            self._note("annex.school_twice", row.row, name, "error", first=row.row)
        return found

    def _once(self, school: str, name: str, row: int) -> None:
        if school in self.seen:
            self._note("annex.school_twice", row, name, "error", first=self.seen[school])
        self.seen.setdefault(school, row)

    def unions(self, rows: Sequence[AnnexRow], members: dict[int, list[str]]) -> pd.DataFrame:
        """Return the table of districts, with the union of each as written or inferred."""
        table: dict[str, tuple[str, str]] = {}
        union, towns = "", set[str]()
        for row in rows:
            here = set(self.county.schools.loc[members[row.row], "town"])
            if row.union:
                union, towns = row.union, here
            elif not row.under_blank:
                union, towns = "", set()
            elif union:
                joins = bool(here & towns)
                code = "annex.union_continued" if joins else "annex.union_left"
                self._note(
                    code, row.row, row.district, "warning", union=union, towns=self._said(here)
                )
                if not joins:
                    union, towns = "", set()
            if row.district in table:
                self._note("annex.district_twice", row.row, row.district, "error")
            if not row.schools:
                self._note("annex.no_schools", row.row, row.district, "error")
            table[row.district] = (union, next(iter(here)) if len(here) == 1 else "")
        data = [(d, *values) for d, values in sorted(table.items())]
        return pd.DataFrame(data, columns=["district", "union", "town"], dtype="str")

    def look_for_gaps(self, members: dict[int, list[str]]) -> None:
        """Warn of town-run schools that the table does not list."""
        listed = {s for schools in members.values() for s in schools}
        table = self.county.district_schools()
        for school, name in table["name"].items():
            if school not in listed:
                self._note("annex.not_listed", None, str(name), "warning")

    def _said(self, towns: Iterable[str]) -> str:
        names = self.county.towns["name"]
        return "、".join(str(names.get(t, t)) for t in sorted(towns))

    def _note(
        self, code: str, row: int | None, value: str, severity: str, **details: object
    ) -> None:
        problem = Problem(code, self.file, "", row, "", value, severity, tuple(details.items()))
        self.problems.append(problem)
