"""The words in which zone rules constrain and price, and the zone problem they add up to.

Every part carries ``gate``, the name of the rule it comes from: conflicts are named by gates, and
the objective is reported by gates. All prices come down to whole child-metres.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from types import MappingProxyType

import numpy as np

from districting.model.zone_parts import LinearSide, ZoneYears
from districting.model.zone_view import Floats, ZoneView
from districting.model.zones import Bools, Contiguity, Elastic, Ints, ZoneProblem
from districting.plan.record import ObjectivePart

UNIT = "child-metres"


@dataclass(frozen=True, eq=False)
class Forbid:
    """No village uses these arcs.

    Parameters
    ----------
    gate : str
    arcs : bool array, shape (a,)
    """

    gate: str
    arcs: Bools


@dataclass(frozen=True, eq=False)
class ArcPrice:
    """``weight * amount`` for every arc in use, rounded to whole child-metres arc by arc.

    Parameters
    ----------
    gate : str
    weight : float
        Child-metres per unit of `amount`; not negative.
    amount : float or int array, shape (a,)
        Not negative.
    """

    gate: str
    weight: float
    amount: Floats | Ints

    @property
    def cost(self) -> Ints:
        """Whole child-metres of each arc, shape (a,)."""
        return np.rint(self.weight * self.amount).astype(np.int64)


@dataclass(frozen=True, eq=False)
class Seats:
    """Seats hold hard (`elastic` None), or may be exceeded at a price."""

    gate: str
    elastic: Elastic | None


@dataclass(frozen=True, eq=False)
class EmptySeats:
    """`price` child-metres for every seat that stays empty.

    Empty seats are all seats less all children plus the children in excess, so that the price is a
    constant and a further price of excess.
    """

    gate: str
    price: int


@dataclass(frozen=True, eq=False)
class Shape:
    """Every zone is in one piece, in the given form, and a school's own village is in its zone."""

    gate: str
    contiguity: Contiguity


@dataclass(frozen=True, eq=False)
class Condition:
    """The weights of the arcs in use add up to between `lower` and `upper`, or nearly so.

    Parameters
    ----------
    gate, name : str
    weight : int array, shape (a,)
    lower, upper : int
    price : int
        Child-metres for each unit outside the limits; 0: none may lie outside.
    """

    gate: str
    name: str
    weight: Ints
    lower: int
    upper: int
    price: int = 0

    @property
    def side(self) -> LinearSide:
        """The condition as solvers read it."""
        return LinearSide(
            f"{self.gate} {self.name}", self.weight, self.lower, self.upper, price=self.price
        )


@dataclass(frozen=True, eq=False)
class FurtherYears:
    """Seats hold, or what exceeds them is priced, in the worst of these years too."""

    gate: str
    years: ZoneYears


Part = FurtherYears | Forbid | ArcPrice | Seats | EmptySeats | Shape | Condition


