"""The bound where zones are large: every school's best zone in one piece, by branch and bound.

Seats alone let a school pick villages here and there; with few large schools the bound then stays
percents too low. Zones grow from the host here, village by village (:mod:`reach`). Where the search
is cut short the bound of its open branches stands in, so the bound holds.
A zone that holds two villages of a triple pays the triple's fine (:mod:`triples`); fines to come
are left out of the bounds.
"""

from __future__ import annotations

import heapq
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import numpy.typing as npt
from numba import njit

from districting.model.zones import NEVER, Bools
from districting.solve.zones.lagrangian import Dual, evaluate, sum_bound
from districting.solve.zones.net import Net
from districting.solve.zones.reach import (
    NO_ONE,
    candidates,
    find_ties,
    no_ties,
    relaxed_worth,
    spread,
)
from districting.solve.zones.shape import Shape

Flag = npt.NDArray[np.uint8]
MOST_NODES = 1_000
RUNNING = np.zeros(1, np.uint8)
"""A flag that no one raises; see :func:`pack_pieces`."""
SLACK = 1e-4
"""Share of the bound given away, all schools together, for shorter searches."""
KEPT = 24
"""Zones that one search hands over at most."""


def pack_pieces(
    net: Net, shape: Shape, dual: Dual, changed: Bools, pool: ThreadPoolExecutor,
    most_nodes: int = MOST_NODES, share: float = SLACK, halt: Flag = RUNNING,
) -> None:  # fmt: skip
    """Price every school's zones in one piece, hard seats; set values, choices and bound.

    Searches end at `most_nodes`, and at once when the flag `halt` is raised, shape (1,). Where one
    cut short knows less than the seats alone, their value stands.
    """
    plain = evaluate(net, shape, dual.prices, pool)
    slack = share * max(abs(dual.bound), 1) / net.m

    def part(s: int) -> None:
        _pack_school(
            s, slack, most_nodes, halt, net.back, net.village, net.arc, net.single, net.weight,
            net.cost, dual.prices, net.base, net.seats, net.host, net.near_start, net.near,
            dual.values, dual.chosen,
        )  # fmt: skip

    list(pool.map(part, np.flatnonzero(changed).tolist()))
    np.maximum(dual.values, plain.values, out=dual.values)
    dual.bound = sum_bound(net, dual)


@njit(cache=True, nogil=True)
def _pack_school(  # type: ignore[no-untyped-def]
    s, slack, most_nodes, halt, back, village, arc, single, weight, cost, prices, base, seats, host,
    near_start, near, values, chosen,
):  # fmt: skip
    """Find the school's best zone; its last choice, still sound, is where the search begins."""
    places, gain, size, start, to, root, room = candidates(
        s, back, village, arc, single, weight, cost, prices, base, seats, host, near_start, near,
        np.ones(len(arc), np.bool_),
    )  # fmt: skip
    k, before, held = len(gain), np.int64(0), np.zeros(len(gain), np.bool_)
    for i in range(k):
        held[i] = chosen[places[i]]
        before += gain[i] if held[i] else 0
    if before < 0:
        before, held[:] = np.int64(0), False
    few, met = most_nodes // 4, np.zeros((1, k), np.bool_)
    ties = no_ties(k)
    upper, _, found = _search(
        gain, size, start, to, root, room, ties, slack, few, halt, before, met, NO_ONE
    )
    if found > 0:
        held = met[0]
    worth = np.int64(0)
    for i in range(k):
        worth += gain[i] if held[i] else 0
    if upper > worth + slack + 1:
        upper = min(
            upper, _close(gain, size, start, to, root, room, slack, most_nodes, halt, worth, held)
        )
    values[s] = -np.int64(np.floor(upper + 1e-3))
    for p in range(back[s], back[s + 1]):
        chosen[p] = False
    for i in range(k):
        chosen[places[i]] = held[i]


