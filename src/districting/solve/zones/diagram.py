"""All zones of a school that a better plan can use, in one diagram.

The choices along a frontier (:mod:`frontier`) that leave the same frontier continue alike, whatever
their children: drawn as one node they make a diagram whose paths are the school's zones in one
piece (zero-suppressed decision diagrams: Kawahara et al., IEICE Transactions on Fundamentals 2017).
A table a node, by the room left, says what the rest of a path can be worth at most; with the best
beginnings it tells for each village what the best zone with it and without it are worth, exactly.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numba import njit

from districting.model.zones import Bools
from districting.solve.zones.frontier import decide, first_label, take_slots
from districting.solve.zones.master import Prices
from districting.solve.zones.net import Net
from districting.solve.zones.pieces import Flag
from districting.solve.zones.sweep import SLOTS, in_sweep, most_of_rest

NO_ZONE = -(1 << 60)
"""Worth of a zone where there is none."""
MOST_NODES, MOST_LABELS = 20_000, 1_000_000
"""Nodes of a diagram, and labels of their beginnings, that are worth their while."""


def used_arcs(net: Net, at: Prices, goal: float, halt: Flag, pool: ThreadPoolExecutor) -> Bools:
    """Return which arcs plans that cost less than `goal` may use, shape (a,)."""
    excess = int(np.ceil(goal)) - at.bound
    usable, sure = np.ones(len(net.school), bool), np.zeros(len(net.school), bool)

    def part(s: int) -> None:
        mark_use(
            s, at.worth[s], at.worth[s] - excess, halt, net.back, net.village, net.arc, net.single,
            net.weight, net.cost, at.villages, net.base, net.seats, net.host, net.near_start,
            net.near, usable, sure,
        )  # fmt: skip

    list(pool.map(part, range(net.m)))
    village = np.repeat(np.arange(net.n), np.diff(net.start))
    return usable & (sure | ~np.isin(village, village[sure]))


@njit(cache=True, nogil=True)
def mark_use(  # type: ignore[no-untyped-def]
    s, best, floor, halt, back, village, arc, single, weight, cost, prices, base, seats, host,
    near_start, near, usable, sure,
):  # fmt: skip
    """Mark which of the school's free arcs any zone worth more than `floor` uses, and which all.

    No zone is worth more than `best`. Where the diagram grows too large, bounds tell what none
    uses. `usable` and `sure` are laid out like `arc` by number.
    """
    mine, gain, shared, size, root, start, to, room, width = in_sweep(
        s, floor, best, back, village, arc, single, weight, cost, prices, base, seats, host,
        near_start, near, np.ones(len(arc), np.bool_),
    )  # fmt: skip
    through, most = False, np.empty((0, 2), np.int64)
    if width <= SLOTS:
        through, most = _best_of_each(gain, shared, size, root, start, to, room, floor, halt)
    able, needed = np.zeros(len(single), np.bool_), np.zeros(len(single), np.bool_)
    for i in range(len(mine)):
        able[mine[i]] = not through or most[i, 1] > floor
        needed[mine[i]] = through and most[i, 0] <= floor
    for p in range(back[s], back[s + 1]):
        if not single[village[p]]:
            usable[arc[p]], sure[arc[p]] = able[village[p]], needed[village[p]]


@njit(cache=True, nogil=True)
def _best_of_each(gain, shared, size, root, start, to, room, floor, halt):  # type: ignore[no-untyped-def]
    """Return (went through, worth of the best zone without and with each village, shape (k, 2))."""
    k = len(gain)
    most = np.full((k, 2), NO_ZONE, np.int64)
    through, nodes, children = _draw(gain, shared, size, root, start, to, room, floor, halt)
    rest = np.zeros((1, room + 1), np.int64)
    for i in range(k - 1 if through else -1, -1, -1):
        child, (node, load, worth) = children[i], nodes[i]
        now = np.full((len(child), room + 1), NO_ZONE, np.int64)
        for take in range(2):
            more, gained = take * size[i], take * gain[i]
            for n in range(len(child)):
                c = child[n, take]
                for left in range(more, room + 1 if c >= 0 else 0):
                    now[n, left] = max(now[n, left], rest[c, left - more] + gained)
            for at in range(len(node)):
                c, left = child[node[at], take], room - load[at] - more
                if c >= 0 and left >= 0:
                    most[i, take] = max(most[i, take], worth[at] + gained + rest[c, left])
        rest = now
    return through, most


@njit(cache=True, nogil=True)
def _draw(gain, shared, size, root, start, to, room, floor, halt):  # type: ignore[no-untyped-def]
    """Draw the diagram of the zones worth more than `floor`.

    Returns
    -------
    bool
        Whether it did not grow too large.
    list of (nodes, children, worth)
        For each village the nodes before it, with the best beginnings that end there.
    list of int array, shape (nodes, 2)
        Of those, the node without and with the village, among the next ones; -1 for none.
    """
    rest = most_of_rest(shared, size, room)
    slot, last = take_slots(start, to)
    labels, node, nodes, labelled = first_label(), np.zeros(1, np.int64), 0, 0
    ends, children = [(node, node, node)], [np.empty((0, 2), np.int64)]
    for i in range(len(gain)):
        ends.append((node, labels[1], labels[2]))
        labels, child, _, _, _, _ = decide(
            labels, i, gain[i], shared[i], size[i], root[i], rest[i + 1], floor, np.bool_(False),
            slot, last, start, to,
        )  # fmt: skip
        node, parts = _numbered(labels[0])
        for n in range(len(child)):
            for take in range(2):
                reached, c = child[n, take] >= 0, np.searchsorted(parts, child[n, take])
                child[n, take] = c if reached else -1
        children.append(child)
        nodes, labelled = nodes + len(parts), labelled + len(node)
        if nodes > MOST_NODES or labelled > MOST_LABELS or halt[0] != 0:
            return False, ends[1:], children[1:]
    return True, ends[1:], children[1:]


@njit(cache=True, nogil=True)
def _numbered(parts):  # type: ignore[no-untyped-def]
    """Return the number of each frontier among those that differ, and these; both rising."""
    number, different = np.empty(len(parts), np.int64), parts.copy()
    count = 0
    for at in range(len(parts)):
        if at == 0 or parts[at] != parts[at - 1]:
            different[count] = parts[at]
            count += 1
        number[at] = count - 1
    return number, different[:count]
