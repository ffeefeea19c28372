"""Better seats by exchanging one for another near it, judged by bounds instead of plans.

For given seats the Lagrangian bound is within a few thousandths of the best plan and takes
milliseconds: it stops as soon as it exceeds the best set's. What is compared are estimates over
each unit's nearest seats; nothing here is reported as a bound.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from districting.model.partition import Floats, Ints
from districting.solve.partition.anneal import STEPS_A_UNIT, anneal
from districting.solve.partition.arcs import nearest_arcs
from districting.solve.partition.arrays import Arrays
from districting.solve.partition.bound import Bound, Relaxation, ascend, priced, relax
from districting.solve.partition.exact import NOTHING, Found
from districting.solve.partition.given import with_seats
from districting.solve.partition.grow import grow
from districting.solve.stop import Stop

SEEN_BY = 4
"""Seats that each unit looks at."""
NEAR = 6
"""Candidates that each seat may be exchanged for."""
FIRST, TRIAL = 400, 150
"""Iterations of the first set's bound, and of a neighbour's."""
PROGRESS = 1e-5


@dataclass(frozen=True, eq=False)
class SeatSet:
    """Seats with the multipliers of their estimate.

    Parameters
    ----------
    seats : int array, shape (K,)
        Increasing.
    bound : Bound
        Over each unit's nearest seats only.
    """

    seats: Ints
    bound: Bound


def near_seats(arrays: Arrays, seats: Ints) -> Relaxation:
    """Return the relaxation with given seats, each unit at its few nearest of them."""
    local = with_seats(arrays, seats)
    kept = nearest_arcs(local, SEEN_BY)
    cost = np.where(kept, local.cost, 0.0)
    return relax(replace(local, allowed=kept, cost=cost), width=arrays.m)


class SeatSearch:
    """First-improvement exchange of seats, remembering the sets it has seen.

    Parameters
    ----------
    arrays : Arrays
    free : Bound
        Multipliers of the bound without given seats.
    target : float
        Objective of a known plan, or a rough one; it scales the first steps.
    """

    def __init__(self, arrays: Arrays, free: Bound, target: float) -> None:
        self.arrays, self.free, self.target = arrays, free, target
        self.whole = relax(arrays)
        away = np.where(arrays.allowed, arrays.cost, np.inf)[arrays.seats]
        self.away: Floats = np.minimum(away, away.T)
        self.usable = arrays.allowed[arrays.seats, np.arange(arrays.m)]
        self.seen: set[bytes] = set()

    def climb(self, seats: Ints, stop: Stop) -> SeatSet:
        """Return seats that no single exchange with a near candidate improves."""
        seats = np.sort(seats)
        bound = ascend(near_seats(self.arrays, seats), stop, self.target, FIRST, self.free)
        best = SeatSet(seats, bound)
        self.seen.add(seats.tobytes())
        better: SeatSet | None = best
        while better is not None:
            best, better = better, self._step(better, stop)
        return best

    def _step(self, best: SeatSet, stop: Stop) -> SeatSet | None:
        """Return the first unseen exchange that is better, None where there is none."""
        for out, new in self._exchanges(best):
            trial = np.sort(np.append(best.seats[best.seats != out], new))
            if trial.tobytes() in self.seen:
                continue
            self.seen.add(trial.tobytes())
            bound = self._estimate(best, trial, new, stop)
            if stop.due:
                return None
            if bound.value < best.bound.value - PROGRESS * abs(best.bound.value):
                return SeatSet(trial, bound)
        return None

    def shaken(self, seats: Ints, rng: np.random.Generator, times: int = 3) -> Ints:
        """Return the seats after `times` random exchanges with near candidates."""
        for _ in range(times):
            out = int(rng.choice(seats))
            options = self._near(seats, out)
            if len(options):
                seats = np.sort(np.append(seats[seats != out], rng.choice(options)))
        return seats

    def _estimate(self, best: SeatSet, trial: Ints, new: int, stop: Stop) -> Bound:
        alpha = best.bound.alpha.copy()
        alpha[:, new] = self.free.alpha[:, new]
        warm = replace(best.bound, alpha=alpha)
        return ascend(near_seats(self.arrays, trial), stop, best.bound.value, TRIAL, warm)

    def _near(self, seats: Ints, out: int) -> Ints:
        others = np.setdiff1d(np.flatnonzero(self.usable), seats)
        others = others[np.isfinite(self.away[out, others])]
        nearest: Ints = others[np.argsort(self.away[out, others], kind="stable")[:NEAR]]
        return nearest

    def _exchanges(self, best: SeatSet) -> list[tuple[int, int]]:
        """Return (seat, candidate) pairs, the most promising by the present prices first."""
        alpha = self.free.alpha.copy()
        alpha[:, best.seats] = best.bound.alpha[:, best.seats]
        worth = priced(self.whole, replace(best.bound, alpha=alpha)).worth
        pairs = [
            (float(worth[j] - worth[i]), i, j)
            for i in best.seats.tolist()
            for j in self._near(best.seats, i).tolist()
        ]
        return [(i, j) for _, i, j in sorted(pairs)]


def plan_at(arrays: Arrays, found: SeatSet, stop: Stop, seed: int, heat: float) -> Found:
    """Return a plan with these seats: grown by the prices of their bound, then annealed."""
    local = with_seats(arrays, found.seats)
    reduced = np.where(local.allowed, local.cost, 1e6 * max(1.0, local.cost.max()))
    for b, window in enumerate(local.windows):
        reduced = reduced + window.weights[:, None] * found.bound.alpha[b][None, :]
    labels = grow(local, reduced[:, found.seats] - found.bound.u[:, None], found.seats)
    if labels is None:
        return NOTHING
    return anneal(local, labels, stop, seed, heat, STEPS_A_UNIT // 2 * arrays.n)
