"""Units into contiguous districts: exact where it can be, a proven bound always.

:func:`solve_partition` is the one door; :mod:`value` judges any plan, independent of the solvers.
"""

from districting.solve.partition.api import Partition, partition
from districting.solve.partition.conflict import Conflict, Relaxed, find_conflict
from districting.solve.partition.solver import solve_partition

__all__ = [
    "Conflict",
    "Partition",
    "Relaxed",
    "find_conflict",
    "partition",
    "solve_partition",
]
