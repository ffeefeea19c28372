r"""The partition problem: units into contiguous districts, each with a seat among candidates.

Sets and symbols
----------------
:math:`V` units (0 … n-1), :math:`E` adjacency, :math:`S \subseteq V` seat candidates (m of
them). :math:`x_{uj} = 1` when unit u belongs to the district seated at candidate j,
:math:`y_j = x_{s_j j}` when candidate j is a seat (the Hess form). Every solver reads this one
description; what a solver cannot take it must refuse, never drop.

Every constraint and every aim carries ``gate``, the name of the rule it comes from: conflicts are
named by gates, objective parts are reported by gates.

The objective is the weighted sum of the aims and of the prices of broken principles. Two further
forms of it are built from the same parts: an :class:`AimLimit` bounds a sum of aims from above
(epsilon-constraint), and :meth:`PartitionProblem.minimising` keeps some gates' aims only, which is
how tiers are solved one after another.

References
----------
Hess, Weaver, Siegfeldt, Whelan, Zitlau (1965), Nonpartisan political redistricting by computer.
Validi, Buchanan, Lykhovyd (2022), Imposing contiguity constraints in political districting models.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Contiguous:
    """Each district induces a connected subgraph."""

    gate: str


@dataclass(frozen=True, eq=False)
class Unmixed:
    """No district holds units of two groups (e.g. towns).

    Parameters
    ----------
    gate : str
    groups : int array, shape (n,)
    price : float or None
        None: must. Otherwise the price of each (group, district) incidence beyond one per group.
    """

    gate: str
    groups: Ints
    price: float | None = None


@dataclass(frozen=True, eq=False)
class DistrictsPerGroup:
    """Group g is divided into exactly ``count[g]`` districts (together with :class:`Unmixed`)."""

    gate: str
    groups: Ints
    count: Ints


@dataclass(frozen=True, eq=False)
class DistrictCount:
    """Between `least` and `most` districts in all."""

    gate: str
    least: int
    most: int


@dataclass(frozen=True, eq=False)
class Band:
    """For each district, ``lower <= sum of weights <= upper``.

    Parameters
    ----------
    gate, name : str
        `name` tells bands of one rule apart (``"children.primary"``).
    weights : float array, shape (n,)
        Ratios are written linearly: mean quality at least q is ``sum(points - q * pupils) >= 0``.
    lower, upper : float
        Infinite for no bound.
    unit : str
        Unit of the sum, for reports.
    price : float or None
        None: must. Otherwise the price per unit of violation (a principle).
    """

    gate: str
    name: str
    weights: Floats
    lower: float
    upper: float
    unit: str
    price: float | None = None


@dataclass(frozen=True, eq=False)
class Together:
    """Each pair of units lies in one district. `pairs` has shape (p, 2)."""

    gate: str
    pairs: Ints


@dataclass(frozen=True, eq=False)
class Apart:
    """Each pair of units lies in different districts. `pairs` has shape (p, 2)."""

    gate: str
    pairs: Ints


@dataclass(frozen=True, eq=False)
class AssignCost:
    """Aim: ``weight * sum_u cost[u, j(u)]``, with j(u) the seat of u's district.

    Parameters
    ----------
    gate, unit : str
    weight : float
    cost : float array, shape (n, m)
        Non-negative; infinite where u may not belong to a district seated at j.
    """

    gate: str
    unit: str
    weight: float
    cost: Floats


@dataclass(frozen=True, eq=False)
class PairCut:
    """Aim: ``weight *`` the sum of `cost` over pairs whose ends lie in different districts."""

    gate: str
    unit: str
    weight: float
    pairs: Ints
    cost: Floats


@dataclass(frozen=True, eq=False)
class Deviation:
    """Aim: ``weight * sum over districts |sum of weights - target|``.

    Parameters
    ----------
    weights : float array, shape (n,)
    targets : float array, shape (n,)
        Target of the district that holds unit u; equal within every group that `Unmixed` keeps
        apart, so that the district's target is that of any of its units.
    """

    gate: str
    name: str
    unit: str
    weight: float
    weights: Floats
    targets: Floats


@dataclass(frozen=True, eq=False)
class SeatPrice:
    """Aim: ``weight * sum of cost[j]`` over the candidates that are seats.

    With equal costs this prices the number of districts where :class:`DistrictCount` leaves a
    range.

    Parameters
    ----------
    gate, unit : str
    weight : float
    cost : float array, shape (m,)
        Non-negative.
    """

    gate: str
    unit: str
    weight: float
    cost: Floats


@dataclass(frozen=True, eq=False)
class Spread:
    """Aim: ``weight * (max - min)`` of the districts' means, ``sum of points / sum of base``.

    Districts without base have no mean and do not count.

    Parameters
    ----------
    gate, name : str
    unit : str
        Unit of the mean.
    weight : float
    points, base : float array, shape (n,)
        E.g. pupils x quality, and pupils. `base` is non-negative; `points` is 0 where `base` is.
    """

    gate: str
    name: str
    unit: str
    weight: float
    points: Floats
    base: Floats


@dataclass(frozen=True, eq=False)
class AimLimit:
    """The weighted sum of `terms` is at most `upper` (an epsilon-constraint).

    A term is an aim like any other, in the objective or not; its own `weight` multiplies its value,
    so that terms of weight 1 are bounded in their own unit. A priced :class:`Band` or
    :class:`Unmixed` counts with its price.

    Parameters
    ----------
    gate, name : str
    terms : tuple of Priced
    upper : float
        In the unit of the weighted terms.
    """

    gate: str
    name: str
    terms: tuple[Priced, ...]
    upper: float


Aim = AssignCost | PairCut | Deviation | SeatPrice | Spread
Priced = Aim | Band | Unmixed
Constraint = (
    Contiguous | Unmixed | DistrictsPerGroup | DistrictCount | Band | Together | Apart | AimLimit
)


def charged(part: Constraint | Aim) -> bool:
    """Return whether `part` has a share in the objective: an aim, or a principle with a price."""
    if isinstance(part, Band | Unmixed):
        return part.price is not None
    return isinstance(part, Aim)


@dataclass(frozen=True, eq=False)
class PartitionProblem:
    """Units, adjacency, seat candidates, constraints and aims.

    Parameters
    ----------
    n : int
    edges : int array, shape (e, 2)
        Undirected adjacency, each edge once, ``edges[:, 0] < edges[:, 1]``.
    seats : int array, shape (m,)
        Unit index of each seat candidate, strictly increasing.
    parts : tuple of Constraint or Aim
    """

    n: int
    edges: Ints
    seats: Ints
    parts: tuple[Constraint | Aim, ...] = ()

    def of(self, kind: type) -> list:  # type: ignore[type-arg]
        """Return the parts of one kind."""
        return [p for p in self.parts if isinstance(p, kind)]

    def gates(self) -> list[str]:
        """Return the gates of constraints (not aims), in order, once each."""
        names = [p.gate for p in self.parts if not isinstance(p, Aim)]
        return list(dict.fromkeys(names))

    def charged(self, gates: Iterable[str] | None = None) -> list[Priced]:
        """Return the parts of the objective, of all gates or of `gates` alone."""
        keep = None if gates is None else set(gates)
        return [p for p in self.parts if charged(p) and (keep is None or p.gate in keep)]  # type: ignore[misc]

    def minimising(self, gates: Iterable[str]) -> PartitionProblem:
        """Return the problem with the aims and prices of `gates` alone; every must is kept."""
        keep = set(gates)
        return replace(self, parts=tuple(p for p in self.parts if not charged(p) or p.gate in keep))

    def limiting(self, terms: Iterable[Priced], upper: float, gate: str) -> PartitionProblem:
        """Return the problem where `terms` together cost at most `upper` (epsilon-constraint).

        ``problem.limiting(problem.charged(["seat_travel"]), 5e6, "travel limit")`` bounds an aim
        that the objective has; terms of other weights, or not in the objective, do as well.
        """
        parts = tuple(terms)
        name = "+".join(dict.fromkeys(part.gate for part in parts))
        return self.adding([AimLimit(gate, name, parts, upper)])

    def adding(self, parts: Iterable[Constraint | Aim]) -> PartitionProblem:
        """Return the problem with further parts."""
        return replace(self, parts=(*self.parts, *parts))

    def only(self, gates: Iterable[str]) -> PartitionProblem:
        """Return the problem with the constraints of `gates` only; aims are kept."""
        keep = set(gates)
        return replace(
            self, parts=tuple(p for p in self.parts if isinstance(p, Aim) or p.gate in keep)
        )
