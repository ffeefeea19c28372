"""The way to the nearest school of one's own group: of one's district, one's union, or any."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt
import pandas as pd
from numba import njit

from districting.county import County
from districting.graph.heap import pop, push
from districting.graph.roads import RoadNetwork, road_network
from districting.graph.travel import villages_by_node

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


def nearest_distances(
    county: County,
    schools: Iterable[str],
    school_group: Ints,
    village_group: Ints,
    network: RoadNetwork | None = None,
) -> Floats:
    """Return road metres from every village to the nearest school of the village's group.

    Parameters
    ----------
    county : County
    schools : iterable of str
        School ids, k of them.
    school_group : int array, shape (k,)
        Group of each school, 0 or more; -1 for none.
    village_group : int array, shape (n,)
        Group of each village; -1 for none.
    network : RoadNetwork, optional
        Built from the county when not given.

    Returns
    -------
    float array, shape (n,)
        ``inf`` where the village has no group, or no road leads to a school of it.

    Notes
    -----
    One search a group from all its schools at once, which ends when the group's villages are
    reached; roads through other groups may be used.
    """
    network = network or road_network(county)
    rows = county.schools.index.get_indexer(pd.Index(list(schools), dtype="str"))
    order = np.argsort(school_group, kind="stable")
    groups = int(max(village_group.max(initial=-1), school_group.max(initial=-1))) + 1
    bounds = np.searchsorted(school_group[order], np.arange(groups + 1))
    members, first = villages_by_node(network)
    joined = network.village_node >= 0
    wanted = np.bincount(village_group[joined & (village_group >= 0)], minlength=groups)
    return np.asarray(
        _nearest(
            network.start,
            network.neighbour,
            network.metres,
            network.school_node[rows][order],
            network.school_access[rows][order],
            bounds,
            members,
            first,
            network.village_access,
            village_group,
            wanted,
        )
    )


@njit(cache=True)
def _nearest(  # type: ignore[no-untyped-def]
    start, neighbour, metres, source, access, bounds, members, first, village_access, group, wanted
):
    out = np.full(len(group), np.inf)
    count = len(start) - 1
    reach = np.full(count, np.inf)
    room = len(neighbour) + len(source) + 1
    keys, items = np.empty(room), np.empty(room, np.int64)
    seen = np.empty(count, np.int64)
    for g in range(len(bounds) - 1):
        size, found, left = np.int64(0), 0, wanted[g]
        for s in range(bounds[g], bounds[g + 1]):
            node = source[s]
            if node >= 0 and access[s] < reach[node]:
                if reach[node] == np.inf:
                    seen[found] = node
                    found += 1
                reach[node] = access[s]
                size = push(keys, items, size, access[s], node)
        while size > 0 and left > 0:
            here, node = keys[0], items[0]
            size = pop(keys, items, size)
            if here > reach[node]:
                continue
            for p in range(first[node], first[node + 1]):
                if group[members[p]] == g:
                    out[members[p]] = here + village_access[members[p]]
                    left -= 1
            for e in range(start[node], start[node + 1]):
                there = here + metres[e]
                to = neighbour[e]
                if there < reach[to]:
                    if reach[to] == np.inf:
                        seen[found] = to
                        found += 1
                    reach[to] = there
                    size = push(keys, items, size, there, to)
        for k in range(found):
            reach[seen[k]] = np.inf
    return out
