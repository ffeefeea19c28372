"""What no plan can do better: proven limits of a rotation problem, aim by aim."""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import dataclass, replace

import numpy as np

from districting.model.rotation import ArcCost, Bools, Convex, Part, RotationProblem, Rows
from districting.solve.rotation.program import SCALE, make_program
from districting.solve.rotation.relax import Box
from districting.solve.rotation.solve import solve_rotation
from districting.solve.rotation.tiers import Course, relax_tier
from districting.solve.stop import Stop

FEW = 1e-6
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
        No plan that keeps the ceilings moves fewer; inf where none keeps them.
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
        Rules that say how many must or may move: left out where the most moves are asked for.
    """
    musts = _musts(problem)
    most = [p for p in musts if p.gate not in shares]
    ones = np.ones(problem.arcs)
    held = [
        replace(p, tier=2, weight=0.0, price=None)
        for p in problem.parts
        if isinstance(p, Convex) and p.gate == gate
    ]
    largest = _least(problem, [*most, ArcCost("moves", "moves", 1, 1.0, -ones)], stop)
    fewest = _least(problem, [*musts, *held, ArcCost("moves", "moves", 1, 1.0, ones)], stop)
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
    if barred is not None:
        arcs = np.flatnonzero(barred)
        row = np.zeros(len(arcs), dtype=np.int64)
        parts.append(Rows("barred", "moves", row, arcs, np.ones(len(arcs)),
                          np.array([-np.inf]), np.zeros(1), ("",)))  # fmt: skip
    asked = (p for p in problem.parts if isinstance(p, Convex) and p.gate == gate)
    aims = (replace(p, tier=1, weight=FINE, ceiling=None, tolerance=0.0) for p in asked)
    return tuple(_sum_limit(problem, parts, aim, stop) for aim in aims)


def _sum_limit(problem: RotationProblem, parts: list[Part], aim: Convex, stop: Stop) -> Limit:
    """Return the limit of a convex sum: what rounding its marginals could hide is taken off."""
    found = _least(problem, [*parts, aim], stop)
    rounding = 0.5 / SCALE * len(aim.marginal)
    return Limit((found.bound - rounding) / FINE, found.reached / FINE)


def _musts(problem: RotationProblem) -> list[Part]:
    return [p for p in problem.parts if isinstance(p, Rows) and p.price is None]


def _least(problem: RotationProblem, parts: list[Part], stop: Stop) -> Limit:
    """Return the linear optimum of the first tier of `parts`, and what whole moves reach."""
    asked = replace(problem, parts=tuple(parts))
    program = make_program(asked)
    tier = program.tiers[0]
    try:
        _, found = relax_tier(Course(program, Box.of(program), stop, []), tier)
    except TimeoutError:
        return Limit(-np.inf, np.nan)
    if not found.feasible:
        return Limit(np.inf, np.nan)
    bound = found.bound + tier.constant / SCALE
    solution = solve_rotation(asked, stop)
    if solution.chosen is None:
        return Limit(bound, np.nan)
    first = solution.tiers[0]
    return Limit(max(bound, min(first.bound, first.value)), first.value)
