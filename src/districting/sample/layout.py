"""Groups of villages in one piece: towns, and the districts of a current layout."""

from __future__ import annotations

import numpy as np
from scipy.spatial import cKDTree

from districting.graph import components
from districting.sample.regions import Floats, Ints, power_regions


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
    seeds = points[[int(np.argmin(along)), int(np.argmax(along))]]
    return power_regions(points, seeds, np.array([0.5, 0.5]))
