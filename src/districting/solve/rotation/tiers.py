"""Tier after tier: linear optimum, cap, fewer columns; whole numbers once, at the end.

The linear optimum of a tier (given the tiers before) is a proven lower bound. Capping the tier at
the next whole value above it and fixing every column whose reduced cost exceeds the slack keeps
all plans within the cap and drops most columns, so that the last program, the only one that is
solved in whole numbers, is small. Where it has no solution, the caps are too tight: then each tier
is solved in whole numbers in its turn, and capped at what is truly attainable.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from districting.model.rotation import Floats, Ints
from districting.solve.rotation.highs import Answer, solve_highs
from districting.solve.rotation.program import SCALE, Program, Tier
from districting.solve.rotation.relax import Box, Relaxation, Relaxed
from districting.solve.stop import Stop

EXACT = 1e-5
"""Reduced costs and duals below this, in units of a tier, count as zero."""
LAST_GAP = 1e-9
BLEND = 1e-4
"""Size of the blended cost, as a share of the tier's usual cost."""


@dataclass(frozen=True)
class Reached:
    """What one tier came to.

    Parameters
    ----------
    number : int
        -1 for the prices of elastic rows.
    value : float
        Of the plan, in units of the tier.
    bound : float
        Proven: no plan within the caps of the earlier tiers is below it.
    cap : float
        What later tiers could not exceed.
    """

    number: int
    value: float
    bound: float
    cap: float

    @property
    def gap(self) -> float:
        """``(value - bound) / max(|value|, 1)``."""
        return (self.value - self.bound) / max(abs(self.value), 1.0)


@dataclass(eq=False)
class Course:
    """The way through the tiers: limits so far and what each tier came to."""

    program: Program
    box: Box
    stop: Stop
    reached: list[Reached]
    threads: int = 1


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


def blend_of(tier: Tier, later: tuple[Tier, ...], arcs: int) -> Floats | None:
    """Return what tells apart the optima of a tier that arcs bear no cost of; None if they do."""
    if tier.cost[:arcs].any():
        return None
    total = np.zeros(arcs)
    for other in later:
        total += np.maximum(other.cost[:arcs], 0)
    own = np.abs(tier.cost[tier.cost != 0])
    if not total.any() or not len(own):
        return None
    return np.asarray(total * (BLEND * np.median(own) / np.median(total[total > 0]) / SCALE))


def relax_tier(
    course: Course, tier: Tier, later: tuple[Tier, ...] = ()
) -> tuple[Relaxation, Relaxed]:
    """Return the linear optimum of a tier within the limits so far, and the program behind it."""
    program = course.program
    blend = blend_of(tier, later, program.arcs)
    relaxation = Relaxation(program, course.box, tier.cost, blend)
    return relaxation, relaxation.solve(course.stop.left)


def narrow(course: Course, tier: Tier, found: Relaxed, cap: float) -> None:
    """Cap a tier and fix the columns that no plan within the cap can use otherwise."""
    box = course.box
    slack = max(0.0, cap / SCALE - found.bound)
    limit = slack + EXACT
    down = (found.reduced > limit) & (found.x < box.lower + 1e-9)
    up = (found.reduced < -limit) & (found.x > box.upper - 1e-9)
    box.upper = np.where(down, box.lower, box.upper)
    box.lower = np.where(up, box.upper, box.lower)
    if slack > EXACT:
        box.cap(tier.cost, cap)
        return
    # The optimal face: rows with a price are tight, at the side that the sign of the price names.
    dual = found.dual[: len(box.low)]
    box.high = np.where(dual > EXACT, box.low, box.high)
    box.low = np.where(dual < -EXACT, box.high, box.low)


def search_worst(
    course: Course, tier: Tier, before: tuple[Relaxation, float] | None
) -> tuple[int, Reached] | None:
    """Find the fewest steps within which the tier before keeps its cap; None if there is none.

    Parameters
    ----------
    before : (Relaxation, float), optional
        Program of the tier before, not yet capped, and its cap in thousandths.
    """
    worst = tier.worst
    assert worst is not None
    level, arcs = worst.level, course.program.arcs
    none = np.zeros(course.program.columns, dtype=np.int64)
    relaxation = before[0] if before else Relaxation(course.program, course.box, none)
    cap = before[1] / SCALE + 1e-6 if before else np.inf
    proven = 0

    def holds(most: int) -> bool:
        nonlocal proven
        barred = np.zeros(course.program.columns, dtype=bool)
        barred[:arcs] = level > most
        relaxation.forbid(barred)
        found = relaxation.solve(course.stop.left)
        if found.bound > cap:
            proven = max(proven, most + 1)
        return found.feasible and found.value <= cap

    usable = level[course.box.upper[:arcs] > 0]
    low, high = -1, int(usable.max()) if len(usable) else 0
    if not holds(high):
        return None
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if holds(middle) else (middle, high)
    most = high + math.floor(tier.tolerance * high)
    return most, Reached(tier.number, float(most), float(min(proven, most)), float(most))


def whole_solve(
    course: Course, cost: Ints, gap: float = LAST_GAP, start: Floats | None = None
) -> Answer:
    """Solve what is left in whole numbers, with columns and rows that are settled taken out."""
    box = course.box
    free = box.upper > box.lower
    fixed = np.where(free, 0.0, box.lower)
    matrix = box.matrix[:, np.flatnonzero(free)]
    settled = box.matrix @ fixed
    rows = np.flatnonzero(np.diff(matrix.indptr) > 0)
    rest = np.diff(matrix.indptr) == 0
    if ((settled < box.low - 1e-6) | (settled > box.high + 1e-6))[rest].any():
        empty = np.zeros(0)
        return Answer("infeasible", np.nan, np.inf, empty, empty, empty)
    whole = np.flatnonzero(free) < course.program.arcs
    offset = float((cost / SCALE) @ fixed)
    answer = solve_highs(
        (cost / SCALE)[free],
        box.upper[free],
        matrix[rows],
        (box.low - settled)[rows],
        (box.high - settled)[rows],
        lower=box.lower[free],
        whole=whole,
        seconds=course.stop.left,
        gap=gap,
        threads=course.threads,
        start=None if start is None else start[free],
    )
    if answer.status not in ("optimal", "feasible"):
        return answer
    x = fixed.copy()
    x[free] = answer.x
    arcs = course.program.arcs
    x[:arcs] = np.rint(x[:arcs])
    return replace(answer, value=answer.value + offset, bound=answer.bound + offset, x=x)
