"""Whole optima: reduced-cost fixing around a linear optimum, and the lottery in the same stroke.

Costs lie on a grid of whole thousandths. Lots that come to less than half a step of it for any plan
leave the optimum of a tier where it is and choose among the plans that reach it; they also spare
the search most of the ties that it would otherwise go through.
"""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from districting.model.rotation import PRICES, Floats, Ints
from districting.solve.highs import Answer
from districting.solve.rotation.program import SCALE, Program, Tier
from districting.solve.rotation.relax import Relaxed
from districting.solve.rotation.tiers import EXACT, WHOLE, Course, grid, whole_solve

WIDER = 3.0
"""By how much the slack of reduced-cost fixing grows when nothing whole lies within it."""
MANY = 4
"""Where the slack needed frees so many times the arcs, a smaller one comes first."""
FIRST_COLUMNS, COLUMNS_A_SPLIT = 60, 8
"""Arcs left free at first: so many, and more for each arc that the linear optimum splits."""
KEPT, NEAR_GAP, NEAR_ENOUGH = 3000, 1e-4, 1e-3
"""Arcs that a plan near a linear optimum may use besides those of the optimum, and its gap; the gap
up to which one of those arcs alone will do."""
HALF = 0.5
"""Share of a step of the grid that lots, or a later tier, come to at most."""
FINE = 5000
"""Largest number of values of a later tier that still fit into half a step."""


def whole_optimum(
    course: Course,
    tier: Tier,
    relaxed: Relaxed,
    give: float = 0.0,
    wider: int | None = None,
    drawn: bool = True,
) -> Answer | None:
    """Return the whole optimum of a tier, and of all plans that reach it the one of least lots.

    Columns whose reduced cost exceeds a slack are fixed; an optimum within the slack of the linear
    bound is the optimum of all. None where there is no solution.

    Parameters
    ----------
    give : float
        Share of the optimum that may be given away.
    wider : int, optional
        How often to look further where nothing whole is near; until all is free by default.
    drawn : bool
        Whether lots are drawn; else any plan that reaches the optimum will do.

    Raises
    ------
    TimeoutError
        If the time is up before a solution is found.
    """
    box, arcs = course.box, course.program.arcs
    split = int((np.abs(relaxed.x[:arcs] - np.rint(relaxed.x[:arcs])) > WHOLE).sum())
    slack = _first_slack(relaxed.reduced[:arcs], FIRST_COLUMNS + COLUMNS_A_SPLIT * split)
    objective = with_lots(course.program, tier.cost) if drawn else tier.cost.astype(float)
    lots = HALF * grid(tier.cost) / SCALE if drawn else 0.0
    # What only has to be near is found faster among few arcs than proven among those that matter.
    start, proven = None if course.loose else course.kept, relaxed.bound
    if start is not None and tier.of(start) / SCALE > relaxed.bound + slack:
        need, many = _needed(course, relaxed, tier.of(start) / SCALE, slack)
        slack = slack if many else need
    while True:
        limit = slack + 1e-6
        open_ = box.upper != box.lower
        down = open_ & (relaxed.reduced > limit) & (relaxed.x < box.lower + WHOLE)
        up = open_ & (relaxed.reduced < -limit) & (relaxed.x > box.upper - WHOLE)
        down[course.last_moves] = False
        upper = np.where(down, box.lower, box.upper)
        trial = replace(course, box=replace(box, lower=np.where(up, upper, box.lower), upper=upper))
        answer = whole_solve(trial, objective, gap=max(course.stop.gap, give), start=start)
        everything = not (down | up).any()
        if answer.status == "unknown":
            raise TimeoutError
        if answer.status == "infeasible":
            if everything or wider == 0:
                return None
            slack, wider = slack * WIDER, None if wider is None else wider - 1
            continue
        value = tier.of(answer.x) / SCALE
        beyond = np.inf if everything else relaxed.bound + slack
        proven = max(proven, min(answer.bound - lots, beyond))
        near = value - proven <= course.stop.gap * max(1.0, abs(value)) and course.stop.gap > 0
        near |= not drawn and value <= next_whole(tier, proven) + 1e-6
        if value <= relaxed.bound + slack + 1e-6 or everything or near:
            return replace(answer, value=value, bound=min(next_whole(tier, proven), value))
        need, many = _needed(course, relaxed, value, slack)
        slack, start = min(need, WIDER * slack) if many else need, answer.x


