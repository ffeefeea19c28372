"""Derive cells from village points, towns from cells and the outline from towns."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

Shapes = npt.NDArray[Any]


def voronoi_cells(x: npt.NDArray[np.float64], y: npt.NDArray[np.float64], land: Any) -> Shapes:
    """Return the land nearest to each point, cut to `land`.

    Parameters
    ----------
    x, y : float arrays, shape (n,)
        Metres; points must differ.
    land : shapely polygon
        In the same system.

    Returns
    -------
    object array, shape (n,)
        Polygons in the order of the points; they tile `land`.
    """
    if len(x) == 1:
        return np.array([land], dtype=object)
    points = shapely.multipoints(np.column_stack([x, y]))
    diagram = shapely.voronoi_polygons(points, extend_to=land, ordered=True)
    cells: Shapes = shapely.intersection(shapely.get_parts(diagram), land)
    return cells


def land_around(x: npt.NDArray[np.float64], y: npt.NDArray[np.float64]) -> Any:
    """Return the land of villages that no border is known of: their hull and a margin.

    The margin is the median distance from a village to the nearest other, so that the outermost
    villages have land on all sides; one village has a square kilometre.

    Parameters
    ----------
    x, y : float arrays, shape (n,)
        Metres; points must differ.
    """
    points = shapely.points(x, y)
    if len(points) == 1:
        return shapely.buffer(points[0], 500.0, cap_style="square")
    near = shapely.STRtree(points).query_nearest(
        points, exclusive=True, return_distance=True, all_matches=False
    )[1]
    hull = shapely.convex_hull(shapely.multipoints(points))
    return shapely.buffer(hull, float(np.median(near)), join_style="mitre")


def cells_by_town(
    x: npt.NDArray[np.float64],
    y: npt.NDArray[np.float64],
    town: npt.NDArray[np.intp],
    towns: Shapes,
) -> Shapes:
    """Return Voronoi cells drawn town by town, so that no cell crosses a town border.

    Parameters
    ----------
    x, y : float arrays, shape (n,)
    town : int array, shape (n,)
        Position in `towns`; -1 gives no cell.
    towns : object array
        Polygons; None where unknown gives no cells.
    """
    cells = np.full(len(x), None, dtype=object)
    order = np.argsort(town, kind="stable")
    starts = np.searchsorted(town[order], np.arange(len(towns) + 1))
    for position, land in enumerate(towns):
        members = order[starts[position] : starts[position + 1]]
        members = members[np.isfinite(x[members])]
        if land is not None and len(members):
            cells[members] = voronoi_cells(x[members], y[members], land)
    return cells


def dissolved(shapes: Shapes, group: npt.NDArray[np.intp], count: int) -> Shapes:
    """Return the union of `shapes` by group (0 … count - 1); None for a group without any."""
    unions = np.full(count, None, dtype=object)
    usable = ~shapely.is_missing(shapes)
    for position in range(count):
        members = shapes[usable & (group == position)]
        if len(members):
            unions[position] = shapely.union_all(members)
    return unions
