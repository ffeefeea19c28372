"""Compiled graph kernels shared by the solvers."""

from __future__ import annotations

import numpy as np
from numba import njit

from districting.model.partition import Floats, Ints
from districting.solve.partition.types import Bools


@njit(cache=True)  # type: ignore[untyped-decorator]
def lightest_paths(
    indptr: Ints, indices: Ints, seats: Ints, allowed: Bools, weights: Floats, limit: Floats
) -> Bools:
    """Return whether a path of node weight <= limit[j] joins seat j and unit u, shape (n, m).

    Label-correcting search over allowed units, a first-in first-out queue a seat.
    """
    n, m = allowed.shape
    found = np.zeros((n, m), np.bool_)
    dist = np.empty(n)
    queue = np.empty(n + 1, np.int64)
    waiting = np.zeros(n, np.bool_)
    for j in range(m):
        s = seats[j]
        if not allowed[s, j] or weights[s] > limit[j]:
            continue
        dist[:] = np.inf
        dist[s] = weights[s]
        head, tail = 0, 1
        queue[0] = s
        while head != tail:
            u = queue[head]
            head = (head + 1) % (n + 1)
            waiting[u] = False
            for p in range(indptr[u], indptr[u + 1]):
                v = indices[p]
                d = dist[u] + weights[v]
                if allowed[v, j] and d <= limit[j] and d < dist[v]:
                    dist[v] = d
                    if not waiting[v]:
                        waiting[v] = True
                        queue[tail] = v
                        tail = (tail + 1) % (n + 1)
        for u in range(n):
            found[u, j] = dist[u] < np.inf
    return found


@njit(cache=True)  # type: ignore[untyped-decorator]
def pieces(indptr: Ints, indices: Ints, labels: Ints) -> Ints:
    """Return the number of the connected equally labelled piece of each unit, shape (n,)."""
    n = len(labels)
    piece = np.full(n, -1, np.int64)
    stack = np.empty(n, np.int64)
    count = 0
    for start in range(n):
        if piece[start] >= 0:
            continue
        piece[start] = count
        stack[0] = start
        top = 1
        while top:
            top -= 1
            u = stack[top]
            for p in range(indptr[u], indptr[u + 1]):
                v = indices[p]
                if piece[v] < 0 and labels[v] == labels[u]:
                    piece[v] = count
                    stack[top] = v
                    top += 1
        count += 1
    return piece


@njit(cache=True)  # type: ignore[untyped-decorator]
def separator(indptr: Ints, indices: Ints, inside: Bools, seat: int, usable: Bools) -> Bools:
    """Return a minimal set of usable units that separates a connected set from the seat.

    `inside` marks the set (without the seat). Its usable neighbours separate it from the seat;
    of these only those are kept that the seat can reach without crossing the others.
    """
    n = len(inside)
    border = np.zeros(n, np.bool_)
    for u in range(n):
        if inside[u]:
            for p in range(indptr[u], indptr[u + 1]):
                v = indices[p]
                if not inside[v] and usable[v]:
                    border[v] = True
    kept = np.zeros(n, np.bool_)
    seen = np.zeros(n, np.bool_)
    stack = np.empty(n, np.int64)
    stack[0] = seat
    seen[seat] = True
    top = 1
    while top:
        top -= 1
        u = stack[top]
        if border[u]:
            kept[u] = True
            continue
        for p in range(indptr[u], indptr[u + 1]):
            v = indices[p]
            if not seen[v] and usable[v] and not inside[v]:
                seen[v] = True
                stack[top] = v
                top += 1
    return kept
