"""The proof where zones hold many villages: prices of whole zones, then one program on few arcs.

Zones of dozens of villages are too many to branch on, but their set-partitioning relaxation is
nearly whole. Column generation (:mod:`trust`) raises the prices on fewer and fewer arcs. What is
left is one program on the arcs. That no zone of a school is worth more than its value at the last
prices goes in as a row each: together they lift the program's linear relaxation to the bound of
the prices.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np

from districting.model.zones import Bools
from districting.solve.mip import Rows
from districting.solve.zones.arc_search import ArcSearch, solve_on
from districting.solve.zones.diagram import used_arcs
from districting.solve.zones.fixing import free_loose, keep_to
from districting.solve.zones.lagrangian import Dual
from districting.solve.zones.master import Master, Prices, Zones, share_of
from districting.solve.zones.net import Net
from districting.solve.zones.pieces import Flag
from districting.solve.zones.tight import MOST_ARCS
from districting.solve.zones.trust import first_width, raise_prices

TURNS, ROUNDS, LESS = 30, 60, 0.75
"""Times that arcs are ruled out at most, rounds of column generation before each, and share of the
gap left at which it is time."""
SLOW, FEWER = 0.95, 0.97
"""Shares of the gap and of the arcs left from which the program takes over."""
FIRST_NODES = 30
"""Nodes of the first solve of the program; cuts found make it start over."""
STEEPEST = 1e3


def prove_large(search: ArcSearch, dual: Dual, halt: Flag, pool: ThreadPoolExecutor) -> None:
    """Raise the bound of a search that has a plan, and offer better ones."""
    search.net = free_loose(search.net)
    at, single = _narrow_down(search, dual, halt, pool)
    if not search.done and not search.stop.due:
        usable = np.ones(len(search.net.school), bool)
        rows = _rows(search.net, at, single)
        search.raise_bound(solve_on(search, usable, rows, FIRST_NODES))
        search.note("certify")


def _narrow_down(
    search: ArcSearch, dual: Dual, halt: Flag, pool: ThreadPoolExecutor
) -> tuple[Prices, Bools]:
    """Raise the prices and rule out arcs in turn.

    Return the last prices, and which villages had one arc only when they were found.
    """
    zones, stop, prices, width = Zones(), search.stop, dual.prices, first_width(dual.prices)
    assert search.plan is not None
    zones.add_plan(search.net, search.plan)
    for _ in range(TURNS):
        net, goal = search.net, search.objective
        master = Master(net, goal, zones)
        best, width = raise_prices(master, prices, width, goal, LESS, ROUNDS, halt, stop, pool)
        slow = goal - best.bound > SLOW * (goal - search.bound)
        search.raise_bound(float(best.bound))
        search.note("bound")
        if search.done or stop.due:
            break
        _put_together(search, master)
        keep_to(search, used_arcs(net, best, search.objective, halt, pool))
        if slow and len(search.net.school) > FEWER * len(net.school):
            break
        prices = best.villages
    return best, net.single


def _put_together(search: ArcSearch, master: Master) -> None:
    """Offer the best plan on the arcs that the program over the zones met uses, if those are few.

    The best plan of whole zones met is seldom as good: among zones of dozens of villages few fit.
    """
    net, plan = search.net, search.plan
    assert plan is not None
    village = np.repeat(np.arange(net.n), np.diff(net.start))
    share = share_of(master, master.solve()[3])
    used = (share[village, net.school] > 0) | (plan[village] == net.school) | net.single[village]
    if used.sum() > net.n + MOST_ARCS:
        return
    found = ArcSearch(
        search.problem, net, search.form, search.stop, search.seed, plan=plan,
        objective=search.objective,
    )  # fmt: skip
    solve_on(found, used, nodes=FIRST_NODES)
    assert found.plan is not None
    search.offer(found.plan)
    search.note("improve")


def _rows(net: Net, at: Prices, single: Bools) -> Rows:
    """Return the rows that no zone is worth more than its school's value."""
    rows = Rows()
    for s in range(net.m):
        places = np.arange(net.back[s], net.back[s + 1])
        places = places[~single[net.village[places]]]
        arcs = net.arc[places]
        worth = (at.villages[net.village[places]] - net.cost[arcs]).astype(float)
        scale = max(float(np.abs(worth).max(initial=0.0)) / STEEPEST, 1.0)
        if len(arcs):
            rows.add(arcs, worth / scale, -np.inf, float(at.worth[s]) / scale)
    return rows