@njit(cache=True, nogil=True)
def better_zones(  # type: ignore[no-untyped-def]
    s, floor, most_nodes, halt, back, village, arc, single, weight, cost, prices, base, seats, host,
    near_start, near, live, triples, fines,
):  # fmt: skip
    """Look for zones of the school worth more than `floor`, on the arcs marked in `live`.

    Returns
    -------
    int
        What no zone is worth more than, at least `floor`.
    int
        What the best zone met is worth, at least `floor`.
    int array, shape (k,)
        Villages in question.
    bool array, shape (q, k)
        Zones met, each worth more than all before it.
    """
    places, gain, size, start, to, root, room = candidates(
        s, back, village, arc, single, weight, cost, prices, base, seats, host, near_start, near,
        live,
    )  # fmt: skip
    met = np.zeros((KEPT, len(gain)), np.bool_)
    ties = find_ties(village[places], len(single), triples, fines)
    upper, best, found = _search(
        gain, size, start, to, root, room, ties, 0.0, most_nodes, halt, np.int64(floor), met, NO_ONE
    )
    most = np.int64(np.floor(upper + 1e-3))
    return most, best, village[places], met[: min(found, KEPT)]


@njit(cache=True, nogil=True)
def joinable(  # type: ignore[no-untyped-def]
    s, floor, most_nodes, halt, back, village, arc, single, weight, cost, prices, base, seats,
    host, near_start, near, triples, fines, live,
):  # fmt: skip
    """Unmark the school's free arcs that no zone in one piece worth at least `floor` can use.

    `live` is laid out like `arc` by number. Searches cut short leave their arc marked.
    """
    places, gain, size, start, to, root, room = candidates(
        s, back, village, arc, single, weight, cost, prices, base, seats, host, near_start, near,
        live,
    )  # fmt: skip
    ties = find_ties(village[places], len(single), triples, fines)
    for p in range(back[s], back[s + 1]):
        live[arc[p]] = live[arc[p]] and (single[village[p]] or weight[village[p]] <= room)
    met = np.zeros((1, len(gain)), np.bool_)
    for i in range(len(gain)):
        best = np.int64(floor - 1)
        upper, _, _ = _search(
            gain, size, start, to, root, room, ties, 0.0, most_nodes, halt, best, met, i
        )
        live[arc[places[i]]] = upper > best


@njit(cache=True, nogil=True)
def _search(  # type: ignore[no-untyped-def]
    gain, size, start, to, root, room, ties, slack, most_nodes, halt, best, met, must
):
    """Return a bound on any choice, the best, and how many choices better than `best` were met.

    The last of them are written to `met`, each better than those before. Villages come by falling
    gain per child; `root` marks those that touch what the school has. With a village `must` only
    zones with it count, and the first one better than `best` will do.
    """
    k, hits = len(gain), np.zeros(len(ties[2]), np.int8)
    state, beside = np.zeros(k, np.int8), root.astype(np.int64)
    taken, tried = np.empty(k, np.int64), np.zeros(k, np.bool_)
    loss, anywhere = np.maximum(-gain, 0), np.zeros(k, np.int64)
    way, toll = np.empty(k, np.int64), np.empty(k, np.int64)
    queue, waits = np.empty(k + 1, np.int64), np.zeros(k, np.bool_)
    depth, left, worth, nodes, found, upper = 0, room, np.int64(0), 0, 0, float(best)
    while True:
        nodes += 1
        spread(size, left, anywhere, left, state, beside, start, to, queue, waits, way)
        spread(loss, NEVER - 1, way, left, state, beside, start, to, queue, waits, toll)
        high = relaxed_worth(gain, size, state, toll, left, worth, must)
        branch = -1
        if high > best + slack:
            for i in range(k):
                if state[i] == 0 and beside[i] > 0 and way[i] <= left:
                    branch = i
                    break
        if branch >= 0 and nodes < most_nodes and halt[0] == 0:
            taken[depth], tried[depth] = branch, False
            depth += 1
            left, worth = left - size[branch], worth + gain[branch]
            worth -= _tie(branch, 1, ties, hits)
            _mark(branch, 1, 1, state, beside, start, to)
            if worth > best and (must < 0 or state[must] == 1):
                if must >= 0:
                    return float(worth), worth, 1
                best = worth
                for i in range(k):
                    met[found % len(met), i] = state[i] == 1
                found += 1
            continue
        if branch >= 0 or best < high <= best + slack:
            upper = max(upper, high)
        while depth > 0 and tried[depth - 1]:
            depth -= 1
            state[taken[depth]] = 0
        if depth == 0:
            return max(upper, float(best)), best, found
        back = taken[depth - 1]
        tried[depth - 1] = True
        left, worth = left + size[back], worth - gain[back]
        worth -= _tie(back, -1, ties, hits)
        _mark(back, 2, -1, state, beside, start, to)


