"""The rest of the proof: whether a village goes to a school or not, by branch and price.

Whatever is decided only closes arcs: where a village must go to a school, its other arcs close. So
every node is priced like the root, with fewer arcs, and triples found anywhere hold everywhere.
"""

from __future__ import annotations

import heapq
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from districting.model.zones import Bools
from districting.solve.mip import TOLERANCE
from districting.solve.zones.arc_search import ArcSearch
from districting.solve.zones.generate import relax
from districting.solve.zones.master import Floats, Master
from districting.solve.zones.net import Net
from districting.solve.zones.pieces import Flag
from districting.solve.zones.recombine import plan_of

TRIED = 8
"""Choices whose two programs are solved before one of them is taken."""
WHOLE = 1e-6
LEAST_RISE = 1e-6
"""Share of the value that a choice is taken to raise it by at least, so that products compare."""


def branch(search: ArcSearch, master: Master, halt: Flag, pool: ThreadPoolExecutor) -> None:
    """Raise the bound of the search node by node, lowest bound first, and offer plans met."""
    net, count, limit = search.net, 0, search.objective
    queue = [(search.bound, count, np.ones(len(net.school), bool))]
    while queue:
        low, _, live = heapq.heappop(queue)
        search.raise_bound(low)
        if search.done or search.stop.due:
            return
        limit = search.objective - max(search.stop.gap, TOLERANCE / 2) * abs(search.objective)
        master.keep_to(live)
        found = relax(master, live, limit, False, halt, search.stop, pool)
        if found.cut:
            return
        low = low if found.best is None else max(low, found.best.bound)
        if low >= limit:
            continue
        choice = _choose(master, live, found.share, found.value)
        if choice is None:
            search.offer(plan_of(net, found.share))
            count += 1
            heapq.heappush(queue, (low, count, live))
            continue
        for closed in choice:
            count += 1
            heapq.heappush(queue, (low, count, live & ~closed))
        search.note("certify")
    search.raise_bound(limit)


def _choose(master: Master, live: Bools, share: Floats, value: float) -> tuple[Bools, Bools] | None:
    """Return the arcs to close on either side of the best choice, None at a whole plan.

    The best choice raises the program on both sides (strong branching).
    """
    halves = np.minimum(share, 1 - share)
    villages = np.argsort(-halves.max(axis=1), kind="stable")[:TRIED]
    best, chosen = -1.0, None
    for v in villages.tolist():
        s = int(halves[v].argmax())
        if halves[v, s] < WHOLE:
            break
        sides = _sides(master.net, v, s)
        values = [_value(master, live & ~closed) for closed in sides]
        rises = [max(one - value, LEAST_RISE * value) for one in values]
        if rises[0] * rises[1] > best:
            best, chosen = rises[0] * rises[1], sides
    return chosen


def _sides(net: Net, v: int, s: int) -> tuple[Bools, Bools]:
    """Return the arcs to close if the village goes to the school, and if it does not."""
    arcs = np.arange(net.start[v], net.start[v + 1])
    there, elsewhere = np.zeros(len(net.school), bool), np.zeros(len(net.school), bool)
    there[arcs[net.school[arcs] == s]] = True
    elsewhere[arcs[net.school[arcs] != s]] = True
    return elsewhere, there


def _value(master: Master, live: Bools) -> float:
    """Return the value of the program over the zones met so far."""
    master.keep_to(live)
    return master.solve()[0]
