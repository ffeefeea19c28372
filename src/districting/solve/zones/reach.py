"""The villages that one school may take, and what a zone growing there can be worth at most.

A zone grows from what its school has for sure: its host and the villages without another school.
What may join is bounded by a fractional knapsack over the villages still within reach, less the
cheapest way to the farthest of them.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from districting.model.zones import NEVER

NO_ONE = np.int64(-1)
"""No village that zones must have; a literal would be a type of its own, and compiled as one."""


@njit(cache=True, nogil=True)
def candidates(  # type: ignore[no-untyped-def]
    s, back, village, arc, single, weight, cost, prices, base, seats, host, near_start, near, live
):
    """Return (places, gain, children, CSR neighbours, roots, room) of villages that fit.

    By falling gain per child; `places` are positions in `village`.
    """
    first, room = back[s], seats[s] - base[s]
    places = np.arange(first, back[s + 1])
    rate = np.empty(len(places))
    for i, p in enumerate(places):
        v = village[p]
        fits = live[arc[p]] and not single[v] and weight[v] <= room
        gained = prices[v] - cost[arc[p]]
        rate[i] = -gained / max(weight[v], 0.01) if fits else np.inf
    order = np.argsort(rate, kind="mergesort")
    k = int(np.isfinite(rate).sum())
    gain, size = np.empty(k, np.int64), np.empty(k, np.int64)
    local = np.full(len(single), -1, np.int64)
    for i in range(k):
        p = places[order[i]]
        v = village[p]
        gain[i], size[i], local[v] = prices[v] - cost[arc[p]], weight[v], i
    mine = places[order[:k]]
    start, to, root = _graph(mine, places, local, host[s], village, single, near_start, near)
    return mine, gain, size, start, to, root, room


@njit(cache=True, nogil=True)
def _graph(mine, places, local, host, village, single, near_start, near):  # type: ignore[no-untyped-def]
    """Return (CSR start, neighbours) of the villages at `mine`, and which touch what is held.

    Held are the host and the villages that have no other school.
    """
    k, at = len(mine), 0
    start, to = np.zeros(k + 1, np.int64), np.empty(len(near), np.int64)
    held = np.zeros(len(single), np.bool_)
    held[host] = True
    for p in places:
        held[village[p]] = held[village[p]] or single[village[p]]
    root = np.zeros(k, np.bool_)
    for i in range(k):
        v = village[mine[i]]
        root[i] = held[v]
        for e in range(near_start[v], near_start[v + 1]):
            root[i] = root[i] or held[near[e]]
            if local[near[e]] >= 0:
                to[at] = local[near[e]]
                at += 1
        start[i + 1] = at
    return start, to[:at], root


@njit(cache=True, nogil=True)
def no_ties(k):  # type: ignore[no-untyped-def]
    """Return what :func:`find_ties` does where there are no triples."""
    return np.zeros(k + 1, np.int64), np.zeros(0, np.int64), np.zeros(0, np.int64)


@njit(cache=True, nogil=True)
def find_ties(villages, n, triples, fines):  # type: ignore[no-untyped-def]
    """Return (CSR start, triples of each village, fines) of the triples that may cost a fine."""
    local, k = np.full(n, -1, np.int64), len(villages)
    for i in range(k):
        local[villages[i]] = i
    start, kept = np.zeros(k + 1, np.int64), np.zeros(len(fines), np.bool_)
    for r in range(len(fines)):
        inside = 0
        for c in range(3):
            inside += 1 if local[triples[r, c]] >= 0 else 0
        kept[r] = inside >= 2 and fines[r] > 0
        for c in range(3):
            if kept[r] and local[triples[r, c]] >= 0:
                start[local[triples[r, c]] + 1] += 1
    start = np.cumsum(start)
    at, tie, dues, count = start[:-1].copy(), np.empty(start[-1], np.int64), fines[kept], 0
    for r in range(len(fines)):
        for c in range(3):
            i = local[triples[r, c]]
            if kept[r] and i >= 0:
                tie[at[i]] = count
                at[i] += 1
        count += 1 if kept[r] else 0
    return start, tie, dues


@njit(cache=True, nogil=True)
def spread(toll, most, within, left, state, beside, start, to, queue, waits, out):  # type: ignore[no-untyped-def]
    """Write the least sum of tolls, up to `most`, on a way of free villages out of the zone.

    Villages with ``within > left`` are closed; those not reached get ``NEVER``.
    """
    size, first, last = len(queue), 0, 0
    for i in range(len(toll)):
        out[i] = NEVER
        if state[i] == 0 and beside[i] > 0 and within[i] <= left and toll[i] <= most:
            out[i] = toll[i]
            queue[last], waits[i] = i, True
            last += 1
    while first != last:
        i = queue[first]
        waits[i] = False
        first = first + 1 if first + 1 < size else 0
        for e in range(start[i], start[i + 1]):
            j = to[e]
            far = out[i] + toll[j]
            if state[j] == 0 and far < out[j] and far <= most and within[j] <= left:
                out[j] = far
                if not waits[j]:
                    queue[last], waits[j] = j, True
                    last = last + 1 if last + 1 < size else 0


@njit(cache=True, nogil=True)
def relaxed_worth(gain, size, state, toll, left, worth, must):  # type: ignore[no-untyped-def]
    """Return a bound on the worth of any zone that grows out of this one, and has `must`.

    Whoever takes a village behind a toll pays the toll: for every toll in turn, the fractional
    knapsack over the villages that cost no more.
    """
    paid, high, most, extra = 0, float(worth), left, 0
    if must >= 0 and state[must] != 1:
        if state[must] != 0 or toll[must] >= NEVER:
            return -float(NEVER)
        paid, most, extra = toll[must], left - size[must], max(gain[must], 0)
        high = -float(NEVER)
    else:
        must = -1
    while paid < NEVER:
        room, value, dearer = most, float(worth - paid + extra), NEVER
        for i in range(len(gain)):
            if gain[i] <= 0:
                break
            if i == must:
                continue
            if state[i] != 0 or toll[i] > paid:
                if state[i] == 0 and toll[i] < dearer:
                    dearer = toll[i]
                continue
            if size[i] <= room:
                value += gain[i]
                room -= size[i]
            elif room > 0:
                value += gain[i] * room / size[i]
                room = 0
        high = max(high, value)
        paid = dearer
    return high
