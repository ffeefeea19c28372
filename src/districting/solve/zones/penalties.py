"""What using an arc costs at least, beyond the bound: the key to leaving arcs out with a proof.

At given prices the bound is a sum over schools. Forcing a village into one school and out of all
others changes the values of those schools only, each bounded by its continuous relaxation, or
searched exactly with contiguity. A plan that costs less than ``bound + limit`` uses no arc of a
higher penalty.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit

from districting.model.zones import NEVER, Ints
from districting.solve.zones.knapsack import insert_item, pack, relaxed
from districting.solve.zones.lagrangian import Dual
from districting.solve.zones.net import Net
from districting.solve.zones.shape import ONE, Shape


@dataclass(frozen=True, eq=False)
class Penalties:
    """By how much a school's value rises at least.

    Parameters
    ----------
    enter : int array, shape (a,)
        If it has to take the arc's village in; 0 where it takes it anyway.
    leave : int array, shape (a,)
        If it has to do without; 0 where it does anyway.
    """

    enter: Ints
    leave: Ints

    def of_arcs(self, net: Net) -> Ints:
        """Return the penalty of every live arc, shape (a,), 0 where a village has no other."""
        village = np.repeat(np.arange(net.n), np.diff(net.start))
        out = np.zeros(net.n, np.int64)
        np.add.at(out, village, self.leave)
        penalty: Ints = np.minimum(self.enter + out[village] - self.leave, NEVER)
        return penalty


def arc_penalties(net: Net, dual: Dual) -> Penalties:
    """Return the penalties by continuous relaxations, without contiguity."""
    enter, leave = np.zeros(len(net.arc), np.int64), np.zeros(len(net.arc), np.int64)
    _penalties(net.arrays, dual.prices, dual.values, dual.chosen, enter, leave)
    return Penalties(enter, leave)


def shaped_penalties(net: Net, shape: Shape, dual: Dual, limit: int) -> Penalties:
    """Return the penalties up to about `limit`, with contiguity as `shape` asks for it.

    `dual` must have been evaluated with that shape.
    """
    found = arc_penalties(net, dual)
    _shaped(
        net.arrays, shape.form, shape.near, shape.root, shape.forced, dual.prices, dual.values,
        dual.chosen, limit, found.enter, found.leave,
    )  # fmt: skip
    return found


@njit(cache=True, nogil=True)
def _penalties(net, prices, values, chosen, enter, leave):  # type: ignore[no-untyped-def]
    """Fill what taking in, and doing without, each arc adds to its own school's value."""
    never, widest = np.int64(NEVER), 1
    for s in range(len(values)):
        widest = max(widest, net.back[s + 1] - net.back[s])
    gain, size = np.empty(widest, np.int64), np.empty(widest, np.int64)
    slot, other = np.empty(widest, np.int64), np.empty(widest, np.int64)
    less = np.empty(widest, np.int64)
    for s in range(len(values)):
        k, first = np.int64(0), net.back[s]
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
            left = np.int64(0)
            for j in range(k):
                if slot[j] != p:
                    other[left], less[left] = gain[j], size[j]
                    left += 1
            taken = 0 if chosen[p] else net.weight[v]
            if net.base[s] + taken > net.most[s]:
                enter[a] = never
                continue
            low, _ = relaxed(
                left, np.int64(0), other, less, net.base[s] + taken, net.seats[s], net.share[s],
                net.most[s], net.price[s], net.steep[s],
            )  # fmt: skip
            if chosen[p]:
                leave[a] = max(0, np.int64(np.ceil(low - 1e-3)) - values[s])
            else:
                low -= prices[v] - net.cost[a]
                enter[a] = max(0, np.int64(np.ceil(low - 1e-3)) - values[s])


@njit(cache=True, nogil=True)
def _shaped(  # type: ignore[no-untyped-def]
    net, forms, near, root, forced, prices, values, chosen, limit, enter, leave
):
    """Raise the penalties up to `limit` to those of zones in one piece."""
    gain, size = np.empty(64, np.int64), np.empty(64, np.int64)
    bit, other = np.empty(64, np.int64), np.empty(64, np.int64)
    less, tag = np.empty(64, np.int64), np.empty(64, np.int64)
    taken, best = np.empty(64, np.int64), np.empty(64, np.bool_)
    for s in range(len(values)):
        if forms[s] == 0:
            continue
        k, first = np.int64(0), net.back[s]
        count = net.back[s + 1] - first
        for p in range(first, net.back[s + 1]):
            v = net.village[p]
            if not net.single[v]:
                g = prices[v] - net.cost[net.arc[p]]
                insert_item(gain, size, bit, k, g, net.weight[v], p - first)
                k += 1
        for j in range(k):
            p = first + bit[j]
            a = net.arc[p]
            known = leave[a] if chosen[p] else enter[a]
            if known > limit:
                continue
            for i in range(k - 1):
                at = i if i < j else i + 1
                other[i], less[i], tag[i] = gain[at], size[at], bit[at]
            load, base, need = net.base[s], np.int64(0), forced[s]
            if not chosen[p]:
                load += size[j]
                base = gain[j]
                need |= ONE << bit[j]
            value = pack(
                k - 1, other, less, tag, load, net.seats[s], net.share[s], net.most[s],
                net.price[s], net.steep[s], forms[s], near, first, count, root[s], need,
                values[s] + known + base, values[s] + limit + 1 + base, taken, best,
            ) - base - values[s]  # fmt: skip
            if chosen[p]:
                leave[a] = max(known, value)
            else:
                enter[a] = max(known, value)
