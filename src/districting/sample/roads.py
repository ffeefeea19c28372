"""A plausible road net over villages: a thinned Gabriel graph with trunks between town seats."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import dijkstra, minimum_spanning_tree
from scipy.spatial import Delaunay, QhullError, cKDTree

from districting.sample.regions import Floats, Ints

DEGREE = 3.3
"""Mean number of roads at a village."""


def road_sections(
    rng: np.random.Generator, points: Floats, outline: shapely.Geometry, seats: Ints
) -> tuple[Ints, Floats, npt.NDArray[np.bool_]]:
    """Return sections between villages, their lengths along the road, and which are trunk roads.

    Parameters
    ----------
    points : float array, shape (n, 2)
    outline : polygon
        Roads stay inside it unless a village could not be reached otherwise.
    seats : int array
        Villages at town seats; trunk roads join them to the most central one.

    Returns
    -------
    sections : int array, shape (e, 2), sorted
    metres : float array, shape (e,)
    trunk : bool array, shape (e,)
    """
    gabriel = _gabriel(points)
    straight = np.hypot(*(points[gabriel[:, 0]] - points[gabriel[:, 1]]).T)
    lines = shapely.linestrings(points[gabriel])
    widened = outline.buffer(150.0)
    shapely.prepare(widened)
    outside = ~shapely.covers(widened, lines)
    cost = straight * np.where(outside, 50.0, 1.0)
    tree = _tree(len(points), gabriel, cost)
    keep = tree | ~outside
    wanted = max(int(DEGREE * len(points) / 2), int(tree.sum()))
    optional = np.flatnonzero(keep & ~tree)
    order = optional[np.argsort(straight[optional] * rng.uniform(0.6, 1.4, len(optional)))]
    keep = tree.copy()
    keep[order[: max(0, wanted - int(tree.sum()))]] = True
    sections, straight = gabriel[keep], straight[keep]
    metres = np.round(straight * rng.uniform(1.08, 1.35, len(straight)))
    trunk = _trunks(len(points), sections, metres, points, seats)
    return sections, metres, trunk


def _gabriel(points: Floats) -> Ints:
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
    return edges[nearest >= radius * (1 - 1e-9)]


def _matrix(n: int, edges: Ints, values: Floats):  # type: ignore[no-untyped-def]
    return coo_array((values, (edges[:, 0], edges[:, 1])), shape=(n, n)).tocsr()


def _tree(n: int, edges: Ints, cost: Floats) -> npt.NDArray[np.bool_]:
    chosen = minimum_spanning_tree(_matrix(n, edges, cost)).tocoo()
    keys = set(zip(chosen.row.tolist(), chosen.col.tolist(), strict=True))
    return np.array([(int(a), int(b)) in keys for a, b in edges], dtype=bool)


def _trunks(
    n: int, edges: Ints, metres: Floats, points: Floats, seats: Ints
) -> npt.NDArray[np.bool_]:
    if len(seats) < 2:
        return np.zeros(len(edges), dtype=bool)
    centre = points[seats].mean(axis=0)
    hub = seats[int(np.argmin(np.hypot(*(points[seats] - centre).T)))]
    _, before = dijkstra(
        _matrix(n, edges, metres), directed=False, indices=hub, return_predecessors=True
    )
    on_trunk: set[tuple[int, int]] = set()
    for seat in seats:
        here = int(seat)
        while before[here] >= 0:
            step = (min(here, int(before[here])), max(here, int(before[here])))
            if step in on_trunk:
                break
            on_trunk.add(step)
            here = int(before[here])
    return np.array([(int(a), int(b)) in on_trunk for a, b in edges], dtype=bool)
