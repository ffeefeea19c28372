"""Rotation: who moves where, tier by tier, with a proven bound for each tier."""

from districting.solve.rotation.repair import RotationConflict, find_conflict
from districting.solve.rotation.solution import RotationSolution
from districting.solve.rotation.solve import solve_rotation

__all__ = ["RotationConflict", "RotationSolution", "find_conflict", "solve_rotation"]
