"""Travel by road: truncated Dijkstra from schools to villages, metres and minutes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from numba import njit

from districting.county import County
from districting.graph.heap import pop, push
from districting.graph.roads import RoadNetwork, road_network

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Mode:
    """A way of travelling.

    Parameters
    ----------
    speed : float
        Kilometres per hour.
    wait : float
        Minutes before moving off (bus stop); 0 on foot.
    """

    speed: float
    wait: float = 0.0

    def minutes(self, metres: npt.ArrayLike) -> Floats:
        """Return minutes for `metres` along the road.

        Examples
        --------
        >>> round(float(WALK_LOWER.minutes(2000)), 9)
        30.0
        """
        return np.asarray(metres) / (self.speed * 1000.0 / 60.0) + self.wait


WALK_LOWER = Mode(4.0)
"""Grades 1-3 on foot."""
WALK = Mode(4.5)
"""Grades 4-6 on foot."""
WALK_JUNIOR = Mode(5.0)
"""Grades 7-9 on foot."""
CYCLE = Mode(12.0)
BUS = Mode(25.0, wait=8.0)
MODES = {
    "walk_lower": WALK_LOWER,
    "walk": WALK,
    "walk_junior": WALK_JUNIOR,
    "cycle": CYCLE,
    "bus": BUS,
}


@dataclass(frozen=True, eq=False)
class Pairs:
    """Village-school pairs within a limit, sorted by village, metres, school.

    Parameters
    ----------
    village : int array, shape (p,)
        Position in ``county.villages``.
    school : int array, shape (p,)
        Position in the list of schools asked for.
    metres : float array, shape (p,)
    """

    village: Ints
    school: Ints
    metres: Floats


def village_distances(county: County, targets: Ints, network: RoadNetwork | None = None) -> Floats:
    """Return road metres from every village to the target villages.

    Parameters
    ----------
    county : County
    targets : int array, shape (m,)
        Village positions.
    network : RoadNetwork, optional
        Built from the county when not given.

    Returns
    -------
    float array, shape (n, m)
        ``inf`` where no road leads; 0 from a village to itself.
    """
    network = network or road_network(county)
    targets = np.asarray(targets, dtype=np.int64)
    out = np.full((len(county.villages), len(targets)), np.inf)
    joined = network.village_node >= 0
    for column, target in enumerate(targets):
        if network.village_node[target] >= 0:
            reach = _distances(
                network.start, network.neighbour, network.metres, network.village_node[target]
            )
            out[joined, column] = (
                reach[network.village_node[joined]]
                + network.village_access[joined]
                + network.village_access[target]
            )
        out[target, column] = 0.0
    return out


def school_distances(
    county: County,
    schools: Iterable[str] | None = None,
    limit_m: float = np.inf,
    network: RoadNetwork | None = None,
) -> Pairs:
    """Return every village-school pair within `limit_m` metres by road.

    Parameters
    ----------
    county : County
    schools : iterable of str, optional
        School ids; all schools by default.
    limit_m : float
        Metres.
    network : RoadNetwork, optional
        Built from the county when not given.

    Raises
    ------
    KeyError
        If the county has no such school.

    Notes
    -----
    One Dijkstra search with a binary heap per school, cut off at the limit: O(k log k) for k road
    nodes within it. 70,000 villages x 17,300 schools at 10 km give 2.2 million pairs in about 1 s.
    """
    network = network or road_network(county)
    ids = county.schools.index if schools is None else pd.Index(list(schools), dtype="str")
    rows = county.schools.index.get_indexer(ids)
    if (rows < 0).any():
        raise KeyError(list(ids[rows < 0]))
    members, first = villages_by_node(network)
    village, school, metres = _truncated(
        network.start,
        network.neighbour,
        network.metres,
        network.school_node[rows],
        network.school_access[rows],
        members,
        first,
        network.village_access,
        float(limit_m),
    )
    order = np.lexsort((school, metres, village))
    return Pairs(village[order], school[order], metres[order])


def between_schools(
    county: County,
    schools: Iterable[str],
    limit_m: float = np.inf,
    network: RoadNetwork | None = None,
) -> pd.DataFrame:
    """Return the ways from every school of the county to `schools` within `limit_m` metres by road.

    Returns
    -------
    pandas.DataFrame
        ``from``, ``to`` (school ids) and ``metres``; a school is 0 metres from itself.

    Raises
    ------
    KeyError
        If the county has no such school.
    """
    network = network or road_network(county)
    ids = pd.Index(list(schools), dtype="str")
    rows = county.schools.index.get_indexer(ids)
    if (rows < 0).any():
        raise KeyError(list(ids[rows < 0]))
    members, first = _by_node(network.school_node, len(network.nodes))
    start, to, metres = _truncated(
        network.start,
        network.neighbour,
        network.metres,
        network.school_node[rows],
        network.school_access[rows],
        members,
        first,
        network.school_access,
        float(limit_m),
    )
    own = start == rows[to]
    table = pd.DataFrame(
        {
            "from": county.schools.index[start],
            "to": ids[to],
            "metres": np.where(own, 0.0, metres),
        }
    )
    return table.sort_values(["from", "metres", "to"], ignore_index=True)


def villages_by_node(network: RoadNetwork) -> tuple[Ints, Ints]:
    """Return villages grouped by node and the first position of each node's group."""
    return _by_node(network.village_node, len(network.nodes))


