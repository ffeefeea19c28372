"""The cheapest set of villages for one school at given village prices, exactly, in integers.

A school may take any subset of its villages; a village brings ``cost - price``, the load pays for
overfull seats. Branch and bound over the villages by decreasing gain per child, with the
continuous relaxation as bound: few villages have a gain at good prices, so the trees are tiny.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from districting.solve.zones.shape import ONE, sound

NOTHING = np.int64(1 << 45)
"""Value of a school for which no set of villages is in one piece."""
TREE_LIMIT = 60_000
"""Nodes after which a school's value falls back to its continuous relaxation, a valid bound.

Few schools need more than some hundred, but where two with seats to spare share their villages a
fallback counts those twice: at 3,000 nodes five schools in 2,235 made a third of the gap.
"""


@njit(cache=True, nogil=True, inline="always")
def seat_price(load, seats, share, price, steep):  # type: ignore[no-untyped-def]
    """Return the price of a school's overfull seats."""
    over = 0
    if load > seats:
        over = price * (min(load, share) - seats)
    if load > share:
        over += steep * (load - share)
    return over


@njit(cache=True, nogil=True)
def relaxed(k, first, gain, weight, load, seats, share, most, price, steep):  # type: ignore[no-untyped-def]
    """Return (value, price per child) of filling up continuously with items ``first:k``.

    Items lie by decreasing gain per child.
    """
    value = float(seat_price(load, seats, share, price, steep))
    marginal = 0.0 if load <= seats else float(price if load <= share else steep)
    for j in range(first, k):
        left = weight[j]
        if left == 0:
            value -= max(gain[j], 0)
            continue
        rate = gain[j] / left
        while left > 0:
            if load < seats:
                marginal, room = 0.0, seats - load
            elif load < share:
                marginal, room = max(marginal, float(price)), share - load
            elif load < most:
                marginal, room = max(marginal, float(steep)), most - load
            else:
                return value, max(marginal, rate)
            if rate <= marginal:
                return value, max(rate, 0.0)
            part = min(left, room)
            value -= part * (rate - marginal)
            load += part
            left -= part
    return value, marginal


@njit(cache=True, nogil=True)
def pack(  # type: ignore[no-untyped-def]
    k, gain, weight, bit, load, seats, share, most, price, steep,
    form, near, first, count, root, forced, floor, cutoff, taken, best_taken,
):  # fmt: skip
    """Return the least ``seat price - gains`` and leave the choice in ``best_taken[:k]``.

    With `form` above 0 only zones in one piece count, and items without a gain may serve as
    bridges. Where the search is cut off, the value falls back to `floor`, a bound known before.
    Values from `cutoff` on are not sought: `cutoff` is returned instead.
    """
    empty = np.int64(seat_price(load, seats, share, price, steep))
    best = np.int64(cutoff)
    best_taken[:k] = False
    if empty < best and (form == 0 or sound(np.int64(0), form, near, first, count, root, forced)):
        best = empty
    cost, pos, depth, nodes, mask = 0, np.int64(0), 0, 0, np.int64(0)
    while True:
        while pos < k:
            low, _ = relaxed(k, pos, gain, weight, load, seats, share, most, price, steep)
            if low + cost > best - 0.99:
                break
            nodes += 1
            if load + weight[pos] <= most:
                taken[depth] = pos
                depth += 1
                load += weight[pos]
                cost -= gain[pos]
                if form > 0:
                    mask |= ONE << bit[pos]
                value = cost + seat_price(load, seats, share, price, steep)
                if value < best and (
                    form == 0 or sound(mask, form, near, first, count, root, forced)
                ):
                    best = value
                    best_taken[:k] = False
                    for d in range(depth):
                        best_taken[taken[d]] = True
            pos += 1
        if depth == 0:
            return best
        if nodes > TREE_LIMIT:
            return min(best, floor)
        depth -= 1
        pos = taken[depth]
        load -= weight[pos]
        cost += gain[pos]
        if form > 0:
            mask &= ~(ONE << bit[pos])
        pos += 1


