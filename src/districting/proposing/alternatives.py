r"""Good layouts that differ: each next one pays for every border it shares with those before it.

With f the policy's objective and k(x) the children beside those borders of earlier layouts that
layout x keeps, each alternative minimises :math:`f(x) + \lambda k(x)`, with :math:`\lambda` raised
until enough children change district. The proven bound L of that problem bounds f among all layouts
that keep no more of the borders, :math:`k(x) \le \kappa`: :math:`f(x) \ge L - \lambda \kappa`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy.optimize import linear_sum_assignment

from districting.county import County
from districting.errors import PolicyError
from districting.evaluate.text import table_text
from districting.model.partition import Floats, Ints, PairCut, PartitionProblem
from districting.plan.district_plan import DistrictPlan
from districting.plan.plan import Plan
from districting.plan.record import Status
from districting.policy.build import district_problem
from districting.policy.policy import Policy
from districting.proposing.explain import told_unit
from districting.proposing.layout import layout_plan
from districting.proposing.proposal import solver_record
from districting.solve.partition import solve_partition
from districting.solve.partition.value import evaluate
from districting.solve.result import PartitionSolution
from districting.solve.stop import Stop
from districting.terms import say

COMPULSORY = ("primary", "junior")
PRICES = (0.25, 1.0, 4.0)
"""Prices tried for a child beside a kept border, as multiples of the objective a child."""
GATE = "alternative"
LETTERS = "ABCDEFGHIJ"


@dataclass(frozen=True, eq=False)
class Alternatives:
    """Layouts that differ, best first.

    Parameters
    ----------
    plans : tuple of DistrictPlan
        The first is the best found; the solver record of each other one bounds the layouts that
        keep no more of the earlier borders than it does.
    moved : float array, shape (q, q)
        Children in another district from plan to plan, districts matched, as a share of all.
    wanted : int
        Plans asked for; fewer where no layout differs enough.
    """

    plans: tuple[DistrictPlan, ...]
    moved: Floats
    wanted: int

    def table(self) -> pd.DataFrame:
        """Return what each plan pays, part by part of the objective.

        Returns
        -------
        pandas.DataFrame
            One row a part: ``title``, ``unit`` in words, and a column for each plan by name, in the
            part's own unit; then ``objective``, ``bound`` and ``gap``, and ``moved`` against the
            first.
        """
        names = [p.name for p in self.plans]
        records = [p.solver for p in self.plans]
        gates = dict.fromkeys(g for r in records if r is not None for g in r.parts)
        rows = []
        for gate in gates:
            parts = [r.parts.get(gate) if r is not None else None for r in records]
            unit = told_unit(next(p.unit for p in parts if p is not None))
            title = say(f"rule.{gate.split('#')[0]}.title")
            rows.append([title, unit, *(p.value if p is not None else 0.0 for p in parts)])
        for field in ("objective", "bound", "gap"):
            values = [getattr(r, field) for r in records]
            scale = 100.0 if field == "gap" else 1.0
            unit = "%" if field == "gap" else say("evaluate.unit.objective")
            rows.append([say(f"alternatives.{field}"), unit, *(scale * v for v in values)])
        rows.append([say("alternatives.moved"), "%", *(100.0 * self.moved[0])])
        return pd.DataFrame(rows, columns=["title", "unit", *names])

    def __str__(self) -> str:
        table = self.table()
        heads = {c: say(f"alternatives.column.{c}") for c in ("title", "unit")}
        for plan in self.plans:
            table[plan.name] = [_figure(v) for v in table[plan.name]]
        lines = [say("alternatives.head"), table_text(table.rename(columns=heads))]
        if len(self.plans) < self.wanted:
            lines.append(say("alternatives.fewer", found=len(self.plans), wanted=self.wanted))
        return "\n".join([*lines, say("alternatives.bounds")])


def _figure(value: float) -> str:
    value = round(value, 6)
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:,.4g}"


def alternatives(
    county: County,
    policy: Policy,
    count: int = 3,
    *,
    differ: float = 0.02,
    start: Plan | None = None,
    stop: Stop | None = None,
    seed: int = 0,
    names: tuple[str, ...] = (),
) -> Alternatives:
    """Return up to `count` good layouts, each with at least `differ` of the children elsewhere.

    Parameters
    ----------
    county : County
    policy : Policy
    count : int
        The best plan included, at most ten.
    differ : float
        Least share of children of compulsory age whose district differs between any two plans,
        districts matched so that as few as possible do.
    start : DistrictPlan, optional
        Its locks and exemptions hold; the current plan by default.
    stop : Stop, optional
        Shared: the best plan has half the time, the others the rest.
    seed : int
    names : tuple of str
        Names of the plans; A, B, C … by default.

    Raises
    ------
    PolicyError
        If no plan is found, or the policy ranks its aims in tiers, whose objectives do not add up.
    """
    if policy.tiers:
        raise PolicyError(say("alternatives.tiers", file=policy.path))
    start = start or county.current_plan
    assert start is None or isinstance(start, DistrictPlan)
    stop = stop or Stop(120.0)
    problem, view = district_problem(county, policy, start)
    children = view.schooling(COMPULSORY)
    with stop.on_ctrl_c():
        best = solve_partition(problem, stop.share(0.5), seed, view.start_labels)
        if best.labels is None:
            raise PolicyError(say("alternatives.none", file=policy.path))
        found = [best]
        while len(found) < count and not stop.due:
            inner = stop.share(1.0 / (count - len(found)))
            other = _another(problem, found, children, differ, inner, seed)
            if other is None:
                break
            found.append(other)
    plans = tuple(
        replace(
            layout_plan(county, policy, f.labels, problem.seats[f.seats], start, name),
            solver=solver_record(f, seed, stop.elapsed, f.tiers),
        )
        for f, name in zip(found, [*names, *LETTERS][:count], strict=False)
        if f.labels is not None
    )
    moved = np.array([[_moved(a, b, children) for b in found] for a in found])
    return Alternatives(plans, moved, count)


def _another(
    problem: PartitionProblem,
    found: list[PartitionSolution],
    children: Floats,
    differ: float,
    stop: Stop,
    seed: int,
) -> PartitionSolution | None:
    """Return a layout that differs enough from all those found; None where no price brings one."""
    unit = max(abs(found[0].objective), 1.0) / max(float(children.sum()), 1.0)
    start = found[0].labels
    for rung, price in enumerate(PRICES):
        toll = _toll(problem, found, children, price * unit)
        inner = stop.share(1.0 / (len(PRICES) - rung))
        solution = solve_partition(problem.adding([toll]), inner, seed, start)
        if solution.labels is None:
            return None
        start = solution.labels
        if min(_moved(f, solution, children) for f in found) >= differ:
            return _freed(problem, toll, solution, found[0].bound)
    return None


def _toll(
    problem: PartitionProblem, found: list[PartitionSolution], children: Floats, price: float
) -> PairCut:
    """Return the price of cutting again what earlier layouts cut, by the children on both sides."""
    times = np.zeros(len(problem.edges))
    for solution in found:
        assert solution.labels is not None
        ends = solution.labels[problem.edges]
        times += ends[:, 0] != ends[:, 1]
    cost = times * children[problem.edges].sum(axis=1)
    return PairCut(GATE, "children", price, problem.edges[times > 0], cost[times > 0])


def _freed(
    problem: PartitionProblem, toll: PairCut, solution: PartitionSolution, floor: float
) -> PartitionSolution:
    """Return the solution valued without the toll, its bound moved as the module's text says."""
    assert solution.labels is not None
    worth = evaluate(problem, solution.labels, solution.seats)
    paid = solution.objective - worth.objective
    bound = min(max(solution.bound - paid, floor), worth.objective)
    return replace(
        solution,
        status=Status.FEASIBLE,
        objective=worth.objective,
        bound=bound,
        parts=worth.parts,
        method=f"{solution.method}; kept borders priced at {toll.weight:,.6g} a child",
    )


def _moved(one: PartitionSolution, other: PartitionSolution, children: Floats) -> float:
    """Return the least share of children in another district, over all matchings of districts."""
    a, b = one.labels, other.labels
    assert a is not None
    assert b is not None
    shared = _shared(a, b, children)
    rows, columns = linear_sum_assignment(shared, maximize=True)
    return 1.0 - float(shared[rows, columns].sum()) / max(float(children.sum()), 1e-12)


def _shared(a: Ints, b: Ints, children: Floats) -> Floats:
    table = np.zeros((int(a.max()) + 1, int(b.max()) + 1))
    np.add.at(table, (a, b), children)
    return table
