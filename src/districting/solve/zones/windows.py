"""Windows: a few neighbouring schools whose villages are dealt out anew, exactly.

A window's villages are those of its schools' zones, so contiguity stays its own affair, and
windows without a common school can be solved side by side. At most 62 villages with a near
alternative are free, the others stay.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from districting.solve.zones.columns import list_zones
from districting.solve.zones.cover import cover
from districting.solve.zones.frozen import frozen_pieces, needed_parents
from districting.solve.zones.knapsack import insert_item, seat_price

MOST_FREE = 62
MOST_ZONES = 600
HALVINGS = 8
ONE = np.int64(1)


@njit(cache=True, nogil=True)
def excesses(assignment, net, prices, values):  # type: ignore[no-untyped-def]
    """Return each school's excess: its zone's value at the prices above its best value."""
    m = len(values)
    out = np.empty(m, np.int64)
    for s in range(m):
        load, value = net.base[s], -values[s]
        for p in range(net.back[s], net.back[s + 1]):
            v = net.village[p]
            if assignment[v] == s and not net.single[v]:
                load += net.weight[v]
                value += net.cost[net.arc[p]] - prices[v]
        out[s] = value + seat_price(load, net.seats[s], net.share[s], net.price[s], net.steep[s])
    return out


@njit(cache=True, nogil=True)
def form_windows(order, size, assignment, net, regret):  # type: ignore[no-untyped-def]
    """Grow disjoint windows of up to `size` schools around `order`; return (CSR start, schools).

    A school joins the window to which some village would move, or from which, at least regret.
    """
    m = len(net.host)
    used = np.zeros(m, np.bool_)
    link = np.full(m, np.inf)
    first, out = np.zeros(m + 1, np.int64), np.empty(m, np.int64)
    touched = np.empty(m, np.int64)
    count, at = 0, 0
    for seed in order:
        if used[seed]:
            continue
        touches, joined, now = np.int64(0), 0, seed
        while now >= 0:
            used[now] = True
            out[at + joined] = now
            joined += 1
            if joined == size:
                break
            touches = _link(now, assignment, net, regret, used, link, touched, touches)
            now, least = -1, np.inf
            for i in range(touches):
                t = touched[i]
                if not used[t] and link[t] < least:
                    now, least = t, link[t]
        for i in range(touches):
            link[touched[i]] = np.inf
        if joined > 1:
            at += joined
            count += 1
            first[count] = at
    return first[: count + 1].copy(), out[:at].copy()


@njit(cache=True, nogil=True)
def _link(now, assignment, net, regret, used, link, touched, touches):  # type: ignore[no-untyped-def]
    """Note how near the schools around `now` are to it, by the least regret of a move."""
    for p in range(net.back[now], net.back[now + 1]):
        v = net.village[p]
        home = assignment[v]
        if home != now and used[home]:
            continue
        here, there = regret[net.arc[p]], 0.0
        for a in range(net.start[v], net.start[v + 1]):
            if net.school[a] == home:
                there = regret[a]
        for a in range(net.start[v], net.start[v + 1]):
            t = net.school[a]
            if used[t] or (home != now and t != home):
                continue
            move = regret[a] - here if home == now else here - there
            if link[t] == np.inf:
                touched[touches] = t
                touches += 1
            link[t] = min(link[t], move)
    return touches


@njit(cache=True, nogil=True)
def improve(  # type: ignore[no-untyped-def]
    begin, finish, first, members, assignment, regret, form, work_limit, net, prices, values,
    improved,
):  # fmt: skip
    """Deal out the villages of windows ``begin:finish`` anew where that lowers their excess.

    ``improved[w]`` becomes 1 if better, 0 if proven best for its free villages, -1 if cut off.
    """
    n = len(net.weight)
    bit_of, piece_of = np.full(n, -1, np.int64), np.full(n, -1, np.int64)
    stack = np.empty(n + 1, np.int64)
    free, bit_near = np.empty(MOST_FREE, np.int64), np.empty(MOST_FREE, np.int64)
    for w in range(begin, finish):
        crew = members[first[w] : first[w + 1]]
        k = len(crew)
        bits = _free_villages(crew, assignment, regret, net, free)
        improved[w] = 0
        _number(free, bits, net, bit_of, bit_near)
        before, whole = np.int64(0), True
        present, lists = np.zeros(k, np.int64), np.zeros(k + 1, np.int64)
        for i in range(k):
            present[i] = _zone(crew[i], assignment, net, prices, values, bit_of)[3]
            before += present[i]
        if bits > 0 and before > 0:
            masks = np.empty(k * MOST_ZONES, np.int64)
            excess = np.empty(k * MOST_ZONES, np.int64)
            for i in range(k):
                at = lists[i]
                found, complete = _list_school(
                    crew[i], before - 1, present[i], assignment, form, net, prices, values, bits,
                    bit_of, bit_near, piece_of, stack, masks[at:], excess[at:],
                )  # fmt: skip
                lists[i + 1] = at + found
                whole = whole and complete
            picks = np.empty(k, np.int64)
            after, finished = cover(
                k, lists, masks, excess, (ONE << bits) - 1, before, work_limit, picks
            )
            if after < before:
                improved[w] = 1
                for i in range(k):
                    for b in range(bits):
                        if (masks[picks[i]] >> b) & 1:
                            assignment[free[b]] = crew[i]
            elif not (whole and finished):
                improved[w] = -1
        for b in range(bits):
            bit_of[free[b]] = -1


@njit(cache=True, nogil=True)
def _free_villages(crew, assignment, regret, net, free):  # type: ignore[no-untyped-def]
    """Pick the villages of the window with the nearest alternatives inside it."""
    count = 0
    for s in crew:
        count += net.back[s + 1] - net.back[s]
    found, nearest = np.empty(count, np.int64), np.empty(count)
    k = 0
    for s in crew:
        for p in range(net.back[s], net.back[s + 1]):
            v = net.village[p]
            if assignment[v] != s or net.single[v]:
                continue
            least = np.inf
            for a in range(net.start[v], net.start[v + 1]):
                for t in crew:
                    if t == net.school[a] and t != s:
                        least = min(least, regret[a] - regret[net.arc[p]])
            if least < np.inf:
                found[k], nearest[k] = v, least
                k += 1
    bits = min(k, MOST_FREE)
    order = np.argsort(nearest[:k], kind="mergesort")
    for b in range(bits):
        free[b] = found[order[b]]
    return bits


@njit(cache=True, nogil=True)
def _number(free, bits, net, bit_of, bit_near):  # type: ignore[no-untyped-def]
    """Give the free villages their bits and note their mutual adjacency."""
    for b in range(bits):
        bit_of[free[b]] = b
    for b in range(bits):
        bit_near[b] = 0
        for e in range(net.near_start[free[b]], net.near_start[free[b] + 1]):
            if bit_of[net.near[e]] >= 0:
                bit_near[b] |= ONE << bit_of[net.near[e]]


@njit(cache=True, nogil=True)
def _zone(s, assignment, net, prices, values, bit_of):  # type: ignore[no-untyped-def]
    """Return (load, value) of the frozen part, the free part as a mask, the whole zone's excess."""
    load, value, mask = net.base[s], -values[s], np.int64(0)
    all_load, all_value = load, value
    for p in range(net.back[s], net.back[s + 1]):
        v = net.village[p]
        if assignment[v] != s or net.single[v]:
            continue
        cost = net.cost[net.arc[p]] - prices[v]
        all_value += cost
        all_load += net.weight[v]
        if bit_of[v] >= 0:
            mask |= ONE << bit_of[v]
        else:
            load += net.weight[v]
            value += cost
    paid = seat_price(all_load, net.seats[s], net.share[s], net.price[s], net.steep[s])
    return load, value, mask, all_value + paid