@njit(cache=True, nogil=True)
def _tie(i, more, ties, hits):  # type: ignore[no-untyped-def]
    """Count village i in its triples, or no more; return the fines that become due by it."""
    (start, tie, fines), due = ties, np.int64(0)
    for e in range(start[i], start[i + 1]):
        r = tie[e]
        hits[r] += more
        if hits[r] == (2 if more > 0 else 1):
            due += more * fines[r]
    return due


@njit(cache=True, nogil=True)
def _close(  # type: ignore[no-untyped-def]
    gain, size, start, to, root, room, slack, most_nodes, halt, best, held
):
    """As :func:`_search`, but always at the open branch of the highest bound.

    Cut short it knows far more of the bound, while it finds good zones late.
    """
    k = len(gain)
    states, beside = np.zeros((most_nodes + 2, k), np.int8), np.empty(k, np.int64)
    lefts, worths = np.empty(most_nodes + 2, np.int64), np.empty(most_nodes + 2, np.int64)
    branches = np.empty(most_nodes + 2, np.int64)
    loss, anywhere = np.maximum(-gain, 0), np.zeros(k, np.int64)
    way, toll = np.empty(k, np.int64), np.empty(k, np.int64)
    queue, waits = np.empty(k + 1, np.int64), np.zeros(k, np.bool_)
    lefts[0], worths[0], branches[0] = room, 0, -1
    heap, first, made, upper = [(-float(NEVER), 0)], 0, 1, float(best)
    while len(heap) > 0:
        high, at = heapq.heappop(heap)
        if -high <= best + slack or made >= most_nodes or halt[0] != 0:
            return max(upper, min(-high, float(NEVER)), float(best))
        for new in range(first, first + (2 if first > 0 else 1)):
            if first > 0:
                b, taken = branches[at], new == first
                states[new] = states[at]
                states[new, b] = 1 if taken else 2
                lefts[new] = lefts[at] - (size[b] if taken else 0)
                worths[new] = worths[at] + (gain[b] if taken else 0)
            state, left = states[new], lefts[new]
            _count_beside(state, root, start, to, beside)
            if worths[new] > best:
                best = worths[new]
                for i in range(k):
                    held[i] = state[i] == 1
            spread(size, left, anywhere, left, state, beside, start, to, queue, waits, way)
            spread(loss, NEVER - 1, way, left, state, beside, start, to, queue, waits, toll)
            high = relaxed_worth(gain, size, state, toll, left, worths[new], NO_ONE)
            branches[new] = -1
            for i in range(k):
                if state[i] == 0 and beside[i] > 0 and way[i] <= left:
                    branches[new] = i
                    break
            if branches[new] >= 0 and high > best + slack:
                heapq.heappush(heap, (-high, new))
            elif branches[new] >= 0:
                upper = max(upper, high)
        first = made = made + (2 if first > 0 else 0)
    return max(upper, float(best))


@njit(cache=True, nogil=True)
def _count_beside(state, root, start, to, out):  # type: ignore[no-untyped-def]
    """Write how many ways lead from the zone, or from what its school has, to each village."""
    for i in range(len(state)):
        out[i] = 1 if root[i] else 0
        for e in range(start[i], start[i + 1]):
            out[i] += 1 if state[to[e]] == 1 else 0


@njit(cache=True, nogil=True)
def _mark(i, now, more, state, beside, start, to):  # type: ignore[no-untyped-def]
    """Put village i into the zone (1) or out of it (2), and tell its neighbours."""
    state[i] = now
    for e in range(start[i], start[i + 1]):
        beside[to[e]] += more
