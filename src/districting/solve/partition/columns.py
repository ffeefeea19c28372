"""Exact by listing: every connected district that keeps the musts, then the cheapest cover.

Where few units must meet tight bounds, the possible districts can be listed one by one. A column
a district makes contiguity and all windows exact, and the covering program is nearly integral.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from districting.model.partition import Floats, Ints
from districting.solve.mip import Rows, solve_milp
from districting.solve.partition.arrays import Arrays
from districting.solve.partition.exact import Found, judged
from districting.solve.partition.program import Milp
from districting.solve.partition.types import Bools
from districting.solve.stop import Stop

UNITS = 60
TIGHT = 0.1
VISITS = 3_000_000
COLUMNS = 60_000


def listable(arrays: Arrays) -> int | None:
    """Return the window that keeps the list of districts short, or None."""
    if not arrays.contiguous or arrays.n > UNITS or arrays.means or arrays.limits:
        return None
    for b, w in enumerate(arrays.windows):
        upper, lower = float(w.upper.max()), float(w.lower.min())
        hard = np.isinf(w.price) and np.isfinite(upper) and (w.weights >= 0).all()
        if hard and upper > 0 and (upper - lower) / upper < TIGHT:
            return b
    return None


def solve_listed(arrays: Arrays, stop: Stop, seed: int) -> Found | None:
    """Return the proven optimum (or infeasibility), or None where the list grows too long."""
    number = listable(arrays)
    if number is None:
        return None
    window = arrays.windows[number]
    near = np.zeros(arrays.n, np.uint64)
    for u, v in arrays.problem.edges.tolist():
        near[u] |= np.uint64(1 << v)
        near[v] |= np.uint64(1 << u)
    upper, lower = float(window.upper.max()), float(window.lower.min())
    slack = 1e-6 * max(1.0, float(window.weights.max()))
    masks, complete = connected_sets(near, window.weights, lower - slack, upper + slack, COLUMNS)
    if not complete:
        return None
    if len(masks) == 0:
        return Found(None, np.empty(0, np.int64), float("nan"), np.inf, infeasible=True)
    bits = np.arange(arrays.n, dtype=np.uint64)
    members = ((masks[:, None] >> bits[None, :]) & np.uint64(1)).astype(bool)
    cost = column_costs(arrays, members)
    usable = np.isfinite(cost)
    return _cover(arrays, members[usable], cost[usable], stop, seed)


@njit(cache=True)  # type: ignore[untyped-decorator]
def connected_sets(
    near: np.ndarray[tuple[int], np.dtype[np.uint64]],
    weights: Floats,
    lower: float,
    upper: float,
    most: int,
) -> tuple[np.ndarray[tuple[int], np.dtype[np.uint64]], bool]:
    """List the connected sets of weight within bounds as bit masks, each once.

    A set grows from its lowest unit; a neighbour passed over is barred from then on.

    Returns
    -------
    (uint64 array, bool)
        The masks, and whether the list is complete.
    """
    n, one = len(near), np.uint64(1)
    found = np.empty(most, np.uint64)
    size = 4 * n * n + 8
    sets, barred = np.empty(size, np.uint64), np.empty(size, np.uint64)
    fringe, load = np.empty(size, np.uint64), np.empty(size)
    count, visits = 0, 0
    for root in range(n):
        below = (one << np.uint64(root)) - one
        sets[0] = one << np.uint64(root)
        barred[0], fringe[0], load[0] = below, near[root], weights[root]
        top = 1 if weights[root] <= upper else 0
        while top:
            top -= 1
            inside, out, rim, held = sets[top], barred[top], fringe[top], load[top]
            visits += 1
            if held >= lower:
                if count == most:
                    return found[:count], False
                found[count] = inside
                count += 1
            if visits > VISITS:
                return found[:count], False
            free = rim & ~inside & ~out
            for v in range(root + 1, n):
                bit = one << np.uint64(v)
                if free & bit:
                    if held + weights[v] <= upper:
                        sets[top], barred[top] = inside | bit, out
                        fringe[top], load[top] = rim | near[v], held + weights[v]
                        top += 1
                    out |= bit
    return found[:count], True


def column_costs(arrays: Arrays, members: Bools) -> Floats:
    """Return the price of each district with its cheapest seat; infinite where a must breaks."""
    held = members.astype(float)
    by_seat = held @ arrays.cost
    by_seat[held @ (~arrays.allowed).astype(float) > 0] = np.inf
    by_seat[~members[:, arrays.seats]] = np.inf
    for w in arrays.windows:
        load = (held @ w.weights)[:, None]
        off = np.maximum(0.0, np.maximum(w.lower[None, :] - load, load - w.upper[None, :]))
        if np.isinf(w.price):
            by_seat[off > 1e-6 * max(1.0, float(np.abs(w.weights).max(initial=0.0)))] = np.inf
        else:
            by_seat += w.price * off
    total: Floats = by_seat.min(axis=1) if arrays.m else np.full(len(members), np.inf)
    for mix in arrays.mixes:
        for g in np.unique(mix.groups):
            total = total + mix.price * members[:, mix.groups == g].any(axis=1)
    for (u, v), price in zip(arrays.pairs, arrays.pair_cost, strict=True):
        total = total + 0.5 * price * (members[:, u] != members[:, v])
    for u, v in arrays.together:
        total[members[:, u] != members[:, v]] = np.inf
    for u, v in arrays.apart:
        total[members[:, u] & members[:, v]] = np.inf
    return total


def _cover(arrays: Arrays, members: Bools, cost: Floats, stop: Stop, seed: int) -> Found | None:
    """Return the cheapest choice of columns that covers every unit once."""
    count, rows = len(cost), Rows()
    for u in range(arrays.n):
        rows.add(np.flatnonzero(members[:, u]), 1.0, 1.0, 1.0)
    rows.add(np.arange(count), 1.0, float(arrays.least), float(arrays.most))
    for quota in arrays.quotas:
        for g in np.unique(quota.groups):
            touching = np.flatnonzero(members[:, quota.groups == g].any(axis=1))
            rows.add(touching, 1.0, float(quota.count[g]), float(quota.count[g]))
    nothing = np.empty((0, 0), np.int64)
    offset = -sum(mix.price * len(np.unique(mix.groups)) for mix in arrays.mixes)
    model = Milp(
        arrays, nothing, nothing.ravel(), cost.tolist(), [0.0] * count, [1.0] * count,
        [True] * count, float(offset), rows,
    )  # fmt: skip
    answer = solve_milp(model, stop, seed)
    if answer.infeasible:
        return Found(None, np.empty(0, np.int64), float("nan"), np.inf, infeasible=True)
    if answer.x is None or not answer.finished:
        return None
    chosen = np.flatnonzero(answer.x > 0.5)
    labels: Ints = members[chosen].argmax(axis=0).astype(np.int64)
    objective, seats, feasible = judged(arrays, labels)
    if not feasible:
        return None
    return Found(labels, seats, objective, min(answer.bound, objective))