@njit(cache=True, nogil=True)
def _comes_after(gain, size, other_gain, other_size):  # type: ignore[no-untyped-def]
    """Whether the first item comes after the second by gain per child."""
    if size > 0 and other_size > 0:
        return gain * other_size < other_gain * size
    if size == 0 and other_size == 0:
        return gain < other_gain
    return gain < 0 if size == 0 else other_gain >= 0


@njit(cache=True, nogil=True)
def insert_item(gain, size, slot, count, new_gain, new_size, new_slot):  # type: ignore[no-untyped-def]
    """Insert an item into `count` items lying by decreasing gain per child."""
    j = count
    while j > 0 and _comes_after(gain[j - 1], size[j - 1], new_gain, new_size):
        gain[j], size[j], slot[j] = gain[j - 1], size[j - 1], slot[j - 1]
        j -= 1
    gain[j], size[j], slot[j] = new_gain, new_size, new_slot


@njit(cache=True, nogil=True)
def gather(  # type: ignore[no-untyped-def]
    s, bridges, back, village, arc, single, weight, cost, prices, gain, size, slot
):
    """Collect the school's villages by decreasing gain per child; return their count.

    Those without a gain are left out unless they may serve as bridges.
    """
    k = np.int64(0)
    for p in range(back[s], back[s + 1]):
        v = village[p]
        if single[v]:
            continue
        g = prices[v] - cost[arc[p]]
        if g <= 0 and not bridges:
            continue
        insert_item(gain, size, slot, k, g, weight[v], p - back[s])
        k += 1
    return k


@njit(cache=True, nogil=True)
def _picked_sound(k, slot, best, form, near, first, count, root, forced):  # type: ignore[no-untyped-def]
    mask = np.int64(0)
    for j in range(k):
        if best[j]:
            mask |= ONE << slot[j]
    return sound(mask, form, near, first, count, root, forced)


@njit(cache=True, nogil=True)
def pack_schools(  # type: ignore[no-untyped-def]
    first, last, changed, back, village, arc, single, weight, cost, prices,
    base, seats, share, most, price, steep, forms, near, root, forced, values, rates, chosen,
):  # fmt: skip
    """Solve schools ``first:last`` that have changed: their values, prices per child, choices.

    `chosen` is laid out like `village`. Values leave out the villages with one arc, except that
    their children fill seats.
    """
    widest = 1
    for s in range(first, last):
        widest = max(widest, back[s + 1] - back[s])
    gain, size = np.empty(widest, np.int64), np.empty(widest, np.int64)
    slot = np.empty(widest, np.int64)
    taken, best = np.empty(widest, np.int64), np.empty(widest, np.bool_)
    for s in range(first, last):
        if not changed[s]:
            continue
        at, count = back[s], back[s + 1] - back[s]
        for p in range(at, back[s + 1]):
            chosen[p] = False
        k = gather(s, False, back, village, arc, single, weight, cost, prices, gain, size, slot)
        low, rates[s] = relaxed(
            k, np.int64(0), gain, size, base[s], seats[s], share[s], most[s], price[s], steep[s]
        )
        values[s] = pack(
            k, gain, size, slot, base[s], seats[s], share[s], most[s], price[s], steep[s],
            np.int64(0), near, at, count, root[s], forced[s], np.int64(np.floor(low)), NOTHING,
            taken, best,
        )  # fmt: skip
        if forms[s] > 0 and not _picked_sound(
            k, slot, best, forms[s], near, at, count, root[s], forced[s]
        ):
            k = gather(s, True, back, village, arc, single, weight, cost, prices, gain, size, slot)
            values[s] = pack(
                k, gain, size, slot, base[s], seats[s], share[s], most[s], price[s], steep[s],
                forms[s], near, at, count, root[s], forced[s], values[s], NOTHING, taken, best,
            )  # fmt: skip
        for j in range(k):
            if best[j]:
                chosen[at + slot[j]] = True
