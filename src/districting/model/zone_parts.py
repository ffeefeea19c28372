r"""Parts of a zone problem that go beyond one price per arc and one set of seats.

.. math::

    l_k \le \sum_{vs} a_{kvs} x_{vs} + b_k \sum_s o_s \le u_k, \qquad
    o_s = \max_y \Bigl(\sum_v w_{yv} x_{vs} - q_{ys}\Bigr)^+

with one `LinearSide` per k, and years y with their own children and seats; a priced condition adds
:math:`p_k` child-metres to the objective for each unit that its sum lies outside the limits. Aims
held at a level while others are optimised (:math:`\varepsilon`-constraints), balances and plans
robust for a horizon are all of this form.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class LinearSide:
    """One further condition on the plan as a whole.

    Parameters
    ----------
    name : str
        What the condition is, for messages.
    weight : int array, shape (a,)
        Coefficient of each arc of the problem, of either sign.
    lower, upper : int or None
        Limits of the sum; at least one.
    overfull : int
        Non-negative coefficient of each child beyond the seats (in a school's worst year); only
        with an upper limit.
    price : int
        Child-metres for each unit outside the limits; 0: the limits hold.

    Raises
    ------
    ValueError
        No limit, crossed limits, a negative price, or `overfull` without an upper limit or with a
        lower one.
    """

    name: str
    weight: Ints
    lower: int | None = None
    upper: int | None = None
    overfull: int = 0
    price: int = 0

    def __post_init__(self) -> None:
        if self.lower is None and self.upper is None:
            raise ValueError(f"condition {self.name!r} has no limit")
        if self.lower is not None and self.upper is not None and self.lower > self.upper:
            raise ValueError(f"condition {self.name!r} has its lower limit above its upper one")
        if self.overfull < 0 or (self.overfull and (self.upper is None or self.lower is not None)):
            raise ValueError(f"condition {self.name!r}: children beyond seats only from above")
        if self.price < 0:
            raise ValueError(f"condition {self.name!r} has a negative price")

    def value(self, arcs: Ints, overfull: int) -> int:
        """Return the sum for the chosen arcs and the children beyond the seats."""
        return int(self.weight[arcs].sum()) + self.overfull * overfull

    def outside(self, value: int) -> int:
        """Return by how much `value` lies outside the limits."""
        below = 0 if self.lower is None else self.lower - value
        above = 0 if self.upper is None else value - self.upper
        return max(below, above, 0)


@dataclass(frozen=True, eq=False)
class ZoneYears:
    """Further years whose children have to fit as well: the worst year counts.

    Parameters
    ----------
    names : tuple of str
    children : int array, shape (y, n)
    seats : int array, shape (y, m)

    Raises
    ------
    ValueError
        Shapes that do not fit, or negative numbers.
    """

    names: tuple[str, ...]
    children: Ints
    seats: Ints

    def __post_init__(self) -> None:
        shapes = (self.children.ndim, self.seats.ndim, len(self.children), len(self.seats))
        if shapes != (2, 2, len(self.names), len(self.names)):
            raise ValueError("years need one row of children and one of seats each")
        if min(self.children.min(initial=0), self.seats.min(initial=0)) < 0:
            raise ValueError("children and seats of a year cannot be negative")
