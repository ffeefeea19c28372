"""Rotation: who moves where, tier by tier, with a proven bound for each tier."""

from districting.solve.rotation.limits import Limits, rotation_limits
from districting.solve.rotation.repair import RotationConflict, find_conflict
from districting.solve.rotation.solution import RotationSolution
from districting.solve.rotation.solve import solve_rotation

__all__ = [
    "Limits",
    "RotationConflict",
    "RotationSolution",
    "find_conflict",
    "rotation_limits",
    "solve_rotation",
]
