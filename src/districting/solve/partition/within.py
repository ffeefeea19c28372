"""Plans within limits on aims, in problems small enough for the Hess model's linear program.

The model has the limits as rows. Its linear program bounds the plans within them closer than
prices do, tells what a unit more of each limit is worth, and rules out what no better plan can
use. Plans come from the problem with the limits at these prices, and from walks around it: a walk
anneals, and after each stretch the price of what exceeds its limit rises, that of the rest falls
(strategic oscillation, Glover 1977).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from districting.model.partition import Floats
from districting.solve.partition.anneal import COLD, move_price, to_data, to_state
from districting.solve.partition.anneal_kernels import anneal_chunk, total_price
from districting.solve.partition.arrays import Arrays
from districting.solve.partition.bound import fix, lagrangian, restrained
from districting.solve.partition.exact import NOTHING, Found, enough, raised, solve_exact
from districting.solve.partition.given import prove_seats
from districting.solve.partition.limits import at_prices, kept, values
from districting.solve.partition.tighten import Tight, tightened
from districting.solve.partition.value import TOLERANCE, best_seats
from districting.solve.stop import Stop

FACTORS = (1.0, 2.0, 4.0, 8.0, 16.0, 64.0)
"""Prices tried, in those of the linear program."""
ENOUGH, NEAR = 2, 0.005
"""Prices tried at least, unless a plan is within this gap."""
STRETCHES, STEPS_A_UNIT = 200, 80
"""Stretches of a walk; steps of each, for each unit."""
STRICT = 20.0
LEAST, MOST = 0.005, 0.5
"""Least and highest prices of a walk, in shares of the plan's cost for all of the limit."""
RISE, FALL = 1.05, 1.05
SEATED = 0.2
"""Share of the time for plans with the seats of the best."""

Sketch = Callable[[Arrays, Stop, int], Found]
"""Finds a good plan of a problem without limits."""


def solve_within(arrays: Arrays, stop: Stop, seed: int, given: Found, sketch: Sketch) -> Found:
    """Return the best plan within the limits, and a bound.

    Parameters
    ----------
    given : Found
        A plan within the limits, or nothing.
    """
    stop.report("bound", given.objective, given.bound)
    tight = tightened(arrays, stop)
    if tight.value == np.inf:
        return Found(None, NOTHING.seats, float("nan"), np.inf, infeasible=True)
    best = raised(given, tight.value)
    for number, factor in enumerate(FACTORS):
        near = best.objective - best.bound <= NEAR * abs(best.objective)  # False without a plan
        if enough(best, stop) or near or (number >= ENOUGH and best.labels is not None):
            break
        price, inner = factor * tight.prices, stop.share(1.0, quiet=True)
        found = sketch(at_prices(arrays, price), inner, seed + number)
        if found.labels is not None:
            best = kept(arrays, best, found)
            best = kept(arrays, best, walked(arrays, found, price, stop, seed))
        stop.report("anneal", best.objective, best.bound)
    if best.labels is not None and not enough(best, stop):
        best = prove_seats(arrays, best.seats, best, stop.share(SEATED), seed)[0]
        stop.report("seats", best.objective, best.bound)
    if enough(best, stop):
        return best
    return solve_exact(_narrowed(arrays, tight, best, stop), stop, seed, best)


def _narrowed(arrays: Arrays, tight: Tight, best: Found, stop: Stop) -> Arrays:
    """Return the assignments that a plan better than `best` can use, by both relaxations."""
    if best.labels is None:
        return arrays
    rounding = TOLERANCE * max(1.0, abs(best.objective))
    left = tight.reduced <= best.objective - tight.value + rounding
    priced = at_prices(arrays, tight.prices)
    limit = best.objective + float(tight.prices @ [x.upper for x in arrays.limits])
    left &= fix(priced, lagrangian(priced, stop, limit), limit).arcs
    left[:, ~left[arrays.seats, np.arange(arrays.m)]] = False
    return restrained(arrays, left)


def walked(arrays: Arrays, start: Found, price: Floats, stop: Stop, seed: int) -> Found:
    """Return the best plan within the limits that a walk from `start` meets, without a bound.

    Parameters
    ----------
    price : float array, shape (limits,)
        Of each limit in the first stretch.
    """
    assert start.labels is not None
    labels, best = start.labels, NOTHING
    unit = move_price(arrays, labels)
    upper = np.array([x.upper for x in arrays.limits])
    whole = unit * arrays.n / np.maximum(np.abs(upper), TOLERANCE)
    cooling = COLD ** (1.0 / STRETCHES)
    for stretch in range(STRETCHES):
        price = np.clip(price, LEAST * whole, MOST * whole)
        data = to_data(at_prices(arrays, price), STRICT, unit)
        state = to_state(data, labels)
        if state is None or stop.due:
            break
        hot, number = unit * cooling**stretch, (seed * 1_000_003 + stretch) % 2**31
        cheapest, holding = labels.copy(), labels.copy()
        record, steps = np.array([total_price(data, state), np.inf]), STEPS_A_UNIT * arrays.n
        anneal_chunk(data, state, hot, hot * cooling, steps, number, cheapest, holding, record)
        labels = state.labels.copy()
        for met in (holding, labels):
            best = kept(arrays, best, Found(met, best_seats(arrays.problem, met), 0.0, 0.0))
        over = values(arrays.problem, labels, best_seats(arrays.problem, labels)) > upper
        price = np.where(over, price * RISE, price / FALL)
    return best
