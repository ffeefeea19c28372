"""What using an arc costs at least, beyond the bound: the key to leaving arcs out with a proof.

At given prices the bound is a sum over schools. Forcing a village into one school and out of all
others changes the values of those schools only, each bounded by its continuous relaxation. A plan
that costs less than ``bound + limit`` uses no arc of a higher penalty.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from districting.model.zones import Ints
from districting.solve.zones.knapsack import insert_item, relaxed
from districting.solve.zones.lagrangian import Dual
from districting.solve.zones.net import NEVER, Net


def arc_penalties(net: Net, dual: Dual) -> Ints:
    """Return the penalty of every live arc, shape (a,), 0 where a village has no other."""
    enter, leave = np.zeros(len(net.arc), np.int64), np.zeros(len(net.arc), np.int64)
    _penalties(net.arrays, dual.prices, dual.values, dual.chosen, enter, leave)
    village = np.repeat(np.arange(net.n), np.diff(net.start))
    out = np.zeros(net.n, np.int64)
    np.add.at(out, village, leave)
    penalty: Ints = np.minimum(enter + out[village] - leave, NEVER)
    return penalty


@njit(cache=True, nogil=True)
def _penalties(net, prices, values, chosen, enter, leave):  # type: ignore[no-untyped-def]
    """Fill what taking in, and doing without, each arc adds to its own school's value."""
    never, widest = np.int64(1) << 45, 1
    for s in range(len(values)):
        widest = max(widest, net.back[s + 1] - net.back[s])
    gain, size = np.empty(widest, np.int64), np.empty(widest, np.int64)
    slot, other = np.empty(widest, np.int64), np.empty(widest, np.int64)
    less = np.empty(widest, np.int64)
    for s in range(len(values)):
        k, first = 0, net.back[s]
        for p in range(first, net.back[s + 1]):
            v = net.village[p]
            g = prices[v] - net.cost[net.arc[p]]
            if not net.single[v] and g > 0:
                insert_item(gain, size, slot, k, g, net.weight[v], p)
                k += 1
        for p in range(first, net.back[s + 1]):
            v, a = net.village[p], net.arc[p]
            if net.single[v]:
                continue
            left = 0
            for j in range(k):
                if slot[j] != p:
                    other[left], less[left] = gain[j], size[j]
                    left += 1
            taken = 0 if chosen[p] else net.weight[v]
            if net.base[s] + taken > net.most[s]:
                enter[a] = never
                continue
            low, _ = relaxed(
                left, 0, other, less, net.base[s] + taken, net.seats[s], net.share[s],
                net.most[s], net.price[s], net.steep[s],
            )  # fmt: skip
            if chosen[p]:
                leave[a] = max(0, np.int64(np.ceil(low - 1e-3)) - values[s])
            else:
                low -= prices[v] - net.cost[a]
                enter[a] = max(0, np.int64(np.ceil(low - 1e-3)) - values[s])
