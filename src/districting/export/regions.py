"""Plane geometry of a plan: dissolved districts, who touches whom, where a name fits."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from matplotlib.path import Path

from districting.county import County
from districting.export.palette import fills
from districting.plan.district_plan import DistrictPlan

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


def dissolve(cells: gpd.GeoDataFrame, labels: pd.Series) -> gpd.GeoSeries:
    """Return one geometry for each label: the union of the cells that bear it.

    Parameters
    ----------
    cells : geopandas.GeoDataFrame
        Polygons indexed by village code.
    labels : pandas.Series
        Label by village code; villages labelled ``""`` are left out.
    """
    labels = labels.reindex(cells.index).fillna("")
    known = cells.geometry[labels != ""]
    if known.empty:
        return gpd.GeoSeries([], crs=cells.crs)
    if bool(shapely.coverage_is_valid(known.to_numpy())):
        joined = {
            name: shapely.coverage_union_all(part.to_numpy())
            for name, part in _groups(known, labels)
        }
    else:
        joined = {
            name: shapely.union_all(shapely.make_valid(part.to_numpy()))
            for name, part in _groups(known, labels)
        }
    return gpd.GeoSeries(joined, crs=cells.crs)


def _groups(known: gpd.GeoSeries, labels: pd.Series) -> list[tuple[str, gpd.GeoSeries]]:
    return [(str(name), part) for name, part in known.groupby(labels[known.index], sort=True)]


def district_colours(county: County, plan: DistrictPlan) -> dict[str, str]:
    """Return the fill of each district: neighbours differ, the same on every sheet and layer."""
    shapes = dissolve(county.villages, plan.villages)
    centres = shapely.get_coordinates(shapely.point_on_surface(shapes.to_numpy()))
    tones = dict(zip(shapes.index, fills(centres, touching(shapes)), strict=True))
    return {str(name): tones.get(name, "#ffffff") for name in plan.districts.index}


def touching(shapes: gpd.GeoSeries, near: float = 60.0, least: float = 150.0) -> Ints:
    """Return pairs (positions) of shapes that share a border.

    Parameters
    ----------
    near : float
        Borders up to this far apart [m] count as shared: drawn outlines seldom match exactly.
    least : float
        Shortest shared border that counts [m]; less looks like a corner on paper.
    """
    borders = shapely.boundary(shapes.to_numpy())
    tree = shapely.STRtree(borders)
    a, b = tree.query(borders, predicate="dwithin", distance=near)
    keep = a < b
    a, b = a[keep], b[keep]
    bands = shapely.buffer(borders, near, quad_segs=2)
    shared = shapely.length(shapely.intersection(bands[a], borders[b]))
    found = np.column_stack([a, b])[shared >= least + near]
    pairs: Ints = found.astype(np.int64).reshape(-1, 2)
    return pairs


def compound_path(geometry: shapely.Geometry) -> Path:
    """Return the rings of a polygon or the parts of a line as one matplotlib path."""
    parts = shapely.get_parts(geometry)
    rings = shapely.get_rings(parts) if shapely.get_dimensions(geometry) == 2 else parts
    vertices, codes = [], []
    for ring in rings:
        points = shapely.get_coordinates(ring)
        code = np.full(len(points), Path.LINETO, dtype=np.uint8)
        code[0] = Path.MOVETO
        if shapely.is_ring(ring):
            code[-1] = Path.CLOSEPOLY
        vertices.append(points)
        codes.append(code)
    if not vertices:
        return Path(np.empty((0, 2)))
    return Path(np.concatenate(vertices), np.concatenate(codes))


def inner_points(polygon: shapely.Geometry, wanted: int = 60) -> tuple[Floats, Floats]:
    """Return points inside `polygon` and their distance to its border, deepest first.

    A regular grid of about `wanted` points; the representative point alone where none falls inside.
    """
    west, south, east, north = polygon.bounds
    step = np.sqrt(max((east - west) * (north - south), 1e-12) / (2 * wanted))
    xs, ys = np.meshgrid(
        np.arange(west + step / 2, east, step), np.arange(south + step / 2, north, step)
    )
    shapely.prepare(polygon)
    inside = shapely.contains_xy(polygon, xs.ravel(), ys.ravel())
    points = np.column_stack([xs.ravel(), ys.ravel()])[inside]
    if not len(points):
        points = shapely.get_coordinates(polygon.representative_point())
    depth = shapely.distance(shapely.points(points), polygon.boundary)
    order = np.lexsort((points[:, 1], points[:, 0], -depth))
    return points[order], depth[order]
