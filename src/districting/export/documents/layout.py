"""How wide columns are and how numbers read, alike in every format."""

from __future__ import annotations

import re
from collections.abc import Iterator

from districting.export.documents.document import Cell, Column, Section, Table
from districting.export.workbook import width_in_columns

NARROW, WIDE, PADDING = 5.0, 44.0, 2.0
"""Least and greatest width of a column that is as wide as its content, and what Excel adds for
the room left and right of the text [characters]."""
ROOM, HEAD_LINE = 1.15, 0.5
"""Width of a line of text over that of its characters; part of a head that one line holds."""
LINES = 3.0
WORD, SHORT = 1.3, 10
"""Width of a word that is not broken over that of its characters, on type wider than the named;
width up to which the bracket of a head is not broken [characters]."""
BLANK, SHEET = 90.0, 60.0
"""Width of a section without tables, and least width of one with tables: titles and notes stand
over all columns [characters]."""
UNBROKEN = re.compile(r"[!-~（）]+")
"""Ids, months, numbers and English words, unlike Chinese text, are not broken over lines."""


def shown(value: Cell) -> str:
    """Return a cell as text, thousands set apart."""
    if value is None:
        return ""
    return value if isinstance(value, str) else f"{value:,}"


def head_text(text: str) -> str:
    """Return a head with what stands in brackets at its end on a line of its own."""
    return re.sub(r"(?<=.)（([^（）]*)）$", r"\n（\1）", text)


def _head_width(text: str) -> float:
    """Return the least width for a head: its words on two lines, a short bracket on one."""
    words, _, bracket = head_text(text).partition("\n")
    wide = width_in_columns(bracket)
    wide_enough = wide * (ROOM if wide <= SHORT else HEAD_LINE)
    return max(width_in_columns(words) * HEAD_LINE, wide_enough)


def _word_width(texts: list[str]) -> float:
    """Return the width of the longest word that is not broken."""
    words = (word for text in texts for word in UNBROKEN.findall(text))
    return WORD * max(map(width_in_columns, words), default=0)


def column_widths(table: Table, padding: float = 0.0) -> list[float]:
    """Return the width of each column of a table, in characters.

    Parameters
    ----------
    padding : float
        Added where a column is as wide as its content.
    """
    rows, sums = table.rows(), table.totals()
    widths = []
    for place, column in enumerate(table.columns):
        texts = [shown(row[place]) for row in rows]
        if column.key in sums:
            texts.append(shown(round(sums[column.key], column.decimals)))
        lines = [line for text in texts for line in text.split("\n")]
        longest = max(map(width_in_columns, lines), default=0)
        least = max(_head_width(column.label), _word_width([column.label, *lines]), NARROW)
        content = min(max(longest * ROOM, least) + padding, WIDE)
        numeric = any(isinstance(row[place], (int, float)) for row in rows)
        # A width that is asked for gives way to numbers: they are never broken.
        asked = max(column.width, longest * ROOM + padding) if numeric else column.width
        widths.append(asked if column.width else content)
    return widths


def least_widths(table: Table) -> list[float]:
    """Return the least width of each column: numbers on one line, words on a few.

    Numbers and ids are never broken; texts may take up to :data:`LINES` lines.
    """
    rows, least = table.rows(), []
    for place, width in enumerate(column_widths(table)):
        numbers = [v for row in rows if isinstance(v := row[place], (int, float))]
        words = _word_width([table.columns[place].label, *(shown(row[place]) for row in rows)])
        texts = max(width / LINES, min(width, 2 * NARROW), words)
        least.append(width if numbers else texts)
    return least


def section_widths(section: Section) -> list[float]:
    """Return the width of each column of a sheet: the widest that one of its tables asks for."""
    widths: list[float] = []
    for table in section.tables():
        wanted = column_widths(table, PADDING)
        longer = max(len(widths), len(wanted))
        both = [row + [0.0] * (longer - len(row)) for row in (widths, wanted)]
        widths = [max(pair) for pair in zip(*both, strict=True)]
    wider = max(1.0, SHEET / sum(widths)) if widths else 1.0
    return [w * wider for w in widths] or [BLANK]


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
