"""Rotation: who moves where, tier by tier, with a proven bound for each tier."""

from districting.solve.rotation.effects import Change, Effect, Standing
from districting.solve.rotation.limits import Limit, Limits, lowest_sums, rotation_limits
from districting.solve.rotation.repair import Give, RotationConflict, find_conflict, smallest_repair
from districting.solve.rotation.solution import RotationSolution
from districting.solve.rotation.solve import solve_rotation

__all__ = [
    "Change",
    "Effect",
    "Give",
    "Limit",
    "Limits",
    "RotationConflict",
    "RotationSolution",
    "Standing",
    "find_conflict",
    "lowest_sums",
    "rotation_limits",
    "smallest_repair",
    "solve_rotation",
]
