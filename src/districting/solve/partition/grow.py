"""Contiguous starts: districts grown from seeds, nearest first."""

from __future__ import annotations

import heapq

import numpy as np

from districting.model.partition import Floats, Ints
from districting.solve.partition.arrays import Arrays
from districting.solve.partition.kernels import pieces


def components(arrays: Arrays) -> Ints:
    """Return the connected component of each unit, shape (n,)."""
    found: Ints = pieces(arrays.indptr, arrays.indices, np.zeros(arrays.n, np.int64))
    return found


def seeds_apart(
    arrays: Arrays, count: int, rng: np.random.Generator, groups: Ints | None = None
) -> Ints:
    """Return `count` candidates, far from each other in cost, at least one a component.

    Each next one is drawn with odds of its cost to those before, as k-means++ does; with `groups`
    from those groups first that have none yet.
    """
    home = components(arrays)[arrays.seats] if arrays.contiguous else np.zeros(arrays.m, np.int64)
    usable = arrays.allowed[arrays.seats, np.arange(arrays.m)]
    chosen: list[int] = []
    far = np.full(arrays.m, np.inf)
    for component in np.unique(home[usable]):
        chosen.append(int(rng.choice(np.flatnonzero(usable & (home == component)))))
        far = np.minimum(far, _away(arrays, chosen[-1]))
    while len(chosen) < count:
        odds = np.where(usable, far, 0.0)
        odds[chosen] = 0.0
        if groups is not None:
            new = ~np.isin(groups[arrays.seats], groups[arrays.seats[chosen]])
            odds = np.where(new, odds, 0.0) if (odds * new).any() else odds
        if odds.sum() <= 0:
            odds = usable.astype(float)
            odds[chosen] = 0.0
        if odds.sum() <= 0:
            break
        chosen.append(int(rng.choice(arrays.m, p=odds / odds.sum())))
        far = np.minimum(far, _away(arrays, chosen[-1]))
    return np.sort(np.array(chosen[:count], np.int64))


def _away(arrays: Arrays, j: int) -> Floats:
    """Return what it costs each candidate's unit to belong to candidate j."""
    own = arrays.seats
    reach: Floats = np.where(arrays.allowed[own, j], arrays.cost[own, j], arrays.cost.max())
    return reach


def grow(arrays: Arrays, cost: Floats, seeds: Ints, begun: Ints | None = None) -> Ints | None:
    """Return labels by seed position, each unit joined to a touching district, cheapest first.

    Parameters
    ----------
    cost : float array, shape (n, K)
        Cost of each unit under each seed.
    seeds : int array, shape (K,)
        Seat candidates.
    begun : int array, shape (n,), optional
        Contiguous districts to grow on from, -1 for units still free.

    Returns
    -------
    int array, shape (n,), or None
        None where a component has no seed.
    """
    labels = np.full(arrays.n, -1, np.int64) if begun is None else begun.copy()
    units = arrays.seats[seeds]
    if not arrays.contiguous:
        labels[:] = cost.argmin(axis=1)
        labels[units] = np.arange(len(seeds))
        return labels
    labels[units] = np.arange(len(seeds))
    heap: list[tuple[float, int, int]] = []

    def offer(u: int, k: int) -> None:
        for v in arrays.indices[arrays.indptr[u] : arrays.indptr[u + 1]].tolist():
            if labels[v] < 0:
                heapq.heappush(heap, (float(cost[v, k]), v, k))

    for u in np.flatnonzero(labels >= 0).tolist():
        offer(u, int(labels[u]))
    while heap:
        _, v, k = heapq.heappop(heap)
        if labels[v] < 0:
            labels[v] = k
            offer(v, k)
    return None if (labels < 0).any() else labels


def grown(arrays: Arrays, count: int, homes: bool, rng: np.random.Generator) -> Ints | None:
    """Return grown districts; with `homes` seeds and growth follow the groups of priced mixes."""
    far = 1e3 * max(1.0, float(arrays.cost.max()))
    reach = np.where(arrays.allowed, arrays.cost, 1e3 * far)
    groups = arrays.mixes[0].groups if homes else None
    seeds = seeds_apart(arrays, count, rng, groups)
    if len(seeds) < count:
        return None
    if groups is not None:
        reach = reach + far * (groups[:, None] != groups[arrays.seats][None, :])
    return grow(arrays, reach[:, seeds], seeds)


def mended(arrays: Arrays, start: Ints | None) -> Ints | None:
    """Return contiguous districts made from `start`: its largest pieces, grown over the rest.

    None where `start` has too few or too many districts, or one without a seat candidate.
    """
    if start is None or len(start) != arrays.n or not arrays.contiguous:
        return None
    piece = pieces(arrays.indptr, arrays.indices, start)
    size = np.bincount(piece)
    labels = np.full(arrays.n, -1, np.int64)
    seeds: list[int] = []
    for k in np.unique(start[start >= 0]):
        mine = np.unique(piece[start == k])
        units = np.flatnonzero(piece == mine[size[mine].argmax()])
        inside = np.flatnonzero(np.isin(arrays.seats, units))
        if len(inside) == 0:
            return None
        labels[units] = len(seeds)
        seeds.append(int(inside[arrays.cost[np.ix_(units, inside)].sum(axis=0).argmin()]))
    if not arrays.least <= len(seeds) <= arrays.most:
        return None
    seats = np.array(seeds, np.int64)
    return grow(arrays, np.where(arrays.allowed, arrays.cost, np.inf)[:, seats], seats, labels)
