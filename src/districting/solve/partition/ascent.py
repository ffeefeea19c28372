"""The Lagrangian bound's ascent as one compiled loop."""

from __future__ import annotations

import numpy as np
from numba import njit

from districting.model.partition import Floats, Ints
from districting.solve.compiled import copy
from districting.solve.partition.bound_kernels import inner
from districting.solve.partition.types import Bools

VALUE, FACTOR, STALL, FOUND, DONE = range(5)
"""Places in the record: best value, step factor, iterations without progress, the best one's
number, whether the ascent has ended."""
PATIENCE = 20


@njit(cache=True)  # type: ignore[untyped-decorator]
def choose(
    worth: Floats,
    members: Ints,
    least: int,
    most: int,
    decided: Ints,
    taken: Floats,
) -> float:
    """Mark a class's seats in `taken`, as :func:`arcs.cheapest` does; return their worth."""
    total, opened, paying, free = 0.0, 0, 0, 0
    keys = np.empty(len(members))
    for i in range(len(members)):
        j = members[i]
        keys[i] = np.inf
        if decided[j] > 0:
            taken[j] = 1.0
            total += worth[j]
            opened += 1
        elif decided[j] == 0:
            keys[i] = worth[j]
            free += 1
            if worth[j] < 0:
                paying += 1
    number = min(most - opened, max(least - opened, paying), free)
    if number > 0:
        order = np.argsort(keys, kind="mergesort")
        for i in range(number):
            taken[members[order[i]]] = 1.0
            total += keys[order[i]]
    return total


@njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def climb(
    ptr: Ints,
    unit: Ints,
    candidate: Ints,
    group: Ints,
    cost: Floats,
    weights: Floats,
    lower: Floats,
    upper: Floats,
    limit: Floats,
    fee: float,
    constant: float,
    seat_unit: Ints,
    home: Ints,
    decided: Ints,
    used: Bools,
    class_ptr: Ints,
    members: Ints,
    least: Ints,
    most: Ints,
    scale: Floats,
    target: float,
    first: int,
    last: int,
    u: Floats,
    alpha: Floats,
    step: Floats,
    direction: Floats,
    share: Floats,
    best_u: Floats,
    best_alpha: Floats,
    best_worth: Floats,
    record: Floats,
) -> None:
    """Run iterations ``first … last`` of the ascent in place.

    Parameters
    ----------
    decided : int array, shape (m,)
        1 open, -1 closed, 0 free; `used` are those not closed.
    class_ptr, members, least, most : int arrays
        Classes of seats, and how many each has.
    scale : float array, shape (n,)
        Step of each unit's multiplier.
    u, alpha, step, direction, share : float arrays
        State, carried from call to call.
    best_u, best_alpha, best_worth : float arrays
        Written: the best multipliers and what each district costs there.
    record : float array, shape (5,)
        See :data:`VALUE` and the places after it.
    """
    n, m, windows = len(u), len(seat_unit), len(limit)
    worth, x, taken, missing = np.zeros(m), np.zeros(len(unit)), np.zeros(m), np.empty(n)
    for iteration in range(first, last):
        # The first window's multipliers improve every other time, the others in turn.
        active = 0
        if windows > 1 and iteration % 2 == 1:
            active = 1 + (iteration // 2) % (windows - 1)
        inner(
            ptr, unit, group, cost, weights, lower, upper, limit, u, fee, seat_unit, home,
            alpha, step, active, used, worth, x,
        )  # fmt: skip
        taken[:] = 0.0
        value = u.sum() + constant
        for c in range(len(least)):
            mine = members[class_ptr[c] : class_ptr[c + 1]]
            value += choose(worth, mine, least[c], most[c], decided, taken)
        for j in range(m):
            share[j] = taken[j] if iteration == 0 else 0.95 * share[j] + 0.05 * taken[j]
        if value > record[VALUE]:
            progress = value > record[VALUE] + 1e-5 * abs(record[VALUE])
            record[STALL] = 0.0 if progress else record[STALL] + 1.0
            record[VALUE], record[FOUND] = value, iteration + 1.0
            copy(best_u, u)
            copy(best_worth, worth)
            for b in range(windows):
                copy(best_alpha[b], alpha[b])
        else:
            record[STALL] += 1.0
        if record[STALL] > PATIENCE:
            record[FACTOR] *= 0.7
            record[STALL] = 0.0
            copy(u, best_u)
            for b in range(windows):
                copy(alpha[b], best_alpha[b])
            direction[:] = 0.0
        missing[:] = 1.0
        for p in range(len(unit)):
            missing[unit[p]] -= x[p] * taken[candidate[p]]
        fresh = not direction.any()
        along, square = 0.0, 0.0
        for v in range(n):
            direction[v] = missing[v] if fresh else 0.7 * direction[v] + 0.3 * missing[v]
            along += direction[v] * scale[v] * missing[v]
            square += missing[v] * scale[v] * missing[v]
        if along <= 0:
            copy(direction, missing)
            along = square
        gap = max(target - value, 1e-4 * abs(target))
        if record[FACTOR] < 0.002 or along <= 1e-12 or target - record[VALUE] <= 1e-9:
            record[DONE] = 1.0
            return
        length = record[FACTOR] * gap / along
        for v in range(n):
            u[v] += length * direction[v] * scale[v]


@njit(cache=True)  # type: ignore[untyped-decorator]
def if_decided(
    worth: Floats, class_ptr: Ints, members: Ints, least: Ints, most: Ints, decided: Ints
) -> tuple[Floats, Floats]:
    """Return the worth of all seats if each candidate had to be one, and if it could not.

    Infinite for what is not possible, and for candidates in no class.
    """
    m = len(worth)
    inside, outside, taken = np.full(m, np.inf), np.full(m, np.inf), np.zeros(m)
    total = np.zeros(len(least))
    for c in range(len(least)):
        mine = members[class_ptr[c] : class_ptr[c + 1]]
        total[c] = choose(worth, mine, least[c], most[c], decided, taken)
    for c in range(len(least)):
        mine = members[class_ptr[c] : class_ptr[c + 1]]
        others, marks = total.sum() - total[c], decided.copy()
        opened, free = (decided[mine] > 0).sum(), (decided[mine] == 0).sum()
        for j in mine:
            mark, spare = decided[j], 1 if decided[j] == 0 else 0
            if mark > 0 or (mark == 0 and opened < most[c]):
                marks[j] = 1
                inside[j] = others + choose(worth, mine, least[c], most[c], marks, taken)
            if mark < 0 or (mark == 0 and opened + free - spare >= least[c]):
                marks[j] = -1
                outside[j] = others + choose(worth, mine, least[c], most[c], marks, taken)
            marks[j] = mark
    return inside, outside
