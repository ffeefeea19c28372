"""Plans compared, as an Excel file: one sheet for each table that the comparison gives."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

import pandas as pd

from districting.county import County
from districting.export.files import replacing
from districting.export.workbook import (
    Formats,
    free_sheet_name,
    set_up_page,
    source_note,
    workbook,
    write_frame,
)


class Compared(Protocol):
    """Plans compared on one scale, as far as a sheet needs it."""

    def sheets(self) -> dict[str, pd.DataFrame]:
        """Return tables by title, with headings that planners read."""


def write_comparison(comparison: Compared, county: County, path: str | Path) -> None:
    """Write the comparison of plans to the Excel file `path`."""
    write_tables(comparison.sheets(), county, Path(path))


def write_tables(
    tables: Mapping[str, pd.DataFrame], county: County, path: Path, title: str = ""
) -> None:
    """Write each of `tables` to a sheet that bears its name.

    Parameters
    ----------
    tables : Mapping of str to pandas.DataFrame
        Named index levels become leading columns; an unnamed index is left out.
    title : str
        Stands above every table.
    """
    with replacing(Path(path)) as temporary, workbook(temporary) as (book, formats):
        for name, table in tables.items():
            add_table(book, formats, county, name, table, title)


def add_table(
    book: Any,
    formats: Formats,
    county: County,
    name: str,
    table: pd.DataFrame,
    title: str = "",
    widths: Sequence[float] = (),
) -> None:
    """Add a sheet called `name` to `book`: `title` (`name` by default), `table`, sources.

    Column `widths` follow from the contents where they are not given.
    """
    sheet = book.add_worksheet(free_sheet_name(name, [s.name for s in book.worksheets()]))
    named = [level for level in table.index.names if level is not None]
    frame = table.reset_index(level=named) if named else table
    write_frame(sheet, formats, frame, 1, widths)
    finish_sheet(sheet, formats, county, title or name, len(frame) + 2, len(frame.columns))


def finish_sheet(
    sheet: Any, formats: Formats, county: County, title: str, foot: int, columns: int
) -> None:
    """Put the title above the header in row 1 and the sources into row `foot`; set up the page."""
    last = max(columns - 1, 1)
    sheet.merge_range(0, 0, 0, last, title, formats.title)
    sheet.set_row(0, 30)
    sheet.merge_range(foot, 0, foot, last, source_note(county), formats.note)
    sheet.set_row(foot, 64)
    set_up_page(sheet, county, landscape=True)
    sheet.repeat_rows(0, 1)
    sheet.freeze_panes(2, 0)
