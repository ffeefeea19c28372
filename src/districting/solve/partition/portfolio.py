"""Which method solves a problem that does not decompose, by size.

Small: the Hess model at once, or one for each choice of seats where there are few. Larger:
annealing, the Lagrangian bound, and what both rule out; a tree over seats raises the bound, then
the narrowed Hess model proves the optimum where it has become small. Given seats: prices, a
tightened linear program, the model on the arcs it leaves. All work but the proof ends by step and
node counts.
"""

from __future__ import annotations

import numpy as np

from districting.model.partition import Ints
from districting.solve.partition.anneal import STEPS_A_UNIT, anneal
from districting.solve.partition.arcs import cheapest, classes, seats_free
from districting.solve.partition.arrays import Arrays
from districting.solve.partition.bound import Bound, fix, lagrangian, narrowed
from districting.solve.partition.columns import solve_listed
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
from districting.solve.partition.few_seats import few, solve_few
from districting.solve.partition.given import prove_seats, solve_given, with_seats
from districting.solve.partition.grow import grown
from districting.solve.partition.limits import solve_limited
from districting.solve.partition.milp import build
from districting.solve.partition.regions import improve_regions
from districting.solve.partition.seats import SeatSearch, SeatSet, plan_at
from districting.solve.partition.starts import QUICK, SMALL, first_plans
from districting.solve.partition.tree import SeatTree
from districting.solve.partition.windows import improve_windows
from districting.solve.partition.within import solve_within
from districting.solve.stop import Stop

FEW_UNITS = 60
"""Units up to which one model finds its first plan at once, whatever couples them."""
AT_ONCE = 2_500
"""Assignments up to which the whole Hess model is solved at once."""
PROVABLE = 9_000
"""Assignments up to which a narrowed Hess model is worth a proof."""
BUILDABLE = 60_000
"""Assignments up to which the Hess model is built to settle feasibility."""
LINEAR = 40_000
"""Assignments up to which limits on aims are rows of a linear program of all of them."""
WHOLE = 3_000
"""Units up to which seats are searched as a whole, beyond which region by region."""
TINY = 20
"""Units up to which the model needs no plan to begin with."""
FIRST_NODES = 80
"""Nodes of the tree before seats are searched, for a first good bound."""
SHAKES = 3
"""Times that the best seats are shaken and searched again."""
TRIED = 2
"""Seat sets made into plans; plans that the window search starts from."""


def solve_whole(
    arrays: Arrays, stop: Stop, seed: int, start: Ints | None = None
) -> tuple[Found, str]:
    """Return what was found and the method's name."""
    if arrays.least > arrays.most:
        return Found(None, NOTHING.seats, float("nan"), np.inf, infeasible=True), "district count"
    if arrays.least == arrays.most == 1:
        return _single(arrays), "single district"
    listed = solve_listed(arrays, stop, seed)
    if listed is not None:
        return listed, "list of all districts"
    given = start_plan(arrays, start)
    size = int(arrays.allowed.sum())
    if few(arrays):
        return solve_few(arrays, stop, seed, given), ("Hess model for each choice of seats")
    if arrays.limits and arrays.n > FEW_UNITS and size <= LINEAR:
        found = solve_within(arrays, stop, seed, given, _sketched)
        return found, "limits in the linear program, narrowed Hess model with separators"
    if size <= AT_ONCE:
        return solve_exact(arrays, stop, seed, _quick(arrays, stop, seed, given)), (
            "Hess model with separators"
        )
    if arrays.limits:
        found, method = solve_limited(arrays, stop, seed, given, solve_whole)
        if found.labels is not None or found.infeasible or size > BUILDABLE:
            return found, method
        return solve_exact(arrays, stop, seed, found), "Hess model with separators"
    if arrays.n > SMALL and _all_given(arrays):
        seated = _seated(arrays, stop, seed, given)
        if seated is not None:
            return seated, "Lagrangian bound, roundings, Hess model for given seats"
    plans = first_plans(arrays, stop, seed, given, start)
    found, method = _proved(arrays, plans, stop, seed)
    if found.labels is None and size <= BUILDABLE and not stop.due:
        return solve_exact(arrays, stop, seed, found), "Hess model with separators"
    return found, method


