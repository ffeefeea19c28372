"""What a plan pays, as plain arrays: the objective, or the left-hand side of a limit on aims."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np

from districting.model.partition import (
    AssignCost,
    Band,
    Deviation,
    Floats,
    Ints,
    PairCut,
    PartitionProblem,
    Priced,
    SeatPrice,
    Spread,
    Unmixed,
)


@dataclass(frozen=True, eq=False)
class Window:
    """Bounds of one weighted sum per district.

    Parameters
    ----------
    weights : float array, shape (n,)
    lower, upper : float array, shape (m,)
        By seat candidate.
    price : float
        Per unit of violation; infinite for a must.
    """

    weights: Floats
    lower: Floats
    upper: Floats
    price: float


@dataclass(frozen=True, eq=False)
class Mix:
    """Price of each (group, district) incidence beyond one per group."""

    groups: Ints
    price: float


@dataclass(frozen=True, eq=False)
class Means:
    """Price of the range of the districts' means, ``sum of points / sum of base``."""

    points: Floats
    base: Floats
    price: float


@dataclass(frozen=True, eq=False)
class Bill:
    """A weighted sum of aims and prices.

    Parameters
    ----------
    cost : float array, shape (n, m)
        Of unit u in a district seated at j, 0 where a unit may not be there; a seat's own price
        stands at its own unit, which is in its district anyway.
    windows : tuple of Window
        With finite prices; a deviation is a window whose two ends are the target.
    mixes : tuple of Mix
    means : tuple of Means
    pairs : int array, shape (p, 2)
    pair_cost : float array, shape (p,)
        Weighted price of separating each pair.
    """

    cost: Floats
    windows: tuple[Window, ...]
    mixes: tuple[Mix, ...]
    means: tuple[Means, ...]
    pairs: Ints
    pair_cost: Floats

    def times(self, factor: float) -> Bill:
        """Return the bill with every price multiplied."""
        return Bill(
            cost=factor * self.cost,
            windows=tuple(replace(w, price=factor * w.price) for w in self.windows),
            mixes=tuple(replace(x, price=factor * x.price) for x in self.mixes),
            means=tuple(replace(x, price=factor * x.price) for x in self.means),
            pairs=self.pairs,
            pair_cost=factor * self.pair_cost,
        )

    def plus(self, other: Bill) -> Bill:
        """Return the sum of two bills."""
        return Bill(
            cost=self.cost + other.cost,
            windows=_summed((*self.windows, *other.windows)),
            mixes=_summed((*self.mixes, *other.mixes)),
            means=_summed((*self.means, *other.means)),
            pairs=np.concatenate([self.pairs, other.pairs]),
            pair_cost=np.concatenate([self.pair_cost, other.pair_cost]),
        )


Item = TypeVar("Item", Window, Mix, Means)


def _summed(items: Iterable[Item]) -> tuple[Item, ...]:
    """Return the items that have a price, those of equal arrays as one at the sum of their prices.

    Bounds charge the dearest mix exactly, so that two prices on one grouping must not be two mixes.
    """
    found: dict[tuple[bytes, ...], Item] = {}
    for item in items:
        key = tuple(v.tobytes() for v in vars(item).values() if isinstance(v, np.ndarray))
        before = found[key].price if key in found else 0.0
        found[key] = replace(item, price=item.price + before)
    return tuple(item for item in found.values() if item.price > 0)


def band_window(band: Band, m: int) -> Window:
    """Return a band as a window, the same for every candidate."""
    return Window(
        band.weights.astype(float),
        np.full(m, float(band.lower)),
        np.full(m, float(band.upper)),
        np.inf if band.price is None else float(band.price),
    )


def to_bill(problem: PartitionProblem, parts: Sequence[Priced]) -> Bill:
    """Return the sum of `parts`; parts of no price are left out."""
    m = len(problem.seats)
    cost = np.zeros((problem.n, m))
    windows, mixes, means = [], [], []
    pairs, pair_cost = [np.empty((0, 2), np.int64)], [np.empty(0)]
    for part in parts:
        match part:
            case AssignCost():
                cost += part.weight * np.where(np.isfinite(part.cost), part.cost, 0.0)
            case SeatPrice():
                cost[problem.seats, np.arange(m)] += part.weight * part.cost
            case Band():
                windows.append(band_window(part, m))
            case Deviation():
                target = part.targets[problem.seats].astype(float)
                weights = part.weights.astype(float)
                windows.append(Window(weights, target, target, float(part.weight)))
            case Unmixed():
                assert part.price is not None
                mixes.append(Mix(part.groups, float(part.price)))
            case Spread():
                means.append(Means(part.points, part.base, float(part.weight)))
            case PairCut():
                pairs.append(part.pairs.reshape(-1, 2).astype(np.int64))
                pair_cost.append(part.weight * part.cost)
    return Bill(
        cost=cost,
        windows=_summed(windows),
        mixes=_summed(mixes),
        means=_summed(x for x in means if x.base.any()),
        pairs=np.concatenate(pairs),
        pair_cost=np.concatenate(pair_cost),
    )
