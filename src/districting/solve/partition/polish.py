"""A better plan for given seats: a fixed-seat Hess model, narrowed by reduced costs."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from districting.model.partition import Ints
from districting.solve.partition.arrays import Arrays
from districting.solve.partition.bound import Bound, fix, lagrangian, narrowed
from districting.solve.partition.exact import Found, solve_exact
from districting.solve.partition.types import Bools
from districting.solve.stop import Stop

PROVABLE = 4_000
NODES = 300


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


def polish(arrays: Arrays, found: Found, stop: Stop, seed: int) -> Found:
    """Return a plan at least as good with the seats of `found`.

    Where reduced costs leave more than :data:`PROVABLE` assignments, each unit keeps its own and
    its two cheapest only, and the search ends after :data:`NODES` nodes.
    """
    assert found.labels is not None
    local = with_seats(arrays, found.seats)
    bound = lagrangian(local, stop, found.objective, iterations=600)
    local = narrowed(local, fix(local, bound, found.objective))
    if int(local.allowed.sum()) > PROVABLE:
        allowed = local.allowed & core(local, bound, found, 2)
        local = replace(local, allowed=allowed, cost=np.where(allowed, local.cost, 0.0))
    if stop.due:
        return found
    return solve_exact(local, stop, seed, replace(found, bound=0.0), nodes=NODES)


def core(arrays: Arrays, bound: Bound, found: Found, width: int) -> Bools:
    """Return each unit's `width` cheapest assignments by reduced cost, and its present one."""
    assert found.labels is not None
    reduced = np.where(arrays.allowed, arrays.cost, np.inf)
    for b, window in enumerate(arrays.windows):
        reduced = reduced + window.weights[:, None] * bound.alpha[b][None, :]
    rank = np.argsort(np.argsort(reduced, axis=1, kind="stable"), axis=1, kind="stable")
    kept: Bools = rank < width
    kept[np.arange(arrays.n), found.seats[found.labels]] = True
    return kept
