"""One door to all partition methods: decompose, then the method that suits each size."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

import numpy as np

from districting.model.partition import AimLimit, Ints, PartitionProblem
from districting.plan.record import Status
from districting.solve.partition.arrays import Arrays, to_arrays
from districting.solve.partition.check import check_problem
from districting.solve.partition.contract import contracted
from districting.solve.partition.decompose import Piece, constant, decompose
from districting.solve.partition.exact import NOTHING, Found, solve_exact
from districting.solve.partition.limits import solve_limited
from districting.solve.partition.portfolio import FEW_UNITS, solve_whole, start_plan
from districting.solve.partition.ties import contradiction, tied_atoms
from districting.solve.partition.value import TOLERANCE, canonical, evaluate
from districting.solve.result import PartitionSolution
from districting.solve.stop import Stop

PRICES = 0.5
"""Share of the time for prices on limits, before a model with them."""
MODELLED = 9_000
"""Assignments up to which groups coupled by limits are put into one model."""


def solve_partition(
    problem: PartitionProblem, stop: Stop, seed: int = 0, start: Ints | None = None
) -> PartitionSolution:
    """Return the best plan found with a proven bound.

    Parameters
    ----------
    problem : PartitionProblem
    stop : Stop
        Time, gap, and Ctrl-C through :meth:`Stop.interrupt`.
    seed : int
        The same problem, seed and start give the same plan, unless the clock cuts in.
    start : int array, shape (n,), or None
        Labels to begin with (any numbers; -1 for none); they need not satisfy the constraints.

    Returns
    -------
    PartitionSolution
        OPTIMAL only where the bound meets the objective within
        :data:`~districting.solve.partition.value.TOLERANCE`; INFEASIBLE only where proven, with
        the groups concerned when groups are independent.

    Raises
    ------
    ValueError
        Where arrays do not fit together or costs are negative.
    """
    check_problem(problem)
    if contradiction(problem) is not None:
        found = Found(None, NOTHING.seats, float("nan"), np.inf, infeasible=True)
        return _finish(problem, found, "units tied and parted", stop)
    atom = tied_atoms(problem)
    if atom is None:
        found, method, failed = _solve(problem, stop, seed, start)
        return _finish(problem, found, method, stop, failed)
    first = np.unique(atom, return_index=True)[1]
    begin = None if start is None else start[first]
    found, method, failed = _solve(contracted(problem, atom), stop, seed, begin)
    if found.labels is not None:
        found = replace(found, labels=found.labels[atom])
    return _finish(problem, found, f"{len(first)} atoms of tied units: {method}", stop, failed)


def _solve(
    problem: PartitionProblem, stop: Stop, seed: int, start: Ints | None
) -> tuple[Found, str, tuple[int, ...]]:
    """Return what was found, how, and the groups that have no plan."""
    if problem.of(AimLimit) and problem.n > FEW_UNITS:
        bare = replace(problem, parts=tuple(p for p in problem.parts if not _limits(p)))
        if len(decompose(bare) or []) > 1:
            return *_limited(problem, stop, seed, start), ()
    pieces = decompose(problem)
    if pieces is None or len(pieces) == 1:
        # A single group's own problem is the whole one, its quota a plain count.
        whole = problem if pieces is None else pieces[0].problem
        return *solve_whole(to_arrays(whole), stop, seed, start), ()
    stop.report("decompose", float("nan"), float("nan"))
    results, methods = [], []
    for piece in pieces:
        own = None if start is None else start[piece.units]
        found, method = solve_whole(to_arrays(piece.problem), stop, seed, own)
        results.append(found)
        methods.append(method)
    combined = _combined(problem, pieces, results)
    failed = tuple(p.group for p, f in zip(pieces, results, strict=True) if f.infeasible)
    method = f"{len(pieces)} independent groups: " + ", ".join(dict.fromkeys(methods))
    return combined, method, failed


def _limits(part: object) -> bool:
    return isinstance(part, AimLimit)


def _limited(
    problem: PartitionProblem, stop: Stop, seed: int, start: Ints | None
) -> tuple[Found, str]:
    """Solve groups that only limits couple: prices on the limits, then the model with them.

    With prices in their place the groups are independent again; one model of all would look for
    its first plan too long.
    """

    def priced(arrays: Arrays, share: Stop, seed: int, labels: Ints | None) -> tuple[Found, str]:
        return _solve(arrays.problem, share, seed, labels)[:2]

    arrays = to_arrays(problem)
    given = start_plan(arrays, start)
    found, method = solve_limited(arrays, stop.share(PRICES), seed, given, priced)
    if found.infeasible or found.status is Status.OPTIMAL or stop.due:
        return found, method
    if int(arrays.allowed.sum()) > MODELLED:
        return found, method
    return solve_exact(arrays, stop, seed, found), "Hess model with separators"


def _combined(problem: PartitionProblem, pieces: list[Piece], results: list[Found]) -> Found:
    labels = np.empty(problem.n, np.int64)
    seats: list[Ints] = []
    used = 0
    fixed = constant(problem, pieces)
    bound = fixed + sum(f.bound for f in results)
    infeasible = any(f.infeasible for f in results)
    for piece, found in zip(pieces, results, strict=True):
        if found.labels is None:
            return Found(None, np.empty(0, np.int64), float("nan"), bound, infeasible)
        labels[piece.units] = found.labels + used
        seats.append(piece.candidates[found.seats])
        used += len(found.seats)
    objective = fixed + sum(f.objective for f in results)
    return Found(labels, np.concatenate(seats), objective, bound)


def _finish(
    problem: PartitionProblem,
    found: Found,
    method: str,
    stop: Stop,
    failed: tuple[int, ...] = (),
) -> PartitionSolution:
    """Return the solution, re-valued and checked from the problem itself."""
    if found.labels is None:
        return PartitionSolution(
            status=found.status,
            labels=None,
            seats=np.empty(0, np.int64),
            objective=float("nan"),
            bound=found.bound,
            method=method,
            infeasible_groups=failed,
        )
    labels, seats = canonical(problem, found.labels, found.seats)
    worth = evaluate(problem, labels, seats)
    if not worth.feasible:
        raise AssertionError(f"{method} returned a plan that breaks {worth.violations[:3]}")
    slack = 10 * TOLERANCE * max(1.0, abs(worth.objective))
    if found.bound > worth.objective + slack:
        raise AssertionError(f"{method}: bound {found.bound} exceeds {worth.objective}")
    bound = min(found.bound, worth.objective)
    stop.report(method, worth.objective, bound)
    return PartitionSolution(
        status=Status.OPTIMAL if found.status is Status.OPTIMAL else Status.FEASIBLE,
        labels=labels,
        seats=seats,
        objective=worth.objective,
        bound=bound,
        parts=MappingProxyType(dict(worth.parts)),
        method=method,
        trace=np.array([[stop.elapsed, worth.objective, bound]]),
    )
