"""The current layout of a synthetic county: a district a town, or two in a union."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd

from districting.sample.frames import side_table
from districting.sample.layout import halves, in_one_piece
from districting.sample.regions import Ints

MANY_SCHOOLS = 12
"""Town-run schools and kindergartens from which a town is a union of two districts."""


def current_layout(
    villages: gpd.GeoDataFrame, towns: gpd.GeoDataFrame, schools: pd.DataFrame, edges: Ints
) -> dict[str, pd.DataFrame]:
    """Return the tables ``districts`` and ``members``; every district is in one piece.

    Parameters
    ----------
    edges : int array, shape (e, 2)
        Neighbouring villages by row.
    """
    label = _labels(villages, towns, schools, edges)
    names: dict[int, str] = {}
    rows: list[tuple[str, str, str, int]] = []
    for value in np.unique(label):
        town = str(towns.index[value // 2])
        title = str(towns["name"].loc[town])
        double = bool(np.isin(value ^ 1, label))
        names[int(value)] = f"{title}{('西部', '东部')[value % 2] if double else ''}学区"
        union = f"{title}教育联区" if double else ""
        rows.append((names[int(value)], union, town, len(rows) + 1))
    of_village = pd.Series([names[int(v)] for v in label], index=villages.index)
    return {
        "districts": side_table(
            "districts", pd.DataFrame(rows, columns=["district", "union", "town", "order"])
        ),
        "members": member_table(of_village, _of_schools(of_village, schools)),
    }


def town_run(schools: pd.DataFrame) -> pd.DataFrame:
    """Return the schools that belong to districts."""
    return schools[schools["run_by"] == "town"]


def member_table(
    of_village: pd.Series, of_school: pd.Series, marks: tuple[str, str] = ("synthetic", "synthetic")
) -> pd.DataFrame:
    """Return the table ``members`` from district by village code and by school id.

    `marks` are the provenance of the villages' and of the schools' membership.
    """
    parts = [
        pd.DataFrame(
            {"unit_kind": kind, "unit": part.index, "district": part.to_numpy(), "zone_q": mark}
        )
        for kind, part, mark in zip(
            ("village", "school"), (of_village, of_school), marks, strict=True
        )
    ]
    return side_table("members", pd.concat(parts))


def _labels(
    villages: gpd.GeoDataFrame, towns: gpd.GeoDataFrame, schools: pd.DataFrame, edges: Ints
) -> Ints:
    """Return 2 * town + half for each village."""
    size = town_run(schools).groupby("town").size().reindex(towns.index, fill_value=0).to_numpy()
    number = towns.index.get_indexer(villages["town"]).astype(np.int64)
    points = villages[["x", "y"]].to_numpy()
    order = np.argsort(number, kind="stable")
    groups = np.split(order, np.cumsum(np.bincount(number, minlength=len(towns)))[:-1])
    half = np.zeros(len(villages), dtype=np.int64)
    for town, inside in enumerate(groups):
        if size[town] >= MANY_SCHOOLS and len(inside) >= 4:
            side = halves(points[inside])
            west = points[inside[side == 0], 0].mean() <= points[inside[side == 1], 0].mean()
            half[inside] = side if west else 1 - side
    return in_one_piece(number * 2 + half, edges, within=number)


def _of_schools(of_village: pd.Series, schools: pd.DataFrame) -> pd.Series:
    run = town_run(schools)
    return pd.Series(of_village.reindex(run["village"]).to_numpy(), index=run.index)
