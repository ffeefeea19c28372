"""Solve a rotation problem tier by tier, with a proven bound for each tier."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from districting.model.rotation import Floats, Ints, RotationProblem
from districting.plan.record import Status
from districting.solve.rotation.cut import cut_short
from districting.solve.rotation.highs import Answer, use_threads
from districting.solve.rotation.program import SCALE, Program, Tier, make_program, overrun
from districting.solve.rotation.relax import Box, Relaxation, Relaxed
from districting.solve.rotation.solution import (
    Reached,
    RotationSolution,
    broken,
    objective_parts,
    tier_value,
)
from districting.solve.rotation.tiers import (
    EXACT,
    WHOLE,
    Course,
    cap_of,
    grid,
    narrow,
    relax_tier,
    search_worst,
    whole_solve,
)
from districting.solve.stop import Stop

WIDER = 3.0
"""By how much the slack of reduced-cost fixing grows when nothing whole lies within it."""
FIRST_COLUMNS, COLUMNS_A_SPLIT = 60, 8
"""Arcs left free at first: so many, and more for each arc that the linear optimum splits."""
PROVEN = 1e-7
"""Gap of the last tier up to which a plan counts as proven."""


def solve_rotation(problem: RotationProblem, stop: Stop, threads: int = 1) -> RotationSolution:
    """Return the best moves: tier by tier, then by lottery.

    Parameters
    ----------
    problem : RotationProblem
    stop : Stop
        Time and gap; the answer is the same for every run that ends by itself. When the time is up
        the best plan so far is returned, with what is proven of it.
    threads : int
        For whole-number programs; the answer does not depend on it.
    """
    use_threads(threads)
    program = make_program(problem)
    for exact in (False, True):
        course = Course(program, Box.of(program), stop, [], threads)
        try:
            found = _one_way(course, exact)
        except TimeoutError:
            return cut_short(course)
        if found is not None:
            return found
        if not course.reached:
            break  # the first tier itself has no solution; the exact way would end there too
    return RotationSolution(Status.INFEASIBLE, None, tuple(course.reached))


def _one_way(course: Course, exact: bool) -> RotationSolution | None:
    """Go through the tiers; None where no whole solution exists within the caps.

    Parameters
    ----------
    exact : bool
        Solve every tier in whole numbers, not only the last.
    """
    tiers = course.program.tiers
    plain = [t for t in tiers if t.worst is None] or [_no_aim(course.program)]
    last = plain[-1]
    warm: Relaxation | None = None
    for at, tier in enumerate(tiers if last in tiers else (*tiers, last)):
        if tier.worst is not None:
            if search_worst(course, tier, warm, exact) is None:
                return None
            warm = None
            continue
        warm, relaxed = relax_tier(course, tier, tiers[at + 1 :], warm)
        course.stop.progress(f"tier {tier.number}", np.nan, relaxed.bound)
        if not relaxed.feasible:
            return None
        if tier is last:
            break
        cap, bound = cap_of(tier, relaxed), relaxed.bound
        if exact or _split_matters(course, tier, relaxed):
            answer = _whole_optimum(course, tier, relaxed, tier.tolerance)
            if answer is None:
                return None
            cap, bound = max(cap, round(answer.value * SCALE)), answer.bound
        _note(course, tier, cap, bound)
        narrow(course, tier, relaxed, cap)
        # The program of the prices was solved for the next tier too, and needs no other start.
        warm = warm if tier.number < 0 or _next_is_worst(tiers, at) else None
    answer = _whole_optimum(course, last, relaxed)
    if answer is None:
        return None
    return _finished(course, last, relaxed, answer)


def _next_is_worst(tiers: tuple[Tier, ...], at: int) -> bool:
    return at + 1 < len(tiers) and tiers[at + 1].worst is not None


def _split_matters(course: Course, tier: Tier, relaxed: Relaxed) -> bool:
    """Return whether no whole plan is likely to reach the linear optimum of a tier.

    So where the optimum splits arcs that bear costs of their own and nothing may be given away.
    Costs on numbers of teachers alone (shortage) are mostly reached, and a wrong guess is found
    out: the way is then taken again, exactly.
    """
    arcs = course.program.arcs
    split = np.abs(relaxed.x[:arcs] - np.rint(relaxed.x[:arcs])) > WHOLE
    return bool((tier.cost[:arcs][split] != 0).any() and not tier.tolerance)


def _no_aim(program: Program) -> Tier:
    return Tier(10**6, np.zeros(program.columns, dtype=np.int64), 0.0)


def _note(course: Course, tier: Tier, cap: float, bound: float) -> None:
    shift = tier.constant / SCALE
    course.reached.append(Reached(tier.number, np.nan, bound + shift, cap / SCALE + shift))


def _whole_optimum(
    course: Course, tier: Tier, relaxed: Relaxed, give: float = 0.0
) -> Answer | None:
    """Return the whole optimum of a tier, by reduced-cost fixing around its linear optimum.

    Columns whose reduced cost exceeds a slack are fixed; an optimum within the slack of the linear
    bound is the optimum of all. None where there is no solution. `give` is the share of the
    optimum that may be given away.

    Raises
    ------
    TimeoutError
        If the time is up before a solution is found.
    """
    box, arcs = course.box, course.program.arcs
    split = int((np.abs(relaxed.x[:arcs] - np.rint(relaxed.x[:arcs])) > WHOLE).sum())
    if not split and relaxed.value <= relaxed.bound + 1e-6:
        x = relaxed.x.copy()
        x[:arcs] = np.rint(x[:arcs])
        none = np.empty(0)
        return Answer("optimal", relaxed.value, relaxed.bound, x, none, none)
    slack = _first_slack(relaxed.reduced[:arcs], FIRST_COLUMNS + COLUMNS_A_SPLIT * split)
    start: Floats | None = None
    while True:
        trial = replace(course, box=Box(box.lower, box.upper, box.matrix, box.low, box.high))
        limit = slack + 1e-6
        down = (relaxed.reduced > limit) & (relaxed.x < box.lower + WHOLE)
        up = (relaxed.reduced < -limit) & (relaxed.x > box.upper - WHOLE)
        trial.box.upper = np.where(down, box.lower, box.upper)
        trial.box.lower = np.where(up, box.upper, box.lower)
        gap = max(course.stop.gap, give)
        answer = whole_solve(trial, tier.cost, gap=gap, start=start)
        everything = not (down | up).any()
        if answer.status == "unknown":
            raise TimeoutError
        if answer.status == "infeasible" and everything:
            return None
        if answer.status == "infeasible":
            slack = slack * WIDER
            continue
        least = max(relaxed.bound, _next_whole(tier, relaxed.bound))
        bound = max(min(answer.bound, relaxed.bound + slack), least)
        if answer.value <= max(relaxed.bound + slack, least) + 1e-6 or everything:
            return replace(answer, bound=min(bound, answer.value))
        slack, start = answer.value - relaxed.bound + 1e-3, answer.x


def _next_whole(tier: Tier, bound: float) -> float:
    """Return the least sum of a tier's costs that is not below `bound`: no plan lies between."""
    step = grid(tier.cost) / SCALE
    return math.ceil(bound / step - 1e-6) * step


