"""Units into contiguous districts: exact where it can be, a proven bound always.

:func:`solve_partition` is the one door; :mod:`value` judges any plan, independent of the solvers.
"""

from districting.solve.partition.api import Partition, partition
from districting.solve.partition.conflict import Conflict, Relaxed, find_conflict
from districting.solve.partition.solver import solve_partition
from districting.solve.partition.tiers import Tier, solve_tiers
from districting.solve.partition.unions import Unions, pair_districts

__all__ = [
    "Conflict",
    "Partition",
    "Relaxed",
    "Tier",
    "Unions",
    "find_conflict",
    "pair_districts",
    "partition",
    "solve_partition",
    "solve_tiers",
]
