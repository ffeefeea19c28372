"""Village cells: Voronoi cells of the villages that tile the outline exactly, one piece each."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import shapely

from districting.sample.regions import Floats

GRID = 0.5
"""Metres to which cell corners are rounded, so that neighbours share their corners exactly."""


def village_cells(points: Floats, outline: shapely.Polygon) -> npt.NDArray[np.object_]:
    """Return one polygon a point; together they tile `outline`.

    Pieces of a cell that the outline cuts off from its village go to the neighbour they border
    most, so that every cell is in one piece.

    Parameters
    ----------
    points : float array, shape (n, 2)
        Distinct points inside `outline`.
    outline : shapely.Polygon
    """
    outline = shapely.set_precision(outline, GRID)
    raw = shapely.get_parts(
        shapely.voronoi_polygons(
            shapely.multipoints(points), extend_to=outline.buffer(1000.0), ordered=True
        )
    )
    cells = shapely.set_precision(raw, GRID)
    shapely.prepare(outline)
    border = np.flatnonzero(~shapely.covers(outline, cells))
    cells[border] = shapely.intersection(cells[border], outline, grid_size=GRID)
    split = border[shapely.get_num_geometries(cells[border]) > 1]
    strays = []
    for k in split:
        parts = [g for g in shapely.get_parts(cells[k]) if g.geom_type == "Polygon"]
        home = int(np.argmin(shapely.distance(parts, shapely.Point(points[k]))))
        cells[k] = parts[home]
        strays += [p for i, p in enumerate(parts) if i != home]
    for piece in strays:
        shared = shapely.length(shapely.intersection(cells, piece.boundary))
        taker = int(np.argmax(shared))
        cells[taker] = shapely.union(cells[taker], piece, grid_size=GRID)
    # Later buffers and intersections must not be rounded to the grid: take its mark off again.
    free: npt.NDArray[np.object_] = shapely.set_precision(cells, 0)
    return free
