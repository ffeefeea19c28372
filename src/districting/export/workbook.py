"""What all Excel files share: formats, page set-up, repeatable bytes, tables with headers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

from districting.county import County
from districting.export.provenance import further_tables, notices, provenance_lines
from districting.terms import say

SONG, HEI, KAI = "仿宋", "黑体", "楷体"
"""Typefaces of official papers; programs without them take another Chinese face (charset 134)."""
CHINESE = {"font_charset": 134}
SHEET_NAME_LENGTH = 31
"""Longest sheet name that Excel takes."""
FORBIDDEN = str.maketrans(dict.fromkeys("[]:*?/\\", " "))
LINE = 17.5
"""Height of one line of text in a table [pt]."""
FIXED_DATE = datetime(2020, 1, 1)
"""Creation date written into every file, so that equal content gives equal bytes."""


@dataclass(frozen=True)
class Formats:
    """Cell formats of one workbook."""

    title: Any
    head: Any
    name: Any
    text: Any
    number: Any
    decimal: Any
    fine: Any
    tiny: Any
    total: Any
    note: Any
    centred: Any
    heading: Any
    plain: Any
    quote: Any


def _formats(book: Any) -> Formats:
    grid = {"border": 1, "valign": "vcenter", "text_wrap": True, "font_size": 12, **CHINESE}
    body, bold = {**grid, "font_name": SONG}, {**grid, "font_name": HEI}
    title = {"font_name": HEI, "font_size": 18, "align": "center", "valign": "vcenter", **CHINESE}
    note = {"font_name": SONG, "font_size": 10, "text_wrap": True, "valign": "top", **CHINESE}
    plain = {**note, "font_size": 12, "valign": "vcenter"}
    return Formats(
        title=book.add_format(title),
        head=book.add_format({**bold, "align": "center", "bg_color": "#EDEFF2"}),
        name=book.add_format({**body, "align": "center"}),
        text=book.add_format({**body, "align": "left", "num_format": "@"}),
        number=book.add_format({**body, "align": "right", "num_format": "#,##0"}),
        decimal=book.add_format({**body, "align": "right", "num_format": "#,##0.0##"}),
        fine=book.add_format({**body, "align": "right", "num_format": "#,##0.0000"}),
        tiny=book.add_format({**body, "align": "right", "num_format": "0.00E+00"}),
        total=book.add_format({**bold, "align": "right", "num_format": "#,##0"}),
        note=book.add_format(note),
        centred=book.add_format({**plain, "align": "center"}),
        heading=book.add_format({**plain, "font_name": HEI, "font_size": 14}),
        plain=book.add_format(plain),
        quote=book.add_format({**plain, "font_name": KAI, "indent": 1}),
    )


@contextmanager
def workbook(path: Path) -> Iterator[tuple[Any, Formats]]:
    """Open a new workbook at `path` with its formats; it is written on leaving the block."""
    with xlsxwriter.Workbook(str(path), {"nan_inf_to_errors": False}) as book:
        book.set_properties({"created": FIXED_DATE, "author": "", "comments": ""})
        yield book, _formats(book)


def set_up_page(sheet: Any, county: County, landscape: bool = False) -> None:
    """Print on A4, one page wide, with the county's notice and page numbers at the foot."""
    print_on(sheet, notices(county)[0], landscape)


def print_on(sheet: Any, mark: str, landscape: bool = False, a3: bool = False) -> None:
    """Print on A4 or A3, one page wide, with `mark` and page numbers at the foot."""
    sheet.set_paper(8 if a3 else 9)
    if landscape:
        sheet.set_landscape()
    sheet.set_margins(left=0.6, right=0.6, top=0.7, bottom=0.8)
    sheet.fit_to_pages(1, 0)
    sheet.center_horizontally()
    pages = say("export.pages", page="&P", pages="&N")
    sheet.set_footer(f"&L&9{mark}&R&9{pages}")


def source_note(county: County) -> str:
    """Return the notices and the provenance of the data as one paragraph."""
    return "　".join([*notices(county), *provenance_lines(county, further_tables(county))])


def width_in_columns(text: str) -> int:
    """Return the width of `text` in Excel's columns: Chinese characters take two."""
    return sum(1 if c.isascii() else 2 for c in text)


def row_height(text: str, columns: float) -> float:
    """Return the row height [pt] for `text` wrapped in a cell `columns` wide."""
    lines = sum(max(1.0, -(-width_in_columns(part) * 1.2 // columns)) for part in text.split("\n"))
    return float(lines * LINE + 6)


def column_letter(column: int) -> str:
    """Return the letters of a column counted from 0.

    >>> column_letter(0), column_letter(25), column_letter(26)
    ('A', 'Z', 'AA')
    """
    return str(xl_col_to_name(column))


def free_sheet_name(title: str, used: Sequence[str]) -> str:
    """Return `title` as a sheet name that Excel takes and that is not used yet."""
    name = title.translate(FORBIDDEN)[:SHEET_NAME_LENGTH]
    taken, number = {u.lower() for u in used}, 1
    while name.lower() in taken:
        number += 1
        ending = f" {number}"
        name = name[: SHEET_NAME_LENGTH - len(ending)] + ending
    return name


def wrapped_height(texts: Sequence[str], widths: Sequence[float]) -> float | None:
    """Return the height [pt] of a row whose texts wrap in columns so wide; None for one line."""
    pairs = zip(texts, widths, strict=True)
    lines = max((-(-(width_in_columns(t) * 1.05 + 1) // w) for t, w in pairs), default=1)
    return None if lines <= 1 else lines * LINE + 4


def write_frame(
    sheet: Any, formats: Formats, frame: pd.DataFrame, top: int, widths: Sequence[float] = ()
) -> None:
    """Write `frame` (without its index) with a header in row `top`; texts stay texts and wrap."""
    texts: list[list[str]] = [[str(name) for name in frame.columns]]
    texts += [["" for _ in frame.columns] for _ in range(len(frame))]
    used = []
    for column, name in enumerate(frame.columns):
        values = frame[name]
        numeric = pd.api.types.is_numeric_dtype(values) and values.dtype != bool
        whole = pd.api.types.is_integer_dtype(values)
        style = formats.number if whole else formats.decimal if numeric else formats.text
        shown = values.astype(str) if not numeric else values
        widest = max((width_in_columns(str(v)) for v in [*shown, name]), default=8)
        used.append(widths[column] if widths else min(widest + 3, 42))
        sheet.set_column(column, column, used[-1])
        sheet.write_string(top, column, str(name), formats.head)
        for row, value in enumerate(values, 1):
            if numeric and value in (np.inf, -np.inf):
                sheet.write_string(top + row, column, "∞" if value > 0 else "-∞", style)
            elif numeric and pd.notna(value):
                sheet.write_number(top + row, column, float(value), style)
            elif value is None or value != value:
                sheet.write_blank(top + row, column, None, style)
            else:
                texts[row][column] = str(value)
                sheet.write_string(top + row, column, str(value), formats.text)
    for row, line in enumerate(texts):
        height = wrapped_height(line, used)
        if height is not None:
            sheet.set_row(top + row, height)
