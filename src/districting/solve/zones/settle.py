"""The proof where few large schools have hard seats: fewer arcs, then one program on them.

At prices with zones in one piece the bound is close enough to rule out most arcs: a plan better
than the best known has no zone whose excess reaches the gap, and a search of its own tells for
every arc whether a zone of less excess can use it (reduced-cost fixing, with the whole zone in
place of the arc). On fewer arcs the prices rise further, and so on. What is left is one program on
the arcs. That no zone of a school is worth more than its value at the last prices goes in as a row
each: together they lift the program's linear relaxation to the bound of the prices.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from districting.model.zones import Bools, Ints, ZoneProblem
from districting.solve.mip import Rows
from districting.solve.stop import Stop
from districting.solve.zones.arc_search import ArcSearch, solve_on
from districting.solve.zones.lagrangian import Dual, ascend, evaluate
from districting.solve.zones.master import Zones, reprice_zones
from districting.solve.zones.net import Net, make_net
from districting.solve.zones.pieces import Flag, joinable, pack_pieces
from districting.solve.zones.shape import make_shape

TURNS = (
    (150, 1.0, 60, 300), (60, 0.3, 60, 1_000), (60, 0.3, 60, 3_000), (60, 0.3, 60, 3_000),
    (60, 0.3, 60, 3_000),
)  # fmt: skip
"""Each turn: rounds and first step of the climb, rounds of column generation, nodes a school."""
LAST_NODES, LAST_SLACK = 150_000, 1e-6
WATCH = 0.05
"""Seconds between two looks at the clock while schools are searched."""
TRIED_NODES = 3_000
"""Nodes spent on ruling out an arc."""
FIRST_NODES = 30
"""Nodes of the first solve of the program; cuts found make it start over."""
STEEPEST = 1e3


@dataclass(frozen=True, eq=False)
class _Known:
    """Prices and values of a dual, and which villages had one arc only."""

    prices: Ints
    values: Ints
    single: Bools


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
    with _halting(stop) as halt:
        known = _narrow_down(search, dual, halt, pool)
    rows = Rows() if known is None else _rows(search.net, known)
    if not search.done and not stop.due:
        usable = np.ones(len(search.net.school), bool)
        search.raise_bound(solve_on(search, usable, rows, FIRST_NODES))
        search.note("certify")
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


def _narrow_down(
    search: ArcSearch, dual: Dual, halt: Flag, pool: ThreadPoolExecutor
) -> _Known | None:
    """Raise the prices and rule out arcs in turn; return what is known of the schools."""
    known, zones, left = None, Zones(), 0
    for turn in TURNS:
        if search.plan is None or search.done or search.stop.due or len(search.net.school) == left:
            break
        left = len(search.net.school)
        dual = _reprice(search, dual, zones, turn, halt, pool)
        known = _Known(dual.prices, dual.values, search.net.single)
        search.raise_bound(float(dual.bound))
        search.note("bound")
        _narrow(search, dual, halt, pool)
    return known


def _reprice(
    search: ArcSearch, dual: Dual, zones: Zones, turn: tuple[int, float, int, int], halt: Flag,
    pool: ThreadPoolExecutor,
) -> Dual:  # fmt: skip
    """Return the best prices met on the arcs left, their values searched through."""
    net, stop, free, (climb, step, rounds, nodes) = (
        search.net, search.stop, make_shape(search.net, 0), turn
    )  # fmt: skip
    pack = partial(pack_pieces, most_nodes=nodes, halt=halt)
    assert search.plan is not None
    for s in range(net.m):
        zones.add(s, np.flatnonzero((search.plan == s) & ~net.single))
    goal, watched = search.objective, zones.watch(pack)
    climbed = ascend(net, free, dual.prices, goal, climb, pool, stop, step, watched)
    better = reprice_zones(net, free, climbed, zones, rounds, pack, pool, stop)
    last = partial(pack_pieces, most_nodes=LAST_NODES, share=LAST_SLACK, halt=halt)
    tried = [better]
    if not stop.due:
        tried += [evaluate(net, free, at.prices, pool, last) for at in (dual, better)]
    return max(tried, key=lambda at: at.bound)


def _narrow(search: ArcSearch, dual: Dual, halt: Flag, pool: ThreadPoolExecutor) -> None:
    """Leave out the arcs that no better plan uses; those of the best plan stay."""
    net, problem = search.net, search.problem
    limit = int(search.objective - dual.bound) - 1
    live = np.ones(len(net.school), bool)

    def part(s: int) -> None:
        if search.stop.due:
            return
        joinable(
            s, -dual.values[s] - limit, TRIED_NODES, halt, net.back, net.village, net.arc,
            net.single, net.weight, net.cost, dual.prices, net.base, net.seats, net.host,
            net.near_start, net.near, live,
        )  # fmt: skip

    list(pool.map(part, range(net.m)))
    assert search.plan is not None
    left = np.zeros(len(problem.arc_school), bool)
    left[net.origin[live]] = True
    left |= search.plan[problem.arc_village] == problem.arc_school
    search.problem = replace(problem, forbidden=~left)
    search.net = make_net(search.problem)


def _rows(net: Net, known: _Known) -> Rows:
    """Return the rows that no zone is worth more than its school's value."""
    rows = Rows()
    for s in range(net.m):
        places = np.arange(net.back[s], net.back[s + 1])
        places = places[~known.single[net.village[places]]]
        arcs = net.arc[places]
        worth = (known.prices[net.village[places]] - net.cost[arcs]).astype(float)
        scale = max(float(np.abs(worth).max(initial=0.0)) / STEEPEST, 1.0)
        if len(arcs):
            rows.add(arcs, worth / scale, -np.inf, -float(known.values[s]) / scale)
    return rows
