"""The words in which feeder rules constrain and price, and the feeder problem they add up to."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from districting.model.feeder_view import Bools, FeederView, Floats, Ints
from districting.model.feeders import FeederProblem
from districting.model.zones import Elastic

PLENTY = 10**7
"""Seats in years that no rule limits."""


@dataclass(frozen=True, eq=False)
class ForbidPairs:
    """No primary feeds by these pairs; `pairs` is a bool array of shape (a,)."""

    gate: str
    pairs: Bools


@dataclass(frozen=True, eq=False)
class PairPrice:
    """``weight * amount`` metres more for each child of these pairs.

    Parameters
    ----------
    gate : str
    weight : float
    amount : float or int array, shape (a,)
        Not negative.
    """

    gate: str
    weight: float
    amount: Floats | Ints


@dataclass(frozen=True, eq=False)
class VillagePrice:
    """`each` metres more for a graduate of each village at each junior zone.

    Parameters
    ----------
    gate : str
    each : int array, shape (villages, m)
        Not negative.
    """

    gate: str
    each: Ints


@dataclass(frozen=True, eq=False)
class EntrySeats:
    """Entry seats of the first `years` years hold hard (`elastic` None) or at a price."""

    gate: str
    elastic: Elastic | None
    years: int


@dataclass(frozen=True, eq=False)
class OnePiece:
    """The primaries of a junior zone are connected with the one in whose zone the junior stands."""

    gate: str


@dataclass(frozen=True, eq=False)
class Coverage:
    """Least share of each year's graduates whose feeder holds; feeders may begin in any year."""

    gate: str
    share: Floats


FeederPart = ForbidPairs | PairPrice | VillagePrice | EntrySeats | OnePiece | Coverage


def feeder_problem(view: FeederView, parts: tuple[FeederPart, ...]) -> FeederProblem:
    """Return the arrays that the solver reads.

    Without a part for seats, seats are free; without one for coverage, all feeders begin in the
    first year.
    """
    keep = np.ones(len(view.pair_primary), bool)
    extra = np.zeros((len(view.years), len(keep)), np.int64)
    seats = np.full_like(view.seats, PLENTY)
    elastic: Elastic | None = None
    coverage: Floats | None = None
    for part in parts:
        match part:
            case ForbidPairs():
                keep &= ~part.pairs
            case PairPrice() | VillagePrice():
                extra += pair_costs(view, part)
            case EntrySeats():
                seats[: part.years] = view.seats[: part.years]
                elastic = part.elastic
            case Coverage():
                coverage = part.share
            case OnePiece():
                pass
    waits = _before(view) if coverage is not None else None
    return FeederProblem(
        graduates=view.graduates,
        seats=seats,
        host=view.host,
        pair_primary=view.pair_primary[keep],
        pair_target=view.pair_junior[keep],
        pair_travel=view.travel[:, keep],
        edges=view.edges,
        contiguous=any(isinstance(p, OnePiece) for p in parts),
        elastic=elastic,
        pair_extra=extra[:, keep] if extra.any() else None,
        before=view.current if waits is not None else None,
        before_travel=waits,
        coverage=coverage,
    )


def pair_costs(view: FeederView, part: PairPrice | VillagePrice) -> Ints:
    """Return the child-metres that a part adds to every pair by year, shape (years, a)."""
    if isinstance(part, VillagePrice):
        return view.by_pair(part.each)
    each = np.rint(part.weight * part.amount).astype(np.int64)
    costs: Ints = view.graduates[:, view.pair_primary] * each
    return costs


def _before(view: FeederView) -> Ints:
    """Return the child-metres of each primary's graduates until its feeder begins, (years, n).

    To the junior it feeds now; where there is none, as far as the nearest one.
    """
    metres = np.full((view.n, view.m), PLENTY, np.int64)
    metres[view.pair_primary, view.pair_junior] = view.pair_metres
    to = np.where(view.current >= 0, view.current, metres.argmin(axis=1))
    travel = np.zeros((len(view.years), view.n, view.m), np.int64)
    travel[:, view.pair_primary, view.pair_junior] = view.travel
    return travel[:, np.arange(view.n), to]
