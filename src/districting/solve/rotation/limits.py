"""What no plan can do better: proven limits of a rotation problem, aim by aim."""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import dataclass, replace

import numpy as np

from districting.model.rotation import ArcCost, Bools, Convex, Part, RotationProblem, Rows
from districting.solve.rotation.program import SCALE, make_program
from districting.solve.rotation.relax import Box
from districting.solve.rotation.tiers import Course, relax_tier
from districting.solve.rotation.whole import near_linear, next_whole, whole_optimum
from districting.solve.stop import Stop

FEW = 1e-6
NEAR, PART = 1e-3, 0.2
"""Share of a limit by which a plan may miss it and is near enough; share of the time left for
looking for a nearer one."""
FINE = 1e6
"""Weight of squared coefficients: a program's costs are whole thousandths, theirs are near 1e-4."""


@dataclass(frozen=True)
class Limit:
    """A limit and how near plans come to it.

    Parameters
    ----------
    bound : float
        Proven: no plan passes it. inf (-inf for a largest value) where no plan exists at all.
    reached : float
        Of a plan that was found; NaN where none was in time.
    """

    bound: float
    reached: float


@dataclass(frozen=True)
class Limits:
    """Proven limits under the musts.

    Parameters
    ----------
    lowest : tuple of Limit
        For each convex part asked about, its least sum.
    most_moves : Limit
        No plan moves more agents.
    fewest_moves : Limit
        No plan that keeps the ceilings moves fewer, shares apart; inf where none keeps them.
    """

    lowest: tuple[Limit, ...]
    most_moves: Limit
    fewest_moves: Limit


def rotation_limits(
    problem: RotationProblem, gate: str, stop: Stop, shares: Collection[str] = ()
) -> Limits:
    """Return the limits of the convex parts of rule `gate`, and of the number of moves.

    Parameters
    ----------
    shares : collection of str
        Rules that say how many must or may move: left out where numbers of moves are asked for.
    """
    free = [p for p in _musts(problem) if p.gate not in shares]
    ones = np.ones(problem.arcs)
    held = [
        replace(p, tier=2, weight=0.0, price=None)
        for p in problem.parts
        if isinstance(p, Convex) and p.gate == gate
    ]
    largest = _least(problem, [*free, ArcCost("moves", "moves", 1, 1.0, -ones)], stop)
    fewest = _least(problem, [*free, *held, ArcCost("moves", "moves", 1, 1.0, ones)], stop)
    return Limits(
        lowest_sums(problem, gate, stop),
        Limit(math.floor(FEW - largest.bound) if np.isfinite(largest.bound) else -np.inf,
              -largest.reached),
        replace(fewest, bound=math.ceil(fewest.bound - FEW)) if np.isfinite(fewest.bound)
        else fewest,
    )  # fmt: skip


def lowest_sums(
    problem: RotationProblem,
    gate: str,
    stop: Stop,
    barred: Bools | None = None,
    shares: Collection[str] = (),
) -> tuple[Limit, ...]:
    """Return the least sum of each convex part of rule `gate`.

    Parameters
    ----------
    barred : bool array, shape (a,), optional
        Arcs that are not to be used.
    shares : collection of str
        Rules whose musts are left out.
    """
    parts: list[Part] = [p for p in _musts(problem) if p.gate not in shares]
    asked = (p for p in problem.parts if isinstance(p, Convex) and p.gate == gate)
    aims = (replace(p, tier=1, weight=FINE, ceiling=None, tolerance=0.0) for p in asked)
    return tuple(_sum_limit(problem, parts, aim, stop, barred) for aim in aims)


def _sum_limit(
    problem: RotationProblem, parts: list[Part], aim: Convex, stop: Stop, barred: Bools | None
) -> Limit:
    """Return the limit of a convex sum: what rounding its marginals could hide is taken off."""
    found = _least(problem, [*parts, aim], stop, barred)
    rounding = 0.5 / SCALE * len(aim.marginal)
    return Limit((found.bound - rounding) / FINE, found.reached / FINE)


def _musts(problem: RotationProblem) -> list[Part]:
    return [p for p in problem.parts if isinstance(p, Rows) and p.price is None]


def _least(
    problem: RotationProblem, parts: list[Part], stop: Stop, barred: Bools | None = None
) -> Limit:
    """Return the linear optimum of the first tier of `parts`, and what whole moves reach."""
    program = make_program(replace(problem, parts=tuple(parts)))
    tier, box = program.tiers[0], Box.of(program)
    if barred is not None:
        box.upper[: program.arcs][barred] = 0.0
    course = Course(program, box, stop, [], hurried=True)
    shift = tier.constant / SCALE
    try:
        _, linear = relax_tier(course, tier)
    except TimeoutError:
        return Limit(-np.inf, np.nan)
    if not linear.feasible:
        return Limit(np.inf, np.nan)
    # A plan of few arcs mostly is near enough; the search in whole numbers takes far longer.
    bound, answer = next_whole(tier, linear.bound), near_linear(course)
    if answer is None or answer.value - bound > NEAR * abs(answer.value + shift):
        try:
            brief = replace(course, stop=stop.share(PART, NEAR))
            answer = whole_optimum(brief, tier, linear, drawn=False)
        except TimeoutError:
            reached = np.nan if answer is None else answer.value
            return Limit(bound + shift, reached + shift)
        if answer is None:
            return Limit(np.inf, np.nan)
        bound = max(bound, answer.bound)
    return Limit(min(bound, answer.value) + shift, answer.value + shift)
