"""A county under examination: everything read so far, faults and all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from pyproj import Transformer

from districting.read.schema import tables
from districting.read.settings import Settings
from districting.read.sheet import Sheet

GEODETIC = "EPSG:4490"


def to_metres(crs: str) -> Transformer:
    """Return the transformer from CGCS2000 degrees to `crs`, x before y."""
    return Transformer.from_crs(GEODETIC, crs, always_xy=True)


def projected(shapes: npt.NDArray[Any], crs: str) -> npt.NDArray[Any]:
    """Return geometries in degrees as geometries in `crs`; None stays None."""
    transformer = to_metres(crs)

    def moved(points: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        return np.column_stack(transformer.transform(points[:, 0], points[:, 1]))

    result: npt.NDArray[Any] = shapely.transform(shapes, moved)
    return result


@dataclass(frozen=True, eq=False)
class Draft:
    """Tables as read, row by row as in the files, with typed columns beside the text.

    Parameters
    ----------
    settings : Settings
    sheets : Mapping of str to Sheet
        By table; also ``cells`` and ``outline``.
    frames : Mapping of str to pandas.DataFrame
        Typed columns, rows aligned with the sheet of the same name. ``villages`` and ``schools``
        also have ``x``, ``y`` in metres (NaN where unknown).
    shapes : Mapping of str to object array
        Geometry in metres, aligned with the frame of the same name: ``towns``, ``villages``
        (cells), ``roads``; None where unknown.
    outline : shapely geometry or None
        In metres.
    derived : frozenset of str
        Geometry that was derived and not read: ``"cells"``, ``"towns"``, ``"outline"``.
    """

    settings: Settings
    sheets: Mapping[str, Sheet]
    frames: Mapping[str, pd.DataFrame]
    shapes: Mapping[str, npt.NDArray[Any]] = field(default_factory=dict)
    outline: Any = None
    derived: frozenset[str] = frozenset()

    def has(self, *names: str) -> bool:
        """Return whether all the tables named were read and have rows."""
        return all(n in self.frames and len(self.frames[n]) > 0 for n in names)

    def nameless(self, table: str, column: str) -> bool:
        """Return whether a table without any identifier is told of already: its column or all of
        its rows are missing, so that it says nothing new that references lead nowhere."""
        told = tables()[table].required or column not in self.sheets[table].cells.columns
        return told and not self.firsts(table, column).any()

    def first_rows(self, table: str, column: str) -> pd.Series:
        """Return row position by identifier, first occurrence, blanks left out."""
        kept = self.frames[table][column][self.firsts(table, column)]
        return pd.Series(kept.index.to_numpy(), index=kept.to_numpy())

    def row_of(self, table: str, column: str, wanted: pd.Series) -> npt.NDArray[np.intp]:
        """Return for each of `wanted` the row of `table` with that identifier, -1 for none."""
        first = self.first_rows(table, column)
        found = first.index.get_indexer(pd.Index(wanted))
        return np.where(found >= 0, first.to_numpy()[found], -1) if len(first) else found

    def firsts(self, table: str, column: str) -> npt.NDArray[np.bool_]:
        """Return which rows bear an identifier that stands for the first time, shape (n,)."""
        values = self.frames[table][column]
        first: npt.NDArray[np.bool_] = ((values != "") & ~values.duplicated()).to_numpy()
        return first

    @cached_property
    def touching(self) -> npt.NDArray[np.intp]:
        """Pairs of village rows (i < j) whose cells touch or overlap, shape (e, 2)."""
        cells = self.shapes.get("villages")
        if cells is None:
            return np.empty((0, 2), dtype=np.intp)
        pairs: npt.NDArray[np.intp] = shapely.STRtree(cells).query(cells, predicate="intersects").T
        return pairs[pairs[:, 0] < pairs[:, 1]]

    def points(self, table: str) -> npt.NDArray[Any]:
        """Return the position of each village or school as a point in metres, None if unknown."""
        frame = self.frames[table]
        points = np.full(len(frame), None, dtype=object)
        seen = np.isfinite(frame["x"].to_numpy())
        points[seen] = shapely.points(frame.loc[seen, ["x", "y"]].to_numpy())
        return points

    def metres_outside(self, table: str) -> npt.NDArray[np.float64]:
        """Return how far each village or school lies outside the outline; NaN if unknown."""
        if self.outline is None:
            return np.full(len(self.frames[table]), np.nan)
        shapely.prepare(self.outline)
        distance: npt.NDArray[np.float64] = shapely.distance(self.outline, self.points(table))
        return distance
