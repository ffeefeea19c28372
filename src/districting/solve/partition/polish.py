"""A better plan for given seats: a fixed-seat Hess model, narrowed by reduced costs."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from districting.model.partition import Ints
from districting.solve.mip import Answer, solve_milp
from districting.solve.partition.arrays import Arrays
from districting.solve.partition.bound import Bound, fix, lagrangian, narrowed
from districting.solve.partition.exact import Found, better, judged, raised, solve_exact
from districting.solve.partition.milp import build, read_labels, start_values
from districting.solve.partition.program import Milp
from districting.solve.partition.types import Bools
from districting.solve.stop import Stop

PROVABLE = 4_000
NODES = 100
LOOSE, LOOSE_GAP = 12_000, 2e-4
"""Assignments up to which the model without contiguity is solved, and the gap it ends at."""
GAP = 1e-5
"""Gap of proofs with given seats."""


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
    start = replace(found, bound=0.0)
    return reseated(
        arrays, solve_exact(local, stop, seed, start, nodes=NODES, gap=1e-4, seated=True)
    )


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


def loosened(arrays: Arrays, bound: Bound, best: Found, stop: Stop, seed: int) -> Found:
    """Return `best` with a bound raised by the model without contiguity, or a better plan.

    The model is smaller without its neighbour rows, and its solver's cuts see what prices on
    windows cannot: that units are whole.
    """
    local = narrowed(arrays, fix(arrays, bound, best.objective))
    if int(local.allowed.sum()) > LOOSE or best.labels is None:
        return best
    model = build(replace(local, contiguous=False))
    hint = start_values(model, best.labels, best.seats)
    answer = solve_milp(model, stop, seed, hint, max(LOOSE_GAP, 0.8 * stop.gap), NODES)
    floor = np.inf if answer.infeasible else answer.bound
    best = _read(arrays, model, answer, best)
    return raised(best, min(floor, best.objective))


def _read(arrays: Arrays, model: Milp, answer: Answer, best: Found) -> Found:
    """Return the better of `best` and the plan of a model without contiguity, if it is one."""
    if answer.x is None:
        return best
    labels, seats = read_labels(model, answer.x)
    objective, _, feasible = judged(arrays, labels, seats)
    if not feasible:
        return best
    return better(best, reseated(arrays, Found(labels, seats, objective, 0.0)))


def prove_seats(
    arrays: Arrays, opened: Bools, best: Found, stop: Stop, seed: int
) -> tuple[Found, float]:
    """Return the better of `best` and the best plan with exactly these seats, and their bound.

    The bound is at least `best.objective` where no better plan with these seats exists. Beyond
    :data:`PROVABLE` assignments it is that of the model without contiguity.
    """
    local = with_seats(arrays, np.flatnonzero(opened))
    bound = lagrangian(local, stop, best.objective)
    local = narrowed(local, fix(local, bound, best.objective))
    floor = bound.value
    size = int(local.allowed.sum())
    if floor >= best.objective or stop.due or size > LOOSE:
        return best, floor
    model = build(local if size <= PROVABLE else replace(local, contiguous=False))
    cut_off(model, best.objective)
    if size > PROVABLE:
        answer = solve_milp(model, stop, seed, gap=GAP, nodes=NODES)
        if answer.infeasible:
            return best, np.inf
        return _read(arrays, model, answer, best), max(floor, answer.bound)
    found = solve_exact(local, stop, seed, model=model, gap=GAP, seated=True)
    if found.infeasible:
        return best, np.inf
    floor = max(floor, found.bound)
    found = reseated(arrays, found)
    if found.labels is None or found.objective >= best.objective:
        return best, floor
    return replace(found, bound=min(best.bound, found.objective)), floor


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
