"""Tier after tier: linear optimum, cap, fewer columns; whole numbers once, at the end.

The linear optimum of a tier (given the tiers before) is a proven lower bound. Capping the tier at
the next whole value above it and fixing every column whose reduced cost exceeds the slack keeps
all plans within the cap and drops most columns, so that the last program, the only one that is
solved in whole numbers, is small. Where it has no solution, the caps are too tight: then each tier
is solved in whole numbers in its turn, and capped at what is truly attainable.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
from scipy import sparse

from districting.model.rotation import PRICES, Floats, Ints
from districting.model.runs import starts
from districting.solve.highs import Answer, solve_highs
from districting.solve.rotation.merge import limit_steps
from districting.solve.rotation.program import SCALE, Program, Tier
from districting.solve.rotation.relax import Box, Relaxation, Relaxed
from districting.solve.rotation.rounding import cut_off
from districting.solve.rotation.solution import Reached
from districting.solve.rotation.start import greedy
from districting.solve.stop import Stop

EXACT = 1e-5
"""Reduced costs and duals below this, in units of a tier, count as zero."""
LAST_GAP = 0.0
FAIR = 1e-4
"""Gap up to which the last tier is settled and lots are drawn; with more there are no ties."""
BLEND = 0.1
"""Share of later tiers in the cost with which a tier is solved first."""
EARLY, DEAR, DEARER = 0, 3000.0, 1000.0
"""Tiers up to this number (prices, announced moves) count so many times beside the first aim, and
what comes before prices so many times beside these: one linear program mostly settles them all."""
RISE = 1e-6
"""Share by which cuts must raise a bound for more of them to be looked for."""
STEEP = 3
"""Power of steps that makes linear programs shun the largest ones."""
WHOLE = 1e-7
RESERVE = 0.25
"""Share of the time that is kept for making a whole plan of what was found until then."""


@dataclass(eq=False)
class Course:
    """The way through the tiers: limits so far and what each tier came to.

    `found` is the cost and the solution of the last linear program, `used` its columns; `hurried`
    is set where the time that is kept for a plan may be used. `plans` are the whole ones so far, by
    column.
    """

    program: Program
    box: Box
    stop: Stop
    reached: list[Reached]
    threads: int = 1
    found: tuple[Floats, Relaxed] | None = None
    used: Floats | None = None
    hurried: bool = False
    plans: list[Floats] = field(default_factory=list)

    @property
    def left(self) -> float:
        """Seconds left, less those kept for a hurried plan."""
        if self.hurried:
            return self.stop.left
        kept = RESERVE * self.stop.seconds if np.isfinite(self.stop.seconds) else 0.0
        return max(0.0, self.stop.left - kept)

    @property
    def last_moves(self) -> Ints:
        """Arcs of the last whole plan; none before there is one."""
        return self.moves(self.plans[-1]) if self.plans else np.empty(0, dtype=np.int64)

    @cached_property
    def first(self) -> Ints:
        """Arcs of the plan announced, else of a greedy one that may leave musts unmet."""
        problem = self.program.problem
        return problem.announced if len(problem.announced) else greedy(problem)

    @property
    def begin(self) -> Ints:
        """Arcs of a plan from which linear programs begin: the last whole one, else the first."""
        return self.last_moves if self.plans else self.first

    @property
    def kept(self) -> Floats | None:
        """The last whole plan, where it keeps all limits so far."""
        return self.plans[-1] if self.plans and self.box.holds(self.plans[-1]) else None

    @property
    def loose(self) -> float:
        """Gap that last programs may leave; 0 where ties are told apart."""
        return self.stop.gap if self.stop.gap > FAIR else 0.0

    def moves(self, plan: Floats) -> Ints:
        """Return the arcs that a whole plan uses."""
        return np.flatnonzero(plan[: self.program.arcs] > 0.5)

    def interrupted(self) -> bool:
        """Whether the user wants what there is now."""
        return self.stop.interrupted


def grid(cost: Ints) -> int:
    """Return the largest number that divides all costs: attainable sums lie that far apart."""
    return max(1, int(np.gcd.reduce(np.abs(cost))))


def cap_of(tier: Tier, found: Relaxed) -> float:
    """Return the thousandths that a tier may come to, given its linear optimum."""
    step = grid(tier.cost)
    slip = 1e-3 * max(1.0, abs(found.value))
    least = math.ceil((found.bound * SCALE - slip) / step) * step
    near = math.ceil((found.value * SCALE - slip) / step) * step
    allowed = tier.tolerance * abs(found.bound * SCALE + tier.constant)
    return max(least, near, math.floor((found.bound * SCALE + allowed) / step) * step)


def blended(tier: Tier, later: tuple[Tier, ...], arcs: int) -> Floats:
    """Return the cost of a tier with a share of all later ones, in units of the tier.

    Most tiers have many optima, among which the simplex would lose its way, and of which most are
    far from what the later tiers want. Prices and announced moves are so dear that the first aim
    counts in full beside them.
    """
    total = np.asarray(tier.cost / SCALE)
    share = BLEND
    if tier.number <= EARLY and later:
        total = DEAR * (DEARER if tier.number < PRICES else 1.0) * total
        first = next((at for at, t in enumerate(later) if t.number > EARLY), len(later) - 1)
        for other in later[: first + 1]:
            total = total + other.cost / SCALE * (DEAR if other.number <= EARLY else 1)
        later = later[first + 1 :]
    for other in later:
        total = total + share * other.cost / SCALE
        if other.worst is not None:
            total[:arcs] += share * other.worst.level
    return total


def relax_tier(
    course: Course, tier: Tier, later: tuple[Tier, ...] = (), warm: Relaxation | None = None
) -> tuple[Relaxation, Relaxed]:
    """Return the linear optimum of a tier within the limits so far, and the program behind it.

    Parameters
    ----------
    later : tuple of Tier
        Tiers that come after it, for choosing among its optima.
    warm : Relaxation, optional
        To go on from. Starting anew takes less time where the aim is another one.
    """
    program = course.program
    if warm is None:
        warm = Relaxation(program, course.box, course.begin, course.used, course.interrupted)
    if later:
        cost = blended(tier, later, program.arcs)
        course.found = cost, warm.solve(cost, course.left)
    cost = tier.cost / SCALE
    found = warm.solve(cost, course.left)
    # Prices are mostly attained as they are, numbers of announced moves next to them; what a tier
    # may give away is more than cuts bring.
    before = -np.inf
    while found.feasible and found.value > before + RISE * abs(found.value):
        before = found.value
        settled = tier.number <= EARLY or (tier.tolerance and later) or _met(course, tier, found)
        if settled or not cut_off(program, course.box, warm, found.x):
            break
        found = warm.solve(cost, course.left)
    course.found = course.found or (cost, found)
    course.used = found.x if found.feasible else course.used
    return warm, found


def _met(course: Course, tier: Tier, found: Relaxed) -> bool:
    """Return whether the last plan attains the bound of a tier."""
    plan = course.kept
    return plan is not None and float(np.rint(tier.of(plan))) <= cap_of(tier, found)


def narrow(course: Course, tier: Tier, found: Relaxed, cap: float) -> None:
    """Cap a tier and fix the columns that no plan within the cap can use otherwise."""
    box = course.box
    slack = max(0.0, cap / SCALE - found.bound)
    limit = slack + EXACT
    down = (found.reduced > limit) & (found.x < box.lower + 1e-9)
    up = (found.reduced < -limit) & (found.x > box.upper - 1e-9)
    box.upper = np.where(down, box.lower, box.upper)
    box.lower = np.where(up, box.upper, box.lower)
    limit_steps(course.program, box.lower, box.upper, *_reachable(course.program, box))
    if slack > EXACT:
        box.cap(tier.cost, cap)
        return
    # The optimal face: rows with a price are tight, at the side that the sign of the price names.
    dual = found.dual[: len(box.low)]
    box.high = np.where(dual > EXACT, box.low, box.high)
    box.low = np.where(dual < -EXACT, box.high, box.low)


def _reachable(program: Program, box: Box) -> tuple[Floats, Floats]:
    """Return by row the least and the largest number that open arcs allow; infinite without steps.

    Of each agent at most one arc adds to a number, and one takes away from it.
    """
    open_ = box.upper != box.lower
    fixed = np.where(open_, 0.0, box.lower)[: program.arcs]
    reach = np.zeros((2, len(program.low)))
    for limit, way, (row, arc, key) in zip(reach, (-1.0, 1.0), program.changes, strict=True):
        of = open_[arc]
        new = starts(key[of])
        limit += way * np.bincount(row[of][new], minlength=len(limit))
        reach += way * np.bincount(row, fixed[arc], minlength=len(limit))
    tied = np.zeros(len(program.low), dtype=bool)
    tied[program.home[program.arcs : program.slack]] = True
    fewest, most = np.where(tied, program.low + reach, [[-np.inf], [np.inf]])
    return fewest, most


def search_worst(course: Course, tier: Tier, warm: Relaxation | None, whole: bool) -> int | None:
    """Find the least largest step of a tier, and forbid what exceeds it; None if there is no plan.

    Parameters
    ----------
    warm : Relaxation, optional
        Linear program to go on from.
    whole : bool
        Whether whole plans must be found, not only linear ones.
    """
    assert tier.worst is not None
    level, arcs = tier.worst.level, course.program.arcs
    if warm is None:
        warm = Relaxation(course.program, course.box, course.begin, course.used, course.interrupted)
    least = _least_linear(course, warm, level)
    if least < 0:
        return None
    box = course.box
    most = least + math.floor(tier.tolerance * least)
    if whole:
        found_whole = _least_whole(course, level, least)
        if found_whole is None:
            return None
        most = max(most, found_whole)
    box.upper[:arcs] = np.where(level > most, 0.0, box.upper[:arcs])
    course.reached.append(Reached(tier.number, float(most), float(least), float(most)))
    return most


def _least_linear(course: Course, warm: Relaxation, level: Ints) -> int:
    """Return the least largest step of linear solutions; -1 if there is none."""
    arcs = course.program.arcs
    cost, barred = np.zeros(course.program.columns), np.zeros(course.program.columns, dtype=bool)
    least = -1 if course.kept is None else int(level[course.last_moves].max(initial=0))
    # Each solution names the next level to try; the level below the last one is proven empty. Below
    # a whole plan there mostly is nothing, which shows without costs.
    while least != 0:
        if least < 0 or barred.any():
            cost[:arcs] = level.astype(float) ** STEEP
        if least > 0:
            barred = np.zeros(course.program.columns, dtype=bool)
            barred[:arcs] = level >= least
            warm.bar(barred)
        found = warm.solve(cost, course.left)
        if not found.feasible:
            break
        course.used = found.x
        least = int(level[found.x[:arcs] > WHOLE].max(initial=0))
    warm.bar(np.zeros(course.program.columns, dtype=bool))
    return least


def _least_whole(course: Course, level: Ints, least: int) -> int | None:
    """Return the least step, from `least` on, within which there is a whole plan."""
    if course.kept is not None and level[course.last_moves].max(initial=0) <= least:
        return least
    none = np.zeros(course.program.columns, dtype=np.int64)
    for most in [most for most in np.unique(level).tolist() if most >= least] or [least]:
        trial = replace(course.box, upper=course.box.upper.copy())
        trial.upper[: course.program.arcs][level > most] = 0.0
        answer = whole_solve(replace(course, box=trial), none)
        if answer.status in ("optimal", "feasible"):
            return int(most)
        if answer.status == "unknown":
            raise TimeoutError
    return None


def whole_solve(
    course: Course,
    cost: Ints | Floats,
    gap: float = LAST_GAP,
    start: Floats | None = None,
    presolve: bool = True,
) -> Answer:
    """Solve what is left in whole numbers, with columns and rows that are settled taken out.

    The cost is in thousandths, and HiGHS is given them, so that it tells lots apart; value and
    bound of the answer are in units of the tier.
    """
    box, rest = course.box, course.box.rest()
    free, rows = rest.columns, rest.rows
    fixed = box.lower.copy()
    fixed[free] = 0.0
    offset = float(cost @ fixed)

    def told(value: float, bound: float) -> None:
        course.stop.progress("whole plans", (value + offset) / SCALE, (bound + offset) / SCALE)

    answer = solve_highs(
        cost[free].astype(float),
        box.upper[free],
        sparse.csr_array(rest.matrix),
        (box.low - rest.settled)[rows],
        (box.high - rest.settled)[rows],
        lower=box.lower[free],
        whole=free < course.program.arcs,
        seconds=course.left,
        gap=gap,
        threads=course.threads,
        start=None if start is None else start[free],
        presolve=presolve,
        interrupted=course.interrupted,
        told=told,
    )
    if answer.status not in ("optimal", "feasible"):
        return answer
    x = fixed.copy()
    x[free] = answer.x
    arcs = course.program.arcs
    x[:arcs] = np.rint(x[:arcs])
    x = course.program.in_order(x)
    course.plans.append(x)
    value, bound = (answer.value + offset) / SCALE, (answer.bound + offset) / SCALE
    return replace(answer, value=value, bound=bound, x=x)