def _quick(arrays: Arrays, stop: Stop, seed: int, given: Found) -> Found:
    """Return a plan for the model to begin with, or nothing; not worth the while where tiny."""
    if arrays.n <= TINY:
        return given
    plans = [given]
    for number in range(QUICK):
        labels = grown(arrays, arrays.least, False, np.random.default_rng([seed, number]))
        if labels is not None and not stop.due:
            plans.append(anneal(arrays, labels, stop, seed + number, steps=STEPS_A_UNIT * arrays.n))
    return min(plans, key=worth)


def _all_given(arrays: Arrays) -> bool:
    """Whether every candidate has to be a seat."""
    return arrays.m == arrays.least and not arrays.unpriced and len(classes(arrays)) == 1


def _seated(arrays: Arrays, stop: Stop, seed: int, given: Found) -> Found | None:
    """Return the best plan with all candidates as seats, or None where none was found.

    The prices of the bound are so good a guide that a short annealing is enough where the model
    on the cheapest arcs has no plan.
    """
    seats = np.arange(arrays.m)
    local = with_seats(arrays, seats)
    best, relaxation = _bounded(local, given, stop)
    best = solve_given(local, relaxation, best, stop, seed, provable=PROVABLE)
    stop.report("dividing", best.objective, best.bound)
    if best.labels is None and not stop.due:
        for number in range(QUICK):
            plan = plan_at(local, SeatSet(seats, relaxation), stop, seed + number, 0.3)
            best = better(best, plan)
        if best.labels is not None:
            best = better(best, improve_windows(arrays, best, stop, seed, 2, seated=True))
            best = solve_given(local, relaxation, best, stop, seed, provable=PROVABLE)
    return None if best.labels is None else best


def _proved(arrays: Arrays, plans: list[Found], stop: Stop, seed: int) -> tuple[Found, str]:
    """Bound the best plan, improve it, and prove it optimal where that is within reach."""
    best, relaxation = _bounded(arrays, plans[0], stop)
    if best.labels is not None and enough(best, stop):
        return best, "annealing, Lagrangian bound"
    tree = None
    if seats_free(arrays) and best.labels is not None and SMALL < arrays.n <= WHOLE:
        best = better(best, improve_windows(arrays, best, stop, seed, 2, seated=True))
        ruled = fix(arrays, relaxation, best.objective)
        tree = SeatTree(narrowed(arrays, ruled), relaxation)
        best = tree.grown(best, stop, seed, FIRST_NODES)
    best, relaxation = _improved(arrays, best, relaxation, stop, seed)
    if best.labels is None:
        return best, "annealing, seat search"
    if enough(best, stop):
        return best, "annealing, seat search, windows, Lagrangian bound"
    ruled = fix(arrays, relaxation, best.objective)
    local = narrowed(arrays, ruled)
    if seats_free(arrays):
        tree = SeatTree(local, relaxation) if tree is None else tree
        best = tree.grown(best, stop, seed)
    if enough(best, stop) or int(ruled.arcs.sum()) > PROVABLE:
        return best, "seat search, windows, tree of Lagrangian bounds"
    model = build(local)
    for j in np.flatnonzero(ruled.open):
        model.lower[model.seat_column[j]] = 1.0
    return solve_exact(local, stop, seed, best, model), "narrowed Hess model with separators"


