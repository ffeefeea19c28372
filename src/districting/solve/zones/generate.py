"""Column generation: zones and triples join the program until none would better it.

Climbing along subgradients stalls while few schools still pull at the same villages; the program's
duals are prices without a step to choose. Those of late rounds are smoothed towards the best seen
(Wentges, International Transactions in Operational Research 1997).
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from districting.model.zones import Bools, Ints
from districting.solve.stop import Stop
from districting.solve.zones.master import NONE, Floats, Master, Prices, prices_of, share_of
from districting.solve.zones.pieces import Flag, better_zones
from districting.solve.zones.triples import violated
from districting.solve.zones.zone_program import best_zone

QUICK, SLOW, LOST = 3_000, 400_000, 40_000
"""Nodes of a school's search: while zones are sought, where the bound counts, and there once that
was not enough."""
NEAR = 0.97
"""Zones sought are worth this share of the best met at least: they are soon of use."""
SMALL, LITTLE = 1e-6, 1e-8
"""Share of a plan's cost, all schools together, that a zone must better the program by."""
SMOOTH = 0.3
CLOSE, CLOSE_OF_GAP = 1e-6, 0.01
"""Share of the value by which a bound may stay below it, or of what it lacks to the limit."""
ROUNDS, EXACT_ROUNDS = 500, 20
"""Rounds in all, and those with slow searches at a node before it is rather branched."""
MOST_TRIPLES = 2_000


@dataclass(frozen=True, eq=False)
class Relaxed:
    """Where column generation ended.

    Parameters
    ----------
    value : float
        Of the program; no bound where zones are still missing.
    best : Prices or None
        None where no bound was asked for.
    share : float array, shape (n, m)
        How far each village goes to each school.
    cut : bool
        Whether time ran out.
    """

    value: float
    best: Prices | None
    share: Floats
    cut: bool


def relax(
    master: Master, live: Bools, limit: float, root: bool, halt: Flag, stop: Stop,
    pool: ThreadPoolExecutor, most_triples: int = MOST_TRIPLES,
) -> Relaxed:  # fmt: skip
    """Generate zones and triples on the arcs marked in `live` until none would better the program.

    Parameters
    ----------
    limit : float
        A bound as high is as good as any.
    root : bool
        Whether a bound below the limit is of use as well.
    """
    best, smooth, slow, exact = None, 0.0, False, 0
    for _ in range(ROUNDS):
        value, prices, fines, use = master.solve()
        if slow and best is not None and smooth > 0:
            prices = _mix(smooth, best.villages, prices)
            fines = _mix(smooth, np.pad(best.fines, (0, len(fines) - len(best.fines))), fines)
        worth, better = _price(master, prices, fines, live, slow, halt, stop, pool)
        master.load()
        if slow:
            exact += 1
            now = prices_of(master, prices, fines, worth)
            best = now if best is None or now.bound > best.bound else best
            if best.bound >= limit or (not root and (value < limit or exact == EXACT_ROUNDS)):
                break
            if value - best.bound <= max(CLOSE * abs(value), CLOSE_OF_GAP * (limit - value)):
                better, smooth = False, 0.0
        if stop.due:
            break
        if better:
            continue
        if slow and smooth > 0:
            smooth = 0.0
            continue
        if len(master.triples) < most_triples and _add_violated(master, use):
            slow = False
        elif slow or not (root or value >= limit):
            break
        else:
            slow, smooth = True, SMOOTH
    return Relaxed(value, best, share_of(master, use), stop.due)


def _add_violated(master: Master, use: Floats) -> bool:
    """Add the triples whose zones are used more than once; tell whether there are any."""
    used = np.flatnonzero(use > NONE)
    triples = violated(master.holds[used], use[used])
    master.add_triples(triples)
    return len(triples) > 0


def _mix(part: float, known: Ints, fresh: Ints) -> Ints:
    return np.rint(part * known + (1 - part) * fresh).astype(np.int64)


def _price(
    master: Master, prices: Ints, fines: Ints, live: Bools, slow: bool, halt: Flag, stop: Stop,
    pool: ThreadPoolExecutor,
) -> tuple[Ints, bool]:  # fmt: skip
    """Add zones worth about as much as those met or more.

    Return what no zone of each school is worth more than, and whether any met was worth more.
    Only slow searches look further where they were cut short.
    """
    net, floor = master.net, master.worth(prices, fines)
    floor += int((LITTLE if slow else SMALL) * master.dear / net.m)

    def part(s: int) -> tuple[int, int, list[Ints]]:
        if slow:
            nodes = LOST if s in master.lost else SLOW
            return search_school(master, s, int(floor[s]), nodes, prices, fines, live, halt, stop)
        least = int(NEAR * floor[s])
        return _search(master, s, least, QUICK, prices, fines, live, halt)

    worth, better = np.zeros(net.m, np.int64), False
    for s, (most, best, found) in enumerate(pool.map(part, range(net.m))):
        worth[s], better = most, better or best > floor[s]
        for zone in found:
            master.zones.add(s, zone)
    return worth, better


def search_school(
    master: Master, s: int, floor: int, nodes: int, prices: Ints, fines: Ints, live: Bools,
    halt: Flag, stop: Stop,
) -> tuple[int, int, list[Ints]]:  # fmt: skip
    """Return what no zone of a school is worth more than, the best met, and better zones met.

    Both are at least `floor`. A program follows where the search gets lost.
    """
    most, best, found = _search(master, s, floor, nodes, prices, fines, live, halt)
    if most > best:
        master.lost.add(s)
        other = best_zone(master.net, s, prices, live, master.triples, fines, stop)
        if other is not None and other[0] < most:
            most = best = max(other[0], best)
            found.append(np.sort(other[1]))
    return most, best, found


def _search(
    master: Master, s: int, floor: int, nodes: int, prices: Ints, fines: Ints, live: Bools,
    halt: Flag,
) -> tuple[int, int, list[Ints]]:  # fmt: skip
    net = master.net
    most, best, villages, met = better_zones(
        s, floor, nodes, halt, net.back, net.village, net.arc, net.single, net.weight, net.cost,
        prices, net.base, net.seats, net.host, net.near_start, net.near, live, master.triples,
        fines,
    )  # fmt: skip
    return most, best, [np.sort(villages[zone]) for zone in met]
