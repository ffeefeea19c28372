"""A school's best zone in one piece by dynamic programming along a frontier of the map.

Villages are decided one after the other in an order that sweeps the map. What matters of the past
is the frontier, the decided villages that still have undecided neighbours: which of them are in
the zone, which of those hang together, and which on the school (frontier method: Kawahara et al.,
IEICE Transactions on Fundamentals 2017). Of two choices that leave the same frontier the one with
more children and no more worth is dropped, and so is one that the villages to come, a knapsack of
shared gains (:mod:`moats`), cannot lift above the best known. Unlike a search this does not get
lost among zones of dozens of villages, as long as few villages part the map.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from districting.model.zones import NEVER
from districting.solve.zones.moats import shared_gains
from districting.solve.zones.pieces import NO_ONE, candidates, relaxed_worth, spread

BITS, SLOTS = 4, 14
"""Bits of a frontier village's part, and villages that fit into one number."""
OUT, HELD, MERGED = 0, 1, 15
"""Parts: not in the zone; hanging on the school; just put together. Others are loose so far."""
SWEEPS = 4
FEW = 4_096
"""Room for labels to begin with."""
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
    places, gain, size, start, to, root, room = candidates(
        s, back, village, arc, single, weight, cost, prices, base, seats, host, near_start, near,
        live,
    )  # fmt: skip
    kept, shared = _useful(gain, size, start, to, root, room, floor, floor)
    gain, size, root, mine = gain[kept], size[kept], root[kept], village[places[kept]]
    start, to = _among(kept, start, to)
    order, width = _sweep(start, to)
    met = [mine[:0]]
    if width > SLOTS:
        return False, floor, met[1:]
    through, best, chosen = _decide(
        gain[order], shared[order], size[order], root[order], *_among(order, start, to), room,
        floor, most_labels, halt,
    )  # fmt: skip
    for i in range(len(chosen)):
        met.append(np.sort(mine[order[chosen[i]]]))
    return through, best, met[1:]


@njit(cache=True, nogil=True)
def strike_out(  # type: ignore[no-untyped-def]
    s, best, floor, back, village, arc, single, weight, cost, prices, base, seats, host, near_start,
    near, live,
):  # fmt: skip
    """Unmark the school's free arcs that no zone worth at least `floor` can use, as bounds tell.

    No zone is worth more than `best`. `live` is laid out like `arc` by number.
    """
    places, gain, size, start, to, root, room = candidates(
        s, back, village, arc, single, weight, cost, prices, base, seats, host, near_start, near,
        live,
    )  # fmt: skip
    for p in range(back[s], back[s + 1]):
        live[arc[p]] = live[arc[p]] and single[village[p]]
    for i in _useful(gain, size, start, to, root, room, floor - 1, best)[0]:
        live[arc[places[i]]] = True


