r"""The zone problem: villages to schools, within seats, near home, each zone in one piece.

Sets and symbols
----------------
Villages :math:`v` (0 … n-1) with :math:`w_v` children, schools :math:`s` (0 … m-1) in host
villages :math:`h_s` with :math:`q_s` seats, candidate arcs :math:`(v, s)` already reduced to the
travel limit, adjacency :math:`E` between villages. :math:`x_{vs} = 1` when v goes to s.

.. math::

    \min \sum_{vs} (w_v d_{vs} + e_{vs}) x_{vs} + \sum_s f_s\Bigl(\sum_v w_v x_{vs}\Bigr),
    \qquad \sum_s x_{vs} = 1

with :math:`d` metres, :math:`e` any further price of an arc in child-metres (moved children, town
border) and :math:`f_s` the price of overfull seats: a price per child up to a share over the
seats, a steep one beyond; with hard seats :math:`f_s` is infinite beyond the seats.

All data are integers, so objective and bound are exact.

Contiguity
----------
``EXACT``: every village of a zone reaches the school's host village through villages of the zone.
``TREE``: stronger; with every village, the zone holds the next village on its way to the school
(``parent``). ``FREE``: none.
The host always counts as reached: where two schools share a village, one of them hosts it and the
zone of the other hangs on it. A school that owns its host village (`own`) has it in its zone; of
several owners in one village, one of them has.

Several schools that share one zone are one entry here: seats added up, one host as `host`, the
other host villages `fixed` to it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from districting.model.zone_parts import LinearSide, ZoneYears

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

LARGEST = 1 << 50
"""Sums of costs stay below this, far inside 64-bit integers."""
NEVER = 1 << 45
"""Stands for no limit on a school's children, for the cost of what is closed, and for a value that
no plan reaches."""


class Contiguity(StrEnum):
    """Which form of contiguity every zone obeys."""

    EXACT = "exact"
    TREE = "tree"
    FREE = "free"


@dataclass(frozen=True)
class Elastic:
    """Seats that may be exceeded at a price.

    Parameters
    ----------
    price : int
        Child-metres for each child beyond the seats, up to `share` of the seats.
    share : float
        Share of the seats up to which `price` holds.
    steep : int
        Child-metres for each child beyond that; at least `price`.
    """

    price: int = 5_000
    share: float = 0.2
    steep: int = 30_000


@dataclass(frozen=True, eq=False)
class ZoneProblem:
    """Villages, schools, candidate arcs and what is asked of the zones.

    Parameters
    ----------
    children : int array, shape (n,)
        Non-negative.
    host, seats : int array, shape (m,)
        Village index and seats of each school. Two schools may share a village.
    arc_start : int array, shape (n + 1,)
        Arcs of village v are ``arc_start[v]:arc_start[v + 1]``.
    arc_school, arc_metres : int array, shape (a,)
        Sorted by school within each village.
    edges : int array, shape (e, 2)
        Undirected adjacency, each edge once.
    contiguity : Contiguity
    elastic : Elastic or None
        None: hard seats.
    arc_extra : int array, shape (a,), or None
        Further non-negative price of an arc in child-metres.
    arc_parent : int array, shape (a,), or None
        Next village on the way to the school, the host for its neighbours and for itself; needed
        by ``Contiguity.TREE``.
    forbidden : bool array, shape (a,), or None
    fixed : int array, shape (n,), or None
        School a village is locked to, -1 where free.
    own : bool array, shape (m,), or None
        Schools that own their host village; by default those with seats.
    sides : tuple of LinearSide
        Further conditions on the plan as a whole, hard or priced.
    years : ZoneYears or None
        Further years; seats are then priced by each school's worst year, or hard in every year.
        Travel counts `children`.

    Raises
    ------
    ValueError
        Shapes that do not fit, arcs out of order, negative children, seats or prices, costs too
        large for exact sums.
    """

    children: Ints
    host: Ints
    seats: Ints
    arc_start: Ints
    arc_school: Ints
    arc_metres: Ints
    edges: Ints
    contiguity: Contiguity = Contiguity.EXACT
    elastic: Elastic | None = field(default_factory=Elastic)
    arc_extra: Ints | None = None
    arc_parent: Ints | None = None
    forbidden: Bools | None = None
    fixed: Ints | None = None
    own: Bools | None = None
    sides: tuple[LinearSide, ...] = ()
    years: ZoneYears | None = None

    @property
    def n(self) -> int:
        """Number of villages."""
        return len(self.children)

    @property
    def m(self) -> int:
        """Number of schools."""
        return len(self.host)

    @property
    def arc_village(self) -> Ints:
        """Village of each arc, shape (a,)."""
        return np.repeat(np.arange(self.n), np.diff(self.arc_start))

    @property
    def arc_cost(self) -> Ints:
        """Child-metres of each arc, further prices included, shape (a,)."""
        cost: Ints = self.children[self.arc_village] * self.arc_metres
        return cost if self.arc_extra is None else cost + self.arc_extra

    @property
    def owners(self) -> Bools:
        """Schools that own their host village, shape (m,)."""
        return self.seats > 0 if self.own is None else self.own

    @property
    def share_limit(self) -> Ints:
        """Children up to which the lower price of overfull seats holds, shape (m,)."""
        return self.shares(self.seats)

    def shares(self, seats: Ints) -> Ints:
        """Return, for such `seats`, the children up to which the lower price holds."""
        if self.elastic is None:
            return seats
        room: Ints = np.floor(seats * self.elastic.share).astype(np.int64)
        return seats + room

    @property
    def capacities(self) -> tuple[tuple[Ints, Ints], ...]:
        """Children (n,) and seats (m,) of every year, the problem's own first."""
        own = ((self.children, self.seats),)
        if self.years is None:
            return own
        return own + tuple(zip(self.years.children, self.years.seats, strict=True))

    @property
    def decomposes(self) -> bool:
        """Whether arcs and one set of seats say it all, so that schools can be priced apart."""
        return not self.sides and self.years is None

    def __post_init__(self) -> None:
        arcs = len(self.arc_school)
        if len(self.arc_start) != self.n + 1 or self.arc_start[-1] != arcs:
            raise ValueError("arc_start does not fit the villages and arcs")
        if len(self.seats) != self.m or len(self.arc_metres) != arcs:
            raise ValueError("seats or arc_metres have the wrong length")
        for name, length in (("arc_extra", arcs), ("arc_parent", arcs), ("forbidden", arcs)):
            given = getattr(self, name)
            if given is not None and len(given) != length:
                raise ValueError(f"{name} has the wrong length")
        if self.contiguity is Contiguity.TREE and self.arc_parent is None:
            raise ValueError("the tree form of contiguity needs arc_parent")
        if any(len(side.weight) != arcs for side in self.sides):
            raise ValueError("a condition has the wrong number of weights")
        years = self.years
        if years is not None and (years.children.shape[1], years.seats.shape[1]) != (
            self.n,
            self.m,
        ):
            raise ValueError("the years do not fit the villages and schools")
        self._check_values()

    def _check_values(self) -> None:
        key = self.arc_village * max(self.m, 1) + self.arc_school
        if (np.diff(key) <= 0).any():
            raise ValueError("arcs are not sorted by village and school, or repeat")
        least = [a.min(initial=0) for a in (self.children, self.seats, self.arc_metres)]
        if min(least) < 0 or (self.arc_extra is not None and self.arc_extra.min(initial=0) < 0):
            raise ValueError("children, seats, metres and further prices cannot be negative")
        steep = 0 if self.elastic is None else self.elastic.steep
        if self.elastic is not None and not 0 <= self.elastic.price <= self.elastic.steep:
            raise ValueError("prices of overfull seats must rise")
        metres = int(self.arc_metres.max(initial=0)) + steep
        extra = 0 if self.arc_extra is None else int(self.arc_extra.max(initial=0))
        extra += sum(side.price * int(np.abs(side.weight).max(initial=0)) for side in self.sides)
        most = max(int(children.sum()) for children, _ in self.capacities)
        if most * metres + self.n * extra > LARGEST:
            raise ValueError("costs are too large for exact sums")
