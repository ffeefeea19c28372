r"""A floor under every feeder pattern that does not depend on the primary zones.

Zones and symbols
-----------------
A primary zone P of primary p holds villages v with :math:`g_v` graduates (all years), weight
:math:`w_v` and way :math:`d_{vt}` to target t. Its feeder costs :math:`G(M/W + e_{pt})` with
:math:`G = \sum g_v`, :math:`W = \sum w_v`, :math:`M = \sum w_v d_{vt}` over P. As
:math:`\sum_{v \in P} (w_v G/W - g_v) = 0`, for any :math:`c_{pt}`

.. math::

    G M/W = \sum_{v \in P} \bigl(g_v d_{vt} + (w_v G/W - g_v)(d_{vt} - c_{pt})\bigr),

and each term is at least the lesser of its values at the least and the greatest G/W that any zone
of p has. Here c is the way from the village of the primary, near which its zone lies. The floor
adds up village by village, with what the villages pay for the primary. Seats are priced by
multipliers :math:`u_{yt} \ge 0` in place of the price of excess f: :math:`f(L) \ge u (L - q) -
(u - \text{price})^+ \lfloor \text{share} \cdot q \rfloor` for :math:`u \le \text{steep}`.
Contiguity, closed pairs and one target per primary are dropped. Every u gives a floor; subgradient
steps look for a high one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from districting.model.zones import Elastic

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
STEPS = 300
FIRST_STEP = 3_000.0
"""Child-metres by which the price of the most overfull seats rises in the first step."""


@dataclass(frozen=True, eq=False)
class Floor:
    """What the floor is reckoned from.

    Parameters
    ----------
    arc_village, arc_primary : int array, shape (a,)
        Every primary that a village may belong to, villages ascending, each with at least one.
    graduates : int array, shape (years, villages)
    weight : float array, shape (villages,)
        Positive.
    ways : float array, shape (villages, m)
        Metres; infinite where no road leads.
    centre : int array, shape (primaries,)
        Village of the primary.
    ratio : tuple of two float arrays, shape (primaries,)
        Least and greatest graduates per weight of any zone of the primary.
    extra : float array, shape (primaries, m)
        Further price of a graduate by pair.
    seats : int array, shape (years, m)
    elastic : Elastic or None
        None: hard seats.
    """

    arc_village: Ints
    arc_primary: Ints
    graduates: Ints
    weight: Floats
    ways: Floats
    centre: Ints
    ratio: tuple[Floats, Floats]
    extra: Floats
    seats: Ints
    elastic: Elastic | None

    def arc_costs(self) -> Iterator[Floats]:
        """Yield the floor under an arc's share of its feeder, target by target, shape (a,)."""
        v, p = self.arc_village, self.arc_primary
        total = self.graduates.sum(axis=0).astype(float)[v]
        low, high = (self.weight[v] * ratio[p] - total for ratio in self.ratio)
        for t in range(self.ways.shape[1]):
            joined = np.isfinite(self.ways[:, t])
            way = np.where(joined, self.ways[:, t], 0.0)
            off = way[v] - way[self.centre][p]
            cost = total * (way[v] + self.extra[p, t]) + np.minimum(low * off, high * off)
            yield np.where(joined[v], cost, np.inf)

    def village_costs(self, paid: Floats) -> Floats:
        """Return the least of :meth:`arc_costs` and `paid`, shape (a,), shape (villages, m)."""
        first = np.flatnonzero(np.diff(self.arc_village, prepend=-1))
        costs = [np.minimum.reduceat(cost + paid, first) for cost in self.arc_costs()]
        return np.column_stack(costs)

    def constant(self, price: Floats) -> float:
        """Return what seats at `price`, shape (years, m), take off the sum over the villages."""
        paid = float((price * self.seats).sum())
        if self.elastic is not None:
            room = np.floor(self.seats * self.elastic.share)
            paid += float((np.maximum(price - self.elastic.price, 0.0) * room).sum())
        return paid

    def arcs(self, price: Floats) -> Floats:
        """Return the floor under each arc at seat prices `price`, shape (a,)."""
        load = self.graduates.T @ price
        best = np.full(len(self.arc_village), np.inf)
        for t, cost in enumerate(self.arc_costs()):
            np.minimum(best, cost + load[self.arc_village, t], out=best)
        return np.where(np.isfinite(best), best, 0.0)


def seat_prices(floor: Floor, paid: Floats) -> Floats:
    """Return the seat prices with the highest floor found, shape (years, m).

    Parameters
    ----------
    floor : Floor
    paid : float array, shape (a,)
        What each arc costs besides.
    """
    cost = floor.village_costs(paid)
    cost[~np.isfinite(cost).any(axis=1)] = 0.0
    limit = np.inf if floor.elastic is None else float(floor.elastic.steep)
    price = np.zeros(floor.seats.shape)
    best, highest = price, -np.inf
    rows = np.arange(len(cost))
    for step in range(STEPS):
        whole = cost + floor.graduates.T @ price
        to = whole.argmin(axis=1)
        value = float(whole[rows, to].sum()) - floor.constant(price)
        if value > highest:
            best, highest = price, value
        slope = -floor.seats.astype(float)
        for y, count in enumerate(floor.graduates):
            slope[y] += np.bincount(to, weights=count, minlength=cost.shape[1])
        if floor.elastic is not None:
            room = np.floor(floor.seats * floor.elastic.share)
            slope -= np.where(price >= floor.elastic.price, room, 0.0)
        away = np.where((price <= 0) & (slope < 0), 0.0, slope)
        if not away.any():
            break
        size = FIRST_STEP / (1.0 + step / 15.0) / float(np.abs(away).max())
        price = np.clip(price + size * away, 0.0, limit)
    return best


def ratio_range(
    arc_village: Ints, arc_primary: Ints, graduates: Ints, weight: Floats, count: int
) -> tuple[Floats, Floats]:
    """Return the least and the greatest graduates per weight of any zone, shape (count,) each.

    A mean of villages lies between the least and the greatest of those that may belong.
    """
    ratio = (graduates / weight)[arc_village]
    least, most = np.full(count, np.inf), np.zeros(count)
    np.minimum.at(least, arc_primary, ratio)
    np.maximum.at(most, arc_primary, ratio)
    return np.minimum(least, most), most