def _needed(course: Course, relaxed: Relaxed, value: float, slack: float) -> tuple[float, bool]:
    """Return the slack that proves a plan of some value to be best, and whether it frees many arcs.

    A little less proves the gap asked for, where that is more than the `slack` so far.
    """
    need = value - relaxed.bound + 1e-3
    enough = need - course.stop.gap * abs(value)
    need = enough if enough > slack else need
    reduced = relaxed.reduced[: course.program.arcs]
    few, many = ((reduced <= limit).sum() for limit in (slack, need))
    return need, bool(many > MANY * few)


def near_linear(course: Course) -> Answer | None:
    """Return a good whole plan of the arcs that the last linear optima use or nearly use.

    Its aim is that of the tier at hand with later ones blended in; None where there is none. The
    optimum often is such a plan itself; else the arcs in use alone mostly do.
    """
    if course.found is None or not course.found[1].feasible:
        return None
    cost, linear = course.found
    box, arcs = course.box, course.program.arcs
    moves = np.rint(linear.x[:arcs])
    if np.abs(linear.x[:arcs] - moves).max(initial=0.0) <= WHOLE:
        plan = course.program.in_order(np.r_[moves, linear.x[arcs:]])
        if box.holds(plan):
            course.plans.append(plan)
            value = float(cost @ plan)
            return Answer("optimal", value, linear.bound, plan, linear.reduced, linear.dual)
    reduced = linear.reduced[:arcs]
    dear = np.sort(reduced[(linear.x[:arcs] <= WHOLE) & (box.upper[:arcs] > 0)])
    limit = dear[min(KEPT, len(dear) - 1)] if len(dear) else np.inf
    used = linear.x[:arcs] > WHOLE
    used[course.last_moves] = True
    if course.used is not None:
        used |= course.used[:arcs] > WHOLE
    for keep in (used, used | (reduced <= limit)):
        upper = box.upper.copy()
        upper[:arcs] = np.where(keep, upper[:arcs], 0.0)
        near = replace(course, box=replace(box, upper=upper))
        answer = whole_solve(near, cost * SCALE, gap=NEAR_GAP)
        if answer.value - linear.bound <= NEAR_ENOUGH * max(1.0, abs(answer.value)):
            break
    return answer if answer.status in ("optimal", "feasible") else None


def with_lots(program: Program, cost: Ints) -> Floats:
    """Return a cost with lots that for no plan come to more than half a step of its grid."""
    top = most_moves(program) * max(1, int(program.lot.max(initial=0)))
    lots: Floats = cost + program.lot * (HALF * grid(cost) / top)
    return lots


def with_tier(program: Program, cost: Ints, tier: Tier) -> Floats | None:
    """Return a cost with a later tier in half a step of its grid; None where it does not fit."""
    arcs = program.arcs
    top = most_moves(program) * int(np.abs(tier.cost).max(initial=0))
    if tier.cost[arcs:].any() or top > FINE * grid(tier.cost):
        return None
    total: Floats = cost + tier.cost * (HALF * grid(cost) / max(1, top))
    return total


def most_moves(program: Program) -> int:
    """Return a number of moves that no plan exceeds, by its rows."""
    most = len(np.unique(program.problem.agent))
    for row in np.flatnonzero(np.diff(program.matrix.indptr) >= program.arcs):
        if np.isfinite(program.high[row]):
            values = program.matrix[[row]].toarray()[0]
            if program.arcs and values[: program.arcs].min() >= 1 and values.min() >= 0:
                most = min(most, max(0, math.floor(program.high[row] + 1e-9)))
    return max(1, most)


def next_whole(tier: Tier, bound: float) -> float:
    """Return the least sum of a tier's costs that is not below `bound`: no plan lies between.

    Prices are also paid for fractions of a unit, and have no such sum.
    """
    if tier.number == PRICES:
        return bound
    step = grid(tier.cost) / SCALE
    return math.ceil(bound / step - 1e-6) * step


def _first_slack(reduced: Floats, columns: int) -> float:
    """Return the slack that leaves about so many more arcs free than the linear optimum uses."""
    dear = np.sort(reduced[(reduced > EXACT) & np.isfinite(reduced)])
    return float(dear[min(columns, len(dear) - 1)]) if len(dear) else 1.0
