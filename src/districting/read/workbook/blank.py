"""A blank county: one workbook with a sheet for each table, and the county.toml that reads it.

Every sheet has the headers of ``columns.toml`` with a note on each (meaning, unit, example),
drop-downs for words, yes/no and references, and rules for numbers, dates and codes. Headers are
locked; the rows below are free. The first sheet, 说明, explains it all and lists every column.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import tomli_w
import xlsxwriter
from xlsxwriter.utility import xl_col_to_name, xl_rowcol_to_cell

from districting.errors import DistrictingError
from districting.read.schema import Column, Table, marks, tables
from districting.read.settings import FILE
from districting.terms import language, say

ROWS = 20_000
"""Rows below the header that drop-downs and rules cover."""
LIST_LENGTH = 255
"""Longest list of words that Excel takes in a drop-down."""
FACE = {"font_name": "宋体", "font_charset": 134, "font_size": 11}
HEAD = {**FACE, "bold": True, "border": 1, "text_wrap": True, "valign": "vcenter"}
SHADES = {"key": "#F8CBAD", "required": "#FFE699", "optional": "#E2EFDA"}
MAY = {
    "format_cells": True,
    "format_columns": True,
    "format_rows": True,
    "insert_rows": True,
    "delete_rows": True,
    "sort": True,
    "autofilter": True,
}
"""What a planner may do on a sheet whose header is locked."""


def write_blank_county(
    folder: str | Path, code: str, name: str, year: int, datum: str
) -> tuple[Path, Path]:
    """Write the workbook and ``county.toml`` into `folder`; return their paths.

    Parameters
    ----------
    code, name : str
        Six-digit code and name of the county.
    year : int
        School year by its autumn.
    datum : str
        Datum of the coordinates that will be filled in.

    Raises
    ------
    DistrictingError
        If one of the files is there already; nothing is written then.
    """
    target = Path(folder)
    book = target / say("desk.workbook", county=name)
    settings = target / FILE
    for path in (book, settings):
        if path.exists():
            raise DistrictingError(say("desk.exists", path=path))
    target.mkdir(parents=True, exist_ok=True)
    temporary = book.with_name(f".{book.name}.part")
    with xlsxwriter.Workbook(str(temporary)) as made:
        _about(made, name, year)
        for table in tables().values():
            _sheet(made, table)
    head: dict[str, Any] = {"code": code, "name": name, "year": year, "land": "villages"}
    # Declared one by one, so that what is exported into the folder later is not read as data.
    files = [{"path": book.name, "sheet": _sheet_name(t), "table": t.en} for t in tables().values()]
    text = tomli_w.dumps({"county": head, "datum": {"default": datum}, "file": files})
    preface = "".join(f"# {line}\n" for line in say("desk.preface", book=book.name).splitlines())
    temporary.replace(book)
    settings.write_bytes((preface + text).encode("utf-8"))
    return book, settings


def _sheet_name(table: Table) -> str:
    return table.zh if language() == "zh" else table.en


def _header(column: Column) -> str:
    return (column.zh if language() == "zh" else column.name) + ("*" if column.required else "")


def _need(table: Table, column: Column) -> str:
    if column.name in table.key:
        return "key"
    return "required" if column.required else "optional"


def _sheet(book: Any, table: Table) -> None:
    """Write one empty table: header, notes, rules; the header is locked and stays in view."""
    sheet = book.add_worksheet(_sheet_name(table))
    heads = {k: book.add_format({**HEAD, "bg_color": s}) for k, s in SHADES.items()}
    free: dict[str, Any] = {**FACE, "locked": False}
    formats = {
        "text": book.add_format({**free, "num_format": "@"}),
        "date": book.add_format({**free, "num_format": "yyyy-mm-dd"}),
        "": book.add_format(free),
    }
    for place, column in enumerate(table.columns.values()):
        kind = column.dtype if column.dtype in formats else ""
        width = max(10, 2 * len(_header(column)) + 2, len(column.example) + 2)
        sheet.set_column(place, place, min(width, 30), formats[kind])
        sheet.write_string(0, place, _header(column), heads[_need(table, column)])
        note = {"x_scale": 2.2, "y_scale": 1.6, "author": "districting"}
        sheet.write_comment(0, place, column_note(table, column), note)
        rule = _rule(table, column, place)
        if rule is not None:
            sheet.data_validation(1, place, ROWS, place, rule)
    sheet.set_row(0, 34)
    sheet.freeze_panes(1, 1)
    _finish(sheet)
    sheet.ignore_errors({"number_stored_as_text": f"A1:{xl_col_to_name(place)}{ROWS + 1}"})


def _finish(sheet: Any) -> None:
    """Lock what is locked, and print on A4 across, one page wide."""
    sheet.protect("", MAY)
    sheet.set_paper(9)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)


def column_note(table: Table, column: Column) -> str:
    """Return the note on a column: meaning, unit, what is allowed, example, whether required."""
    lines = [column.meaning]
    if column.unit:
        lines.append(say("desk.unit", unit=column.unit_in_words))
    words = _words(column)
    if words:
        lines.append(say("desk.words", words="、".join(words)))
    if column.refers:
        lines.append(say("desk.refers", place=_place(column.refers)))
    if column.example:
        lines.append(say("desk.example", example=column.example))
    lines.append(say(f"desk.need.{_need(table, column)}"))
    return "\n".join(lines)


def _place(refers: str) -> str:
    table, column = refers.split(".")
    found = tables()[table]
    head = _header(found.columns[column]).rstrip("*")
    return say("desk.place", sheet=_sheet_name(found), column=head)


def _words(column: Column) -> list[str]:
    """Return the words that a column may hold, in the language of the workbook."""
    chinese = language() == "zh"
    if column.dtype == "bool":
        return ["是", "否"] if chinese else ["yes", "no"]
    values = dict(marks()) if column.dtype == "mark" else dict(column.values)
    return list(values.values() if chinese else values)


def _rule(table: Table, column: Column, place: int) -> dict[str, Any] | None:
    """Return the rule for the cells of a column, in the form xlsxwriter takes; None for any."""
    told = {
        "ignore_blank": True,
        "error_title": say("desk.refused"),
        "error_message": column_note(table, column)[:LIST_LENGTH],
    }
    words = _words(column)
    if words and len(",".join(words)) <= LIST_LENGTH:
        return {"validate": "list", "source": words, **told}
    if column.refers:
        other, name = column.refers.split(".")
        at = xl_col_to_name(list(tables()[other].columns).index(name))
        source = f"='{_sheet_name(tables()[other])}'!${at}$2:${at}${ROWS + 1}"
        return {"validate": "list", "source": source, "error_type": "warning", **told}
    if column.dtype in ("int", "float", "lon", "lat"):
        kind = "integer" if column.dtype == "int" else "decimal"
        low = -180.0 if column.dtype in ("lon", "lat") else column.min
        high = 180.0 if column.dtype in ("lon", "lat") else column.max
        low, high = (-1e12 if low is None else low), (1e12 if high is None else high)
        return {"validate": kind, "criteria": "between", "minimum": low, "maximum": high, **told}
    return _code_rule(table, column, place, told)


def _code_rule(
    table: Table, column: Column, place: int, told: dict[str, Any]
) -> dict[str, Any] | None:
    """Return the rule of a code: as many digits as its pattern says, and no code twice."""
    cell = xl_rowcol_to_cell(1, place)
    tests = []
    if column.pattern.startswith(r"\d{"):
        tests.append(f"LEN({cell})={column.pattern[3:-1]}")
    if table.key == (column.name,):
        letter = xl_col_to_name(place)
        tests.append(f"COUNTIF(${letter}$2:${letter}${ROWS + 1},{cell})=1")
    if not tests:
        return None
    formula = f"=AND({','.join(tests)})" if len(tests) > 1 else f"={tests[0]}"
    return {"validate": "custom", "value": formula, **told}


def _about(book: Any, name: str, year: int) -> None:
    """Write the sheet that explains: how to fill, what the colours mean, every table and column."""
    sheet = book.add_worksheet(say("desk.about"))
    plain = book.add_format({**FACE, "text_wrap": True, "valign": "top"})
    title = book.add_format({**FACE, "bold": True, "font_size": 16})
    head = book.add_format({**HEAD, "bg_color": "#EDEFF2"})
    body = book.add_format({**FACE, "border": 1, "text_wrap": True, "valign": "top"})
    for place, width in enumerate((14, 20, 9, 12, 52, 24)):
        sheet.set_column(place, place, width)
    sheet.write_string(0, 0, say("desk.title", county=name, year=year), title)
    row = 2
    for line in say("desk.how").splitlines():
        sheet.merge_range(row, 0, row, 5, line, plain)
        sheet.set_row(row, 18 * (1 + len(line) // 66))
        row += 1
    for key, shade in SHADES.items():
        colour = book.add_format({**FACE, "border": 1, "bg_color": shade})
        sheet.write_string(row, 0, say(f"desk.shade.{key}"), colour)
        sheet.merge_range(row, 1, row, 5, say(f"desk.need.{key}"), plain)
        row += 1
    row += 1
    for place, key in enumerate(("sheet", "column", "needed", "kind", "meaning", "example")):
        sheet.write_string(row, place, say(f"desk.dictionary.{key}"), head)
    for table in tables().values():
        needed = say("desk.yes" if table.required else "desk.no")
        row += 1
        first = (_sheet_name(table), "", needed, "", table.meaning, "")
        for place, text in enumerate(first):
            sheet.write_string(row, place, text, head)
        for column in table.columns.values():
            row += 1
            cells = _entry(table, column)
            for place, text in enumerate(cells):
                sheet.write_string(row, place, text, body)
    _finish(sheet)


def _entry(table: Table, column: Column) -> tuple[str, ...]:
    need = say("desk.yes" if column.required else "desk.no")
    words = "、".join(_words(column))
    meaning = f"{column.meaning} {say('desk.words', words=words)}" if words else column.meaning
    kind = say(f"desk.kind.{column.dtype}")
    return (_sheet_name(table), _header(column), need, kind, meaning, column.example)
