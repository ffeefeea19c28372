"""Groups by set partitioning: the fewest left alone, then the least cost, each proven."""

from __future__ import annotations

import numpy as np

from districting.model.grouping import Group, Grouping, GroupProblem
from districting.plan.record import Status
from districting.solve.mip import Answer, Columns, solve_milp
from districting.solve.stop import Stop

NUMERIC = 1e-7
PROVEN = 1e-6
"""Share of the objective by which the bound of a proven optimum may fall short, for rounding."""


def solve_grouping(
    problem: GroupProblem, candidates: list[Group], stop: Stop, seed: int = 0
) -> Grouping:
    """Put every school into one group: as few as possible alone, then at least cost.

    Everybody alone is a grouping, so there always is one.

    Parameters
    ----------
    problem : GroupProblem
    candidates : list of Group
        As :meth:`GroupProblem.candidates` lists them.
    stop : Stop
        Half of it for the first step.
    seed : int
    """
    count = len(problem.seats)
    alone = np.array([len(g) == 1 for g in candidates], dtype=float)
    first = solve_milp(_program(candidates, count, alone), stop.share(0.5, quiet=True), seed)
    start = _start(first, candidates)
    few = round(float(alone @ start))
    proven = first.x is not None and first.bound > few - 1 + PROVEN
    cost = np.array([problem.cost(g) for g in candidates], dtype=float)
    model = _program(candidates, count, cost)
    model.rows.add(np.flatnonzero(alone), 1.0, 0.0, float(few))
    second = solve_milp(model, stop, seed, start, stop.gap)
    chosen = _start(second, candidates) if second.x is not None else start
    objective = float(cost @ chosen)
    low = 0.0 if not np.isfinite(second.bound) else second.bound
    bound = min(float(np.ceil(max(low - NUMERIC * abs(low), 0.0))), objective)
    proven = proven and objective - bound <= PROVEN * max(objective, 1.0)
    stop.progress("groups", objective, bound)
    groups = tuple(candidates[k] for k in np.flatnonzero(chosen > 0.5))
    return Grouping(Status.OPTIMAL if proven else Status.FEASIBLE, groups, objective, bound)


def _program(candidates: list[Group], count: int, cost: np.ndarray) -> Columns:
    """Return the program that takes every school into one of the candidates."""
    model = Columns()
    holding: list[list[int]] = [[] for _ in range(count)]
    for group, price in zip(candidates, cost, strict=True):
        column = model.add(float(price), upper=1.0)
        for school in group:
            holding[school].append(column)
    for columns in holding:
        model.rows.add(np.array(columns, np.int64), 1.0, 1.0, 1.0)
    return model


def _start(answer: Answer, candidates: list[Group]) -> np.ndarray:
    """Return the choice of an answer, everybody alone where there is none."""
    if answer.x is None:
        return np.array([len(g) == 1 for g in candidates], dtype=float)
    return np.round(answer.x)
