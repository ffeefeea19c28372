"""Attendance zones: a plan and a proven bound from one run."""

from districting.solve.zones.solution import Nearest, Relaxation, Shortage, ZoneSolution
from districting.solve.zones.solve import solve_zones

__all__ = ["Nearest", "Relaxation", "Shortage", "ZoneSolution", "solve_zones"]
