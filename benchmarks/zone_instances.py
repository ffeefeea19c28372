"""Made-up zone problems as arrays: a thinned road graph, schools, seats, arcs within the limit."""

from __future__ import annotations

import heapq

import numpy as np
from numba import njit
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import minimum_spanning_tree
from scipy.spatial import Delaunay, cKDTree

from districting.model.zones import Contiguity, Elastic, ZoneProblem

SIZES = {
    "small": (217, 46),
    "county": (1_150, 290),
    "prefecture": (9_000, 2_230),
    "province": (70_000, 17_300),
    "junior": (1_150, 40),
}
SPACING, LIMIT, MOST_ARCS = 1_350.0, 6_000, 12


def make_zones(size: str, seed: int, hard: bool) -> ZoneProblem:
    """Return a made-up problem; with `hard`, one for which a plan within the seats exists.

    Seats sum to 1.15 times the children. Elastic: drawn around the school's neighbourhood, with no
    plan in mind. Hard: a school's share of a zoning that is drawn at random and then forgotten.
    """
    n, m = SIZES[size]
    reach = int(LIMIT * max(1.0, np.sqrt(n / m / 4)))
    rng = np.random.default_rng([seed, n, hard])
    points = _points(rng, n)
    edges, roads, metres = _graphs(rng, points)
    graph = _symmetric(roads, metres, n)
    children = np.maximum(4, np.rint(rng.lognormal(np.log(85), 0.6, n))).astype(np.int64)
    towns = _spread(points, rng.permutation(n), max(1, n // 40), 0.7)
    children[towns] = np.rint(children[towns] * rng.uniform(3, 7, len(towns)))
    liking = np.sqrt(children) * rng.random(n)
    liking[towns] = np.inf
    host = _spread(points, np.argsort(-liking, kind="stable"), m, 0.9)
    village, school, far = _balls(graph, host, 3 * reach)
    own = np.full(n, -1)
    own[host] = np.arange(m)
    limit = np.full(n, reach)
    nearest = np.full(n, 1 << 40)
    np.minimum.at(nearest, village, far)
    limit = np.maximum(limit, (1.3 * nearest).astype(np.int64))
    if hard:
        seats, plan = _planted(rng, graph, host, children)
        pay = _distances(village, school, far, plan, m)
        limit = np.maximum(limit, pay)
    else:
        seats = _drawn(rng, points, village, school, far, host, children)
        plan = np.full(n, -1)
    keep = (far <= limit[village]) & ((own[village] < 0) | (own[village] == school))
    order = np.lexsort((school, far, village))
    order = order[keep[order]]
    village, school, far = village[order], school[order], far[order]
    rank = np.arange(len(village)) - np.searchsorted(village, village)
    keep = (rank < MOST_ARCS) | (plan[village] == school)
    village, school, far = village[keep], school[keep], far[keep]
    order = np.lexsort((school, village))
    return ZoneProblem(
        children=children,
        host=host,
        seats=seats,
        arc_start=np.searchsorted(village[order], np.arange(n + 1)),
        arc_school=school[order],
        arc_metres=far[order],
        edges=edges,
        contiguity=Contiguity.EXACT,
        elastic=None if hard else Elastic(),
    )


def _points(rng, n):
    side = int(np.ceil(np.sqrt(1.25 * n)))
    grid = np.stack(np.meshgrid(np.arange(side), np.arange(side)), -1).reshape(-1, 2)
    grid = grid[rng.permutation(len(grid))[:n]] + rng.uniform(-0.45, 0.45, (n, 2))
    grid = grid[np.lexsort((grid[:, 0], grid[:, 1] // 8))]
    return grid * SPACING


def _graphs(rng, points):
    simplices = Delaunay(points).simplices
    pairs = np.unique(
        np.sort(simplices[:, [[0, 1], [1, 2], [0, 2]]].reshape(-1, 2), axis=1), axis=0
    )
    a, b = pairs.T
    length = np.linalg.norm(points[a] - points[b], axis=1)
    n = len(points)
    tree = minimum_spanning_tree(coo_matrix((length, (a, b)), shape=(n, n))).tocoo()
    key = np.sort(np.stack([tree.row, tree.col], 1).astype(np.int64), axis=1) @ [n, 1]
    spanning = np.isin(a.astype(np.int64) * n + b, key)
    gap, _ = cKDTree(points).query((points[a] + points[b]) / 2)
    gabriel = gap >= length / 2 * (1 - 1e-9)
    near = (length < 3 * SPACING) | spanning
    road = spanning | (near & gabriel & (rng.random(len(a)) > 0.12))
    metres = np.rint(length * (1.05 + 0.45 * rng.beta(1.5, 4, len(a)))).astype(np.int64)
    return pairs[near], pairs[road], np.maximum(metres[road], 1)


def _symmetric(roads, metres, n):
    a, b = roads.T
    return coo_matrix((np.r_[metres, metres], (np.r_[a, b], np.r_[b, a])), shape=(n, n)).tocsr()


def _spread(points, order, count, density):
    """Take `count` villages in `order`, none too near another."""
    reach = SPACING * np.sqrt(len(points) / count) * density
    tree = cKDTree(points)
    while True:
        taken, free = [], np.ones(len(points), bool)
        for v in order:
            if free[v]:
                taken.append(v)
                free[tree.query_ball_point(points[v], reach)] = False
                if len(taken) == count:
                    return np.sort(np.array(taken))
        reach *= 0.95


@njit(cache=True)
def _search(start, to, metres, sources, offsets, limit, alone):
    """Return (source, village, metres): a ball for each source, or one Voronoi of all."""
    n = len(start) - 1
    best = np.full(n, np.int64(1) << 60)
    owner = np.full(n, -1)
    out = [(np.int64(0), np.int64(0), np.int64(0))]
    out.pop()
    heap = [(np.int64(0), np.int64(0))]
    heap.pop()
    for k in range(len(sources)):
        if offsets[k] < best[sources[k]]:
            best[sources[k]] = offsets[k]
            owner[sources[k]] = k
            heapq.heappush(heap, (offsets[k], sources[k]))
        if not alone and k < len(sources) - 1:
            continue
        seen = [np.int64(0)]
        seen.pop()
        while len(heap):
            d, v = heapq.heappop(heap)
            if d > best[v]:
                continue
            out.append((np.int64(owner[v]), np.int64(v), d))
            seen.append(v)
            for p in range(start[v], start[v + 1]):
                u = to[p]
                if d + metres[p] < best[u] and d + metres[p] <= limit:
                    best[u] = d + metres[p]
                    owner[u] = owner[v]
                    heapq.heappush(heap, (best[u], np.int64(u)))
        if alone:
            for v in seen:
                best[v] = np.int64(1) << 60
    return out


def _run(graph, sources, offsets, limit, alone):
    found = _search(
        graph.indptr.astype(np.int64),
        graph.indices.astype(np.int64),
        graph.data.astype(np.int64),
        sources.astype(np.int64),
        offsets.astype(np.int64),
        limit,
        alone,
    )
    return np.array(found, dtype=np.int64).reshape(-1, 3).T


def _balls(graph, host, limit):
    school, village, far = _run(graph, host, np.zeros(len(host)), limit, True)
    return village, school, far


def _planted(rng, graph, host, children):
    """Seats that fit a random additively weighted road Voronoi."""
    m = len(host)
    offset = rng.uniform(0, 2_600, m).astype(np.int64)
    for _ in range(20):
        owner, village, _ = _run(graph, host, offset, 1 << 40, False)
        plan = np.empty(len(children), np.int64)
        plan[village] = owner
        lost = plan[host] != np.arange(m)
        if not lost.any():
            break
        offset[lost] -= 300
    load = np.bincount(plan, children, m)
    spare = load * rng.uniform(0, 0.3, m)
    seats = load + np.floor(spare * 0.15 * children.sum() / spare.sum())
    return seats.astype(np.int64), plan


def _distances(village, school, far, plan, m):
    hit = plan[village] == school
    pay = np.zeros(len(plan), np.int64)
    pay[village[hit]] = far[hit]
    return pay


def _drawn(rng, points, village, school, far, host, children):
    """Seats from the children near each school and its neighbours, times noise."""
    m, n = len(host), len(children)
    order = np.lexsort((school, far, village))
    first = order[np.searchsorted(village[order], np.arange(n))]
    load = np.bincount(school[first], children[village[first]], m)
    around = cKDTree(points[host]).query(points[host], min(6, m))[1]
    seats = (0.5 * load + 0.5 * load[around].mean(1)) * rng.lognormal(0, 0.1, m)
    seats = np.maximum(seats, children[host] + 5)
    seats *= 1.15 * children.sum() / seats.sum()
    return np.floor(np.maximum(seats, children[host] + 5)).astype(np.int64)
