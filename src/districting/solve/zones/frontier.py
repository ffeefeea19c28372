"""A school's best zone in one piece by dynamic programming along a frontier of the map.

Villages are decided one after the other in an order that sweeps the map (:mod:`sweep`). What
matters of the past is the frontier, the decided villages that still have undecided neighbours:
which of them are in the zone, which of those hang together, and which on the school (frontier
method: Kawahara et al., IEICE Transactions on Fundamentals 2017). Of two choices that leave the
same frontier the one with more children and no more worth is dropped, and so is one that the
villages to come, a knapsack of shared gains (:mod:`moats`), cannot lift above the best known.
Unlike a search this does not get lost among zones of dozens of villages, as long as few villages
part the map.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from districting.solve.zones.sweep import SLOTS, in_sweep, most_of_rest

BITS = 4
"""Bits of a frontier village's part; those of all slots fit into one number."""
OUT, HELD, MERGED = 0, 1, 15
"""Parts: not in the zone; hanging on the school; just put together. Others are loose so far."""
NOT_YET, DEAD = -2, -1
KEPT = 24
"""Zones handed over at most."""


@njit(cache=True, nogil=True)
def grow_zone(  # type: ignore[no-untyped-def]
    s, floor, most_labels, halt, back, village, arc, single, weight, cost, prices, base, seats,
    host, near_start, near, live,
):  # fmt: skip
    """Find the school's best zone worth more than `floor`, on the arcs marked in `live`.

    Returns
    -------
    bool
        Whether the search went through; otherwise nothing is known of better zones.
    int
        Worth of the best zone, `floor` where there is no better one.
    list of int array
        Villages of zones met, each worth more than all before it.
    """
    mine, gain, shared, size, root, start, to, room, width = in_sweep(
        s, floor, floor, back, village, arc, single, weight, cost, prices, base, seats, host,
        near_start, near, live,
    )  # fmt: skip
    best, made, met, parents, took = floor, 0, [mine[:0]], [mine[:0]], [root[:0]]
    if width > SLOTS:
        return False, floor, met[1:]
    rest = most_of_rest(shared, size, room)
    slot, last = take_slots(start, to)
    labels = first_label()
    for i in range(len(mine)):
        labels, _, parent, taken, hits, best = decide(
            labels, i, gain[i], shared[i], size[i], root[i], rest[i + 1], best, np.bool_(True),
            slot, last, start, to,
        )  # fmt: skip
        for at, take in hits:
            met.append(np.sort(mine[_way_back(at, take, i, parents, took)]))
        parents.append(parent)
        took.append(taken)
        made += len(parent)
        if made > most_labels or halt[0] != 0:
            return False, best, met[-KEPT:] if len(met) > KEPT else met[1:]
    return True, best, met[-KEPT:] if len(met) > KEPT else met[1:]


@njit(cache=True, nogil=True)
def first_label():  # type: ignore[no-untyped-def]
    """Return the one label where nothing is decided.

    Labels are choices so far, by frontier and children: their frontiers (a part a slot), children,
    worth, and worth by shared gains.
    """
    none = np.zeros(1, np.int64)
    return none, none, none, none


@njit(cache=True, nogil=True)
def take_slots(start, to):  # type: ignore[no-untyped-def]
    """Return each village's slot in the frontier, and after which village it leaves."""
    k = len(start) - 1
    slot, last, owner = np.empty(k, np.int64), np.arange(k), np.full(SLOTS, -1)
    for i in range(k):
        for e in range(start[i], start[i + 1]):
            last[i] = max(last[i], to[e])
    for i in range(k):
        slot[i] = np.flatnonzero(owner < 0)[0]
        owner[slot[i]] = i
        for q in range(SLOTS):
            if owner[q] >= 0 and last[owner[q]] <= i:
                owner[q] = -1
    return slot, last


