"""Groups of villages in one piece: towns, and the districts of a current layout."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import shapely
from scipy.spatial import cKDTree

from districting.graph import components
from districting.sample.regions import Floats, Ints


def neighbours(cells: npt.NDArray[np.object_], least: float = 10.0) -> Ints:
    """Return the pairs of cells that share at least `least` metres of border.

    Cells must have their shared corners in common, as :func:`village_cells` makes them.
    """
    corners, owner = shapely.get_coordinates(cells, return_index=True)
    key = np.round(corners * 10).astype(np.int64)
    _, number = np.unique(key[:, 0] * 10**9 + key[:, 1], return_inverse=True)
    inside = owner[:-1] == owner[1:]
    ends = np.sort(np.column_stack([number[:-1], number[1:]])[inside], axis=1)
    length = np.hypot(*np.diff(corners, axis=0)[inside].T)
    order = np.lexsort((ends[:, 1], ends[:, 0]))
    twice = np.flatnonzero((np.diff(ends[order], axis=0) == 0).all(axis=1))
    holder = owner[:-1][inside][order]
    pairs = np.sort(np.column_stack([holder[twice], holder[twice + 1]]), axis=1)
    found, place = np.unique(pairs, axis=0, return_inverse=True)
    border = np.bincount(place.ravel(), weights=length[order][twice], minlength=len(found))
    edges: Ints = found[border >= least].reshape(-1, 2).astype(np.int64)
    return edges


def nearest_groups(
    rng: np.random.Generator, points: Floats, count: int, edges: Ints, rounds: int = 15
) -> Ints:
    """Group villages round `count` centres (Lloyd's k-means), each group in one piece."""
    centres = points[np.sort(rng.choice(len(points), count, replace=False))]
    group = np.zeros(len(points), dtype=np.int64)
    for _ in range(rounds):
        group = cKDTree(centres).query(points)[1].astype(np.int64)
        size = np.maximum(np.bincount(group, minlength=count), 1)
        centres = np.column_stack(
            [np.bincount(group, weights=points[:, a], minlength=count) / size for a in (0, 1)]
        )
    return in_one_piece(group, edges)


def in_one_piece(group: Ints, edges: Ints, within: Ints | None = None) -> Ints:
    """Return `group` with every stray piece given to the neighbouring group it touches most.

    Parameters
    ----------
    group : int array, shape (n,)
    edges : int array, shape (e, 2)
    within : int array, shape (n,), optional
        Pieces only go to groups with the same value.
    """
    group = group.copy()
    within = np.zeros_like(group) if within is None else within
    both = np.concatenate([edges, edges[:, ::-1]])
    for _ in range(len(group)):
        parts = components(group, edges)
        size = np.bincount(parts)
        main = _largest_parts(group, parts, size)
        stray = np.array([main[int(g)] != int(p) for g, p in zip(group, parts, strict=True)])
        out = both[
            stray[both[:, 0]] & ~stray[both[:, 1]] & (within[both[:, 0]] == within[both[:, 1]])
        ]
        if not len(out):
            return group
        first = parts[out[:, 0]]
        for part in np.unique(first):
            takers = group[out[first == part, 1]]
            values, votes = np.unique(takers, return_counts=True)
            group[parts == part] = values[np.argmax(votes)]
    return group


def _largest_parts(group: Ints, parts: Ints, size: Ints) -> dict[int, int]:
    label = np.zeros(len(size), dtype=np.int64)
    label[parts] = group
    order = np.lexsort((-size, label))
    first = np.unique(label[order], return_index=True)[1]
    return {int(label[order[i]]): int(order[i]) for i in first}


def halves(points: Floats) -> Ints:
    """Return 0/1: `points` cut in two halves of equal number across their longest direction."""
    spread = points - points.mean(axis=0)
    along = spread @ np.linalg.svd(spread, full_matrices=False)[2][0]
    upper = np.zeros(len(points), dtype=np.int64)
    upper[np.argsort(along, kind="stable")[len(points) // 2 :]] = 1
    return upper
