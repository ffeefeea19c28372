"""The route for problems with conditions on the plan as a whole, or with several years.

Conditions are priced into the arcs, which gives a bound and a penalty for every arc. A MIP on the
arcs of low penalty is solved, separators added as they are needed. A plan that uses any other arc
costs at least ``bound + limit + 1``, so once a plan of the small model costs no more, it is proven
best; otherwise the limit rises.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from districting.model.zones import Contiguity, Ints, ZoneProblem
from districting.plan.record import Status
from districting.solve.mip import TOLERANCE
from districting.solve.stop import Stop
from districting.solve.zones.arc_search import ArcSearch, solve_on
from districting.solve.zones.multipliers import Priced, price_dearer, price_sides
from districting.solve.zones.net import make_net
from districting.solve.zones.penalties import arc_penalties
from districting.solve.zones.search import first_plan, polish, soft_net
from districting.solve.zones.shortage import find_yearly_shortage
from districting.solve.zones.solution import (
    Shortage,
    ZoneSolution,
    price_parts,
)

FORMS = {Contiguity.FREE: 0, Contiguity.EXACT: 1, Contiguity.TREE: 2}
CORE, FIRST, WIDEN = 1.5, 1e-4, 3
DEARER = (1.0, 1.1, 1.3, 2.0)
"""How much dearer conditions are tried until a plan keeps them."""
METHOD = "zones with conditions"


@dataclass(eq=False)
class _Search(ArcSearch):
    """An arc search that knows the conditions' prices."""

    priced: Priced


def solve_general(problem: ZoneProblem, stop: Stop, seed: int = 0) -> ZoneSolution:
    """Assign every village to a school at least cost under all conditions, with a proven bound.

    Parameters and result as :func:`districting.solve.zones.solve.solve_zones`.
    """
    net = make_net(problem)
    shortage = find_yearly_shortage(problem, net)
    if shortage is not None:
        return _none(shortage)
    form = FORMS[problem.contiguity]
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        priced = price_sides(net, problem.sides, form, pool, stop)
        penalty = arc_penalties(priced.net, priced.dual).of_arcs(priced.net)
        search = _Search(problem, net, form, stop, seed, priced=priced)
        search.raise_bound(float(priced.bound))
        _start(search, pool)
    if widen(search, penalty):
        return _none()
    return _solution(search)


def _none(shortage: Shortage | None = None) -> ZoneSolution:
    return ZoneSolution(
        Status.INFEASIBLE, None, float("nan"), float("inf"), shortage=shortage, method=METHOD
    )


def _start(search: _Search, pool: ThreadPoolExecutor) -> None:
    """Offer plans of the problem with priced conditions, dearer until one keeps them all.

    So that a search cut short has a plan, and a long one a good start.
    """
    hard, priced = search.problem.elastic is None, search.priced
    for factor in DEARER:
        if search.stop.due:
            return
        if factor > 1:
            priced = price_dearer(
                search.net, search.problem.sides, search.priced, factor, pool, search.stop
            )
        first = first_plan(priced.net, priced.dual, search.form)
        if (first < 0).any():
            return
        soft, rng = soft_net(priced.net, priced.dual, hard), np.random.default_rng(search.seed)
        plan = polish(soft, priced.dual, search.form, first, 0, search.stop, rng, pool)
        if search.offer(plan) or not search.problem.sides:
            break
    search.note("conditions")


def widen(search: ArcSearch, penalty: Ints) -> bool:
    """Solve on more and more arcs until the best plan is proven; True if there is none at all.

    Parameters
    ----------
    search : ArcSearch
        Its bound is that of the prices at which the penalties hold.
    penalty : int array, shape (a,)
        What a plan that uses the arc costs more than the bound, at least.
    """
    base = search.bound
    rising = np.sort(penalty)
    limit = int(rising[min(len(penalty), int(CORE * search.net.n)) - 1])
    limit = max(limit, int(FIRST * abs(base)))
    while not search.done and not search.stop.due:
        usable = penalty <= limit
        outside = float("inf") if usable.all() else base + limit + 1
        inside = solve_on(search, usable)
        search.raise_bound(min(inside, outside))
        search.note("conditions")
        if np.isinf(inside) and usable.all():
            return search.plan is None
        if inside < outside and not search.done:
            break
        more = min(WIDEN * int(usable.sum()), len(penalty)) - 1
        limit = max(limit * WIDEN, 1, int(rising[more]))
        if search.plan is not None:
            limit = min(limit, int(search.objective - base))
    return False


def _solution(search: _Search) -> ZoneSolution:
    trace = np.array(search.trace).reshape(-1, 3)
    if search.plan is None:
        return ZoneSolution(
            Status.UNKNOWN, None, float("nan"), search.bound, method=METHOD, trace=trace
        )
    parts = price_parts(search.problem, search.plan)
    proven = search.objective - search.bound <= TOLERANCE * abs(search.objective)
    status = Status.OPTIMAL if proven else Status.FEASIBLE
    return ZoneSolution(
        status, search.plan, search.objective, search.bound, parts, method=METHOD,
        trace=trace,
    )  # fmt: skip
