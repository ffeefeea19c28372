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
from districting.solve.zones.knapsack import comes_after, seat_price

MOST_FREE = 62
MOST_ZONES = 600
ONE = np.int64(1)


@njit(cache=True, nogil=True)
def excesses(  # type: ignore[no-untyped-def]
    assignment, back, village, arc, single, weight, cost, prices, base, values,
    seats, share, price, steep,
):  # fmt: skip
    """Return each school's excess: its zone's value at the prices above its best value."""
    m = len(values)
    out = np.empty(m, np.int64)
    for s in range(m):
        load, value = base[s], -values[s]
        for p in range(back[s], back[s + 1]):
            v = village[p]
            if assignment[v] == s and not single[v]:
                load += weight[v]
                value += cost[arc[p]] - prices[v]
        out[s] = value + seat_price(load, seats[s], share[s], price[s], steep[s])
    return out


@njit(cache=True, nogil=True)
def form_windows(  # type: ignore[no-untyped-def]
    order, size, assignment, start, school, regret, back, village, arc, worst,
):  # fmt: skip
    """Grow disjoint windows of up to `size` schools around `order`; return (CSR start, schools).

    A school joins the window to which some village would move, or from which, at least regret.
    """
    m = len(back) - 1
    used = np.zeros(m, np.bool_)
    link = np.full(m, np.inf)
    first, out = np.zeros(m + 1, np.int64), np.empty(m, np.int64)
    touched = np.empty(m, np.int64)
    count, at = 0, 0
    for seed in order:
        if used[seed]:
            continue
        touches, joined, now = 0, 0, seed
        while True:
            used[now] = True
            out[at + joined] = now
            joined += 1
            if joined == size:
                break
            for p in range(back[now], back[now + 1]):
                v = village[p]
                home = assignment[v]
                here, there = regret[arc[p]], 0.0
                if home == now:
                    for a in range(start[v], start[v + 1]):
                        t = school[a]
                        if not used[t] and regret[a] - here < link[t]:
                            if link[t] == np.inf:
                                touched[touches] = t
                                touches += 1
                            link[t] = regret[a] - here
                elif not used[home]:
                    for a in range(start[v], start[v + 1]):
                        if school[a] == home:
                            there = regret[a]
                    if here - there < link[home]:
                        if link[home] == np.inf:
                            touched[touches] = home
                            touches += 1
                        link[home] = here - there
            now, least = -1, worst
            for i in range(touches):
                t = touched[i]
                if not used[t] and link[t] < least:
                    now, least = t, link[t]
            if now < 0:
                break
        for i in range(touches):
            link[touched[i]] = np.inf
        if joined > 1:
            at += joined
            count += 1
            first[count] = at
    return first[: count + 1].copy(), out[:at].copy()


@njit(cache=True, nogil=True)
def improve(  # type: ignore[no-untyped-def]
    begin, finish, first, members, assignment, regret, form, work_limit,
    weight, start, school, cost, parent, back, village, arc, single, host, near_start, near,
    base, prices, values, seats, share, price, steep, improved,
):  # fmt: skip
    """Deal out the villages of windows ``begin:finish`` anew where that lowers their excess.

    ``improved[w]`` becomes 1 if better, 0 if proven best for its free villages, -1 if cut off.
    """
    n = len(weight)
    bit_of = np.full(n, -1, np.int64)
    piece_of = np.full(n, -1, np.int64)
    widest = 1
    for s in range(len(host)):
        widest = max(widest, back[s + 1] - back[s])
    gain, size, bit = (
        np.empty(widest, np.int64), np.empty(widest, np.int64), np.empty(widest, np.int64),
    )  # fmt: skip
    stack = np.empty(n + 1, np.int64)
    free = np.empty(MOST_FREE, np.int64)
    bit_near = np.empty(MOST_FREE, np.int64)
    touches, parents = np.empty(MOST_FREE, np.int64), np.empty(MOST_FREE, np.int64)
    piece_near = np.empty(MOST_FREE, np.int64)
    for w in range(begin, finish):
        crew = members[first[w] : first[w + 1]]
        k = len(crew)
        bits = _free_villages(
            crew, assignment, regret, start, school, back, village, arc, single, free
        )
        improved[w] = 0
        if bits == 0:
            continue
        for b in range(bits):
            bit_of[free[b]] = b
        for b in range(bits):
            bit_near[b] = 0
            for e in range(near_start[free[b]], near_start[free[b] + 1]):
                if bit_of[near[e]] >= 0:
                    bit_near[b] |= ONE << bit_of[near[e]]
        masks, excess = np.empty(k * MOST_ZONES, np.int64), np.empty(k * MOST_ZONES, np.int64)
        present, value0 = np.zeros(k, np.int64), np.zeros(k, np.int64)
        load0, mask0 = np.zeros(k, np.int64), np.zeros(k, np.int64)
        for i in range(k):
            s = crew[i]
            load, value, full, mine = base[s], -values[s], np.int64(0), np.int64(0)
            load_all = base[s]
            for p in range(back[s], back[s + 1]):
                v = village[p]
                if assignment[v] != s or single[v]:
                    continue
                net_cost = cost[arc[p]] - prices[v]
                full += net_cost
                load_all += weight[v]
                if bit_of[v] >= 0:
                    mine |= ONE << bit_of[v]
                else:
                    load += weight[v]
                    value += net_cost
            load0[i], value0[i], mask0[i] = load, value, mine
            present[i] = (
                full - values[s] + seat_price(load_all, seats[s], share[s], price[s], steep[s])
            )
        before = present.sum()
        lists = np.zeros(k + 1, np.int64)
        cut = False
        if before > 0:
            for i in range(k):
                s = crew[i]
                items = 0
                for p in range(back[s], back[s + 1]):
                    v = village[p]
                    if bit_of[v] < 0:
                        continue
                    if parent[arc[p]] >= 0 and form == 2 and not _parent_possible(
                        parent[arc[p]], s, host[s], assignment, bit_of
                    ):
                        continue
                    g = prices[v] - cost[arc[p]]
                    j = items
                    while j > 0 and comes_after(gain[j - 1], size[j - 1], g, weight[v]):
                        gain[j], size[j], bit[j] = gain[j - 1], size[j - 1], bit[j - 1]
                        j -= 1
                    gain[j], size[j], bit[j] = g, weight[v], bit_of[v]
                    items += 1
                root, pieces, needed = np.int64(0), 0, np.int64(0)
                if form == 1:
                    root, pieces = _pieces(
                        s, host[s], assignment, back, village, near_start, near, bit_of, piece_of,
                        stack, touches, piece_near, bits,
                    )  # fmt: skip
                elif form == 2:
                    needed = _needs(
                        s, host[s], assignment, back, village, arc, parent, bit_of, parents
                    )
                limit = before - 1
                at = lists[i]
                found = -1
                for _ in range(8):
                    found = list_zones(
                        items, gain, size, bit, load0[i], seats[s], share[s], price[s], steep[s],
                        value0[i], limit, MOST_ZONES - 1, form, root, bits, bit_near, pieces,
                        piece_near, touches, needed, parents, stack, masks[at:], excess[at:],
                    )  # fmt: skip
                    if found >= 0:
                        break
                    cut = True
                    limit = limit // 2
                found = min(abs(found), MOST_ZONES - 1)
                if cut or present[i] > limit:
                    known = False
                    for c in range(at, at + found):
                        known = known or masks[c] == mask0[i]
                    if not known:
                        masks[at + found], excess[at + found] = mask0[i], present[i]
                        found += 1
                order = np.argsort(excess[at : at + found])
                masks[at : at + found] = masks[at : at + found][order]
                excess[at : at + found] = excess[at : at + found][order]
                lists[i + 1] = at + found
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
            elif cut or not finished:
                improved[w] = -1
        for b in range(bits):
            bit_of[free[b]] = -1


