"""Solve the posts problem to proven optimality, and say which rules leave no way."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np

from districting.model.posts import Ban, Bools, Cost, Count, PostsProblem
from districting.plan.record import ObjectivePart, Status
from districting.solve.mip import Columns, solve_milp
from districting.solve.stop import Stop

TOLERANCE = 1e-6


@dataclass(frozen=True, eq=False)
class PostsSolution:
    """Arcs used, bound and how they were found.

    Parameters
    ----------
    status : Status
    used : bool array, shape (a,), or None
    objective, bound : float
        NaN objective when there is no plan; ``bound <= objective`` always.
    parts : Mapping of str to ObjectivePart
    method : str
    """

    status: Status
    used: Bools | None
    objective: float
    bound: float
    parts: Mapping[str, ObjectivePart] = field(default_factory=lambda: MappingProxyType({}))
    method: str = "mip"

    @property
    def gap(self) -> float:
        """Proven relative gap, ``(objective - bound) / max(|objective|, 1)``."""
        return (self.objective - self.bound) / max(abs(self.objective), 1.0)


@dataclass(frozen=True)
class PostsConflict:
    """Rules that cannot hold together.

    Parameters
    ----------
    gates : tuple of str
        Leaving out any one of them lets a plan exist.
    relaxation : tuple of (str, str, float)
        Gate, place and how many holders are missing there: the least in sum.
    proven : bool
        Whether the sum is proven least.
    """

    gates: tuple[str, ...]
    relaxation: tuple[tuple[str, str, float], ...]
    proven: bool


@dataclass(eq=False)
class _Program(Columns):
    """Columns: the arcs, then a slack for every priced row and side, named in `slacks`."""

    slacks: list[tuple[str, str, int]] = field(default_factory=list)


def _program(
    problem: PostsProblem, gates: Collection[str] | None = None, elastic: Collection[str] = ()
) -> _Program:
    """Return the program; with `gates` only their musts, those of `elastic` at a price of 1."""
    program = _Program()
    feasibility = gates is not None
    banned, cost = np.zeros(problem.arcs, dtype=bool), np.zeros(problem.arcs)
    for part in problem.parts:
        if isinstance(part, Ban):
            if part.price is not None:
                cost += 0.0 if feasibility else part.price * part.arcs
            elif gates is None or part.gate in gates:
                if part.gate in elastic:
                    cost += part.arcs
                else:
                    banned |= part.arcs
        elif isinstance(part, Cost) and not feasibility:
            cost += part.weight * part.cost
    for price, out in zip(cost.tolist(), banned.tolist(), strict=True):
        program.add(price, 0.0 if out else 1.0)
    for part in problem.parts:
        if not isinstance(part, Count):
            continue
        if part.price is None and (gates is None or part.gate in gates):
            _add(program, part, 1.0 if part.gate in elastic else None)
        elif part.price is not None and not feasibility:
            _add(program, part, part.price)
    return program


def _add(program: _Program, part: Count, price: float | None) -> None:
    order = np.argsort(part.row, kind="stable")
    starts = np.searchsorted(part.row[order], np.arange(len(part.lower) + 1))
    for r, place in enumerate(part.places):
        arcs = part.arc[order[starts[r] : starts[r + 1]]]
        values = np.ones(len(arcs))
        if price is not None:
            for sign, limit in ((1.0, part.lower[r]), (-1.0, part.upper[r])):
                if np.isfinite(limit):
                    slack = program.add(price, integer=False)
                    program.slacks.append((part.gate, place, slack))
                    arcs, values = np.append(arcs, slack), np.append(values, sign)
        program.rows.add(arcs, values, float(part.lower[r]), float(part.upper[r]))


def solve_posts(problem: PostsProblem, stop: Stop, seed: int = 0) -> PostsSolution:
    """Return the appointments of least cost.

    Parameters
    ----------
    problem : PostsProblem
    stop : Stop
    seed : int
        The same problem and seed give the same plan, unless the clock cut the search short.
    """
    answer = solve_milp(_program(problem), stop, seed, gap=stop.gap)
    if answer.infeasible:
        return PostsSolution(Status.INFEASIBLE, None, float("nan"), float("inf"))
    if answer.x is None:
        return PostsSolution(Status.UNKNOWN, None, float("nan"), float(answer.bound))
    used = answer.x[: problem.arcs] > 0.5
    parts = objective_parts(problem, used)
    objective = sum(p.weight * p.value for p in parts.values())
    bound = float(answer.bound)
    slack = TOLERANCE * max(1.0, abs(objective))
    if bound > objective + slack:
        raise AssertionError("the bound lies above the plan's own objective")
    optimal = answer.finished and objective - bound <= slack
    status = Status.OPTIMAL if optimal else Status.FEASIBLE
    bound = objective if optimal else min(bound, objective)
    return PostsSolution(status, used, objective, bound, parts)


def objective_parts(problem: PostsProblem, used: Bools) -> Mapping[str, ObjectivePart]:
    """Return the objective by gate, reckoned anew from the arcs used."""
    parts: dict[str, ObjectivePart] = {}

    def add(gate: str, value: float, unit: str, weight: float) -> None:
        before = parts[gate].value if gate in parts else 0.0
        parts[gate] = ObjectivePart(before + value, unit, weight)

    for part in problem.parts:
        if isinstance(part, Cost):
            add(part.gate, float(part.cost[used].sum()), part.unit, part.weight)
        elif isinstance(part, Ban) and part.price is not None:
            add(part.gate, float((part.arcs & used).sum()), "holders", part.price)
        elif isinstance(part, Count) and part.price is not None:
            held = np.bincount(part.row[used[part.arc]], minlength=len(part.lower))
            off = np.maximum(part.lower - held, 0) + np.maximum(held - part.upper, 0)
            add(part.gate, float(off.sum()), "holders", part.price)
    return MappingProxyType(parts)


def find_posts_conflict(problem: PostsProblem, stop: Stop) -> PostsConflict:
    """Return musts that cannot hold together, each confirmed, and the smallest relaxation.

    A deletion filter: a gate is left out for good if the rest still has no plan.
    """
    core = problem.gates()
    for gate in list(core):
        fewer = [g for g in core if g != gate]
        if solve_milp(_program(problem, fewer), stop, 0).infeasible:
            core = fewer
    program = _program(problem, problem.gates(), core)
    answer = solve_milp(program, stop, 0)
    if answer.x is None:
        return PostsConflict(tuple(core), (), False)
    gives = [(g, p, float(answer.x[c])) for g, p, c in program.slacks if answer.x[c] > 0.5]
    for part in problem.parts:
        if isinstance(part, Ban) and part.price is None and part.gate in core:
            broken = float((part.arcs & (answer.x[: problem.arcs] > 0.5)).sum())
            gives += [(part.gate, "", broken)] if broken else []
    return PostsConflict(tuple(core), tuple(gives), answer.finished)
