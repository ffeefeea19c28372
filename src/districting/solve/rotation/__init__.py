"""Rotation: who moves where, tier by tier, with a proven bound for each tier."""

from districting.solve.rotation.limits import Limits, rotation_limits
from districting.solve.rotation.repair import Give, RotationConflict, find_conflict, smallest_repair
from districting.solve.rotation.solution import RotationSolution
from districting.solve.rotation.solve import solve_rotation

__all__ = [
    "Give",
    "Limits",
    "RotationConflict",
    "RotationSolution",
    "find_conflict",
    "rotation_limits",
    "smallest_repair",
    "solve_rotation",
]
