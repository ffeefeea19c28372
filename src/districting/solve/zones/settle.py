"""The proof where few large schools have hard seats: whole zones priced, arcs ruled out, branches.

At prices with zones in one piece, and with rows over three villages, the bound is close enough to
rule out most arcs (:mod:`fixing`). On fewer arcs the searches are faster and the bound rises
further. Branches on the arcs left close the rest. Where zones hold many villages,
:mod:`large_zones` takes over; without a plan to begin with, one program on all arcs looks for it.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial

import numpy as np

from districting.model.zones import Ints, ZoneProblem
from districting.solve.stop import Stop
from districting.solve.zones.arc_search import ArcSearch, solve_on
from districting.solve.zones.branching import branch
from districting.solve.zones.fixing import free_loose, narrow, without_triples
from districting.solve.zones.generate import MOST_TRIPLES, relax
from districting.solve.zones.lagrangian import Dual, ascend
from districting.solve.zones.large_zones import FIRST_NODES, prove_large
from districting.solve.zones.master import Master, Zones
from districting.solve.zones.net import Net
from districting.solve.zones.pieces import Flag, pack_pieces
from districting.solve.zones.recombine import offer_best
from districting.solve.zones.shape import make_shape
from districting.solve.zones.tight import has_large_zones

CLIMB, CLIMB_NODES = 150, 300
"""Rounds of the climb that meets the first zones, and nodes of a school's search in it."""
TURNS, FEWER = 4, 0.8
"""Times that arcs are ruled out at most, and the share left at which that is worth another."""
WATCH = 0.05
"""Seconds between two looks at the clock while schools are searched."""


def settle(
    problem: ZoneProblem, net: Net, dual: Dual, form: int, best: tuple[Ints | None, float],
    stop: Stop, seed: int, pool: ThreadPoolExecutor,
) -> ArcSearch:  # fmt: skip
    """Return what is known after the proof, or after as much of it as there was time for.

    An infinite bound says that no plan exists.

    Parameters
    ----------
    best : (int array, shape (n,), or None, float)
        Best plan and its cost.
    """
    plan, objective = best
    search = ArcSearch(problem, net, form, stop, seed, plan=plan, objective=objective)
    search.raise_bound(float(dual.bound))
    if plan is None:
        search.raise_bound(solve_on(search, np.ones(len(net.school), bool), nodes=FIRST_NODES))
        search.note("certify")
        return search
    with _halting(stop) as halt:
        prove = prove_large if has_large_zones(net) else _prove
        prove(search, dual, halt, pool)
    return search


@contextmanager
def _halting(stop: Stop) -> Iterator[Flag]:
    """Give a flag that goes up when it is time to stop, which compiled searches look at."""
    halt, over = np.zeros(1, np.uint8), threading.Event()

    def watch() -> None:
        while not over.wait(WATCH):
            halt[0] = stop.due

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield halt
    finally:
        over.set()
        watcher.join()


def _prove(search: ArcSearch, dual: Dual, halt: Flag, pool: ThreadPoolExecutor) -> None:
    """Raise the bound and rule out arcs in turn, then branch."""
    zones, search.net = Zones(), free_loose(search.net)
    climbed = _climb(search, dual, zones, halt, pool)
    narrow(search, without_triples(climbed), halt, pool)
    master = Master(search.net, search.objective, zones)
    for turn in range(TURNS):
        everything = np.ones(len(search.net.school), bool)
        most = 0 if turn == 0 else MOST_TRIPLES
        found = relax(master, everything, search.objective, True, halt, search.stop, pool, most)
        if found.best is not None:
            search.raise_bound(float(found.best.bound))
            search.note("bound")
        if found.best is None or search.done or search.stop.due:
            return
        if turn > 0:
            offer_best(search, master, found.best)
        narrow(search, found.best, halt, pool)
        master = Master(search.net, search.objective, zones, master.triples)
        if turn > 0 and len(search.net.school) > FEWER * len(everything):
            break
    branch(search, master, halt, pool)


def _climb(
    search: ArcSearch, dual: Dual, zones: Zones, halt: Flag, pool: ThreadPoolExecutor
) -> Dual:
    """Return a better dual; `zones` gets the best plan's and those chosen on the way."""
    net = search.net
    assert search.plan is not None
    zones.add_plan(net, search.plan)
    pack = zones.watch(partial(pack_pieces, most_nodes=CLIMB_NODES, halt=halt))
    shape, goal = make_shape(net, 0), search.objective
    climbed = ascend(net, shape, dual.prices, goal, CLIMB, pool, search.stop, 1.0, pack)
    search.raise_bound(float(climbed.bound))
    search.note("bound")
    return climbed
