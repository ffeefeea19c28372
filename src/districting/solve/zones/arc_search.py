"""A search on the arc model: solve, cut off what is not in one piece, solve again.

Every solve is a relaxation, so its bound holds for the arcs in use. Solves end early while their
plans still come apart, since the work on a tree is lost with every cut.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from districting.model.zones import Bools, Ints, ZoneProblem
from districting.solve.mip import Rows, solve_milp
from districting.solve.stop import Stop
from districting.solve.zones.arc_program import ArcProgram, add_cuts, arc_program, forbid
from districting.solve.zones.net import Net
from districting.solve.zones.separators import Cut, separate
from districting.solve.zones.solution import broken, overfull, price_parts, sum_parts

MORE_NODES = 10


@dataclass(eq=False)
class ArcSearch:
    """What a search knows so far.

    Parameters
    ----------
    cuts : list of Cut
        Separators met so far.
    plan : int array, shape (n,), or None
    objective, bound : float
    trace : list of (seconds, objective, bound)
    """

    problem: ZoneProblem
    net: Net
    form: int
    stop: Stop
    seed: int
    cuts: list[Cut] = field(default_factory=list, kw_only=True)
    plan: Ints | None = field(default=None, kw_only=True)
    objective: float = field(default=float("inf"), kw_only=True)
    bound: float = field(default=0.0, kw_only=True)
    trace: list[tuple[float, float, float]] = field(default_factory=list, kw_only=True)

    @property
    def done(self) -> bool:
        """Whether the gap is closed as far as was asked for."""
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
        """Take a better bound, never above the objective."""
        self.bound = min(max(self.bound, bound), self.objective)

    def note(self, phase: str) -> None:
        """Tell the progress."""
        shown = self.objective if np.isfinite(self.objective) else float("nan")
        self.trace.append((self.stop.elapsed, shown, self.bound))
        self.stop.progress(phase, shown, self.bound)


def solve_on(
    search: ArcSearch, usable: Bools, known: Rows | None = None, nodes: int | None = None
) -> float:
    """Solve the model on the usable arcs, offer its plans, return its proven bound.

    Parameters
    ----------
    known : Rows, optional
        Further rows that every plan in question keeps, on arcs of the net that are all usable.
    nodes : int, optional
        The first solve ends after so many nodes; later ones may take more once plans hold together.
    """
    model = arc_program(search.problem, search.net, usable, search.form)
    if known is not None:
        for columns, values, low, high in zip(
            known.columns, known.values, known.lower, known.upper, strict=True
        ):
            model.rows.add(model.at[columns], values, low, high)
    add_cuts(model, search.cuts)
    best = -np.inf
    while True:
        start = None if search.plan is None else _values(search, model)
        answer = solve_milp(model, search.stop, search.seed, start, search.stop.gap / 2, nodes)
        if answer.infeasible:
            return float("inf")
        best = max(best, answer.whole_bound(model.offset))
        whole = answer.x is None or _take(search, model, answer.x)
        if search.stop.due or (whole and (answer.finished or nodes is None)):
            return best
        if whole and nodes is not None:
            nodes *= MORE_NODES


def _take(search: ArcSearch, model: ArcProgram, x: np.ndarray) -> bool:
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


def _values(search: ArcSearch, model: ArcProgram) -> np.ndarray | None:
    """Return the best plan as a starting point, None if it uses arcs left out."""
    assert search.plan is not None
    village = np.repeat(np.arange(search.net.n), np.diff(search.net.start))
    columns = model.at[search.net.school == search.plan[village]]
    if (columns < 0).any():
        return None
    x = np.zeros(len(model.arcs))
    x[columns] = 1.0
    return x
