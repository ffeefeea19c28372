"""The villages that a school's search along a frontier decides, and the order it does so in.

Bounds leave out the villages that no zone worth its while holds: a knapsack of gains shared along
the ways (:mod:`moats`). The order sweeps the map, so that few villages decided have neighbours to
come.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from districting.model.zones import NEVER
from districting.solve.zones.moats import shared_gains
from districting.solve.zones.reach import NO_ONE, candidates, relaxed_worth, spread

SLOTS = 14
"""Villages that a frontier may hold."""
SWEEPS = 16


@njit(cache=True, nogil=True)
def in_sweep(  # type: ignore[no-untyped-def]
    s, floor, best, back, village, arc, single, weight, cost, prices, base, seats, host, near_start,
    near, live,
):  # fmt: skip
    """Return what a school's search needs of the villages that it decides, in their order.

    Left out are those that no zone worth more than `floor` can hold, as bounds tell; `best` is
    about what the best zone is worth.

    Returns
    -------
    villages, gain, shared, children : int array, shape (k,)
        `shared`: gains by which no zone in one piece is worth less.
    root : bool array, shape (k,)
        Whether they touch what the school has for sure.
    start, to : int array
        Neighbours among them, CSR.
    room, width : int
        Children that fit, and villages in the frontier at most.
    """
    places, gain, size, start, to, root, room = candidates(
        s, back, village, arc, single, weight, cost, prices, base, seats, host, near_start, near,
        live,
    )  # fmt: skip
    kept, shared = _useful(gain, size, start, to, root, room, floor, best)
    start, to = _among(kept, start, to)
    order, width = _sweep(start, to)
    start, to = _among(order, start, to)
    kept, shared = kept[order], shared[order]
    mine = village[places[kept]]
    return mine, gain[kept], shared, size[kept], root[kept], start, to, room, width


@njit(cache=True, nogil=True)
def _useful(gain, size, start, to, root, room, floor, best):  # type: ignore[no-untyped-def]
    """Return the villages that a zone worth more than `floor` may hold, and their shared gains.

    `best` is about what the best zone is worth.
    """
    kept = _promising(gain, size, start, to, root, room, floor)
    gain, size, root = gain[kept], size[kept], root[kept]
    shared = shared_gains(gain, size, *_among(kept, start, to), root, room, best)
    k = len(kept)
    after, before = (
        most_of_rest(shared, size, room),
        most_of_rest(shared[::-1].copy(), size[::-1].copy(), room),
    )
    able = np.zeros(k, np.bool_)
    for i in range(k):
        for left in range(room - size[i] + 1):
            both = before[k - i, left] + after[i + 1, room - size[i] - left]
            able[i] = able[i] or both + shared[i] > floor
    return kept[able], shared[able]


@njit(cache=True, nogil=True)
def most_of_rest(gain, size, room):  # type: ignore[no-untyped-def]
    """Return the most that the villages from the i-th on are worth in so much room."""
    rest = np.zeros((len(gain) + 1, room + 1), np.int64)
    for i in range(len(gain) - 1, -1, -1):
        rest[i] = rest[i + 1]
        if gain[i] > 0:
            for left in range(size[i], room + 1):
                rest[i, left] = max(rest[i, left], rest[i + 1, left - size[i]] + gain[i])
    return rest


@njit(cache=True, nogil=True)
def _promising(gain, size, start, to, root, room, floor):  # type: ignore[no-untyped-def]
    """Return the villages that some zone worth more than `floor` may hold, by their own bounds."""
    k, beside = len(gain), root.astype(np.int64)
    state, kept, anywhere = np.zeros(k, np.int8), np.zeros(k, np.bool_), np.zeros(k, np.int64)
    way, toll, loss = np.empty(k, np.int64), np.empty(k, np.int64), np.maximum(-gain, 0)
    queue, waits = np.empty(k + 1, np.int64), np.zeros(k, np.bool_)
    spread(size, room, anywhere, room, state, beside, start, to, queue, waits, way)
    spread(loss, NEVER - 1, way, room, state, beside, start, to, queue, waits, toll)
    if relaxed_worth(gain, size, state, toll, room, np.int64(0), NO_ONE) > floor:
        for i in range(k):
            high = relaxed_worth(gain, size, state, toll, room, np.int64(0), i)
            kept[i] = high > floor
    return np.flatnonzero(kept)


@njit(cache=True, nogil=True)
def _among(kept, start, to):  # type: ignore[no-untyped-def]
    """Return the CSR neighbours among the villages kept, by their places there."""
    local = np.full(len(start) - 1, -1, np.int64)
    local[kept] = np.arange(len(kept))
    first, new, at = np.zeros(len(kept) + 1, np.int64), np.empty(len(to), np.int64), 0
    for i in range(len(kept)):
        for e in range(start[kept[i]], start[kept[i] + 1]):
            if local[to[e]] >= 0:
                new[at] = local[to[e]]
                at += 1
        first[i + 1] = at
    return first, new[:at]


@njit(cache=True, nogil=True)
def _sweep(start, to):  # type: ignore[no-untyped-def]
    """Return an order of the villages with a narrow frontier, and how many it holds at most.

    Each sweep begins elsewhere and goes on with the village that widens the frontier least, of
    those the one in reach for longest. What a frontier costs doubles with every village.
    """
    k = len(start) - 1
    best, cheapest, narrowest = np.arange(k), np.inf, k + 1
    sweeps = min(SWEEPS, k)
    for n_th in range(sweeps):
        left, since, place = start[1:] - start[:-1], np.full(k, -1), np.full(k, -1)
        order, front, width, at, cost = np.empty(k, np.int64), 0, 0, n_th * k // sweeps, 0.0
        for n in range(k):
            place[at], order[n] = n, at
            front += 1
            width = max(width, front)
            for e in range(start[at], start[at + 1]):
                left[to[e]] -= 1
                if place[to[e]] < 0 and since[to[e]] < 0:
                    since[to[e]] = n
                if place[to[e]] >= 0 and left[to[e]] == 0:
                    front -= 1
            front -= 1 if left[at] == 0 else 0
            cost += 2.0**front
            at = _next(start, to, left, since, place)
        if cost < cheapest:
            best, cheapest, narrowest = order, cost, width
    return best, narrowest


@njit(cache=True, nogil=True)
def _next(start, to, left, since, place):  # type: ignore[no-untyped-def]
    """Return the village that a sweep goes on with."""
    best, least, k = 0, NEVER, len(place)
    for v in range(k):
        if place[v] >= 0:
            continue
        wider = 1 if left[v] > 0 else 0
        for e in range(start[v], start[v + 1]):
            wider -= 1 if place[to[e]] >= 0 and left[to[e]] == 1 else 0
        rank = int(wider * k + since[v]) if since[v] >= 0 else NEVER - 1
        if rank < least:
            best, least = v, rank
    return best
