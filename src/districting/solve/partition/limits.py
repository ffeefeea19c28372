"""Limits on aims in problems too large for one model: a price for each limit, searched.

For prices :math:`\\mu \\ge 0` the objective plus :math:`\\sum_i \\mu_i (v_i - e_i)` is a relaxation
of :math:`v_i \\le e_i`, so its bound holds for the limited problem (Everett 1963); its plans keep
the limits once the prices are high enough.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from districting.model.partition import AimLimit, Band, Floats, Ints, PartitionProblem, Unmixed
from districting.model.partition import Priced as Term
from districting.solve.partition.arrays import Arrays, to_arrays
from districting.solve.partition.exact import NOTHING, Found, judged, raised
from districting.solve.partition.value import TOLERANCE, evaluate
from districting.solve.stop import Stop

TRIES = 8
FIRST = 0.25
"""Share of the time for the plan that keeps the limits best, where no other keeps them."""
SLACK = 1e-9
SEARCH_GAP = 0.005
"""Gap that is enough while prices are searched."""
CLOSE = 0.01
"""Share of a limit's price below which its bracket is narrow enough."""

Solver = Callable[[Arrays, Stop, int, Ints | None], tuple[Found, str]]


def solve_limited(
    arrays: Arrays, stop: Stop, seed: int, given: Found, solver: Solver
) -> tuple[Found, str]:
    """Return the best plan within the limits that `solver` finds as their prices vary.

    Parameters
    ----------
    given : Found
        A plan within the limits, or nothing.
    solver : callable
        Solves a problem without limits.
    """
    limits = [x for x in arrays.problem.parts if isinstance(x, AimLimit)]
    upper = np.array([x.upper for x in limits])
    low, high, price = (np.full(len(limits), v) for v in (0.0, np.inf, 0.0))
    best, floor, labels, method = given, 0.0, given.labels, ""
    if best.labels is None:
        for limit in limits if len(limits) > 1 else ():
            share = stop.share(FIRST / len(limits))
            least, method = solver(to_arrays(freed(arrays.problem, limit)), share, seed, labels)
            best = kept(arrays, best, least)
            if least.infeasible or least.bound > limit.upper + slack(limit):
                return Found(None, NOTHING.seats, float("nan"), np.inf, infeasible=True), method
    if best.labels is None:
        least, method = solver(to_arrays(serving(arrays.problem)), stop.share(FIRST), seed, labels)
        best, labels = kept(arrays, best, least), least.labels
        if least.infeasible or (len(limits) == 1 and least.bound > 1.0 + SLACK):
            return Found(None, NOTHING.seats, float("nan"), np.inf, infeasible=True), method
    for number in range(TRIES):
        share = stop.share(1.0 / min(4, TRIES - number), SEARCH_GAP, quiet=True)
        found, method = solver(at_prices(arrays, price), share, seed, labels)
        floor = max(floor, found.bound - float((price * upper).sum()))
        if found.infeasible:
            return Found(None, NOTHING.seats, float("nan"), np.inf, infeasible=True), method
        best = kept(arrays, best, found)
        if found.labels is None:
            break
        labels = found.labels
        over = values(arrays.problem, labels, found.seats) > upper * (1 + 1e-9)
        low, high = np.where(over, price, low), np.where(over, high, np.minimum(high, price))
        narrow = np.isfinite(high) & (high - low <= CLOSE * high)
        if stop.due or narrow.all() or not (over.any() or price.any()):
            break
        price = _next(price, low, high, found.objective / np.maximum(np.abs(upper), 1e-9))
    return raised(best, floor), f"prices on limits: {method}"


def freed(problem: PartitionProblem, limit: AimLimit) -> PartitionProblem:
    """Return the problem that minimises what `limit` bounds, all limits lifted."""
    musts = [p for p in problem.minimising(()).parts if not isinstance(p, AimLimit)]
    return replace(problem, parts=(*musts, *limit.terms))


def slack(limit: AimLimit) -> float:
    """Return by how much a bound must pass the limit before it counts as above it."""
    return TOLERANCE * max(1.0, abs(limit.upper))


def serving(problem: PartitionProblem) -> PartitionProblem:
    """Return the problem of keeping the limits: each limit's terms as a share of it, no more."""
    musts = [p for p in problem.minimising(()).parts if not isinstance(p, AimLimit)]
    limits = problem.of(AimLimit)
    shares = [scaled(t, 1.0 / max(x.upper, 1e-9)) for x in limits for t in x.terms]
    return replace(problem, parts=(*musts, *shares))


def at_prices(arrays: Arrays, price: Floats) -> Arrays:
    """Return `arrays` with each limit's bill in the objective at its price, without limits."""
    bill = arrays.bill
    for limit, factor in zip(arrays.limits, price.tolist(), strict=True):
        bill = bill.plus(limit.bill.times(factor))
    musts = tuple(w for w in arrays.windows if np.isinf(w.price))
    return replace(
        arrays,
        problem=_pricing(arrays.problem, price),
        cost=np.where(arrays.allowed, bill.cost, 0.0),
        windows=(*musts, *bill.windows),
        mixes=bill.mixes,
        means=bill.means,
        pairs=bill.pairs,
        pair_cost=bill.pair_cost,
        limits=(),
    )


def _pricing(problem: PartitionProblem, price: Floats) -> PartitionProblem:
    kept = [p for p in problem.parts if not isinstance(p, AimLimit)]
    limits = [p for p in problem.parts if isinstance(p, AimLimit)]
    more = [scaled(t, float(f)) for x, f in zip(limits, price, strict=True) for t in x.terms]
    return replace(problem, parts=(*kept, *more))


def scaled(term: Term, factor: float) -> Term:
    """Return a part of the objective with its weight or price multiplied."""
    if isinstance(term, Band | Unmixed):
        assert term.price is not None
        return replace(term, price=factor * term.price)
    return replace(term, weight=factor * term.weight)


def values(problem: PartitionProblem, labels: Ints, seats: Ints) -> Floats:
    """Return what each limit's terms come to in a plan."""
    bare = [replace(problem, parts=x.terms) for x in problem.of(AimLimit)]
    return np.array([evaluate(p, labels, seats).objective for p in bare])


def kept(arrays: Arrays, best: Found, found: Found) -> Found:
    """Return the better plan within the limits, seats as they are or the cheapest."""
    if found.labels is None:
        return best
    for chosen in (None, found.seats):
        objective, seats, feasible = judged(arrays, found.labels, chosen)
        if feasible and (best.labels is None or objective < best.objective):
            best = Found(found.labels, seats, objective, min(best.bound, objective))
    return best


def _next(price: Floats, low: Floats, high: Floats, typical: Floats) -> Floats:
    """Return prices inside their brackets: doubled while no limit holds, then halved between."""
    grown = np.maximum(4.0 * price, 0.05 * np.abs(typical))
    inside = np.where(np.isinf(high), grown, 0.5 * (low + np.minimum(high, 1e300)))
    return np.where((low == 0) & (price == 0) & np.isfinite(high), 0.0, inside)
