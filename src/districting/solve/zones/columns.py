"""Near-best zones of one school inside a window, listed as bit masks over the free villages.

What a zone costs beyond the school's best value at the village prices is its *excess*, never
negative; the excesses of all zones sum to objective minus bound. A plan better than the present
one is made of zones whose excess is below the window's present excess, so listing those is exact.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from districting.model.zones import NEVER
from districting.solve.zones.knapsack import relaxed, seat_price

NODE_LIMIT = 60_000
ONE = np.int64(1)


@njit(cache=True, nogil=True)
def in_one_piece(mask, root, bits, near, pieces, piece_near, touches):  # type: ignore[no-untyped-def]
    """Whether the chosen villages and all frozen pieces hang together with the host.

    `root` are the free villages next to the host's piece; `near` their mutual adjacency;
    `piece_near` the free villages next to each further frozen piece, `touches` the reverse.
    """
    reached = np.int64(0)
    front = mask & root
    joined = np.int64(0)
    while front != 0:
        reached |= front
        grown = np.int64(0)
        for b in range(bits):
            if (front >> b) & 1:
                grown |= near[b]
                fresh = touches[b] & ~joined
                if fresh != 0:
                    joined |= fresh
                    for c in range(pieces):
                        if (fresh >> c) & 1:
                            grown |= piece_near[c]
        front = grown & mask & ~reached
    return reached == mask and joined == (ONE << pieces) - 1


@njit(cache=True, nogil=True)
def with_parents(mask, needed, bits, parents):  # type: ignore[no-untyped-def]
    """Whether every village comes with the next one on its way (tree form)."""
    if mask & needed != needed:
        return False
    lacking = np.int64(0)
    for b in range(bits):
        if (mask >> b) & 1:
            lacking |= parents[b] & ~mask
    return lacking == 0


@njit(cache=True, nogil=True)
def list_zones(  # type: ignore[no-untyped-def]
    k, gain, size, bit, load, seats, share, price, steep, start_value, limit, most,
    form, root, bits, near, pieces, piece_near, touches, needed, parents, stack, masks, excess,
):  # fmt: skip
    """List the zones with excess at most `limit`; return their count, negative if cut off.

    `form` is 0 without contiguity, 1 for the exact form, 2 for the tree form.
    """
    never = np.int64(NEVER)
    mask, cost, pos, depth, found, nodes = np.int64(0), start_value, np.int64(0), 0, 0, 0
    while True:
        fits = cost + seat_price(load, seats, share, price, steep) <= limit
        if fits and form == 1:
            fits = in_one_piece(mask, root, bits, near, pieces, piece_near, touches)
        elif fits and form == 2:
            fits = with_parents(mask, needed, bits, parents)
        if fits:
            if found == most:
                return -found
            masks[found] = mask
            excess[found] = cost + seat_price(load, seats, share, price, steep)
            found += 1
        while True:
            if pos < k:
                low, _ = relaxed(k, pos, gain, size, load, seats, share, never, price, steep)
                if low + cost <= limit + 0.01:
                    break
            if depth == 0:
                return found
            depth -= 1
            pos = stack[depth]
            load -= size[pos]
            cost += gain[pos]
            mask &= ~(ONE << bit[pos])
            pos += 1
        nodes += 1
        if nodes > NODE_LIMIT:
            return -found - 1
        stack[depth] = pos
        depth += 1
        load += size[pos]
        cost -= gain[pos]
        mask |= ONE << bit[pos]
        pos += 1
