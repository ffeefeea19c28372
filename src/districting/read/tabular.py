"""Read CSV, XLSX and XLS tables with every cell as text."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from python_calamine import CalamineError, CalamineWorkbook

from districting.errors import Problem
from districting.read.headers import header_row, match_headers, missing_columns, plain
from districting.read.schema import tables
from districting.read.sheet import Sheet, Source

CSV_ENDINGS = (".csv", ".txt", ".tsv")
WORKBOOK_ENDINGS = (".xlsx", ".xls", ".xlsm")
_EXACT_DIGITS = 10**15  # spreadsheets keep 15 digits of a number


class UnreadableFile(Exception):
    """A file cannot be opened as what its ending says; `code` names the message."""

    def __init__(self, code: str, value: str = "", **details: Any) -> None:
        super().__init__(code)
        self.code, self.value, self.details = code, value, tuple(details.items())


def detect_encoding(content: bytes) -> str:
    """Return the encoding of `content`: ``utf-8-sig``, ``utf-8``, ``utf-16`` or ``gb18030``.

    Raises
    ------
    UnreadableFile
        If it is none of them.
    """
    if content.startswith(b"\xef\xbb\xbf"):
        return "utf-8-sig"
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    for encoding in ("utf-8", "gb18030"):
        try:
            content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return encoding
    raise UnreadableFile("bad_encoding")


def _csv_rows(path: Path, encoding: str) -> list[list[str]]:
    content = path.read_bytes()
    try:
        text = content.decode(encoding or detect_encoding(content))
    except (UnicodeDecodeError, LookupError):
        raise UnreadableFile("bad_encoding", encoding) from None
    first = text.split("\n", 1)[0]
    delimiter = max(",\t;", key=first.count)
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error as error:
        raise UnreadableFile("unreadable_file", reason=str(error)) from None


def cell_text(value: Any) -> str:
    """Return a spreadsheet cell as text, whole numbers without point or exponent.

    Numbers too long for a spreadsheet's 15 digits keep their exponent, so that a code spoilt in
    this way is seen and not taken for a good one.

    Examples
    --------
    >>> cell_text(370405103216.0), cell_text(12.5), cell_text(1.2345e17)
    ('370405103216', '12.5', '1.2345e+17')
    """
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, (int, float)):
        if abs(value) >= _EXACT_DIGITS:
            return repr(float(value)) if abs(value) >= 1e16 else f"{value:.14e}"
        return str(int(value)) if value == int(value) else repr(value)
    if isinstance(value, (date, datetime)):
        return value.isoformat()[:10]
    return str(value)


def sheet_names(path: Path) -> list[str]:
    """Return the sheets of a workbook.

    Raises
    ------
    UnreadableFile
    """
    try:
        return list(CalamineWorkbook.from_path(path).sheet_names)
    except (CalamineError, OSError) as error:
        raise UnreadableFile("unreadable_file", reason=str(error)) from None


def raw_rows(path: Path, encoding: str = "") -> dict[str, list[list[str]]]:
    """Return every sheet's cells as text, by sheet name; a CSV file is one sheet without name.

    Raises
    ------
    UnreadableFile
    """
    if path.suffix.lower() not in WORKBOOK_ENDINGS:
        return {"": _csv_rows(path, encoding)}
    names = sheet_names(path)
    book = CalamineWorkbook.from_path(path)
    grids = {n: book.get_sheet_by_name(n).to_python(skip_empty_area=False) for n in names}
    return {n: [[cell_text(v) for v in row] for row in grid] for n, grid in grids.items()}


def _workbook_rows(path: Path, sheet: str, table: str) -> tuple[list[list[str]], str]:
    names = sheet_names(path)
    wanted = [sheet] if sheet else [tables()[table].zh, tables()[table].en]
    hit = next((n for w in wanted for n in names if plain(n) == plain(w)), "")
    if not hit and not sheet and len(names) == 1:
        hit = names[0]
    if not hit:
        raise UnreadableFile("sheet_not_found", wanted[0], found="、".join(names))
    grid = CalamineWorkbook.from_path(path).get_sheet_by_name(hit).to_python(skip_empty_area=False)
    return [[cell_text(v) for v in row] for row in grid], hit


def read_table_file(
    path: Path,
    name: str,
    table: str,
    sheet: str = "",
    datum: str = "",
    encoding: str = "",
    given: Mapping[str, str] | None = None,
) -> tuple[Sheet, list[Problem]]:
    """Read one table from a CSV file or a sheet of a workbook.

    Parameters
    ----------
    path : Path
    name : str
        Path to show, relative to the county folder.
    table : str
    sheet, datum, encoding : str
        As declared; empty to look for the table's name, for none, and to detect.
    given : Mapping of str to str, optional
        Headers that the county file assigns to columns.

    Returns
    -------
    (Sheet, problems)
        Blank rows are left out; row numbers stay those of the file.

    Raises
    ------
    UnreadableFile
    """
    given = given or {}
    if path.suffix.lower() in WORKBOOK_ENDINGS:
        rows, sheet = _workbook_rows(path, sheet, table)
    else:
        rows, sheet = _csv_rows(path, encoding), ""
    if not any(any(cell.strip() for cell in row) for row in rows):
        raise UnreadableFile("empty_table")
    return _sheet_of(rows, (name, sheet), table, datum, given)


def _sheet_of(
    rows: Sequence[Sequence[str]],
    file: tuple[str, str],
    table: str,
    datum: str,
    given: Mapping[str, str],
) -> tuple[Sheet, list[Problem]]:
    """Return the table in `rows` of the (path, sheet) `file`, and what is wrong with its form."""
    name, sheet = file
    top = header_row([[c.strip() for c in row] for row in rows[:10]], table, given)
    headers = [h.strip() for h in rows[top]]
    place = (name, sheet, top + 1)
    found, problems = match_headers(headers, table, place, given)
    problems += missing_columns(found, table, place)
    width = len(headers)
    body = rows[top + 1 :]
    filled = np.array([any(c.strip() for c in row) for row in body], dtype=bool)
    numbers = np.flatnonzero(filled) + top + 2
    kept = [body[i] for i in np.flatnonzero(filled).tolist()]
    long = [(n, r) for n, r in zip(numbers, kept, strict=True) if any(map(str.strip, r[width:]))]
    problems += [
        Problem("check.row_too_long", name, sheet, int(n), value=" ".join(r[width:]).strip())
        for n, r in long
    ]
    source = Source(name, sheet, datum, {c: headers[p] for c, p in found.items()})
    cells = pd.DataFrame({c: _column(kept, p) for c, p in found.items()}, dtype="str")
    sheet_read = Sheet(
        table, cells, (source,), np.zeros(len(kept), dtype=np.intp), numbers.astype(np.intp)
    )
    if not kept and tables()[table].required:
        problems.append(Problem("check.empty_table", name, sheet))
    return sheet_read, problems


def _column(rows: Iterable[Sequence[str]], position: int) -> list[str]:
    return [row[position].strip() if position < len(row) else "" for row in rows]
