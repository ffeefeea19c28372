"""What no plan can do better: proven limits of a rotation problem, aim by aim."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from districting.model.rotation import ArcCost, Convex, Part, RotationProblem, Rows
from districting.solve.rotation.program import SCALE, make_program
from districting.solve.rotation.relax import Box
from districting.solve.rotation.tiers import Course, relax_tier
from districting.solve.stop import Stop


@dataclass(frozen=True)
class Limits:
    """Proven limits under the musts.

    Parameters
    ----------
    lowest : tuple of float
        For each convex part asked about, its least sum; inf where no plan exists at all.
    most_moves : float
        No plan moves more agents.
    fewest_moves : float
        No plan that keeps the ceilings moves fewer; inf where none keeps them.
    """

    lowest: tuple[float, ...]
    most_moves: float
    fewest_moves: float


def rotation_limits(problem: RotationProblem, gate: str, stop: Stop) -> Limits:
    """Return the limits of the convex parts of rule `gate`, and of the number of moves.

    Each is a linear optimum over the problem's musts, so a bound that holds for every plan.
    """
    musts = tuple(p for p in problem.parts if isinstance(p, Rows) and p.price is None)
    parts = tuple(p for p in problem.parts if isinstance(p, Convex) and p.gate == gate)
    ones = np.ones(problem.arcs)
    lowest = tuple(
        _bound(problem, (*musts, replace(p, tier=1, weight=1.0, ceiling=None)), stop) for p in parts
    )
    most = -_bound(problem, (*musts, ArcCost("moves", "moves", 1, 1.0, -ones)), stop)
    held = tuple(replace(p, tier=2, price=None) for p in parts)
    fewest = _bound(problem, (*musts, *held, ArcCost("moves", "moves", 1, 1.0, ones)), stop)
    return Limits(lowest, most, fewest)


def _bound(problem: RotationProblem, parts: tuple[Part, ...], stop: Stop) -> float:
    program = make_program(replace(problem, parts=parts))
    course = Course(program, Box.of(program), stop, [])
    tier = program.tiers[0]
    _, found = relax_tier(course, tier)
    return found.bound + tier.constant / SCALE if found.feasible else np.inf
