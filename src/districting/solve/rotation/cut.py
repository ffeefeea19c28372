"""What to return when the time is up before all tiers are settled: the best plan so far."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from districting.model.rotation import PRICES, Ints, RotationProblem
from districting.plan.record import Status
from districting.solve.rotation.program import SCALE, Program, Tier
from districting.solve.rotation.solution import (
    Reached,
    RotationSolution,
    broken,
    objective_parts,
    tier_value,
)
from districting.solve.rotation.start import greedy
from districting.solve.rotation.tiers import Course
from districting.solve.rotation.whole import near_linear


def cut_short(course: Course) -> RotationSolution:
    """Return the best whole plan so far; else the one announced, a greedy one, or one made of the
    last linear optimum.

    Bounds of the tiers that were settled stand. Of the others no more is claimed than what a plan
    could reach if every aim, and as few agents as must move, had what is best for it.
    """
    program, problem = course.program, course.program.problem
    plans = _kept(problem, map(course.moves, course.plans))
    if not plans:
        plans = _kept(problem, [*_near(course), problem.announced, greedy(problem)])
    if not plans:
        return RotationSolution(Status.UNKNOWN, None, tuple(course.reached))
    chosen = min(plans, key=lambda plan: _values(problem, plan))
    known = {reached.number: reached for reached in course.reached}
    tiers = []
    for tier in program.tiers:
        value = tier_value(problem, tier.number, chosen)
        reached = known.get(tier.number)
        bound = least_value(program, tier) if reached is None else reached.bound
        cap = np.inf if reached is None else reached.cap
        tiers.append(Reached(tier.number, value, min(bound, value), cap))
    return RotationSolution(
        Status.FEASIBLE,
        chosen,
        tuple(tiers),
        objective_parts(problem, chosen),
        "cut short: best plan so far, else that announced, a greedy or a near-linear one (HiGHS)",
    )


def least_value(program: Program, tier: Tier) -> float:
    """Return a bound of a tier: the cheapest arcs of as few agents as must move, the best steps."""
    if tier.worst is not None:
        return 0.0
    arcs, agent = program.arcs, program.problem.agent
    best = np.full(int(agent.max(initial=-1)) + 1, np.inf)
    np.minimum.at(best, agent, tier.cost[:arcs].astype(float))
    best = np.sort(best[np.isfinite(best)])
    moves = max(_fewest_moves(program), int((best < 0).sum()))
    rest = np.minimum(tier.cost[arcs:], 0).astype(float)
    used = rest < 0
    steps = float(rest[used] @ program.upper[arcs:][used])
    return (tier.constant + float(best[:moves].sum()) + steps) / SCALE


def _fewest_moves(program: Program) -> int:
    """Return a number of moves that every plan has, by the rows that count all of them."""
    fewest = 0
    ones = np.ones(program.arcs)
    for row in np.flatnonzero(np.diff(program.matrix.indptr) == program.arcs):
        values = program.matrix[[row]].toarray()[0]
        if np.isfinite(program.low[row]) and (values[: program.arcs] == ones).all():
            fewest = max(fewest, int(np.ceil(program.low[row] - 1e-9)))
    return fewest


def _values(problem: RotationProblem, chosen: Ints) -> tuple[float, ...]:
    return tuple(round(tier_value(problem, t, chosen), 6) for t in sorted({PRICES, *problem.tiers}))


def _near(course: Course) -> list[Ints]:
    """Return the plan near the last linear optimum, if there is one."""
    answer = near_linear(replace(course, hurried=True))
    return [] if answer is None else [course.moves(answer.x)]


def _kept(problem: RotationProblem, plans: Iterable[Ints]) -> list[Ints]:
    """Return those of the plans that break no must."""
    return [p for p in plans if not broken(problem, p)]
