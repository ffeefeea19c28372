"""A plausible road net over villages: a thinned Gabriel graph with trunks between town seats."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import dijkstra, minimum_spanning_tree
from scipy.spatial import Delaunay, QhullError, cKDTree

from districting.sample.regions import Floats, Ints

DEGREE = 3.3
"""Mean number of roads at a village."""
BRIDGE_EVERY = 8
"""Of so many roads that would cross the river, one does."""

Mask = npt.NDArray[np.bool_]


def river_course(rng: np.random.Generator, outline: shapely.Geometry) -> shapely.LineString:
    """Return a winding line from west to east through the middle of `outline`."""
    x0, y0, x1, y1 = outline.bounds
    along = np.linspace(0.0, 1.0, 60)
    wave = sum(
        rng.normal(0, 0.06 / k) * np.sin(k * np.pi * along + rng.uniform(0, 6)) for k in (1, 2, 3)
    )
    return shapely.LineString(
        np.column_stack([x0 + along * (x1 - x0), (y0 + y1) / 2 + wave * (y1 - y0)])
    )


def road_sections(
    rng: np.random.Generator,
    points: Floats,
    outline: shapely.Geometry,
    seats: Ints,
    river: shapely.LineString | None = None,
    hub: int | None = None,
) -> tuple[Ints, Floats, npt.NDArray[np.str_]]:
    """Return sections between villages, their lengths along the road, and their kinds.

    Parameters
    ----------
    points : float array, shape (n, 2)
    outline : polygon
        Roads stay inside it unless a village could not be reached otherwise.
    seats : int array
        Villages at town seats; trunk roads join them to `hub`.
    river : LineString, optional
        Crossed at few bridges only.
    hub : int, optional
        The seat where trunk roads meet; the most central one by default.

    Returns
    -------
    sections : int array, shape (e, 2), sorted
    metres : float array, shape (e,)
    kind : str array, shape (e,): ``"trunk"``, ``"village"`` or ``"bridge"``
    """
    every = gabriel_edges(points)
    straight = np.hypot(*(points[every[:, 0]] - points[every[:, 1]]).T)
    lines = shapely.linestrings(points[every])
    outside = ~_covered(outline.buffer(150.0), lines)
    crossing = np.zeros(len(every), bool) if river is None else shapely.intersects(river, lines)
    cost = straight * np.where(outside, 50.0, 1.0) * np.where(crossing, 20.0, 1.0)
    tree = _tree(len(points), every, cost)
    bridges = _some_of(crossing & ~outside, river, lines)
    fixed = tree | bridges
    optional = np.flatnonzero(~fixed & ~outside & ~crossing)
    # Against the spacing around its ends, so that thinly settled parts keep their roads too.
    relative = straight / _spacing(len(points), every, straight)[every].mean(axis=1)
    order = optional[np.argsort(relative[optional] * rng.uniform(0.6, 1.4, len(optional)))]
    more = int(DEGREE * len(points) / 2) - int(fixed.sum())
    kept = fixed.copy()
    kept[order[: max(0, more)]] = True
    sections = every[kept]
    metres = np.round(straight[kept] * rng.uniform(1.08, 1.35, len(sections)))
    trunk = _trunks(
        len(points), sections, metres, seats, central(points, seats) if hub is None else hub
    )
    kind = np.where(crossing[kept], "bridge", np.where(trunk, "trunk", "village"))
    return sections, metres, kind


def central(points: Floats, among: Ints) -> int:
    """Return which of `among` lies nearest to their mean."""
    middle = points[among].mean(axis=0)
    return int(among[np.argmin(np.hypot(*(points[among] - middle).T))])


def gabriel_edges(points: Floats) -> Ints:
    """Return the Gabriel graph's edges: no third point lies in the circle over an edge."""
    try:
        triangles = Delaunay(points).simplices
    except (QhullError, ValueError):  # fewer than three points, or all on one line
        order = np.lexsort((points[:, 1], points[:, 0]))
        pairs = np.sort(np.column_stack([order[:-1], order[1:]]), axis=1)
        return pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))].astype(np.int64)
    sides = np.vstack([triangles[:, [0, 1]], triangles[:, [1, 2]], triangles[:, [0, 2]]])
    edges = np.unique(np.sort(sides, axis=1), axis=0).astype(np.int64)
    middle = (points[edges[:, 0]] + points[edges[:, 1]]) / 2
    radius = np.hypot(*(points[edges[:, 0]] - points[edges[:, 1]]).T) / 2
    nearest = cKDTree(points).query(middle)[0]
    kept: Ints = edges[nearest >= radius * (1 - 1e-9)]
    return kept


def _spacing(n: int, edges: Ints, straight: Floats) -> Floats:
    """Return the mean length of the edges at each point."""
    ends, twice = edges.T.ravel(), np.tile(straight, 2)
    total = np.bincount(ends, weights=twice, minlength=n)
    mean: Floats = total / np.maximum(np.bincount(ends, minlength=n), 1)
    return mean


def _covered(area: shapely.Geometry, lines: npt.NDArray[np.object_]) -> Mask:
    shapely.prepare(area)
    inside: Mask = shapely.covers(area, lines)
    return inside


def _some_of(
    crossing: Mask, river: shapely.LineString | None, lines: npt.NDArray[np.object_]
) -> Mask:
    """Return every so-many-th crossing along the river."""
    chosen = np.zeros(len(crossing), dtype=bool)
    where = np.flatnonzero(crossing)
    if river is not None and len(where):
        along = shapely.line_locate_point(river, shapely.centroid(lines[where]))
        chosen[where[np.argsort(along)][BRIDGE_EVERY // 2 :: BRIDGE_EVERY]] = True
    return chosen


def _matrix(n: int, edges: Ints, values: Floats) -> Any:
    return coo_array((values, (edges[:, 0], edges[:, 1])), shape=(n, n)).tocsr()


def _tree(n: int, edges: Ints, cost: Floats) -> Mask:
    chosen = minimum_spanning_tree(_matrix(n, edges, cost)).tocoo()
    return np.isin(edges[:, 0] * n + edges[:, 1], chosen.row.astype(np.int64) * n + chosen.col)


def _trunks(n: int, edges: Ints, metres: Floats, seats: Ints, hub: int) -> Mask:
    if len(seats) < 2:
        return np.zeros(len(edges), dtype=bool)
    _, before = dijkstra(
        _matrix(n, edges, metres), directed=False, indices=hub, return_predecessors=True
    )
    on_trunk: set[int] = set()
    for seat in seats:
        here = int(seat)
        while before[here] >= 0:
            step = min(here, int(before[here])) * n + max(here, int(before[here]))
            if step in on_trunk:
                break
            on_trunk.add(step)
            here = int(before[here])
    return np.isin(edges[:, 0] * n + edges[:, 1], np.array(sorted(on_trunk), dtype=np.int64))