@njit(cache=True, nogil=True)
def decide(  # type: ignore[no-untyped-def]
    labels, i, gain, shared, size, root, rest, best, rising, slot, last, start, to
):
    """Decide the i-th village: every label goes on without it and with it.

    Parameters
    ----------
    rest : int array, shape (room + 1,)
        What the villages to come add at most, by the room left.
    best : int
        Only zones worth more count.
    rising : bool
        Whether only those better than any met so far count from there on; no literal, or every
        caller compiles all this anew.

    Returns
    -------
    labels
    int array, shape (frontiers, 2)
        Frontier that each frontier leads to without and with the village, -1 where to none.
    int array, bool array
        For each label the one it continues, and whether it took the village.
    list of (label, 0 or 1)
        Zones met, each better than all before: without or with the village.
    int
        Worth of the best.
    """
    part, load, worth, high = labels
    earlier = to[start[i] : start[i + 1]]
    touching, leaving = slot[earlier[earlier < i]], slot[np.flatnonzero(last[: i + 1] == i)]
    parts, room, n = np.empty(SLOTS, np.int64), len(rest) - 1, 2 * len(part)
    new, held, gained, most = (
        np.empty(n, np.int64),
        np.empty(n, np.int64),
        np.empty(n, np.int64),
        np.empty(n, np.int64),
    )
    parent, took, child = (
        np.empty(n, np.int64),
        np.empty(n, np.bool_),
        np.empty((len(part), 2), np.int64),
    )
    whole, group, made, hits = np.zeros(2, np.bool_), -1, 0, [(0, 0)]
    for at in range(len(part)):
        if at == 0 or part[at] != part[at - 1]:
            group += 1
            child[group] = NOT_YET
        for take in range(2):
            children, value = load[at] + take * size, worth[at] + take * gain
            high_value = high[at] + take * shared
            if children > room or high_value + rest[room - children] <= best:
                continue
            if child[group, take] == NOT_YET:
                child[group, take], whole[take] = _joined(
                    part[at], take == 1, slot[i], root, touching, leaving, parts
                )
            if child[group, take] == DEAD:
                continue
            new[made], held[made], gained[made] = child[group, take], children, value
            most[made], parent[made], took[made] = high_value, at, take == 1
            made += 1
            if rising and whole[take] and value > best:
                best = value
                hits.append((at, take))
    kept = _undominated(new[:made], held[:made], gained[:made])
    labels = new[kept], held[kept], gained[kept], most[kept]
    return labels, child[: group + 1], parent[kept], took[kept], hits[1:], best


@njit(cache=True, nogil=True)
def _joined(part, taken, slot, root, touching, leaving, parts):  # type: ignore[no-untyped-def]
    """Return the frontier with one village more, and whether nothing in it is loose.

    -1 where a loose piece leaves the frontier: it could never join the school.
    """
    for q in range(SLOTS):
        parts[q] = (part >> (BITS * q)) & MERGED
    parts[slot] = OUT
    if taken:
        now = HELD if root else MERGED
        for q in touching:
            now = HELD if parts[q] == HELD else now
        for q in touching:
            was = parts[q]
            if was > HELD and was != now:
                for p in range(SLOTS):
                    parts[p] = now if parts[p] == was else parts[p]
        parts[slot] = now
    for q in leaving:
        was, parts[q] = parts[q], OUT
        if was > HELD and _alone(was, parts):
            return np.int64(-1), False
    new, loose = np.int64(0), HELD
    for q in range(SLOTS):
        was = parts[q]
        if was > HELD:
            loose += 1
            for p in range(q, SLOTS):
                parts[p] = -loose if parts[p] == was else parts[p]
        new |= abs(parts[q]) << (BITS * q)
    return new, loose == HELD


@njit(cache=True, nogil=True)
def _alone(one, parts):  # type: ignore[no-untyped-def]
    """Whether a part has no villages in the frontier."""
    count = 0
    for q in range(SLOTS):
        count += 1 if parts[q] == one else 0
    return count == 0


@njit(cache=True, nogil=True)
def _undominated(part, load, worth):  # type: ignore[no-untyped-def]
    """Return the labels that none of the same frontier beats, by frontier and children."""
    order = np.argsort(load, kind="mergesort")
    order = order[np.argsort(part[order], kind="mergesort")]
    left = 0
    for n in range(len(order)):
        at = order[n]
        if left > 0 and part[order[left - 1]] == part[at]:
            before = order[left - 1]
            if worth[at] <= worth[before]:
                continue
            left -= 1 if load[at] == load[before] else 0
        order[left] = at
        left += 1
    return order[:left]


@njit(cache=True, nogil=True)
def _way_back(at, take, i, parents, took):  # type: ignore[no-untyped-def]
    """Return the places of the villages that a zone took: a label's, and maybe the i-th."""
    places, count = np.empty(i + 1, np.int64), 0
    if take == 1:
        places[0], count = i, 1
    for j in range(i - 1, -1, -1):
        if took[j + 1][at]:
            places[count] = j
            count += 1
        at = parents[j + 1][at]
    return places[:count]