@njit(cache=True, nogil=True)
def _parent_possible(parent, s, host, assignment, bit_of):  # type: ignore[no-untyped-def]
    return parent == host or bit_of[parent] >= 0 or assignment[parent] == s


@njit(cache=True, nogil=True)
def _free_villages(crew, assignment, regret, start, school, back, village, arc, single, free):  # type: ignore[no-untyped-def]
    """Pick the villages of the window with the nearest alternatives inside it."""
    count = 0
    for i in range(len(crew)):
        count += back[crew[i] + 1] - back[crew[i]]
    found, nearest = np.empty(count, np.int64), np.empty(count)
    k = 0
    for i in range(len(crew)):
        s = crew[i]
        for p in range(back[s], back[s + 1]):
            v = village[p]
            if assignment[v] != s or single[v]:
                continue
            least = np.inf
            for a in range(start[v], start[v + 1]):
                for j in range(len(crew)):
                    if crew[j] == school[a] and j != i:
                        least = min(least, regret[a] - regret[arc[p]])
            if least < np.inf:
                found[k], nearest[k] = v, least
                k += 1
    bits = min(k, MOST_FREE)
    order = np.argsort(nearest[:k], kind="mergesort")
    for b in range(bits):
        free[b] = found[order[b]]
    return bits


@njit(cache=True, nogil=True)
def _pieces(  # type: ignore[no-untyped-def]
    s, host, assignment, back, village, near_start, near, bit_of, piece_of, stack, touches,
    piece_near, bits,
):  # fmt: skip
    """Frozen pieces of a zone: return (free villages next to the host's piece, further pieces)."""
    touches[:bits] = 0
    root, pieces = np.int64(0), 0
    for turn in range(-1, back[s + 1] - back[s]):
        seed = host if turn < 0 else village[back[s] + turn]
        if turn >= 0 and (assignment[seed] != s or bit_of[seed] >= 0 or piece_of[seed] == s):
            continue
        if turn >= 0 and seed == host:
            continue
        number = -1 if turn < 0 else pieces
        edge = np.int64(0)
        if turn < 0 and bit_of[host] >= 0:
            edge |= ONE << bit_of[host]
        top = 1
        stack[0] = seed
        piece_of[seed] = s
        while top:
            top -= 1
            at = stack[top]
            for e in range(near_start[at], near_start[at + 1]):
                to = near[e]
                if bit_of[to] >= 0:
                    edge |= ONE << bit_of[to]
                elif assignment[to] == s and piece_of[to] != s:
                    piece_of[to] = s
                    stack[top] = to
                    top += 1
        if number < 0:
            root = edge
        else:
            piece_near[number] = edge
            for b in range(bits):
                if (edge >> b) & 1:
                    touches[b] |= ONE << number
            pieces += 1
    for p in range(back[s], back[s + 1]):
        piece_of[village[p]] = -1
    piece_of[host] = -1
    return root, pieces


@njit(cache=True, nogil=True)
def _needs(s, host, assignment, back, village, arc, parent, bit_of, parents):  # type: ignore[no-untyped-def]
    """Free villages that the frozen ones need; and that each free one needs, in `parents`."""
    needed = np.int64(0)
    for p in range(back[s], back[s + 1]):
        v, on = village[p], parent[arc[p]]
        bit = bit_of[on] if on != host and on >= 0 else -1
        if bit_of[v] >= 0:
            parents[bit_of[v]] = ONE << bit if bit >= 0 else np.int64(0)
        elif assignment[v] == s and bit >= 0:
            needed |= ONE << bit
    return needed
