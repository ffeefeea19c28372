"""Prices of whole zones where zones are large: column generation in a box around the best prices.

As long as few zones are met their program prices villages wildly. So prices stay within a width of
the best known (boxstep: Marsten, Hogan, Blankenship, Operations Research 1975), which grows where
the program foretells the bound well and shrinks where it does not. Schools are priced exactly, by
:mod:`frontier`; every round's prices prove a bound.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np

from districting.model.zones import Ints
from districting.solve.stop import Stop
from districting.solve.zones.frontier import grow_zone
from districting.solve.zones.generate import QUICK, search_school
from districting.solve.zones.master import Master, Prices, prices_of
from districting.solve.zones.pieces import Flag

MOST_LABELS = 1_000_000
WIDTH, WIDER, NARROWER, DOUBLE = 0.02, 1.5, 0.7, 2.0
"""First width as a share of a village's price, and what becomes of it."""
WELL = 0.5
"""Share of the rise foretold from which it is foretold well."""
CLOSE, CLOSE_OF_GAP = 1e-5, 0.05
"""Rise foretold, as a share of the bound or of what it lacks to the limit, that counts as none."""


def first_width(prices: Ints) -> float:
    """Return the width to begin with."""
    return max(WIDTH * float(np.median(np.abs(prices))), 2.0)


def raise_prices(
    master: Master, prices: Ints, width: float, limit: float, less: float, rounds: int, halt: Flag,
    stop: Stop, pool: ThreadPoolExecutor,
) -> tuple[Prices, float]:  # fmt: skip
    """Move the box around `prices` to better ones; return the best and the last width.

    Parameters
    ----------
    limit : float
        Cost of the best plan.
    less : float
        Share of what the bound lacks to the limit that may be left.
    """
    best, wide = _priced(master, prices, halt, stop, pool), width
    enough, widest = limit - less * (limit - best.bound), first_width(prices) / WIDTH
    for _ in range(rounds):
        if best.bound >= enough or stop.due:
            break
        master.load()
        master.box(best.villages, wide)
        value, prices, _, _ = master.solve()
        hoped = value - best.bound
        if hoped <= max(CLOSE * abs(value), CLOSE_OF_GAP * (limit - value)):
            inside = (np.abs(prices - best.villages)[master.free] < wide - 1).all()
            if inside or wide > widest:
                break
            wide *= DOUBLE
            continue
        now = _priced(master, prices, halt, stop, pool)
        gained = now.bound - best.bound
        if gained > WELL * hoped:
            wide *= WIDER
        elif gained < -hoped:
            wide *= NARROWER
        best, width = now if gained > 0 else best, wide
    return best, width


def _priced(
    master: Master, prices: Ints, halt: Flag, stop: Stop, pool: ThreadPoolExecutor
) -> Prices:
    """Return the prices with what they prove; the zones of the program grow by better ones."""
    net, live = master.net, np.ones(len(master.net.school), bool)
    fines = np.zeros(len(master.triples), np.int64)
    floor = master.worth(prices, fines)

    def part(s: int) -> tuple[int, list[Ints]]:
        through, best, met = grow_zone(
            s, floor[s], MOST_LABELS, halt, net.back, net.village, net.arc, net.single, net.weight,
            net.cost, prices, net.base, net.seats, net.host, net.near_start, net.near, live,
        )  # fmt: skip
        if through:
            return best, met
        least = int(floor[s])
        most, _, met = search_school(master, s, least, QUICK, prices, fines, live, halt, stop)
        return most, met

    worth = np.zeros(net.m, np.int64)
    for s, (most, met) in enumerate(pool.map(part, range(net.m))):
        worth[s] = most
        for zone in met:
            master.zones.add(s, zone)
    return prices_of(master, prices, fines, worth)