def _improved(
    arrays: Arrays, best: Found, relaxation: Bound, stop: Stop, seed: int
) -> tuple[Found, Bound]:
    """Return the best plan after searches of seats and windows, and the bound at its value."""
    if arrays.n > WHOLE and best.labels is not None:
        for seated in (True, False):
            best = better(best, improve_windows(arrays, best, stop, seed, 2, seated=seated))
        best = better(best, improve_regions(arrays, best, stop, seed, _regional))
        return _bounded(arrays, best, stop, relaxation)
    for found in _seat_sets(arrays, best, relaxation, stop, seed):
        for heat in (0.3, 1.0, 3.0, 6.0):
            if (arrays.n <= SMALL or best.labels is None) and not stop.due:
                best = better(best, plan_at(arrays, found, stop, seed, heat))
        if arrays.n > SMALL and best.labels is not None:
            best = prove_seats(arrays, found.seats, best, stop, seed, provable=0)[0]
        stop.report("seats", best.objective, best.bound)
    if best.labels is None:
        return best, relaxation
    best = prove_seats(arrays, best.seats, best, stop, seed, provable=0)[0]
    width = 2 if seats_free(arrays) else 3
    best = better(best, improve_windows(arrays, best, stop, seed, width))
    return _bounded(arrays, best, stop, relaxation)


def _regional(arrays: Arrays, start: Found, stop: Stop, seed: int) -> Found:
    """Return a better plan of one region."""
    best, relaxation = _bounded(arrays, start, stop)
    return _improved(arrays, best, relaxation, stop, seed)[0]


def _sketched(arrays: Arrays, stop: Stop, seed: int) -> Found:
    """Return a good plan, without the work of a proof."""
    return _regional(arrays, first_plans(arrays, stop, seed, NOTHING, None)[0], stop, seed)


def _seat_sets(
    arrays: Arrays, best: Found, relaxation: Bound, stop: Stop, seed: int
) -> list[SeatSet]:
    """Return the most promising seat sets, best first."""
    if arrays.unpriced:
        return []
    chosen = np.concatenate([cheapest(relaxation.worth, *group) for group in classes(arrays)])
    if not seats_free(arrays):
        return [SeatSet(np.sort(chosen), relaxation)]
    target = best.objective if best.labels is not None else 1.2 * abs(relaxation.value)
    search, rng = SeatSearch(arrays, relaxation, target), np.random.default_rng([seed, 1])
    starts = [chosen] if best.labels is None else [chosen, best.seats]
    sets = [search.climb(seats, stop) for seats in starts]
    for _ in range(SHAKES):
        if stop.due:
            break
        lowest = min(sets, key=_estimate)
        sets.append(search.climb(search.shaken(lowest.seats, rng), stop))
    return sorted(sets, key=_estimate)[:TRIED]


def _estimate(found: SeatSet) -> float:
    return found.bound.value


def _bounded(
    arrays: Arrays, best: Found, stop: Stop, warm: Bound | None = None
) -> tuple[Found, Bound]:
    stop.report("bound", best.objective, best.bound)
    target = best.objective if best.labels is not None else _rough(arrays)
    iterations = 400 if arrays.n > WHOLE or warm is not None else 1500
    relaxation = lagrangian(arrays, stop, target, iterations, warm)
    if warm is not None and warm.value > relaxation.value:
        relaxation = warm
    return raised(best, relaxation.value), relaxation


def _rough(arrays: Arrays) -> float:
    """Return a guess of the objective where no plan is known; it only scales steps."""
    near = np.where(arrays.allowed, arrays.cost, np.inf).min(axis=1)
    factor = 1.1 if arrays.m == arrays.least else 2.0
    return factor * float(near[np.isfinite(near)].sum()) + 1.0


def _single(arrays: Arrays) -> Found:
    """Return the one plan there is, or that it breaks a must."""
    labels = np.zeros(arrays.n, np.int64)
    objective, seats, feasible = judged(arrays, labels)
    if not feasible:
        return Found(None, seats, float("nan"), np.inf, infeasible=True)
    return Found(labels, seats, objective, objective)


def start_plan(arrays: Arrays, start: Ints | None) -> Found:
    """Return the start as a plan if it satisfies every must, else nothing."""
    if start is None or len(start) != arrays.n or (start < 0).any():
        return NOTHING
    labels = np.unique(start, return_inverse=True)[1].astype(np.int64)
    objective, seats, feasible = judged(arrays, labels)
    return Found(labels, seats, objective, 0.0) if feasible else NOTHING
