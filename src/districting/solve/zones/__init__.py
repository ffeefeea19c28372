"""Attendance zones: a plan and a proven bound from one run."""

from districting.solve.zones.solution import ZoneSolution
from districting.solve.zones.solve import solve_zones

__all__ = ["ZoneSolution", "solve_zones"]
