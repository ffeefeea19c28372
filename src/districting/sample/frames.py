"""County tables from arrays: documented columns in order, sorted by key, indexed as a County's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from districting.county import Mark
from districting.read.schema import EMPTY, MAIN_TABLES, empty_frame, tables
from districting.sample.degrees import as_written, degrees, metres
from districting.sample.regions import Floats, Ints

CRS = "EPSG:4548"


def positions(points: Floats) -> dict[str, Floats]:
    """Return ``lon``, ``lat`` and ``x``, ``y`` of `points`, moved to the grid that files keep."""
    lon, lat = degrees(points[:, 0], points[:, 1], CRS)
    x, y = metres(lon, lat, CRS)
    return {"lon": lon, "lat": lat, "x": x, "y": y}


def main_table(
    name: str, columns: Mapping[str, Any], geometry: npt.NDArray[np.object_] | None = None
) -> Any:
    """Return main table `name` with all documented columns, then x and y, then geometry.

    Raises
    ------
    KeyError
        If a documented column is missing from `columns`.
    """
    frame = pd.DataFrame({c: columns[c] for c in tables()[name].columns})
    for extra in ("x", "y"):
        if extra in columns:
            frame[extra] = columns[extra]
    if geometry is not None:
        frame = gpd.GeoDataFrame(frame, geometry=geometry, crs=CRS)
    return frame.set_index(tables()[name].key[0]).sort_index()


def side_table(name: str, frame: pd.DataFrame) -> pd.DataFrame:
    """Return a further table with all documented columns, sorted by key.

    Optional columns that `frame` lacks are added empty.
    """
    table = tables()[name]
    given = frame.columns
    lacking = [c for c in table.columns.values() if not c.required and c.name not in given]
    full = frame.assign(**{c.name: EMPTY[c.dtype] for c in lacking})
    return full[list(table.columns)].sort_values(list(table.key), ignore_index=True)


def other_tables() -> dict[str, pd.DataFrame]:
    """Return every table that is not a field of County, empty."""
    return {name: empty_frame(name) for name in tables() if name not in MAIN_TABLES}


def village_table(
    columns: Mapping[str, Any], points: Floats, cells: npt.NDArray[np.object_]
) -> gpd.GeoDataFrame:
    """Return the villages; `columns` lacks positions only. Cells keep their shared corners."""
    return main_table("villages", {**columns, **positions(points)}, as_written(cells, CRS))


def town_table(columns: Mapping[str, Any], villages: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the towns, each the union of its villages' cells."""
    shapes = villages[["town", "geometry"]].dissolve("town", method="coverage").geometry
    codes = [str(c) for c in columns["town"]]
    return main_table("towns", columns, shapes.reindex(codes).to_numpy())


def county_outline(villages: gpd.GeoDataFrame) -> gpd.GeoSeries:
    """Return the outline: the union of all cells."""
    return gpd.GeoSeries([shapely.coverage_union_all(villages.geometry.to_numpy())], crs=CRS)


def road_table(
    villages: gpd.GeoDataFrame, sections: Ints, length: Floats, kind: npt.NDArray[np.str_]
) -> gpd.GeoDataFrame:
    """Return the roads; `sections` are pairs of rows of `villages`."""
    points, codes = villages[["x", "y"]].to_numpy(), villages.index.to_numpy()
    columns = {
        "road": [f"R{k:06d}" for k in range(len(sections))],
        "from_node": codes[sections[:, 0]],
        "to_node": codes[sections[:, 1]],
        "metres": length,
        "kind": kind,
        "pos_q": np.full(len(sections), "synthetic"),
    }
    return main_table("roads", columns, shapely.linestrings(points[sections]))


def mark_columns(
    present: Mapping[str, pd.DataFrame],
    default: Mark,
    special: Mapping[tuple[str, str], Mark] = MappingProxyType({}),
) -> Mapping[tuple[str, str], Mark]:
    """Return the provenance of every column of the tables that have rows.

    Parameters
    ----------
    present : Mapping of table name to DataFrame
    default : Mark
        For columns that `special` does not name; ``(table, "*")`` names all of a table's columns.
    """
    found: dict[tuple[str, str], Mark] = {}
    for name, frame in present.items():
        if not len(frame):
            continue
        names: Sequence[str] = [c for c in tables()[name].columns if not c.endswith("_q")]
        shapes = ["geometry"] if "geometry" in frame.columns else []
        for column in [*names, *shapes]:
            fallback = special.get((name, "*"), default)
            found[(name, column)] = special.get((name, column), fallback)
    return MappingProxyType(found)