@njit(cache=True, nogil=True)
def _list_school(  # type: ignore[no-untyped-def]
    s, limit, present, assignment, form, net, prices, values, bits, bit_of, bit_near, piece_of,
    stack, masks, excess,
):  # fmt: skip
    """List a school's zones with excess up to `limit`, its present one among them, in order.

    Return (count, whether complete); where there are too many the limit is halved.
    """
    gain, size = np.empty(MOST_FREE, np.int64), np.empty(MOST_FREE, np.int64)
    bit = np.empty(MOST_FREE, np.int64)
    touches, parents = np.zeros(MOST_FREE, np.int64), np.zeros(MOST_FREE, np.int64)
    piece_near = np.empty(MOST_FREE, np.int64)
    load, value, mine, _ = _zone(s, assignment, net, prices, values, bit_of)
    items, root, pieces, needed = np.int64(0), np.int64(0), 0, np.int64(0)
    for p in range(net.back[s], net.back[s + 1]):
        v, on = net.village[p], net.parent[net.arc[p]]
        if bit_of[v] < 0:
            continue
        lost = form == 2 and on != net.host[s] and bit_of[on] < 0 and assignment[on] != s
        if not lost:
            g = prices[v] - net.cost[net.arc[p]]
            insert_item(gain, size, bit, items, g, net.weight[v], bit_of[v])
            items += 1
    if form == 1:
        root, pieces = frozen_pieces(
            s, assignment, net, bit_of, piece_of, stack, touches, piece_near, bits
        )
    elif form == 2:
        needed = needed_parents(s, assignment, net, bit_of, parents)
    found, complete = 0, pieces >= 0
    for _ in range(HALVINGS if pieces >= 0 else 0):
        found = list_zones(
            items, gain, size, bit, load, net.seats[s], net.share[s], net.price[s], net.steep[s],
            value, limit, MOST_ZONES - 1, form, root, bits, bit_near, pieces, piece_near, touches,
            needed, parents, stack, masks, excess,
        )  # fmt: skip
        if found >= 0:
            break
        complete, limit = False, limit // 2
    found = min(abs(found), MOST_ZONES - 1)
    if not (masks[:found] == mine).any():
        masks[found], excess[found] = mine, present
        found += 1
    order = np.argsort(excess[:found], kind="mergesort")
    masks[:found], excess[:found] = masks[:found][order], excess[:found][order]
    return found, complete
