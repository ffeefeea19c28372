"""Feeder patterns: which junior takes the graduates of each primary, with a proven bound."""

from districting.solve.feeders.solution import FeederSolution, price_feeders
from districting.solve.feeders.solve import solve_feeders

__all__ = ["FeederSolution", "price_feeders", "solve_feeders"]
