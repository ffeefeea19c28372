"""How wide columns are and how numbers read, alike in every format."""

from __future__ import annotations

from collections.abc import Iterator

from districting.export.documents.document import Cell, Column, Section, Table
from districting.export.workbook import width_in_columns

NARROW, WIDE = 6.0, 44.0
"""Least and greatest width of a column that is as wide as its content [characters]."""
BLANK = 90.0
"""Width of a section without tables [characters]."""


def shown(value: Cell) -> str:
    """Return a cell as text, thousands set apart."""
    if value is None:
        return ""
    return value if isinstance(value, str) else f"{value:,}"


def column_widths(table: Table) -> list[float]:
    """Return the width of each column of a table, in characters."""
    rows = table.rows()
    widths = []
    for place, column in enumerate(table.columns):
        longest = max((width_in_columns(shown(row[place])) for row in rows), default=0)
        head = width_in_columns(column.label or column.group) * 0.6 + 3
        widths.append(column.width or min(max(longest + 2, head, NARROW), WIDE))
    return widths


def section_widths(section: Section) -> list[float]:
    """Return the width of each column of a sheet: the widest that one of its tables asks for."""
    widths: list[float] = []
    for table in section.tables():
        wanted = column_widths(table)
        longer = max(len(widths), len(wanted))
        both = [row + [0.0] * (longer - len(row)) for row in (widths, wanted)]
        widths = [max(pair) for pair in zip(*both, strict=True)]
    return widths or [BLANK]


def head_groups(columns: tuple[Column, ...]) -> Iterator[tuple[int, int, bool]]:
    """Yield first and last column of each group, and whether its columns have heads of their own.

    A column without a group is a group of its own, whose head is its label.
    """
    start = 0
    while start < len(columns):
        end, group = start, columns[start].group
        while group and end + 1 < len(columns) and columns[end + 1].group == group:
            end += 1
        yield start, end, bool(group) and any(c.head for c in columns[start : end + 1])
        start = end + 1
