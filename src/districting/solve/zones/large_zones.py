"""The proof where zones hold many villages: prices of whole zones, then one program on few arcs.

Zones of dozens of villages are too many to be searched through time and again, but their
set-partitioning relaxation is nearly whole. Climbs and column generation raise the prices on fewer
and fewer arcs. What is left is one program on the arcs. That no zone of a school is worth more than
its value at the last prices goes in as a row each: together they lift the program's linear
relaxation to the bound of the prices.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

import numpy as np

from districting.model.zones import Bools, Ints
from districting.solve.mip import Rows
from districting.solve.zones.arc_search import ArcSearch, solve_on
from districting.solve.zones.fixing import narrow, without_triples
from districting.solve.zones.lagrangian import Dual, ascend, evaluate
from districting.solve.zones.master import Zones, reprice
from districting.solve.zones.net import Net
from districting.solve.zones.pieces import Flag, pack_pieces
from districting.solve.zones.shape import make_shape

TURNS = (
    (150, 1.0, 60, 300), (60, 0.3, 60, 1_000), (60, 0.3, 60, 3_000), (60, 0.3, 60, 3_000),
    (60, 0.3, 60, 3_000),
)  # fmt: skip
"""Each turn: rounds and first step of the climb, rounds of column generation, nodes a school."""
LAST_NODES, LAST_SLACK = 150_000, 1e-6
FIRST_NODES = 30
"""Nodes of the first solve of the program; cuts found make it start over."""
STEEPEST = 1e3


@dataclass(frozen=True, eq=False)
class _Known:
    """Prices and values of a dual, and which villages had one arc only."""

    prices: Ints
    values: Ints
    single: Bools


def prove_large(search: ArcSearch, dual: Dual, halt: Flag, pool: ThreadPoolExecutor) -> None:
    """Raise the bound of a search that has a plan, and offer better ones."""
    known = _narrow_down(search, dual, halt, pool)
    rows = Rows() if known is None else _rows(search.net, known)
    if not search.done and not search.stop.due:
        usable = np.ones(len(search.net.school), bool)
        search.raise_bound(solve_on(search, usable, rows, FIRST_NODES))
        search.note("certify")


def _narrow_down(
    search: ArcSearch, dual: Dual, halt: Flag, pool: ThreadPoolExecutor
) -> _Known | None:
    """Raise the prices and rule out arcs in turn; return what is known of the schools."""
    known, zones, left = None, Zones(), 0
    for turn in TURNS:
        if search.done or search.stop.due or len(search.net.school) == left:
            break
        left = len(search.net.school)
        dual = _reprice(search, dual, zones, turn, halt, pool)
        known = _Known(dual.prices, dual.values, search.net.single)
        search.raise_bound(float(dual.bound))
        search.note("bound")
        narrow(search, without_triples(dual), halt, pool)
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
    zones.add_plan(net, search.plan)
    goal, watched = search.objective, zones.watch(pack)
    climbed = ascend(net, free, dual.prices, goal, climb, pool, stop, step, watched)
    better = reprice(net, free, climbed, zones, rounds, pack, pool, stop)
    last = partial(pack_pieces, most_nodes=LAST_NODES, share=LAST_SLACK, halt=halt)
    tried = [better]
    if not stop.due:
        tried += [evaluate(net, free, at.prices, pool, last) for at in (dual, better)]
    return max(tried, key=lambda at: at.bound)


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
