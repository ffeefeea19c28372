"""Small odd zone problems: trees, islands, empty villages, no seats, equal distances."""

from dataclasses import replace

import numpy as np

from districting.model.zone_parts import LinearSide, ZoneYears
from districting.model.zones import Contiguity, Elastic, ZoneProblem
from districting.solve.zones.net import make_net


def graph(rng, n, kind):
    """Return edges of a tree, a few islands, or a mesh."""
    edges = [(int(rng.integers(max(0, v - 3), v)), v) for v in range(1, n)]
    if kind == "islands":
        cut = set(rng.choice(n - 1, size=min(2, n - 1), replace=False).tolist())
        edges = [e for k, e in enumerate(edges) if k not in cut]
    if kind == "mesh":
        edges += [(v, v + 2) for v in range(n - 2) if rng.random() < 0.7]
    return np.array(sorted(set(edges)), dtype=np.int64).reshape(-1, 2)


def travel(n, edges, lengths, host):
    """Return (distance, next village on the way) to `host` by Bellman-Ford."""
    far, way = np.full(n, 10**9), np.full(n, -1)
    far[host], way[host] = 0, host
    for _ in range(n):
        for (a, b), length in zip(edges.tolist(), lengths.tolist(), strict=True):
            for x, y in ((a, b), (b, a)):
                if far[x] + length < far[y]:
                    far[y], way[y] = far[x] + length, x
    return far, way


def random_problem(seed, n=None, m=None, contiguity=None, hard=None, limit=6):
    """Return one small problem, different for every seed."""
    rng = np.random.default_rng(seed)
    n = int(rng.integers(4, 8)) if n is None else n
    m = int(rng.integers(1, 4)) if m is None else m
    kind = ("tree", "islands", "mesh")[seed % 3]
    contiguity = list(Contiguity)[int(rng.integers(3))] if contiguity is None else contiguity
    hard = bool(rng.random() < 0.4) if hard is None else hard
    edges = graph(rng, n, kind)
    equal = rng.random() < 0.3
    lengths = np.full(len(edges), 100) if equal else rng.integers(50, 200, len(edges))
    children = rng.integers(0, 60, n) * (rng.random(n) < 0.8)
    host = np.sort(rng.integers(0, n, m))
    if m > 1 and rng.random() < 0.3:
        host[1] = host[0]
    seats = rng.integers(0, 2 * max(1, int(children.sum()) // m) + 2, m)
    if rng.random() < 0.3:
        seats[rng.integers(m)] = 0
    arcs = []
    for s in range(m):
        far, way = travel(n, edges, lengths, int(host[s]))
        arcs += [(v, s, int(far[v]), int(way[v])) for v in range(n) if far[v] <= 100 * limit]
    arcs.sort()
    village, school, metres, parent = np.array(arcs, dtype=np.int64).reshape(-1, 4).T
    return ZoneProblem(
        children=children.astype(np.int64),
        host=host.astype(np.int64),
        seats=seats.astype(np.int64),
        arc_start=np.searchsorted(village, np.arange(n + 1)),
        arc_school=school,
        arc_metres=metres,
        edges=edges,
        contiguity=contiguity,
        elastic=None if hard else Elastic(price=300, share=0.2, steep=2_000),
        arc_extra=rng.integers(0, 900, len(arcs)) if rng.random() < 0.4 else None,
        arc_parent=parent,
        forbidden=rng.random(len(arcs)) < 0.1 if rng.random() < 0.3 else None,
        fixed=_locks(rng, n, village, school) if rng.random() < 0.3 else None,
    )


def _locks(rng, n, village, school):
    fixed = np.full(n, -1)
    arc = int(rng.integers(len(village)))
    fixed[village[arc]] = school[arc]
    return fixed


def conditions(seed, problem):
    """Return the problem with random conditions, hard or priced, and years or not."""
    rng, prices = np.random.default_rng([seed, 7]), np.random.default_rng([seed, 8])
    arcs = len(problem.arc_school)
    sides = []
    for k in range(int(rng.integers(0, 3))):
        weight = rng.integers(-20 if rng.random() < 0.5 else 0, 40, arcs)
        middle = int(weight.sum() * problem.n / max(arcs, 1))
        room = int(rng.integers(0, 30))
        kind = int(rng.integers(3))
        soft = problem.elastic is not None and kind == 0 and rng.random() < 0.5
        sides.append(
            LinearSide(
                f"side {k}",
                weight,
                lower=middle - room if kind else None,
                upper=middle + room if kind != 1 else None,
                overfull=int(rng.integers(1, 4)) if soft else 0,
                price=int(prices.integers(1, 200)) if prices.random() < 0.4 else 0,
            )
        )
    years = None
    if rng.random() < 0.5 or not sides:
        children = np.maximum(problem.children + rng.integers(-15, 16, (2, problem.n)), 0)
        seats = np.maximum(problem.seats + rng.integers(-5, 20, (2, problem.m)), 0)
        years = ZoneYears(("2027", "2028"), children, seats)
    return replace(problem, sides=tuple(sides), years=years)


def priced_net(seed, n):
    """Return a net of three schools with hard seats, prices of its villages, and the generator."""
    problem = random_problem(seed, n=n, m=3, contiguity=Contiguity.EXACT, hard=True, limit=30)
    net, rng = make_net(problem), np.random.default_rng(seed)
    return net, (net.weight * rng.integers(0, 500, net.n)).astype(np.int64), rng


def about(net, prices, live):
    """Return what the kernels that price one school's zones are told after the school."""
    return (
        net.back, net.village, net.arc, net.single, net.weight, net.cost, prices, net.base,
        net.seats, net.host, net.near_start, net.near, live,
    )  # fmt: skip
