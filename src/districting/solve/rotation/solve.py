"""Solve a rotation problem tier by tier, with a proven bound for each tier."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from districting.model.rotation import PRICES, Ints, RotationProblem
from districting.plan.record import Status
from districting.solve.highs import Answer, use_threads
from districting.solve.rotation.cut import cut_short
from districting.solve.rotation.merge import merged
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
    EARLY,
    EXACT,
    WHOLE,
    Course,
    cap_of,
    narrow,
    relax_tier,
    search_worst,
    whole_solve,
)
from districting.solve.rotation.whole import (
    near_linear,
    next_whole,
    whole_optimum,
    with_lots,
    with_tier,
)
from districting.solve.stop import Stop

PROVEN = 1e-7
"""Gap of a tier up to which it counts as proven."""
LOOKS = 2
"""How often a whole plan is looked for further away before tiers are taken in whole numbers."""
PROOF = 0.15
"""Share of the time left for the whole optimum of an early tier."""


@dataclass(frozen=True, eq=False)
class Best:
    """The best whole plan up to a tier.

    Parameters
    ----------
    answer : Answer
        Value and bound are of the last tier asked.
    guide : int array, shape (n,)
        Costs of the tier that made most of the choice, in thousandths: a search that follows
        them finds the other plans as good.
    drawn : bool
        Whether it is the one of least lots among all that are as good.
    """

    answer: Answer
    guide: Ints
    drawn: bool


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
    program = merged(make_program(problem))
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
        Solve every tier in whole numbers, not only the last ones.
    """
    tiers = course.program.tiers
    plain = [t for t in tiers if t.worst is None] or [_no_aim(course.program)]
    first, last = next((t for t in plain if t.number > EARLY), plain[0]), plain[-1]
    warm: Relaxation | None = None
    best: Best | None = None
    for at, tier in enumerate(tiers if last in tiers else (*tiers, last)):
        if tier.worst is not None:
            if search_worst(course, tier, warm, exact) is None:
                return None
            warm = best = None
            continue
        warm, relaxed = relax_tier(course, tier, tiers[at + 1 :], warm)
        course.stop.progress(f"tier {tier.number}", np.nan, relaxed.bound)
        if not relaxed.feasible:
            return None
        cap, bound = cap_of(tier, relaxed), next_whole(tier, relaxed.bound)
        split = _split_matters(course, tier, relaxed)
        final = not any(_reshuffles(t, course.program.arcs) for t in tiers[at + 1 :])
        if tier is last or (final and (best or split)):
            best = _whole_best(course, tier, relaxed, best, exact)
            if best is None:
                return None
            value = round(best.answer.value * SCALE)
            cap, bound = value if tier is last else max(cap, value), best.answer.bound
            course.hurried = True  # there is a plan, so no time need be kept for one
        elif tier.number == PRICES and relaxed.bound > EXACT:
            # A plan is looked for in the first aim, and shows whether one attains the price.
            cap = _price_cap(course, tier, relaxed, cap) if exact else relaxed.bound * SCALE
        elif exact or split or PRICES < tier.number <= first.number:
            attained = _attained(course, tier, relaxed, cap, exact)
            if attained is None:
                return None
            cap, bound = attained
        _note(course, tier, cap, bound)
        if tier is last:
            break
        narrow(course, tier, relaxed, cap)
        # Programs of prices and announced moves were solved for the first aim too.
        keep = tier.number <= EARLY or best or tiers[at + 1].worst is not None
        warm = warm if keep else None
    assert best is not None
    return _finished(course, last, best)


def _attained(
    course: Course, tier: Tier, relaxed: Relaxed, cap: float, exact: bool
) -> tuple[float, float] | None:
    """Return a cap of a tier that a whole plan attains, and the tier's bound; None without a plan.

    Parameters
    ----------
    cap : float
        The hope, in thousandths.
    exact : bool
        Where nothing whole is near the linear optimum, look further; else None.
    """
    least = next_whole(tier, relaxed.bound)
    plan = course.kept
    if plan is not None and np.rint(tier.of(plan)) <= cap:
        return cap, least
    if _near_within(course, tier, relaxed, cap) is not None:
        return cap, least
    answer = near_linear(course)
    value = np.inf if answer is None else float(np.rint(tier.of(answer.x)))
    if answer is None and not exact:
        return None
    whole = abs(value + tier.constant) / SCALE
    if value / SCALE - least <= course.stop.gap * max(1.0, whole):
        return value, least
    some = replace(course, stop=course.stop.share(PROOF), hurried=True)
    try:
        found = whole_optimum(some, tier, relaxed, tier.tolerance, drawn=False)
    except TimeoutError:
        if answer is None:
            raise
        return value, least
    if found is None:
        return None
    return max(cap, min(value, round(found.value * SCALE))), max(least, found.bound)


def _price_cap(course: Course, tier: Tier, relaxed: Relaxed, cap: float) -> float:
    """Return the cap of the prices: the linear optimum itself where a whole plan attains it.

    Later tiers then have an optimal face to choose from, and no row that limits prices. Such a row
    is a knapsack: linear optima use up, with parts of steps, the little that rounding up leaves,
    and lie far below all whole plans. Where no plan attains the optimum, what one pays limits it.
    """
    least = relaxed.bound * SCALE
    if _near_within(course, tier, relaxed, least) is not None:
        return least
    answer = near_linear(course)
    return cap if answer is None else min(cap, max(least, tier.of(answer.x)))


def _near_within(course: Course, tier: Tier, relaxed: Relaxed, cap: float) -> Answer | None:
    """Return a whole plan near the linear optimum that keeps a cap; None where there is none."""
    within = replace(course, box=replace(course.box))
    narrow(within, tier, relaxed, cap)
    return near_linear(within)


