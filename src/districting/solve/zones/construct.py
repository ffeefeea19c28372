"""A first plan: zones grow out of their schools, the least regret first, always in one piece."""

from __future__ import annotations

import heapq

import numpy as np
from numba import njit

from districting.model.zones import Ints
from districting.solve.zones.lagrangian import Dual
from districting.solve.zones.net import Net

REPAIRS = 200


def regrets(net: Net, dual: Dual) -> np.ndarray:
    """Return what each arc costs beyond its village's price when seats are paid, per arc."""
    village = np.repeat(np.arange(net.n), np.diff(net.start))
    paid = net.cost + dual.rates[net.school] * net.weight[village]
    return paid - dual.prices[village]


def elect(net: Net, dual: Dual, least: float) -> Ints:
    """Return each village's school with most votes, if it has at least `least`; else -1."""
    votes = np.empty(len(net.arc))
    votes[net.arc] = dual.votes
    village = np.repeat(np.arange(net.n), np.diff(net.start))
    order = np.lexsort((-votes, village))
    best = order[np.searchsorted(village[order], np.arange(net.n))] if len(order) else order
    some = np.diff(net.start) > 0
    assignment = np.full(net.n, -1, np.int64)
    sure = some & ((votes[best] >= least) | net.single)
    assignment[sure] = net.school[best[sure]]
    return assignment


def grow(net: Net, regret: np.ndarray, form: int, assignment: Ints) -> Ints:
    """Complete a partial assignment, contiguously; -1 where a village could not be reached.

    What does not hang on its school is dropped first. Villages cut off by other zones take what
    they need from them, a few times over.
    """
    assignment = assignment.copy()
    args = (
        net.start, net.school, net.parent, net.host, net.near_start, net.near, regret, form,
    )  # fmt: skip
    held = np.full(net.n, -1, np.int64)
    if form > 0:
        _drop_loose(assignment, *args)
    for _ in range(REPAIRS):
        _grow(assignment, *args)
        lost = np.flatnonzero(assignment < 0)
        if not len(lost) or form == 0:
            break
        _seize(assignment, held, lost, *args)
        _drop_loose(assignment, *args)
    return assignment


@njit(cache=True, nogil=True)
def _touches(v, a, s, assignment, parent, host, near_start, near, form):  # type: ignore[no-untyped-def]
    """Whether village v can hang on the zone of s as it stands."""
    if form == 0 or v == host[s]:
        return True
    if form == 2:
        return parent[a] == host[s] or assignment[parent[a]] == s
    for e in range(near_start[v], near_start[v + 1]):
        if assignment[near[e]] == s or near[e] == host[s]:
            return True
    return False


@njit(cache=True, nogil=True)
def _grow(assignment, start, school, parent, host, near_start, near, regret, form):  # type: ignore[no-untyped-def]
    heap = [(0.0, np.int64(0), np.int64(0))]
    heap.pop()
    for lost in np.flatnonzero(assignment < 0):
        for arc in range(start[lost], start[lost + 1]):
            s = school[arc]
            if _touches(lost, arc, s, assignment, parent, host, near_start, near, form):
                heapq.heappush(heap, (regret[arc], np.int64(lost), np.int64(arc)))
    while len(heap):
        _, v, a = heapq.heappop(heap)
        if assignment[v] >= 0:
            continue
        s = school[a]
        assignment[v] = s
        for e in range(near_start[v], near_start[v + 1]):
            to = near[e]
            if assignment[to] >= 0:
                continue
            for b in range(start[to], start[to + 1]):
                if school[b] == s and _touches(
                    to, b, s, assignment, parent, host, near_start, near, form
                ):
                    heapq.heappush(heap, (regret[b], np.int64(to), np.int64(b)))


@njit(cache=True, nogil=True)
def _seize(  # type: ignore[no-untyped-def]
    assignment, held, lost, start, school, parent, host, near_start, near, regret, form,
):  # fmt: skip
    """Give each lost village its cheapest way to a school, through whatever villages lie on it.

    A village seized before is passed through only at a price, so that two cannot quarrel forever.
    """
    n = len(assignment)
    reach, back_to = np.full(n, np.inf), np.full(n, -1, np.int64)
    for v in lost:
        if assignment[v] >= 0:
            continue
        best, target = np.inf, -1
        way = [np.int64(0)]
        way.pop()
        for a in range(start[v], start[v + 1]):
            s = school[a]
            total, path = _way(
                v, s, assignment, held, start, school, parent, host, near_start, near, regret,
                form, reach, back_to,
            )  # fmt: skip
            if total < best:
                best, target, way = total, s, path
        for u in way:
            assignment[u] = target
            held[u] += 1


@njit(cache=True, nogil=True)
def _way(  # type: ignore[no-untyped-def]
    v, s, assignment, held, start, school, parent, host, near_start, near, regret, form,
    reach, back_to,
):  # fmt: skip
    """Return (regret, villages) of the cheapest chain of arcs to s from v to its zone."""
    heap = [(0.0, np.int64(v))]
    seen = [np.int64(v)]
    reach[v] = 0.0
    back_to[v] = -1
    found = np.int64(-1)
    path = [np.int64(0)]
    path.pop()
    total = np.inf
    while len(heap):
        far, at = heapq.heappop(heap)
        if far > reach[at]:
            continue
        a = _arc(at, s, start, school)
        if _touches(at, a, s, assignment, parent, host, near_start, near, form):
            found, total = at, far
            break
        for e in range(near_start[at], near_start[at + 1]):
            to = near[e]
            if form == 2 and to != parent[a]:
                continue
            b = _arc(to, s, start, school)
            if b < 0 or (start[to + 1] - start[to] == 1 and assignment[to] != s):
                continue
            step = far + 1.0 + max(regret[b], 0.0) * (1 + held[to]) + 1e6 * max(held[to], 0)
            if step < reach[to]:
                reach[to] = step
                back_to[to] = at
                seen.append(to)
                heapq.heappush(heap, (step, to))
    while found >= 0:
        path.append(found)
        found = back_to[found]
    for u in seen:
        reach[u] = np.inf
    return total, path


@njit(cache=True, nogil=True)
def _arc(v, s, start, school):  # type: ignore[no-untyped-def]
    for a in range(start[v], start[v + 1]):
        if school[a] == s:
            return a
    return -1


@njit(cache=True, nogil=True)
def _drop_loose(assignment, start, school, parent, host, near_start, near, regret, form):  # type: ignore[no-untyped-def]
    """Unassign what no longer hangs on its school."""
    n = len(assignment)
    kept = np.zeros(n, np.bool_)
    stack = np.empty(n + len(host), np.int64)
    for s in range(len(host)):
        top = 1
        stack[0] = host[s]
        while top:
            top -= 1
            at = stack[top]
            if assignment[at] == s:
                kept[at] = True
            for e in range(near_start[at], near_start[at + 1]):
                to = near[e]
                if assignment[to] != s or kept[to]:
                    continue
                a = _arc(to, s, start, school)
                if form == 1 or parent[a] == at:
                    kept[to] = True
                    stack[top] = to
                    top += 1
    for v in range(n):
        if not kept[v]:
            assignment[v] = -1