@njit(cache=True, nogil=True)
def _useful(gain, size, start, to, root, room, floor, best):  # type: ignore[no-untyped-def]
    """Return the villages that a zone worth more than `floor` may hold, and their shared gains.

    `best` is about what the best zone is worth.
    """
    kept = _promising(gain, size, start, to, root, room, floor)
    gain, size, root = gain[kept], size[kept], root[kept]
    shared = shared_gains(gain, size, *_among(kept, start, to), root, room, best)
    k = len(kept)
    after, before = _rest(shared, size, room), _rest(shared[::-1].copy(), size[::-1].copy(), room)
    able = np.zeros(k, np.bool_)
    for i in range(k):
        for left in range(room - size[i] + 1):
            both = before[k - i, left] + after[i + 1, room - size[i] - left]
            able[i] = able[i] or both + shared[i] > floor
    return kept[able], shared[able]


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

    Each sweep goes on with the village that widens the frontier least, of those the one in reach
    for longest, and begins where the one before ended.
    """
    k = len(start) - 1
    best, narrowest, first = np.arange(k), k + 1, 0
    for _ in range(SWEEPS if k > 0 else 0):
        left, since, place = start[1:] - start[:-1], np.full(k, -1), np.full(k, -1)
        order, front, width, at = np.empty(k, np.int64), 0, 0, first
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
            at = _next(start, to, left, since, place)
        if width < narrowest:
            best, narrowest = order, width
        first = order[k - 1]
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


@njit(cache=True, nogil=True)
def _decide(  # type: ignore[no-untyped-def]
    gain, shared, size, root, start, to, room, floor, most_labels, halt
):
    """Decide the villages in order; return (went through, best worth, places of zones met).

    A label is a choice so far: its frontier (`part`), children, worth, worth by shared gains
    (`high`), the label it continues and whether it took the last village.
    """
    k, best, met = len(gain), floor, [np.empty(0, np.int64)]
    rest, last = _rest(shared, size, room), _last(start, to)
    part, load, worth = np.zeros(FEW, np.int64), np.zeros(FEW, np.int64), np.zeros(FEW, np.int64)
    high, parent = np.zeros(FEW, np.int64), np.zeros(FEW, np.int32)
    took = np.zeros(FEW, np.bool_)
    slot, owner, parts = np.empty(k, np.int64), np.full(SLOTS, -1), np.empty(SLOTS, np.int64)
    touching, leaving = np.empty(SLOTS, np.int64), np.empty(SLOTS, np.int64)
    first, end = np.int64(0), np.int64(1)
    for i in range(k):
        slot[i] = np.flatnonzero(owner < 0)[0]
        owner[slot[i]] = i
        touches, leaves, made = 0, 0, end
        for e in range(start[i], start[i + 1]):
            if to[e] < i:
                touching[touches] = slot[to[e]]
                touches += 1
        for q in range(SLOTS):
            if owner[q] >= 0 and last[owner[q]] <= i:
                leaving[leaves] = q
                leaves += 1
        for at in range(first, end):
            for take in range(2):
                held, gained = load[at] + take * size[i], worth[at] + take * gain[i]
                most = high[at] + take * shared[i]
                if held > room or most + rest[i + 1, room - held] <= best:
                    continue
                new, whole = _joined(
                    part[at], take == 1, slot[i], root[i], touching[:touches], leaving[:leaves],
                    parts,
                )  # fmt: skip
                if new < 0:
                    continue
                if made == len(part):
                    part, load, worth = _longer(part), _longer(load), _longer(worth)
                    high, parent, took = _longer(high), _longer(parent), _longer(took)
                part[made], load[made], worth[made] = new, held, gained
                high[made], parent[made], took[made] = most, at, take == 1
                if whole and gained > best:
                    best = gained
                    met.append(_way_back(made, i, parent, took))
                made += 1
        owner[leaving[:leaves]] = -1
        first = end
        end = _undominated(part, load, worth, high, parent, took, end, made)
        if end > most_labels or halt[0] != 0:
            return False, best, met[-KEPT:] if len(met) > KEPT else met[1:]
    return True, best, met[-KEPT:] if len(met) > KEPT else met[1:]


@njit(cache=True, nogil=True)
def _rest(gain, size, room):  # type: ignore[no-untyped-def]
    """Return the most that the villages from the i-th on are worth in so much room."""
    rest = np.zeros((len(gain) + 1, room + 1), np.int64)
    for i in range(len(gain) - 1, -1, -1):
        rest[i] = rest[i + 1]
        if gain[i] > 0:
            for left in range(size[i], room + 1):
                rest[i, left] = max(rest[i, left], rest[i + 1, left - size[i]] + gain[i])
    return rest


@njit(cache=True, nogil=True)
def _last(start, to):  # type: ignore[no-untyped-def]
    """Return when each village leaves the frontier: with the last of its neighbours, or itself."""
    last = np.arange(len(start) - 1)
    for i in range(len(last)):
        for e in range(start[i], start[i + 1]):
            last[i] = max(last[i], to[e])
    return last


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
def _undominated(part, load, worth, high, parent, took, end, made):  # type: ignore[no-untyped-def]
    """Keep the labels from `end` on that none of the same frontier beats; return their new end."""
    order = np.argsort(load[end:made], kind="mergesort")
    order = order[np.argsort(part[end:made][order], kind="mergesort")] + end
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
    kept = order[:left]
    part[end : end + left], load[end : end + left] = part[kept], load[kept]
    worth[end : end + left], parent[end : end + left] = worth[kept], parent[kept]
    high[end : end + left], took[end : end + left] = high[kept], took[kept]
    return end + left


@njit(cache=True, nogil=True)
def _longer(values):  # type: ignore[no-untyped-def]
    return np.concatenate((values, np.empty_like(values)))


@njit(cache=True, nogil=True)
def _way_back(at, i, parent, took):  # type: ignore[no-untyped-def]
    """Return the places of the villages that a label of the i-th village took."""
    places = np.empty(i + 1, np.int64)
    count = 0
    while i >= 0:
        if took[at]:
            places[count] = i
            count += 1
        at, i = parent[at], i - 1
    return places[:count]
