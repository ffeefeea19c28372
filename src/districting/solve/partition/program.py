"""A sparse mixed-integer program under construction."""

from __future__ import annotations

from dataclasses import dataclass, field

from districting.model.partition import Ints
from districting.solve.mip import Rows
from districting.solve.partition.arrays import Arrays


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
    helpers : dict
        Helper columns by the name and arrays of what they stand for, so that objective and limits
        share them.
    limits : list of (int, float)
        Row of each limit, -1 where it holds anyway, and the factor that it was divided by.
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
    helpers: dict[tuple[object, ...], list[tuple[int, float]]] = field(default_factory=dict)
    limits: list[tuple[int, float]] = field(default_factory=list)

    def column(self, upper: float, integer: bool) -> int:
        """Add a column that costs nothing yet and return its number."""
        self.cost.append(0.0)
        self.lower.append(0.0)
        self.upper.append(upper)
        self.integer.append(integer)
        return len(self.cost) - 1
