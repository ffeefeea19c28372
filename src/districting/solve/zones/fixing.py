"""Arcs ruled out: those that no zone of a plan better than the best known can use.

At prices that prove a bound, a zone's excess is what it costs beyond its school's best; the
excesses of a plan's zones sum to its cost less the bound. A search of its own tells for every arc
whether a zone of less excess than the gap can use it (reduced-cost fixing, with the whole zone in
place of the arc).
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np

from districting.model.zones import Bools
from districting.solve.zones.arc_search import ArcSearch
from districting.solve.zones.lagrangian import Dual
from districting.solve.zones.master import Prices
from districting.solve.zones.net import Net, make_net
from districting.solve.zones.pieces import Flag, joinable
from districting.solve.zones.separators import loose_pieces

TRIED_NODES = 3_000
"""Nodes spent on ruling out an arc."""


def without_triples(dual: Dual) -> Prices:
    """Return the prices of a dual, which knows no triples."""
    none = np.empty((0, 3), np.int64)
    return Prices(dual.prices, none, none[:, 0], -dual.values, dual.bound)


def narrow(
    search: ArcSearch, at: Prices, halt: Flag, pool: ThreadPoolExecutor, nodes: int = TRIED_NODES
) -> None:
    """Leave the arcs that no better plan uses out of the search; those of the best plan stay.

    `nodes` are spent on an arc at most.
    """
    net = search.net
    limit = int(search.objective - at.bound) - 1
    live = np.ones(len(net.school), bool)

    def part(s: int) -> None:
        if search.stop.due:
            return
        joinable(
            s, at.worth[s] - limit, nodes, halt, net.back, net.village, net.arc,
            net.single, net.weight, net.cost, at.villages, net.base, net.seats, net.host,
            net.near_start, net.near, at.triples, at.fines, live,
        )  # fmt: skip

    list(pool.map(part, range(net.m)))
    keep_to(search, live)


def keep_to(search: ArcSearch, live: Bools) -> None:
    """Leave the arcs that are not marked out of the search, but for those of the best plan."""
    net, problem = search.net, search.problem
    assert search.plan is not None
    left = np.zeros(len(problem.arc_school), bool)
    left[net.origin[live]] = True
    left |= search.plan[problem.arc_village] == problem.arc_school
    search.problem = replace(problem, forbidden=~left)
    search.net = free_loose(make_net(search.problem))


def free_loose(net: Net) -> Net:
    """Return the net where villages with one arc count as free unless they hang on their school.

    A zone may then be searched as if all that its school has for sure were in one piece.
    """
    arc = net.start[:-1]
    sure = np.where(net.single, net.school[np.minimum(arc, len(net.school) - 1)], -1)
    loose = np.concatenate([np.empty(0, np.int64), *loose_pieces(net, sure)])
    loose = loose[sure[loose] >= 0]
    base, base_cost, single = net.base.copy(), net.base_cost.copy(), net.single.copy()
    np.subtract.at(base, sure[loose], net.weight[loose])
    np.subtract.at(base_cost, sure[loose], net.cost[arc[loose]])
    single[loose] = False
    return replace(net, base=base, base_cost=base_cost, single=single)
