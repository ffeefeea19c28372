"""A sparse mixed-integer program under construction."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from districting.model.partition import Floats, Ints
from districting.solve.partition.arrays import Arrays


@dataclass
class Rows:
    """Rows ``lower <= a x <= upper`` collected one by one."""

    columns: list[Ints] = field(default_factory=list)
    values: list[Floats] = field(default_factory=list)
    lower: list[float] = field(default_factory=list)
    upper: list[float] = field(default_factory=list)

    def add(self, columns: Ints, values: Floats | float, lower: float, upper: float) -> None:
        """Add one row; equal columns are summed."""
        where = np.asarray(columns, np.int64)
        what = np.broadcast_to(np.asarray(values, float), where.shape)
        unique, back = np.unique(where, return_inverse=True)
        if len(unique) < len(where):
            where, what = unique, np.bincount(back, what, minlength=len(unique))
        self.columns.append(where)
        self.values.append(np.asarray(what, float))
        self.lower.append(lower)
        self.upper.append(upper)


@dataclass
class Milp:
    """Minimise ``cost x + offset`` under `rows`.

    Parameters
    ----------
    arrays : Arrays
    index : int array, shape (n, m)
        Column of x[u, j], -1 where not allowed.
    seat_column : int array, shape (m,)
        Column of y_j, -1 where candidate j cannot be a seat.
    cost, lower, upper : float array
    integer : bool array
    offset : float
    rows : Rows
    """

    arrays: Arrays
    index: Ints
    seat_column: Ints
    cost: list[float]
    lower: list[float]
    upper: list[float]
    integer: list[bool]
    offset: float
    rows: Rows

    def column(self, upper: float, integer: bool) -> int:
        """Add a column that costs nothing yet and return its number."""
        self.cost.append(0.0)
        self.lower.append(0.0)
        self.upper.append(upper)
        self.integer.append(integer)
        return len(self.cost) - 1
