"""The set-partitioning relaxation: whole zones instead of single arcs.

The linear program over the zones met so far, one zone a school and one school a village, has prices
for its duals. Rows over three villages (:mod:`triples`) close much of the gap that is left; their
duals are fines, which zones pay. A bound is that of prices and fines in whole numbers and never the
program's. More zones join by :mod:`generate`.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import highspy
import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array, eye_array, hstack

from districting.model.zones import Bools, Ints
from districting.solve.highs import add_columns, make_model, solve_highs
from districting.solve.stop import Stop
from districting.solve.zones.lagrangian import Dual, Pack
from districting.solve.zones.net import Net
from districting.solve.zones.shape import Shape

Floats = npt.NDArray[np.float64]
UNIT = 1e6
"""Costs of the program are scaled to sum up to so much."""
NONE = 1e-7
"""Use of a zone that counts as none."""


class Zones:
    """Zones met so far, without repeats, in the order they came.

    Each is a school and its free villages.
    """

    def __init__(self) -> None:
        self.met: dict[tuple[int, bytes], Ints] = {}

    def add(self, s: int, villages: Ints) -> None:
        """Add a zone by its free villages in rising order."""
        self.met.setdefault((s, villages.tobytes()), villages)

    def add_plan(self, net: Net, plan: Ints) -> None:
        """Add the zones of a plan."""
        for s in range(net.m):
            self.add(s, np.flatnonzero((plan == s) & ~net.single))

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


@dataclass(frozen=True, eq=False)
class Prices:
    """Prices, fines and what they prove.

    Parameters
    ----------
    villages : int array, shape (n,)
    triples : int array, shape (r, 3)
    fines : int array, shape (r,)
    worth : int array, shape (m,)
        What no zone of each school is worth more than: prices less costs and fines.
    bound : int
    """

    villages: Ints
    triples: Ints
    fines: Ints
    worth: Ints
    bound: int


@dataclass(eq=False)
class Master:
    """The program: a row for each free village, each school and each triple.

    Parameters
    ----------
    net : Net
    dear : float
        Cost of a plan, roughly.
    zones : Zones
        Grows by the zones met.
    known : int array, shape (r, 3)
        Triples to begin with.
    """

    net: Net
    dear: float
    zones: Zones
    known: Ints = field(default_factory=lambda: np.empty((0, 3), np.int64))

    def __post_init__(self) -> None:
        net = self.net
        self.free = np.flatnonzero(~net.single)
        self.fixed = len(self.free) + net.m
        self.ahead, ones = self.fixed + len(self.free), np.ones(self.fixed)
        self.scale = UNIT / self.dear
        lacking = eye_array(self.fixed, format="csr")
        sides = csr_array(hstack([lacking, -lacking[:, : len(self.free)]]))
        upper = np.where(np.arange(self.ahead) < self.fixed, np.inf, 0.0)
        self.h = make_model(np.full(self.ahead, UNIT), None, upper, sides, ones, ones)
        self.arc = np.full((net.n, net.m), -1)
        self.arc[np.repeat(np.arange(net.n), np.diff(net.start)), net.school] = np.arange(
            len(net.school)
        )
        self.triples = np.empty((0, 3), np.int64)
        self.lost: set[int] = set()
        self.seen = 0
        self.school = np.empty(0, np.int64)
        self.open = np.empty(0, bool)
        self.cost = np.empty(0, np.int64)
        self.holds = np.empty((0, net.n), bool)
        self.fined = np.empty((0, 0), bool)
        for s in range(net.m):
            self.zones.add(s, np.empty(0, np.int64))
        self.load()
        self.add_triples(self.known)

    def load(self) -> int:
        """Add the zones met since the last time that fit; return how many.

        Arcs have been ruled out since they were met, and villages have settled on their schools.
        """
        net, fresh = self.net, list(self.zones.met.items())[self.seen :]
        self.seen = len(self.zones.met)
        schools, costs, rows = [], [], []
        for (s, _), zone in fresh:
            villages = zone[~net.single[zone]]
            load = net.base[s] + net.weight[villages].sum()
            if (self.arc[zone, s] < 0).any() or load > net.seats[s]:
                continue
            schools.append(s)
            costs.append(int(net.cost[self.arc[villages, s]].sum()))
            held = np.zeros(net.n, bool)
            held[villages] = True
            rows.append(held)
        if not schools:
            return 0
        holds = np.array(rows)
        fined = _twice(holds, self.triples)
        entries = np.hstack([holds[:, self.free], np.eye(net.m)[schools], fined]).astype(float)
        k, part = len(schools), csr_array(entries).T
        add_columns(self.h, np.array(costs) * self.scale, np.zeros(k), np.full(k, np.inf), part)
        self.school = np.append(self.school, schools)
        self.open = np.append(self.open, np.ones(k, bool))
        self.cost = np.append(self.cost, costs)
        self.holds = np.vstack([self.holds, holds])
        self.fined = np.vstack([self.fined, fined])
        return k

    def add_triples(self, triples: Ints) -> None:
        """Add a row for each triple."""
        fined = _twice(self.holds, triples)
        for part in fined.T:
            columns = (self.ahead + np.flatnonzero(part)).astype(np.int32)
            self.h.addRow(-highspy.kHighsInf, 1.0, len(columns), columns, np.ones(len(columns)))
        self.triples = np.vstack([self.triples, triples])
        self.fined = np.hstack([self.fined, fined])

    def keep_to(self, live: Bools) -> None:
        """Leave zones that use other arcs than those marked out of the program."""
        dead = np.zeros(self.arc.shape, bool)
        village = np.repeat(np.arange(self.net.n), np.diff(self.net.start))
        dead[village[~live], self.net.school[~live]] = True
        self.open = ~np.any(self.holds & dead[:, self.school].T, axis=1)
        k = len(self.open)
        at = np.arange(self.ahead, self.ahead + k, dtype=np.int32)
        self.h.changeColsBounds(k, at, np.zeros(k), np.where(self.open, highspy.kHighsInf, 0.0))

    def box(self, centre: Ints, width: float) -> None:
        """Keep the prices of villages within `width` of `centre`, shape (n,)."""
        k, at = len(self.free), np.arange(self.ahead, dtype=np.int32)
        sides = np.append(np.arange(k), np.arange(self.fixed, self.ahead))
        most, least = centre[self.free] + width, centre[self.free] - width
        self.h.changeColsCost(2 * k, at[sides], np.append(most, -least) * self.scale)
        self.h.changeColsBounds(k, at[self.fixed :], np.zeros(k), np.full(k, highspy.kHighsInf))

    def solve(self) -> tuple[float, Ints, Ints, Floats]:
        """Return (value, prices, fines, use of each zone), in child-metres."""
        self.h.run()
        solution = self.h.getSolution()
        duals = np.array(solution.row_dual) / self.scale
        prices = np.zeros(self.net.n, np.int64)
        prices[self.free] = np.rint(duals[: len(self.free)]).astype(np.int64)
        fines = np.rint(-duals[self.fixed :]).astype(np.int64).clip(0)
        value = self.h.getInfo().objective_function_value / self.scale
        use = np.array(solution.col_value)[self.ahead :]
        return value + float(self.net.base_cost.sum()), prices, fines, use

    def worth(self, prices: Ints, fines: Ints) -> Ints:
        """Return what the best zone met of every school is worth, shape (m,); 0 is no zone's."""
        best, worth = np.zeros(self.net.m, np.int64), self.worths(prices, fines)
        np.maximum.at(best, self.school[self.open], worth[self.open])
        return best

    def worths(self, prices: Ints, fines: Ints) -> Ints:
        """Return what every zone met is worth: prices less costs and fines."""
        return np.asarray(self.holds @ prices - self.cost - self.fined @ fines, np.int64)

    def choose(self, at: Prices, goal: float, stop: Stop) -> Floats | None:
        """Return how the best plan of zones met below `goal` shares out villages, if there is one.

        Zones whose excess reaches what is missing to the goal are in no such plan.
        """
        excess = at.worth[self.school] - self.worths(at.villages, at.fines)
        near = np.flatnonzero(self.open & (excess < goal - at.bound))
        rows = csr_array(
            np.hstack([self.holds[near][:, self.free], np.eye(self.net.m)[self.school[near]]]).T
        ).astype(float)
        ones = np.ones(self.fixed)
        answer = solve_highs(
            np.asarray(self.cost[near] * self.scale), np.ones(len(near)), rows, ones, ones,
            whole=np.ones(len(near), bool), seconds=stop.left, presolve=False,
            interrupted=lambda: stop.interrupted,
        )  # fmt: skip
        if answer.status not in ("optimal", "feasible"):
            return None
        use = np.zeros(len(self.school))
        use[near] = answer.x
        return share_of(self, use)


def _twice(holds: Bools, triples: Ints) -> Bools:
    """Return which zones hold two or more of each triple, shape (q, r)."""
    return np.asarray(holds[:, triples].sum(axis=2) >= 2)


def prices_of(master: Master, prices: Ints, fines: Ints, worth: Ints) -> Prices:
    """Return prices with the bound that they make up."""
    net = master.net
    total = int(prices[master.free].sum()) - int(fines.sum()) - int(worth.sum())
    bound = total + int(net.base_cost.sum())
    return Prices(prices, master.triples, fines, worth, bound)


def share_of(master: Master, use: Floats) -> Floats:
    """Return how far each village goes to each school, shape (n, m)."""
    share = np.zeros((master.net.n, master.net.m))
    for z in np.flatnonzero(use > NONE):
        share[master.holds[z], master.school[z]] += use[z]
    return share
