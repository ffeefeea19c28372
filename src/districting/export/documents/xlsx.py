"""A document as an Excel workbook: one sheet a section, sums as formulas, ready for print."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from districting.export.documents.document import Cell, Document, Paragraph, Section, Table
from districting.export.documents.layout import head_groups, head_text, section_widths, shown
from districting.export.workbook import (
    Formats,
    column_letter,
    free_sheet_name,
    print_on,
    row_height,
    workbook,
)
from districting.terms import say

LANDSCAPE, A3 = 110.0, 190.0
"""Widths from which a sheet is printed across, and on A3: smaller type is not read [characters]."""
ROW = 21.0
"""Least height of a row [pt]."""


def write_xlsx(document: Document, path: Path) -> None:
    """Write `document` to the Excel file `path`; equal documents give equal bytes."""
    with workbook(path) as (book, formats):
        last = document.sections[-1]
        for section in document.sections:
            names = [s.name for s in book.worksheets()]
            sheet = book.add_worksheet(free_sheet_name(section.heading, names))
            page = _Page(sheet, formats, section_widths(section), len(section.tables()) == 1)
            page.head(document, section)
            for block in section.blocks:
                page.paragraph(block) if isinstance(block, Paragraph) else page.table(block)
            if section is last:
                page.foot(document)
            wide = sum(page.widths)
            print_on(sheet, document.mark, wide > LANDSCAPE, wide > A3)


class _Page:
    """Writes blocks one below the other onto a sheet; heads of its only table stay in sight."""

    def __init__(self, sheet: Any, formats: Formats, widths: list[float], alone: bool) -> None:
        self.sheet, self.formats, self.widths, self.row = sheet, formats, widths, 0
        self.alone = alone
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width)

    def _line(self, text: str, style: Any, size: float = 1.0) -> None:
        """Write `text` over all columns in a row high enough for it."""
        last = len(self.widths) - 1
        if last:
            self.sheet.merge_range(self.row, 0, self.row, last, text, style)
        else:
            self.sheet.write_string(self.row, 0, text, style)
        self.sheet.set_row(self.row, row_height(text, sum(self.widths) / size) * size)
        self.row += 1

    def head(self, document: Document, section: Section) -> None:
        """Write title, subtitle and, where the document has several sections, the heading."""
        self._line(document.title, self.formats.title, 1.5)
        if document.subtitle:
            self._line(document.subtitle, self.formats.centred)
        if len(document.sections) > 1 and section.heading != document.title:
            self._line(section.heading, self.formats.heading)

    def paragraph(self, block: Paragraph) -> None:
        """Write a paragraph."""
        styles = {"note": self.formats.note, "quote": self.formats.quote}
        self._line(block.text, styles.get(block.style, self.formats.plain))

    def foot(self, document: Document) -> None:
        """Write what the document rests on and its notes."""
        for basis in document.basis:
            self._line(say("documents.basis_line", text=basis), self.formats.note)
        for note in document.notes:
            self._line(note, self.formats.note)

    def table(self, table: Table) -> None:
        """Write a table: heads, rows, sums."""
        if table.title:
            self._line(table.title, self.formats.heading)
        top = self.row
        self._heads(table)
        first = self.row
        if self.alone and top <= 3:
            self.sheet.repeat_rows(top, first - 1)
            self.sheet.freeze_panes(first, 0)
        rows = table.rows()
        for cells in rows:
            self._cells(table, cells)
        for place, column in enumerate(table.columns):
            if column.merged:
                self._merge_runs(table, place, first)
        if not rows:
            last = len(table.columns) - 1
            self._box(self.row, 0, self.row, last, say("documents.none"), self.formats.name)
            self.row += 1
        if table.has_total and rows:
            self._totals(table, first, len(rows))
        self.row += 1

    def _heads(self, table: Table) -> None:
        style, columns = self.formats.head, table.columns
        groups = list(head_groups(columns))
        bottom = self.row + int(any(own for _, _, own in groups))
        for start, end, own in groups:
            text = columns[start].group or head_text(columns[start].label)
            self._box(self.row, start, self.row if own else bottom, end, text, style)
            for at in range(start, end + 1) if own else ():
                self.sheet.write_string(bottom, at, head_text(columns[at].label), style)
        labels = [(head_text(c.label), self.widths[i]) for i, c in enumerate(columns)]
        self.sheet.set_row(bottom, max(row_height(text, width) for text, width in labels))
        self.row = bottom + 1

    def _box(self, top: int, left: int, bottom: int, right: int, text: str, style: Any) -> None:
        if (top, left) == (bottom, right):
            self.sheet.write_string(top, left, text, style)
        else:
            self.sheet.merge_range(top, left, bottom, right, text, style)

    def _cells(self, table: Table, cells: list[Cell]) -> None:
        height, place = 0.0, 0
        while place < len(cells):
            column, value = table.columns[place], cells[place]
            joined = column.joined and not value and place + 1 < len(cells)
            if joined:
                text = shown(cells[place + 1])
                style = self.formats.name
                self.sheet.merge_range(self.row, place, self.row, place + 1, text, style)
                place += 2
                continue
            if isinstance(value, str):
                style = self.formats.name if column.merged else self.formats.text
                self.sheet.write_string(self.row, place, value, style)
                height = max(height, row_height(value, self.widths[place]))
            elif value is None:
                self.sheet.write_blank(self.row, place, None, self.formats.text)
            else:
                whole = isinstance(value, int)
                style = self.formats.number if whole else self.formats.decimal
                self.sheet.write_number(self.row, place, value, style)
            place += 1
        self.sheet.set_row(self.row, max(height, ROW))
        self.row += 1

    def _merge_runs(self, table: Table, place: int, first: int) -> None:
        rows = table.rows()
        for start, end in table.runs(place):
            if end == start:
                continue
            value, style = rows[start][place], self.formats.name
            self.sheet.merge_range(first + start, place, first + end, place, "", style)
            if isinstance(value, str):
                self.sheet.write_string(first + start, place, value, style)
            else:
                whole = isinstance(value, int)
                style = self.formats.number if whole else self.formats.decimal
                self.sheet.write_number(first + start, place, value, style)

    def _totals(self, table: Table, first: int, count: int) -> None:
        columns, sums = table.columns, table.totals()
        named = next(i for i, c in enumerate(columns) if c.total)
        word = say("export.table_total")
        if named:
            self._box(self.row, 0, self.row, named - 1, word, self.formats.head)
        self.sheet.set_row(self.row, ROW)
        for place, column in enumerate(columns[named:], named):
            if column.total:
                letter = column_letter(place)
                cells = f"{letter}{first + 1}:{letter}{first + count}"
                formula, value = f"=SUM({cells})", sums[column.key]
                self.sheet.write_formula(self.row, place, formula, self.formats.total, value)
            else:
                self.sheet.write_blank(self.row, place, None, self.formats.total)
        self.row += 1
