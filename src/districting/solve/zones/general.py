"""The route for problems with conditions on the plan as a whole, or with several years.

Conditions are priced into the arcs, which gives a bound and a penalty for every arc. A MIP on the
arcs of low penalty is solved, separators added as they are needed. A plan that uses any other arc
costs at least ``bound + limit + 1``, so once a plan of the small model costs no more, it is proven
best; otherwise the limit rises.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import numpy as np

from districting.model.zones import Bools, Contiguity, Ints, ZoneProblem
from districting.plan.record import Status
from districting.solve.mip import solve_milp
from districting.solve.stop import Stop
from districting.solve.zones.arc_program import ArcProgram, add_cuts, arc_program, forbid
from districting.solve.zones.multipliers import Priced, price_dearer, price_sides
from districting.solve.zones.net import Net, make_net
from districting.solve.zones.penalties import arc_penalties
from districting.solve.zones.search import first_plan, polish, soft_net
from districting.solve.zones.separators import Cut, separate
from districting.solve.zones.shortage import find_yearly_shortage
from districting.solve.zones.solution import (
    Shortage,
    ZoneSolution,
    broken,
    overfull,
    price_parts,
    sum_parts,
)

FORMS = {Contiguity.FREE: 0, Contiguity.EXACT: 1, Contiguity.TREE: 2}
CORE, FIRST, WIDEN = 1.5, 1e-4, 3
DEARER = (1.0, 1.1, 1.3, 2.0)
"""How much dearer conditions are tried until a plan keeps them."""
METHOD = "zones with conditions"
NUMERIC = 1e-6
TOLERANCE = 1e-7
"""Share of the objective by which the bound of a proven optimum may fall short, for rounding."""


@dataclass(eq=False)
class _Search:
    """What the search knows so far."""

    problem: ZoneProblem
    net: Net
    form: int
    stop: Stop
    seed: int
    priced: Priced
    penalty: Ints
    cuts: list[Cut] = field(default_factory=list)
    plan: Ints | None = None
    objective: float = float("inf")
    bound: float = 0.0
    trace: list[tuple[float, float, float]] = field(default_factory=list)

    @property
    def done(self) -> bool:
        enough = self.stop.gap * max(abs(self.objective), 1.0)
        return self.plan is not None and self.objective - self.bound <= enough

    def offer(self, plan: Ints) -> bool:
        """Take a plan in one piece if it keeps all conditions; tell whether it does."""
        hard = self.problem.elastic is None
        if (hard and overfull(self.problem, plan).any()) or broken(self.problem, plan):
            return False
        cost = sum_parts(price_parts(self.problem, plan))
        if cost < self.objective:
            self.plan, self.objective = plan, cost
        return True

    def raise_bound(self, bound: float) -> None:
        self.bound = min(max(self.bound, bound), self.objective)

    def note(self) -> None:
        shown = self.objective if np.isfinite(self.objective) else float("nan")
        self.trace.append((self.stop.elapsed, shown, self.bound))
        self.stop.progress("conditions", shown, self.bound)


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
        search = _Search(problem, net, form, stop, seed, priced, penalty)
        search.raise_bound(float(priced.bound))
        _start(search, pool)
    if _widen(search):
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
    search.note()


def _widen(search: _Search) -> bool:
    """Solve on more and more arcs until the best plan is proven; True if there is none at all."""
    penalty, base = search.penalty, float(search.priced.bound)
    rising = np.sort(penalty)
    limit = int(rising[min(len(penalty), int(CORE * search.net.n)) - 1])
    limit = max(limit, int(FIRST * abs(base)))
    while not search.done and not search.stop.due:
        usable = penalty <= limit
        outside = float("inf") if usable.all() else base + limit + 1
        inside = _solve_on(search, usable)
        search.raise_bound(min(inside, outside))
        search.note()
        if np.isinf(inside) and usable.all():
            return search.plan is None
        if inside < outside and not search.done:
            break
        more = min(WIDEN * int(usable.sum()), len(penalty)) - 1
        limit = max(limit * WIDEN, 1, int(rising[more]))
        if search.plan is not None:
            limit = min(limit, int(search.objective - base))
    return False


def _solve_on(search: _Search, usable: Bools) -> float:
    """Solve the model on the usable arcs, offer its plans, return its proven bound."""
    model = arc_program(search.problem, search.net, usable, search.form)
    add_cuts(model, search.cuts)
    low = -np.inf
    while True:
        start = None if search.plan is None else _values(search, model)
        answer = solve_milp(model, search.stop, search.seed, start, search.stop.gap / 2)
        if answer.infeasible:
            return float("inf")
        slack = NUMERIC * max(1.0, abs(answer.bound - model.offset))
        low = max(low, float(np.ceil(answer.bound - slack)))
        if answer.x is None or _take(search, model, answer.x) or search.stop.due:
            return low


def _take(search: _Search, model: ArcProgram, x: np.ndarray) -> bool:
    """Offer the plan of a solution; otherwise cut it off and return False."""
    columns = np.flatnonzero(x[: len(model.arcs)] > 0.5)
    arcs = model.arcs[columns]
    village = np.searchsorted(search.net.start, arcs, side="right") - 1
    if len(arcs) != search.net.n or (np.diff(village) != 1).any():
        raise ArithmeticError("the solver's plan does not give every village one school")
    plan = search.net.school[arcs]
    cuts = separate(search.net, plan) if search.form == 1 else []
    if cuts:
        search.cuts += cuts
        add_cuts(model, cuts)
        return False
    if not search.offer(plan):
        forbid(model, columns)
        return False
    return True


def _values(search: _Search, model: ArcProgram) -> np.ndarray | None:
    """Return the best plan as a starting point, None if it uses arcs left out."""
    assert search.plan is not None
    village = np.repeat(np.arange(search.net.n), np.diff(search.net.start))
    columns = model.at[search.net.school == search.plan[village]]
    if (columns < 0).any():
        return None
    x = np.zeros(len(model.arcs))
    x[columns] = 1.0
    return x


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