def _whole_best(
    course: Course, tier: Tier, relaxed: Relaxed, best: Best | None, exact: bool
) -> Best | None:
    """Return the best whole plan up to a tier; None where there is none.

    Parameters
    ----------
    best : Best, optional
        The one up to the tier before, which may be as good as can be in this tier too.
    exact : bool
        Look everywhere before giving up.
    """
    arcs = course.program.arcs
    wider = None if exact else LOOKS
    if best is None or tier.cost[arcs:].any():
        near = _near_enough(course, tier, relaxed) if course.loose else None
        if near is not None:
            return Best(near, tier.cost, False)
        answer = whole_optimum(course, tier, relaxed, wider=wider)
        return None if answer is None else Best(answer, tier.cost, True)
    value = tier.of(best.answer.x) / SCALE
    least = next_whole(tier, relaxed.bound)
    if value <= least + 1e-6:
        return replace(best, answer=replace(best.answer, value=value, bound=min(least, value)))
    cost = with_tier(course.program, best.guide, tier)
    if cost is None:
        answer = whole_optimum(course, tier, relaxed, wider=wider)
        return None if answer is None else Best(answer, tier.cost, True)
    answer = whole_solve(course, cost, gap=course.loose, start=best.answer.x)
    if answer.status not in ("optimal", "feasible"):
        raise TimeoutError
    fewest = tier.of(answer.x) / SCALE
    bound = fewest if answer.status == "optimal" and not course.loose else least
    if best.drawn and value <= fewest:  # the earlier plan is as good, and its lots are drawn
        return replace(best, answer=replace(best.answer, value=value, bound=min(bound, value)))
    value = fewest
    return Best(replace(answer, value=value, bound=bound), best.guide, False)


def _near_enough(course: Course, tier: Tier, relaxed: Relaxed) -> Answer | None:
    """Return a whole plan near the linear optimum that is within the gap asked for, if one is."""
    answer = near_linear(course)
    if answer is None:
        return None
    value, least = tier.of(answer.x) / SCALE, next_whole(tier, relaxed.bound)
    if value - least > course.stop.gap * max(1.0, abs(value)):
        return None
    return replace(answer, value=value, bound=min(least, value))


def _split_matters(course: Course, tier: Tier, relaxed: Relaxed) -> bool:
    """Return whether no whole plan is likely to reach the linear optimum of a tier.

    So where the optimum splits arcs that bear costs of their own and nothing may be given away.
    Costs on numbers of teachers alone (shortage) are mostly reached, and a wrong guess is found
    out: the way is then taken again, exactly.
    """
    arcs = course.program.arcs
    split = np.abs(relaxed.x[:arcs] - np.rint(relaxed.x[:arcs])) > WHOLE
    return bool((tier.cost[:arcs][split] != 0).any() and not tier.tolerance)


def _reshuffles(tier: Tier, arcs: int) -> bool:
    """Return whether a tier's best plans mostly are others than the best of tiers before it."""
    return tier.worst is not None or bool(tier.cost[arcs:].any())


def _no_aim(program: Program) -> Tier:
    return Tier(10**6, np.zeros(program.columns, dtype=np.int64), 0.0)


def _note(course: Course, tier: Tier, cap: float, bound: float) -> None:
    shift = tier.constant / SCALE
    course.reached.append(Reached(tier.number, np.nan, bound + shift, cap / SCALE + shift))


def _finished(course: Course, last: Tier, best: Best) -> RotationSolution:
    """Draw lots where that is still to be done, work out what the plan comes to, and check it."""
    problem, arcs = course.program.problem, course.program.arcs
    answer = best.answer
    drawn = best.drawn
    if not drawn and not course.loose:
        course.box.cap(last.cost, round(answer.value * SCALE))
        lots = whole_solve(course, with_lots(course.program, best.guide), start=answer.x)
        drawn = lots.status == "optimal"
        answer = replace(answer, x=lots.x) if drawn else answer
    chosen = np.flatnonzero(answer.x[:arcs] > 0.5)
    wrong = broken(problem, chosen)
    beyond = [part.gate for part in overrun(problem, chosen)]
    if wrong or beyond:
        raise AssertionError(f"moves break {wrong}, go beyond the steps of {beyond}")
    reached = [r for r in course.reached if r.number < 10**6]
    tiers = course.program.tiers
    proven = all(_settled(t, r, t is last) for t, r in zip(tiers, reached, strict=True))
    reached = [replace(r, value=tier_value(problem, r.number, chosen)) for r in reached]
    reached = [replace(r, bound=min(r.bound, r.value)) for r in reached]
    exact = answer.status == "optimal" and drawn and proven
    fixed = float((course.box.upper[:arcs] == course.box.lower[:arcs]).mean()) if arcs else 0.0
    return RotationSolution(
        Status.OPTIMAL if exact else Status.FEASIBLE,
        chosen,
        tuple(reached),
        objective_parts(problem, chosen),
        "tiers: sifted linear programs, reduced-cost fixing, whole numbers at the end (HiGHS)",
        fixed,
    )


def _settled(tier: Tier, reached: Reached, last: bool) -> bool:
    """Return whether a tier is as good as can be, but for what it may give away.

    Value and bound are held against each other on the grid of costs, before rounding is undone;
    prices of broken ceilings are settled to the next whole thousandth of a squared coefficient.
    """
    if tier.number == PRICES or (tier.tolerance and not last):
        return True
    return reached.cap - reached.bound <= PROVEN * max(1.0, abs(reached.cap))
