"""A table as it stands in the planner's files: text cells, and where each row comes from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from districting.errors import Problem
from districting.terms import say

LISTED = 10_000
"""Problems listed one by one for each fault; the last one carries how many ``more`` there are."""

Rows = npt.NDArray[np.intp]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Term:
    """A word of the field in a message's details, said in the language of whoever reads it."""

    key: str

    def __format__(self, spec: str) -> str:
        return format(say(f"terms.{self.key}"), spec)


@dataclass(frozen=True)
class Source:
    """A file (or one sheet or layer of it) that rows come from.

    Parameters
    ----------
    path : str
        Relative to the county folder.
    sheet : str
        Worksheet or layer; empty where the file has only one table.
    datum : str
        Declared datum of coordinates; empty where none is declared.
    headers : Mapping of str to str
        Column name → header as written in the file.
    """

    path: str
    sheet: str
    datum: str
    headers: Mapping[str, str]


@dataclass(frozen=True, eq=False)
class Sheet:
    """One table before its cells are understood.

    Parameters
    ----------
    table : str
        Name of the table, or ``"cells"`` / ``"outline"``.
    cells : pandas.DataFrame
        Text by documented column name, one row per record; ``""`` for an empty cell.
    sources : tuple of Source
    source : int array, shape (n,)
        Position in `sources` of each row.
    row : int array, shape (n,)
        Row number as the planner's program counts (header included).
    geometry : object array, shape (n,), or None
        Shapely geometries in CGCS2000 degrees; None in it where a feature has none.
    """

    table: str
    cells: pd.DataFrame
    sources: tuple[Source, ...]
    source: Rows
    row: Rows
    geometry: npt.NDArray[Any] | None = None

    def __len__(self) -> int:
        return len(self.row)

    def faults(
        self,
        code: str,
        where: Mask | Rows | Sequence[int],
        column: str = "",
        values: Any = None,
        severity: str = "error",
        **details: Any,
    ) -> list[Problem]:
        """Return one problem for each row in `where`, up to :data:`LISTED`.

        Parameters
        ----------
        code : str
            Message key without its area, e.g. ``"unknown_town"``.
        where : bool array, shape (n,), or row positions
        column : str
            Documented column name; shown under the header the planner wrote.
        values : sequence aligned with the rows found, optional
            Shown instead of the cell's own text.
        **details
            Further words of the message; lists and arrays are aligned with the rows found.
        """
        found = np.asarray(where)
        found = np.flatnonzero(found) if found.dtype == bool else found.astype(np.intp)
        if not len(found):
            return []
        if values is None:
            own = column in self.cells.columns
            values = self.cells[column].to_numpy()[found] if own else [""] * len(found)
        listed = found[:LISTED].tolist()
        told = _row_details(details, len(listed))
        problems = [
            self._problem(code, position, column, str(value), severity, extra)
            for position, value, extra in zip(listed, values, told, strict=False)
        ]
        if len(found) > LISTED:
            last = problems[-1]
            rest = len(found) - LISTED
            problems[-1] = replace(last, details=(*last.details, ("more", rest)))
        return problems

    def _problem(
        self,
        code: str,
        position: int,
        column: str,
        value: str,
        severity: str,
        details: tuple[tuple[str, Any], ...],
    ) -> Problem:
        origin = self.sources[self.source[position]]
        return Problem(
            code=f"check.{code}",
            file=origin.path,
            sheet=origin.sheet,
            row=int(self.row[position]),
            column=origin.headers.get(column, column),
            value=value,
            severity=severity,
            details=details,
        )


def _row_details(details: Mapping[str, Any], count: int) -> list[tuple[tuple[str, Any], ...]]:
    """Return the details of each of the first `count` rows; plain values repeat."""
    columns = [
        [(key, v) for v in value[:count]]
        if isinstance(value, (list, np.ndarray))
        else [(key, value)] * count
        for key, value in details.items()
    ]
    return list(zip(*columns, strict=True)) if columns else [()] * count


def kept(shapes: npt.NDArray[Any], where: Mask) -> npt.NDArray[Any]:
    """Return `shapes` with None wherever `where` is false."""
    result = shapes.copy()
    result[~where] = None
    return result


def stacked(sheets: Sequence[Sheet]) -> Sheet:
    """Return the rows of several sheets of one table as one sheet."""
    if len(sheets) == 1:
        return sheets[0]
    steps = np.cumsum([0] + [len(s.sources) for s in sheets])
    cells = pd.concat([s.cells for s in sheets], ignore_index=True).fillna("")
    geometry = None
    if any(s.geometry is not None for s in sheets):
        geometry = np.concatenate(
            [np.full(len(s), None, object) if s.geometry is None else s.geometry for s in sheets]
        )
    return Sheet(
        table=sheets[0].table,
        cells=cells,
        sources=tuple(origin for s in sheets for origin in s.sources),
        source=np.concatenate([s.source + step for s, step in zip(sheets, steps, strict=False)]),
        row=np.concatenate([s.row for s in sheets]),
        geometry=geometry,
    )
