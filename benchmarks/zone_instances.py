"""Zone problems from synthetic counties: the primary stage, road metres, seats as drawn."""

from __future__ import annotations

import heapq
from dataclasses import dataclass

import numpy as np

from districting.graph.adjacency import adjacency
from districting.graph.parts import neighbour_lists
from districting.graph.travel import school_distances
from districting.model.zones import Elastic, ZoneProblem
from districting.sample.make_county import make_county

SIZES = {
    "small": (217, 46, 6),
    "county": (1_150, 290, 20),
    "prefecture": (9_000, 2_230, 160),
    "province": (70_000, 17_300, 1_250),
}
"""Villages, schools and towns of each size."""
LIMIT, FURTHER, MOST_ARCS = 10_000, 1.3, 12
SEATS_A_CHILD = 1.15
HEAD_START, WIDEST = 2_600.0, 20_000.0


@dataclass(frozen=True, eq=False)
class Instance:
    """A county with seats; `plan` is the school each village may keep whatever its distance."""

    county: object
    schools: list
    edges: np.ndarray
    seats: np.ndarray
    plan: np.ndarray | None


def make_instance(size, seed, hard):
    """Return an instance; with `hard`, one for which a plan within the seats exists.

    Elastic: the seats that `make_county` draws independently of where children live. Hard: the
    loads of a random zoning, which is then forgotten but for its arcs, and spare seats spread at
    random. Seats total 1.15 a child either way.
    """
    villages, count, towns = SIZES[size]
    county = make_county(seed, towns, villages, villages_per_primary=villages / count)
    kinds = county.schools["kind"].isin(["primary", "teaching_point"])
    schools = county.schools.index[kinds].tolist()
    edges = adjacency(county).edges
    seats = county.schools.loc[schools, "seats_primary"].to_numpy(np.int64)
    if not hard:
        return Instance(county, schools, edges, seats, None)
    rng = np.random.default_rng([seed, villages])
    children = county.villages["children_primary"].to_numpy(np.int64)
    plan = _random_zones(rng, county, schools, edges)
    load = np.bincount(plan, children, len(schools))
    spare = load * rng.uniform(0, 0.3, len(schools))
    spare *= (SEATS_A_CHILD - 1) * children.sum() / spare.sum()
    return Instance(county, schools, edges, (load + np.floor(spare)).astype(np.int64), plan)


def hosts(county, schools):
    """Return the village position of each school."""
    return county.villages.index.get_indexer(county.schools.loc[schools, "village"])


def _random_zones(rng, county, schools, edges):
    """Grow zones in one piece out of their schools, by road metres after a random head start."""
    n, m = len(county.villages), len(schools)
    pairs = school_distances(county, schools, WIDEST)
    key = pairs.village * m + pairs.school
    order = np.argsort(key)
    key, metres = key[order], pairs.metres[order]
    near_start, near = neighbour_lists(n, edges)
    start = rng.uniform(0.0, HEAD_START, m)
    plan = np.full(n, -1, np.int64)
    heap = [(-1.0, int(v), s) for s, v in enumerate(hosts(county, schools))]
    heapq.heapify(heap)
    while heap:
        _, v, s = heapq.heappop(heap)
        if plan[v] >= 0:
            continue
        plan[v] = s
        for u in near[near_start[v] : near_start[v + 1]].tolist():
            at = np.searchsorted(key, u * m + s)
            if plan[u] < 0 and at < len(key) and key[at] == u * m + s:
                heapq.heappush(heap, (metres[at] + start[s], u, s))
    if (plan < 0).any():
        raise ValueError("some villages lie beyond the reach of every zone")
    return plan


def candidates(instance, hard):
    """Return the problem: the arcs within the travel limit, at most a dozen of each village."""
    county, schools = instance.county, instance.schools
    pairs = school_distances(county, schools, WIDEST)
    n = len(county.villages)
    first = np.searchsorted(pairs.village, np.arange(n + 1))
    rank = np.arange(len(pairs.village)) - first[pairs.village]
    nearest = pairs.metres[first[pairs.village]]
    keep = (pairs.metres <= np.maximum(LIMIT, FURTHER * nearest)) & (rank < MOST_ARCS)
    if instance.plan is not None:
        keep |= pairs.school == instance.plan[pairs.village]
    village, school, metres = pairs.village[keep], pairs.school[keep], pairs.metres[keep]
    order = np.lexsort((school, village))
    return ZoneProblem(
        children=county.villages["children_primary"].to_numpy(np.int64),
        host=hosts(county, schools),
        seats=instance.seats,
        arc_start=np.searchsorted(village, np.arange(n + 1)),
        arc_school=school[order],
        arc_metres=np.rint(metres[order]).astype(np.int64),
        edges=instance.edges,
        elastic=None if hard else Elastic(),
    )


def make_zones(size, seed, hard):
    """Return the zone problem of a synthetic county."""
    return candidates(make_instance(size, seed, hard), hard)