@dataclass(frozen=True, eq=False)
class ZoneModel:
    """A zone problem with the parts it was made of.

    Parameters
    ----------
    view : ZoneView
    parts : tuple of Part
    """

    view: ZoneView
    parts: tuple[Part, ...]

    def gates(self) -> list[str]:
        """Return the gates whose parts rule plans out, in order, once each."""
        hard = [p.gate for p in self.parts if binding(p)]
        return list(dict.fromkeys(hard))

    def only(self, gates: Iterable[str]) -> ZoneModel:
        """Return the model in which only `gates` rule plans out; prices are kept."""
        keep = set(gates)
        kept = tuple(p for p in self.parts if not binding(p) or p.gate in keep)
        return replace(self, parts=kept)

    def forbidding(self) -> dict[str, Bools]:
        """Return the arcs that each gate forbids, by gate."""
        arcs: dict[str, Bools] = {}
        for part in self.parts:
            if isinstance(part, Forbid):
                arcs[part.gate] = arcs.get(part.gate, np.zeros(len(part.arcs), bool)) | part.arcs
        return arcs

    def problem(self) -> ZoneProblem:
        """Return the arrays that solvers read.

        Without a part that says otherwise, seats are free and zones need not be in one piece.
        """
        view = self.view
        shape = next((p.contiguity for p in self.parts if isinstance(p, Shape)), Contiguity.FREE)
        extra = sum((p.cost for p in self.parts if isinstance(p, ArcPrice)), np.int64(0))
        forbidden = np.zeros(len(view.arc_zone), bool)
        for arcs in self.forbidding().values():
            forbidden |= arcs
        elastic = self._elastic()
        if elastic is None:  # villages are wholes: one too large for a school never goes there
            forbidden |= view.arc_children > view.seats[view.arc_zone]
        owns = view.seats > 0 if shape is not Contiguity.FREE else np.zeros(view.m, bool)
        return ZoneProblem(
            children=view.children,
            host=view.host,
            seats=view.seats,
            arc_start=view.arc_start,
            arc_school=view.arc_zone,
            arc_metres=np.zeros(len(view.arc_zone), np.int64),
            edges=view.edges,
            contiguity=shape,
            elastic=elastic,
            arc_extra=np.broadcast_to(extra, len(view.arc_zone)).astype(np.int64),
            arc_parent=view.arc_parents() if shape is Contiguity.TREE else None,
            forbidden=forbidden,
            own=owns & ~_host_locked(view),
            sides=tuple(p.side for p in self.parts if isinstance(p, Condition)),
            years=self.further,
        )

    @property
    def further(self) -> ZoneYears | None:
        """Further years in which the seats have to hold."""
        return next((p.years for p in self.parts if isinstance(p, FurtherYears)), None)

    def over(self, assignment: Ints) -> Ints:
        """Return the children beyond the seats of each zone in its worst year, shape (m,)."""
        years = [(self.view.children, self.view.seats)]
        if self.further is not None:
            years += list(zip(self.further.children, self.further.seats, strict=True))
        over = np.zeros(self.view.m, np.int64)
        for children, seats in years:
            load = np.bincount(assignment, weights=children, minlength=self.view.m)
            over = np.maximum(over, load.astype(np.int64) - seats)
        return over

    def _elastic(self) -> Elastic | None:
        seats = [p for p in self.parts if isinstance(p, Seats)]
        more = sum(p.price for p in self.parts if isinstance(p, EmptySeats))
        if not seats:
            return Elastic(more, 0.0, more)
        elastic = seats[0].elastic
        if elastic is None:
            return None
        return replace(elastic, price=elastic.price + more, steep=elastic.steep + more)

    @property
    def constant(self) -> int:
        """Child-metres that every plan costs and the arrays leave out."""
        empty = int(self.view.seats.sum() - self.view.children.sum())
        return sum(p.price for p in self.parts if isinstance(p, EmptySeats)) * empty

    def costs(self, assignment: Ints) -> Mapping[str, ObjectivePart]:
        """Return what a complete assignment costs by gate; the sum is the objective.

        Parameters
        ----------
        assignment : int array, shape (n,)
            Zone of each village, one that it has an arc to.
        """
        view = self.view
        arc = np.flatnonzero(view.arc_zone == assignment[view.arc_village])
        costs = self.seat_costs(self.over(assignment))
        for gate, cost in self.condition_costs(arc).items():
            costs[gate] = costs.get(gate, 0) + cost
        for gate, price in self.arc_prices.items():
            costs[gate] = costs.get(gate, 0) + int(price[arc].sum())
        gates = dict.fromkeys(p.gate for p in self.parts if p.gate in costs)
        return MappingProxyType({g: ObjectivePart(float(costs[g]), UNIT, 1.0) for g in gates})

    @cached_property
    def arc_prices(self) -> Mapping[str, Ints]:
        """Whole child-metres of each arc by gate, shape (a,)."""
        prices: dict[str, Ints] = {}
        for part in self.parts:
            if isinstance(part, ArcPrice):
                prices[part.gate] = part.cost + prices.get(part.gate, 0)
        return MappingProxyType(prices)

    def condition_costs(self, arcs: Ints) -> dict[str, int]:
        """Return what priced conditions cost by gate when these arcs are in use."""
        costs: dict[str, int] = {}
        for part in self.parts:
            if isinstance(part, Condition) and part.price:
                outside = part.side.outside(part.side.value(arcs, 0))
                costs[part.gate] = costs.get(part.gate, 0) + part.price * outside
        return costs

    def seat_costs(self, over: Ints) -> dict[str, int]:
        """Return what excess and empty seats cost by gate; `over` as :meth:`over` gives it."""
        view = self.view
        costs: dict[str, int] = {}
        for part in self.parts:
            if isinstance(part, EmptySeats):
                empty = view.seats.sum() - view.children.sum() + over.sum()
                cost = part.price * int(empty)
            elif isinstance(part, Seats) and part.elastic is not None:
                room = np.floor(view.seats * part.elastic.share).astype(np.int64)
                near = np.minimum(over, room)
                cost = int(near.sum()) * part.elastic.price
                cost += int((over - near).sum()) * part.elastic.steep
            else:
                continue
            costs[part.gate] = costs.get(part.gate, 0) + cost
        return costs


def binding(part: Part) -> bool:
    """Whether a part can rule plans out."""
    return (
        isinstance(part, Forbid | Shape)
        or (isinstance(part, Seats) and part.elastic is None)
        or (isinstance(part, Condition) and not part.price)
    )


def priced(part: Part) -> bool:
    """Whether a part has a share in the objective."""
    return (
        isinstance(part, ArcPrice | EmptySeats)
        or (isinstance(part, Seats) and part.elastic is not None)
        or (isinstance(part, Condition) and part.price > 0)
    )


def _host_locked(view: ZoneView) -> Bools:
    """Return the zones whose host village is locked: a lock beats the school's claim to it."""
    locks = () if view.start is None else view.start.locks
    held = {k.unit for k in locks if k.unit_kind == view.stage and not k.forbid}
    return np.asarray(view.units[view.host].isin(held), dtype=bool)
