"""A document as data: sections of paragraphs and tables, independent of any file format."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

Cell = str | int | float | None


@dataclass(frozen=True)
class Column:
    """One printed column of a table.

    Parameters
    ----------
    key : str
        Column of the frame.
    head : str
        Head as printed, in the current language; empty to be one cell with the group above it.
    unit : str
        Printed in brackets behind the head; empty for none.
    total : bool
        The last row adds the column up.
    decimals : int
        Decimals of numbers that are not whole.
    group : str
        Head that spans neighbouring columns of the same group; empty for none.
    width : float
        Width in characters of an Excel column (a Chinese character takes two); 0 by content.
    merged : bool
        Equal values in neighbouring rows stand once, over all of them, as far as those of the
        merged columns to the left do.
    joined : bool
        An empty cell becomes one with the cell to its right.
    """

    key: str
    head: str
    unit: str = ""
    total: bool = False
    decimals: int = 1
    group: str = ""
    width: float = 0.0
    merged: bool = False
    joined: bool = False

    @property
    def label(self) -> str:
        """Head with its unit."""
        return f"{self.head}（{self.unit}）" if self.unit and self.head else self.head


@dataclass(frozen=True, eq=False)
class Table:
    """Rows of a frame under printed heads.

    Parameters
    ----------
    frame : pandas.DataFrame
        Holds a column for each ``key``; further ones are not printed.
    columns : tuple of Column
    title : str
        Stands above the table; empty for none.
    """

    frame: pd.DataFrame
    columns: tuple[Column, ...]
    title: str = ""

    @property
    def has_total(self) -> bool:
        """Whether the table ends with a row of sums."""
        return any(c.total for c in self.columns)

    def totals(self) -> dict[str, int | float]:
        """Return the sum of each column that is added up, by key; empty cells count as nothing."""
        sums = {c.key: float(self.frame[c.key].sum()) for c in self.columns if c.total}
        return {key: int(v) if v.is_integer() else v for key, v in sums.items()}

    def rows(self) -> list[list[Cell]]:
        """Return the cells row by row: text, whole number, rounded number, or None if empty."""
        columns = [[_cell(v, c) for v in self.frame[c.key]] for c in self.columns]
        return [list(row) for row in zip(*columns, strict=True)]

    def runs(self, column: int) -> list[tuple[int, int]]:
        """Return first and last row of each run of equal, filled cells in a merged column."""
        leading = [i for i in range(column + 1) if self.columns[i].merged]
        values = [[row[i] for i in leading] for row in self.rows()]
        runs: list[tuple[int, int]] = []
        for row, value in enumerate(values):
            if row and _filled(value[-1]) and value == values[row - 1]:
                runs[-1] = (runs[-1][0], row)
            else:
                runs.append((row, row))
        return [run for run in runs if _filled(values[run[0]][-1])]


def _filled(value: Cell) -> bool:
    return value is not None and value != ""


def _cell(value: Any, column: Column) -> Cell:
    if value is None or value is pd.NA or value is pd.NaT or value != value:
        return None
    if isinstance(value, str):
        return value
    number = float(value)
    return int(number) if number.is_integer() else round(number, column.decimals)


@dataclass(frozen=True)
class Paragraph:
    """A paragraph of text.

    Parameters
    ----------
    text : str
    style : {"body", "quote", "note"}
        Plain text, a sentence of the policy verbatim, or small print.
    """

    text: str
    style: str = "body"


@dataclass(frozen=True)
class Section:
    """A part of a document: a sheet of a workbook, a headed part of a paper.

    Pages lie across where a table is too wide for them upright.

    Parameters
    ----------
    heading : str
        Also names the sheet.
    blocks : tuple of Paragraph or Table
    new_page : bool
        On paper, begin a page.
    """

    heading: str
    blocks: tuple[Paragraph | Table, ...]
    new_page: bool = False

    def tables(self) -> list[Table]:
        """Return the tables in order."""
        return [b for b in self.blocks if isinstance(b, Table)]


@dataclass(frozen=True)
class Document:
    """A whole document.

    Parameters
    ----------
    title, subtitle : str
        An empty subtitle is filled with the plan and the school year; None leaves it out.
    sections : tuple of Section
    basis : tuple of str
        Documents it rests on (依据); left empty, the policy's own are put in.
    notes : tuple of str
        Small print at the end; marks and provenance of the data are added.
    mark : str
        At the foot of every page: 内部工作图，不得公开, or the map approval number; put in by
        :func:`districting.export.documents.write.compose`.
    """

    title: str
    sections: tuple[Section, ...]
    subtitle: str | None = ""
    basis: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    mark: str = ""

    def tables(self) -> list[Table]:
        """Return the tables of all sections in order."""
        return [table for section in self.sections for table in section.tables()]


def facts(pairs: Sequence[tuple[str, object]], heads: tuple[str, str]) -> Table:
    """Return a table of names and values, one pair a row."""
    frame = pd.DataFrame(list(pairs), columns=["name", "value"]).astype(object)
    return Table(frame, (Column("name", heads[0], width=30), Column("value", heads[1], width=56)))


def paired_facts(pairs: Sequence[tuple[str, object]], heads: tuple[str, str]) -> Table:
    """Return a table of names and values, two pairs a row, the first half on the left."""
    half = -(-len(pairs) // 2)
    right = [*pairs[half:], ("", "")][:half]
    rows = [(*a, *b) for a, b in zip(pairs[:half], right, strict=True)]
    frame = pd.DataFrame(rows, columns=["name", "value", "name_2", "value_2"]).astype(object)
    columns = (
        *(Column("name", heads[0], width=18), Column("value", heads[1], width=24)),
        *(Column("name_2", heads[0], width=18), Column("value_2", heads[1], width=24)),
    )
    return Table(frame, columns)
