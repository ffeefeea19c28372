"""Given seats: prices, a tightened linear program, and the model on the arcs these leave.

Plans close to the bound use arcs of small reduced cost only, so the model on the cheapest few finds
one at once; what the bound and that plan rule out leaves little to a proof.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from districting.model.partition import Floats, Ints
from districting.solve.partition.arrays import Arrays
from districting.solve.partition.bound import Bound, floors, lagrangian, restrained
from districting.solve.partition.exact import (
    NOTHING,
    Found,
    better,
    enough,
    judged,
    raised,
    solve_exact,
    worth,
)
from districting.solve.partition.milp import build
from districting.solve.partition.program import Milp
from districting.solve.partition.tighten import Tight, tightened
from districting.solve.partition.value import TOLERANCE
from districting.solve.stop import Stop

SEEN = 12
"""Arcs of a unit, on average, in the linear program."""
CORES = (1.25, 1.6)
"""Arcs of a unit, on average, among which plans are looked for; more if none is within the gap."""
NODES, GAP, PART = 100, 4e-4, 0.4
"""Nodes and gap of that search; its share of the gap that is enough in the end."""
BUILDABLE, PROVABLE = 60_000, 4_000
"""Arcs up to which the program is built of all that a proof has to look at, and a model among many
is solved to the end."""
AT_ONCE = 600
"""Arcs up to which it is solved without further ado."""


def with_seats(arrays: Arrays, seats: Ints) -> Arrays:
    """Return `arrays` with exactly these candidates as seats."""
    allowed = np.zeros_like(arrays.allowed)
    allowed[:, seats] = arrays.allowed[:, seats]
    units = arrays.seats[seats]
    allowed[units] = False
    allowed[units, seats] = True
    count = len(seats)
    cost = np.where(allowed, arrays.cost, 0.0)
    return replace(arrays, allowed=allowed, cost=cost, least=count, most=count)


def solve_given(
    arrays: Arrays,
    relaxation: Bound,
    best: Found,
    stop: Stop,
    seed: int,
    limit: float = np.inf,
    provable: int = PROVABLE,
) -> Found:
    """Return the best plan found for given seats, and a bound.

    Parameters
    ----------
    arrays : Arrays
        As of :func:`with_seats`.
    relaxation : Bound
        Prices over all arcs.
    best : Found
        A plan with these seats, or nothing yet, and its bound.
    limit : float
        Only plans below it are of interest; the bound may be of these alone.
    provable : int
        Arcs left up to which the model is solved to the end; 0 for a plan and a bound at once.
    """
    least = floors(arrays, relaxation)[0]
    if (few := least <= limit + _rounding(limit)).sum() <= AT_ONCE:
        nodes = None if provable else NODES
        return solve_below(restrained(arrays, few), limit, best, stop, seed, nodes)
    cutoff = min(limit, _smallest(least, SEEN * arrays.n))
    seen, tight, best = _seen(arrays, least, cutoff, best, stop)
    plan = NOTHING
    for width in CORES:
        if enough(best, stop) or best.bound >= limit or np.isinf(tight.value):
            return best
        if plan.labels is None or stop.gap > 0:
            plan = _core_plan(seen, tight, width, best, stop, seed)
            best = better(best, plan)
    goal = min(limit, worth(best))
    if not provable or enough(best, stop) or (least <= goal).sum() > BUILDABLE:
        return best
    if goal > cutoff:
        seen, tight, best = _seen(arrays, least, goal, best, stop)
    left = restrained(seen, tight.reduced <= goal - tight.value + _rounding(goal))
    return best if left.allowed.sum() > provable else solve_below(left, limit, best, stop, seed)


def _core_plan(
    arrays: Arrays, tight: Tight, width: float, best: Found, stop: Stop, seed: int
) -> Found:
    """Return a plan among the arcs of lowest reduced cost, its bound of no use."""
    core = restrained(arrays, tight.reduced <= _smallest(tight.reduced, width * arrays.n))
    start, gap = replace(best, bound=0.0), max(GAP, PART * stop.gap)
    return solve_exact(core, stop, seed, start, nodes=NODES, gap=gap, seated=True)


def solve_below(
    arrays: Arrays, limit: float, best: Found, stop: Stop, seed: int, nodes: int | None = None
) -> Found:
    """Return the best plan with given seats that costs less than `limit`, or that there is none."""
    model = build(arrays)
    if worth(best) > limit:
        cut_off(model, limit)
    return solve_exact(arrays, stop, seed, best, model, nodes, seated=True)


def _seen(
    arrays: Arrays, least: Floats, cutoff: float, best: Found, stop: Stop
) -> tuple[Arrays, Tight, Found]:
    """Return the arcs that plans up to `cutoff` may use, their program, and `best` with its bound.

    A plan with an arc left out costs more than the cutoff.
    """
    seen = restrained(arrays, least <= cutoff + _rounding(cutoff))
    tight = tightened(seen, stop)
    return seen, tight, raised(best, min(tight.value, cutoff))


def _rounding(value: float) -> float:
    return TOLERANCE * max(1.0, abs(value))


def _smallest(values: Floats, number: float) -> float:
    """Return the value that `number` values do not exceed, at least 0, infinite if fewer are."""
    finite = np.sort(values[np.isfinite(values)])
    return max(0.0, float(finite[int(number) - 1])) if number <= len(finite) else np.inf


def prove_seats(
    arrays: Arrays, seats: Ints, best: Found, stop: Stop, seed: int, provable: int = PROVABLE
) -> tuple[Found, float]:
    """Return the better of `best` and the best plan with exactly these seats, and their bound.

    The bound is at least `best.objective` where no better plan with these seats exists. Other
    parameters as in :func:`solve_given`.
    """
    local = with_seats(arrays, seats)
    relaxation = lagrangian(local, stop, best.objective)
    start = replace(NOTHING, bound=relaxation.value)
    if relaxation.value >= best.objective or stop.due:
        return best, relaxation.value
    found = solve_given(local, relaxation, start, stop, seed, best.objective, provable)
    return better(best, reseated(arrays, found)), found.bound


def reseated(arrays: Arrays, found: Found) -> Found:
    """Return the plan with its cheapest seats, without a bound."""
    if found.labels is None:
        return found
    objective, seats, feasible = judged(arrays, found.labels)
    if not feasible:
        objective, seats = found.objective, found.seats
    return Found(found.labels, seats, objective, 0.0)


def cut_off(model: Milp, objective: float) -> None:
    """Add the row that only plans up to `objective` are wanted."""
    cost = np.asarray(model.cost)
    where = np.flatnonzero(cost)
    scale = max(1e-12, float(np.abs(cost).max(initial=0.0)))
    limit = objective + 1e-6 * max(1.0, abs(objective)) - model.offset
    model.rows.add(where, cost[where] / scale, -np.inf, limit / scale)
