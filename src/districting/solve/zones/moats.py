"""Gains shared along ways, so that a knapsack alone bounds a zone in one piece closely.

A knapsack takes villages wherever they are. That a village joins only together with one of those
that separate it from the school is relaxed with a multiplier: part of the village's gain goes to
each of them. A zone in one piece gains no less by that, while loose pieces no longer pay. The
separators come from what the knapsack chooses (relax and cut: Lucena, Annals of Operations
Research 2005); in an urban county they bring its excess over the best zone down to a twentieth.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from districting.solve.zones.separators import separator

ROUNDS, STEP, SHORTER = 60, 1.0, 0.97
MOST = 400
"""Separators kept."""


@njit(cache=True, nogil=True)
def shared_gains(gain, size, start, to, root, room, floor):  # type: ignore[no-untyped-def]
    """Return gains by which no zone in one piece is worth less than by its own.

    Parameters
    ----------
    gain, size : int array, shape (k,)
    start, to : int array
        Neighbours, CSR.
    root : bool array, shape (k,)
        Villages next to what the school has.
    room, floor : int
        Children that fit, and a worth that only better zones matter beyond.
    """
    k = len(gain)
    start, to = _with_host(start, to, root)
    owner, walls = np.empty(MOST, np.int64), np.zeros((MOST, k), np.bool_)
    price, slope = np.zeros(MOST), np.empty(MOST)
    best, least, count, step = gain.copy(), np.inf, np.int64(0), STEP
    for _ in range(ROUNDS):
        now = _shared(gain, owner[:count], walls, price)
        value, taken = _knapsack(now, size, room)
        if value < least:
            best, least = now, float(value)
        if value <= floor:
            break
        before = count
        count = _cut(taken, start, to, owner, walls, price, count)
        norm = 0.0
        for c in range(count):
            slope[c] = 1.0 if taken[owner[c]] else 0.0
            for i in range(k):
                slope[c] -= 1.0 if walls[c, i] and taken[i] else 0.0
            if slope[c] > 0 or price[c] > 0:
                norm += slope[c] * slope[c]
        if norm == 0:
            break
        for c in range(count):
            price[c] = max(0.0, price[c] + step * (value - floor) / norm * slope[c])
        step *= SHORTER if before == count else 1.0
    return best


@njit(cache=True, nogil=True)
def _with_host(start, to, root):  # type: ignore[no-untyped-def]
    """Return the neighbours with what the school has as one more village, the last."""
    k = len(root)
    first, new, at = np.zeros(k + 2, np.int64), np.empty(len(to) + 2 * root.sum(), np.int64), 0
    for i in range(k):
        for e in range(start[i], start[i + 1]):
            new[at] = to[e]
            at += 1
        if root[i]:
            new[at] = k
            at += 1
        first[i + 1] = at
    for i in range(k):
        if root[i]:
            new[at] = i
            at += 1
    first[k + 1] = at
    return first, new


@njit(cache=True, nogil=True)
def _shared(gain, owner, walls, price):  # type: ignore[no-untyped-def]
    now = gain.copy()
    for c in range(len(owner)):
        part = np.int64(price[c])
        if part > 0:
            now[owner[c]] -= part
            for i in range(len(gain)):
                now[i] += part if walls[c, i] else 0
    return now


@njit(cache=True, nogil=True)
def _knapsack(gain, size, room):  # type: ignore[no-untyped-def]
    """Return the most that villages in the room are worth, and which they are."""
    k = len(gain)
    best, chosen = np.zeros(room + 1, np.int64), np.zeros((k, room + 1), np.bool_)
    for i in range(k):
        if gain[i] > 0:
            for left in range(room, size[i] - 1, -1):
                other = best[left - size[i]] + gain[i]
                if other > best[left]:
                    best[left], chosen[i, left] = other, True
    taken, left = np.zeros(k, np.bool_), room
    for i in range(k - 1, -1, -1):
        if chosen[i, left]:
            taken[i] = True
            left -= size[i]
    return best[room], taken


@njit(cache=True, nogil=True)
def _cut(taken, start, to, owner, walls, price, count):  # type: ignore[no-untyped-def]
    """Add what separates the loose pieces from the school, seen from either; return the count."""
    k = len(taken)
    usable, seen = np.ones(k + 1, np.bool_), np.zeros(k + 1, np.bool_)
    joined = _reach(k, taken, start, to, seen)
    inner = np.zeros(k + 1, np.bool_)
    inner[joined] = True
    for i in range(k):
        if not taken[i] or seen[i]:
            continue
        piece = _reach(i, taken, start, to, seen)
        outer = np.zeros(k + 1, np.bool_)
        outer[piece] = True
        for turn in range(2):
            _, wall = separator(
                outer if turn == 0 else inner, usable, joined if turn == 0 else piece, start, to
            )
            for j in piece:
                known = count == MOST
                for c in range(count):
                    known = known or (owner[c] == j and (walls[c] == wall[:k]).all())
                if not known:
                    owner[count], walls[count], price[count] = j, wall[:k], 0.0
                    count += 1
    return count


@njit(cache=True, nogil=True)
def _reach(first, taken, start, to, seen):  # type: ignore[no-untyped-def]
    """Return the villages taken that hang together with the first one, and mark them."""
    found, top = np.empty(len(seen), np.int64), 1
    found[0], seen[first], at = first, True, 0
    while at < top:
        for e in range(start[found[at]], start[found[at] + 1]):
            j = to[e]
            if j < len(taken) and taken[j] and not seen[j]:
                found[top], seen[j] = j, True
                top += 1
        at += 1
    return found[:top]
