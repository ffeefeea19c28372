"""Better prices from whole zones: the set-partitioning relaxation, by column generation.

Climbing along subgradients stalls while few schools still pull at the same villages. The linear
program over the zones met so far, one zone a school and one school a village, has prices for its
duals; every school's best zone at them joins the program until none would. Prices are smoothed
towards the best seen (Wentges, International Transactions in Operational Research 1997). The bound
is that of the prices and never the program's.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import highspy
import numpy as np
from scipy.sparse import csr_array

from districting.model.zones import Bools, Ints
from districting.solve.highs import make_model
from districting.solve.stop import Stop
from districting.solve.zones.lagrangian import Dual, Pack, evaluate
from districting.solve.zones.net import Net
from districting.solve.zones.shape import Shape

SMOOTH, SMOOTHER, ROUGHER = 0.5, 0.03, 0.25
CLOSE = 2e-5
"""Share of the bound between program and prices at which the rounds end."""
UNIT = 1e6
"""Costs of the program are scaled to sum up to so much."""


class Zones:
    """Zones met so far, without repeats, in the order they came.

    Each is a school and its free villages.
    """

    def __init__(self) -> None:
        self.met: dict[tuple[int, bytes], Ints] = {}

    def add(self, s: int, villages: Ints) -> None:
        """Add a zone by its free villages in rising order."""
        self.met.setdefault((s, villages.tobytes()), villages)

    def add_chosen(self, net: Net, dual: Dual) -> None:
        """Add what every school chooses at the prices of the dual."""
        free = dual.chosen & ~net.single[net.village]
        for s in range(net.m):
            places = np.arange(net.back[s], net.back[s + 1])
            self.add(s, net.village[places[free[places]]])

    def watch(self, pack: Pack) -> Pack:
        """Return `pack` with every choice added."""

        def both(
            net: Net, shape: Shape, dual: Dual, changed: Bools, pool: ThreadPoolExecutor
        ) -> None:
            pack(net, shape, dual, changed, pool)
            self.add_chosen(net, dual)

        return both


class _Master:
    """The program: a row for each free village, then for each school; artificial columns first."""

    def __init__(self, net: Net, dear: float) -> None:
        self.net = net
        self.free = np.flatnonzero(~net.single)
        self.row = np.full(net.n, -1)
        self.row[self.free] = np.arange(len(self.free))
        rows = len(self.free) + net.m
        ones = np.ones(rows)
        artificial = csr_array((ones, (np.arange(rows), np.arange(rows))))
        self.scale = UNIT / dear
        never = np.full(rows, np.inf)
        self.h = make_model(ones * UNIT, None, never, artificial, ones, ones)
        self.cost = np.full((net.n, net.m), -1)
        self.cost[np.repeat(np.arange(net.n), np.diff(net.start)), net.school] = net.cost
        self.count = 0

    def load(self, zones: Zones) -> int:
        """Add the zones met since the last time that fit; return how many.

        Arcs have been ruled out since they were met, and villages have settled on their schools.
        """
        costs, starts, index = [], [0], []
        for (s, _), zone in list(zones.met.items())[self.count :]:
            villages = zone[~self.net.single[zone]]
            load = self.net.base[s] + self.net.weight[villages].sum()
            if (self.cost[zone, s] < 0).any() or load > self.net.seats[s]:
                continue
            costs.append(float(self.cost[villages, s].sum()) * self.scale)
            index += [*self.row[villages].tolist(), len(self.free) + s]
            starts.append(len(index))
        self.count, k = len(zones.met), len(costs)
        if k:
            self.h.addCols(
                k, np.array(costs), np.zeros(k), np.full(k, highspy.kHighsInf), len(index),
                np.array(starts[:-1], np.int32), np.array(index, np.int32), np.ones(len(index)),
            )  # fmt: skip
        return k

    def solve(self) -> tuple[float, Ints]:
        """Return (value, prices of the villages), both in child-metres."""
        self.h.run()
        duals = np.array(self.h.getSolution().row_dual)
        prices = np.zeros(self.net.n, np.int64)
        prices[self.free] = np.rint(duals[: len(self.free)] / self.scale).astype(np.int64)
        value = self.h.getInfo().objective_function_value / self.scale
        return value + float(self.net.base_cost.sum()), prices


def reprice_zones(
    net: Net, shape: Shape, dual: Dual, zones: Zones, rounds: int, pack: Pack,
    pool: ThreadPoolExecutor, stop: Stop,
) -> Dual:  # fmt: skip
    """Return the best dual met in at most `rounds` of column generation from `dual`.

    `zones` grows by what the schools choose on the way.
    """
    master, best, smooth = _Master(net, abs(float(dual.bound)) or 1.0), dual, SMOOTH
    master.load(zones)
    for _ in range(rounds):
        value, prices = master.solve()
        if value - best.bound <= CLOSE * abs(value) or stop.due:
            break
        mixed = np.rint(smooth * best.prices + (1 - smooth) * prices).astype(np.int64)
        now = evaluate(net, shape, mixed, pool, zones.watch(pack))
        if now.bound > best.bound:
            best = now
        fresh = master.load(zones)
        if not fresh and smooth == 0.0:
            break
        smooth = min(smooth + SMOOTHER, 0.9) if fresh else max(smooth - ROUGHER, 0.0)
    return best
