"""Put taken-over tables where the county folder keeps them: its workbook, or a CSV file."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd

from districting.errors import DistrictingError
from districting.read.headers import DATUM_COLUMN, column_of, plain
from districting.read.schema import Table, tables
from districting.terms import say

EDITABLE = (".xlsx", ".xlsm")
DATUM_HEADER = "坐标系"


def place_tables(
    found: Mapping[str, pd.DataFrame], folder: Path, replace: bool = False
) -> list[tuple[str, Path, int]]:
    """Write tables into the county folder; return table, file and number of rows of each.

    A table goes into the sheet of its name in a workbook of the folder, below the header; where
    there is none, into a CSV file of its name. Files are written under a temporary name first.

    Parameters
    ----------
    replace : bool
        Put rows in place of those that are there.

    Raises
    ------
    DistrictingError
        If a table has rows there already and `replace` is false; nothing is written then.
    """
    books: dict[Path, Any] = {}
    placed: list[tuple[str, Path, int]] = []
    plain_files: list[tuple[Path, str]] = []
    for name, frame in found.items():
        table = tables()[name]
        at = _sheet_of(table, folder, books)
        if at is not None:
            path, sheet = at
            if not _heads(sheet, table) or (_filled(sheet) and not replace):
                raise DistrictingError(say("desk.filled", path=path, sheet=sheet.title))
            _fill(sheet, table, frame)
        else:
            path = folder / f"{table.zh}.csv"
            if path.exists() and not replace:
                raise DistrictingError(say("desk.filled", path=path, sheet=table.zh))
            heads = {c.name: c.zh for c in table.columns.values()} | {DATUM_COLUMN: DATUM_HEADER}
            text = frame.rename(columns=heads).to_csv(index=False, lineterminator="\r\n")
            plain_files.append((path, text))
        placed.append((name, path, len(frame)))
    for path in {p for _, p, _ in placed if p in books}:
        temporary = path.with_name(f".{path.name}.part")
        books[path].save(temporary)
        temporary.replace(path)
    for path, text in plain_files:
        temporary = path.with_name(f".{path.name}.part")
        temporary.write_bytes(b"\xef\xbb\xbf" + text.encode("utf-8"))
        temporary.replace(path)
    return placed


def _sheet_of(table: Table, folder: Path, books: dict[Path, Any]) -> tuple[Path, Any] | None:
    """Return the workbook and sheet named after `table`; workbooks that are opened are kept."""
    for path in sorted(p for p in folder.iterdir() if p.suffix.lower() in EDITABLE):
        if path.name.startswith(("~$", ".")):
            continue
        if path not in books:
            books[path] = openpyxl.load_workbook(path, keep_vba=path.suffix.lower() == ".xlsm")
        for sheet in books[path].worksheets:
            if plain(sheet.title) in (plain(table.zh), plain(table.en)):
                return path, sheet
    return None


def _heads(sheet: Any, table: Table) -> dict[str, int]:
    """Return column → position of the headers in the first row."""
    named = {column_of(str(c.value), table.name): int(c.column) for c in sheet[1] if c.value}
    return {name: at for name, at in named.items() if name}


def _filled(sheet: Any) -> bool:
    return any(cell is not None for row in sheet.iter_rows(2, values_only=True) for cell in row)


def _fill(sheet: Any, table: Table, frame: pd.DataFrame) -> None:
    """Write the rows below the header in row 1; columns it lacks are added at its end."""
    heads = _heads(sheet, table)
    for name in frame.columns:
        if name not in heads:
            heads[name] = sheet.max_column + 1
            shown = DATUM_HEADER if name == DATUM_COLUMN else table.columns[name].zh
            sheet.cell(1, heads[name], shown)
    if sheet.max_row > 1:
        sheet.delete_rows(2, sheet.max_row)
    for name in frame.columns:
        dtype = table.columns[name].dtype if name in table.columns else "text"
        numeric = dtype in ("int", "float", "lon", "lat")
        for row, text in enumerate(frame[name], 2):
            cell = sheet.cell(row, heads[name], _number(text) if numeric else text or None)
            if not numeric:
                cell.number_format = "@"
            cell.protection = openpyxl.styles.Protection(locked=False)


def _number(text: str) -> float | int | str | None:
    """Return a number as such, any other text as it stands: the check will tell."""
    try:
        value = float(text)
    except ValueError:
        return text or None
    return int(value) if value.is_integer() else value