def _first_slack(reduced: Floats, columns: int) -> float:
    """Return the slack that leaves about so many more arcs free than the linear optimum uses."""
    dear = np.sort(reduced[reduced > EXACT])
    return float(dear[min(columns, len(dear) - 1)]) if len(dear) else 1.0


def _finished(course: Course, last: Tier, relaxed: Relaxed, answer: Answer) -> RotationSolution:
    """Draw lots among equal plans, work out what the plan comes to, and check it."""
    problem, arcs = course.program.problem, course.program.arcs
    chosen = np.flatnonzero(answer.x[:arcs] > 0.5)
    _note(course, last, 0.0, answer.bound)
    try:
        drawn = _draw(course, last, relaxed, answer)
    except TimeoutError:
        drawn = None  # the plan stands, only whether it has the smallest lot is not known
    if drawn is not None:
        chosen = drawn
    wrong = broken(problem, chosen)
    beyond = [part.gate for part in overrun(problem, chosen)]
    if wrong or beyond:
        raise AssertionError(f"moves break {wrong}, go beyond the steps of {beyond}")
    reached = [replace(r, value=tier_value(problem, r.number, chosen)) for r in course.reached]
    reached = [replace(r, bound=min(r.bound, r.value)) for r in reached if r.number < 10**6]
    exact = answer.status == "optimal" and drawn is not None and reached[-1].gap <= PROVEN
    fixed = float((course.box.upper[:arcs] == course.box.lower[:arcs]).mean()) if arcs else 0.0
    return RotationSolution(
        Status.OPTIMAL if exact else Status.FEASIBLE,
        chosen,
        tuple(reached),
        objective_parts(problem, chosen),
        "tiers: sifted linear programs, reduced-cost fixing, whole numbers at the end (HiGHS)",
        fixed,
    )


def _draw(course: Course, last: Tier, relaxed: Relaxed, answer: Answer) -> Ints | None:
    """Return the moves with the smallest lot among those as good as the answer."""
    if answer.status != "optimal":
        return None
    narrow(course, last, relaxed, round(answer.value * SCALE))
    lots = Tier(0, course.program.lot, 0.0)
    _, relaxed = relax_tier(course, lots)
    if not relaxed.feasible:
        return None
    drawn = _whole_optimum(course, lots, relaxed)
    if drawn is None or drawn.status != "optimal":
        return None
    arcs: Floats = drawn.x[: course.program.arcs]
    return np.flatnonzero(arcs > 0.5)
