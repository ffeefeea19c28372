"""What to return when the time is up before all tiers are settled: the best plan so far."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from districting.model.rotation import Ints, RotationProblem
from districting.plan.record import Status
from districting.solve.rotation.program import SCALE, Program, Tier
from districting.solve.rotation.relax import Box
from districting.solve.rotation.solution import (
    Reached,
    RotationSolution,
    broken,
    objective_parts,
    tier_value,
)
from districting.solve.rotation.start import first_plan
from districting.solve.rotation.tiers import WHOLE, Course, whole_solve

KEPT = 3000
"""Arcs, besides those that the last linear optimum uses, that the hurried whole program may use."""


def cut_short(course: Course) -> RotationSolution:
    """Return the best whole plan so far, else a greedy one or one made of the last linear optimum.

    Bounds of the tiers that were settled stand. Of the others no more is claimed than what a plan
    could reach if every agent and every aim had what is best for it.
    """
    program, problem = course.program, course.program.problem
    plans = [p for p in course.plans if not broken(problem, p)]
    if not plans:
        plans = [p for p in (_near_linear(course), first_plan(problem)) if p is not None]
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
        "cut short: the best plan so far, else a greedy one or one near the linear optimum (HiGHS)",
    )


def least_value(program: Program, tier: Tier) -> float:
    """Return a bound of a tier: every agent does what is best for it, every step likewise."""
    if tier.worst is not None:
        return 0.0
    arcs, agent = program.arcs, program.problem.agent
    best = np.zeros(int(agent.max(initial=-1)) + 1)
    np.minimum.at(best, agent, np.minimum(tier.cost[:arcs], 0).astype(float))
    rest = np.minimum(tier.cost[arcs:], 0).astype(float)
    used = rest < 0
    steps = float(rest[used] @ program.upper[arcs:][used])
    return (tier.constant + float(best.sum()) + steps) / SCALE


def _values(problem: RotationProblem, chosen: Ints) -> tuple[float, ...]:
    return tuple(round(tier_value(problem, t, chosen), 6) for t in (-1, *problem.tiers))


def _near_linear(course: Course) -> Ints | None:
    """Return moves of the arcs that the last linear optimum uses or nearly uses, whole ones."""
    if course.found is None or not course.found[1].feasible:
        return None
    cost, linear = course.found
    box, arcs = course.box, course.program.arcs
    reduced = linear.reduced[:arcs]
    dear = np.sort(reduced[(linear.x[:arcs] <= WHOLE) & (box.upper[:arcs] > 0)])
    limit = dear[min(KEPT, len(dear) - 1)] if len(dear) else np.inf
    upper = box.upper.copy()
    upper[:arcs] = np.where((linear.x[:arcs] > WHOLE) | (reduced <= limit), upper[:arcs], 0.0)
    near = replace(course, box=Box(box.lower, upper, box.matrix, box.low, box.high), hurried=True)
    answer = whole_solve(near, np.rint(cost * SCALE).astype(np.int64), gap=1e-4)
    if answer.status not in ("optimal", "feasible"):
        return None
    chosen = np.flatnonzero(answer.x[:arcs] > 0.5)
    return None if broken(course.program.problem, chosen) else chosen