def _by_node(node: Ints, count: int) -> tuple[Ints, Ints]:
    joined = np.flatnonzero(node >= 0)
    order = joined[np.argsort(node[joined], kind="stable")]
    first = np.zeros(count + 1, dtype=np.int64)
    np.cumsum(np.bincount(node[joined], minlength=count), out=first[1:])
    return order, first


@njit(cache=True)
def _search(start, neighbour, metres, source, limit, reach, keys, items, seen):  # type: ignore[no-untyped-def]
    """Settle nodes within `limit` of `source` into `reach`; return how many are in `seen`."""
    reach[source] = 0.0
    seen[0] = source
    found = 1
    size = push(keys, items, np.int64(0), 0.0, source)
    while size > 0:
        here, node = keys[0], items[0]
        size = pop(keys, items, size)
        if here > reach[node]:
            continue
        for e in range(start[node], start[node + 1]):
            there = here + metres[e]
            to = neighbour[e]
            if there <= limit and there < reach[to]:
                if reach[to] == np.inf:
                    seen[found] = to
                    found += 1
                reach[to] = there
                size = push(keys, items, size, there, to)
    return found


@njit(cache=True)
def _distances(start, neighbour, metres, source):  # type: ignore[no-untyped-def]
    count = len(start) - 1
    reach = np.full(count, np.inf)
    room = len(neighbour) + 1
    _search(
        start,
        neighbour,
        metres,
        source,
        np.inf,
        reach,
        np.empty(room),
        np.empty(room, np.int64),
        np.empty(count, np.int64),
    )
    return reach


@njit(cache=True)
def _truncated(start, neighbour, metres, sources, access, members, first, village_access, limit):  # type: ignore[no-untyped-def]
    count = len(start) - 1
    reach = np.full(count, np.inf)
    room = len(neighbour) + 1
    keys, items = np.empty(room), np.empty(room, np.int64)
    seen = np.empty(count, np.int64)
    size = max(1024, 8 * len(sources))
    village, school = np.empty(size, np.int64), np.empty(size, np.int64)
    away = np.empty(size)
    used = 0
    for s in range(len(sources)):
        if sources[s] < 0 or access[s] > limit:
            continue
        left = limit - access[s]
        found = _search(start, neighbour, metres, sources[s], left, reach, keys, items, seen)
        for k in range(found):
            node = seen[k]
            for p in range(first[node], first[node + 1]):
                total = access[s] + reach[node] + village_access[members[p]]
                if total > limit:
                    continue
                if used == size:
                    size *= 2
                    village = np.append(village, np.empty(size - used, np.int64))
                    school = np.append(school, np.empty(size - used, np.int64))
                    away = np.append(away, np.empty(size - used))
                village[used] = members[p]
                school[used] = s
                away[used] = total
                used += 1
            reach[node] = np.inf
    return village[:used], school[:used], away[:used]
