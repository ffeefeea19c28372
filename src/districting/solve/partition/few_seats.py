"""Proven optima where there are few choices of seats: a town and its two districts.

With its seats given, a small Hess model is nearly integral; with them free, fractional seats make
its relaxation weak. So every choice of seats is a model of its own, most promising first, and each
has to cost less than the best plan so far. A choice whose units cost more than that even when each
takes its cheapest seat needs no model.
"""

from __future__ import annotations

from itertools import combinations
from math import comb

import numpy as np

from districting.model.partition import Ints
from districting.solve.partition.arrays import Arrays
from districting.solve.partition.exact import NOTHING, Found, better, closed, raised, worth
from districting.solve.partition.given import reseated, solve_below, with_seats
from districting.solve.stop import Stop

CHOICES = 400
"""Choices of seats up to which each is looked at."""
ASSIGNMENTS = 2_500
"""Assignments of the model with given seats up to which it is sure to be quick."""


def few(arrays: Arrays) -> bool:
    """Whether every choice of seats can be looked at."""
    number = arrays.least
    return (
        number == arrays.most
        and not arrays.unpriced
        and not arrays.quotas
        and comb(arrays.m, number) <= CHOICES
        and arrays.n * number <= ASSIGNMENTS
    )


def solve_few(arrays: Arrays, stop: Stop, seed: int, start: Found) -> Found:
    """Return the proven optimum, or the best plan and its bound when the stop is due."""
    usable = np.flatnonzero(arrays.allowed[arrays.seats, np.arange(arrays.m)])
    sets = np.array([*combinations(usable.tolist(), arrays.least)], np.int64)
    price = np.where(arrays.allowed, arrays.cost, np.inf)
    floors = np.array([price[:, seats].min(axis=1).sum() for seats in sets])
    best, settled = start, np.inf
    for at in np.argsort(floors, kind="stable").tolist():
        bound = min(settled, float(floors[at]))
        if stop.due or _near(best, bound, stop.gap):
            return raised(best, min(bound, _ceiling(best)))
        best, floor = _with(arrays, sets[at], best, stop, seed)
        settled = min(settled, max(floor, float(floors[at])))
        stop.report("seat choices", best.objective, min(bound, settled))
    if best.labels is None and np.isinf(settled):
        return Found(None, best.seats, float("nan"), np.inf, infeasible=True)
    return raised(best, min(settled, _ceiling(best)))


def _near(best: Found, bound: float, gap: float) -> bool:
    """Whether plans above `bound` are not worth a look."""
    if best.labels is None:
        return False
    return closed(best.objective, bound) or best.objective - bound <= gap * abs(best.objective)


def _ceiling(best: Found) -> float:
    return np.inf if best.labels is None else best.objective


def _with(arrays: Arrays, seats: Ints, best: Found, stop: Stop, seed: int) -> tuple[Found, float]:
    """Return the better of `best` and the best plan with these seats, and a bound of the latter.

    Infinite where no plan with these seats is better.
    """
    local = with_seats(arrays, seats)
    if not local.allowed.any(axis=1).all():
        return best, np.inf
    found = solve_below(local, worth(best), NOTHING, stop, seed)
    return better(best, reseated(arrays, found)), found.bound
