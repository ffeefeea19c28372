r"""Conditions on the whole plan turned into prices of arcs, so that schools can be priced apart.

For :math:`\mu \ge 0`, adding :math:`\mu (\sum a x + b \sum o - u)` to the objective lowers the
cost of every plan that keeps the condition. Where a condition is priced itself, :math:`\mu` stays
within its price, so that breaking it is never dearer here than it is. Prices are rounded down,
which keeps the bound whole and valid. Years beyond the problem's own are left out here: that
lowers the bound, nothing else.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np

from districting.model.zone_parts import LinearSide
from districting.model.zones import Ints
from districting.solve.stop import Stop
from districting.solve.zones.lagrangian import Dual, ascend, evaluate
from districting.solve.zones.net import Net
from districting.solve.zones.prices import village_prices
from districting.solve.zones.shape import Shape, make_shape

Floats = np.ndarray
TRIES, FIRST_ROUNDS, ROUNDS, LAST_ROUNDS = 16, 600, 80, 400
GROWTH, CALM, LEAST = 3.0, 0.6, 1e-3


@dataclass(frozen=True, eq=False)
class Priced:
    """A net with conditions priced into its arcs, and the bound at the best prices found.

    Parameters
    ----------
    net : Net
    dual : Dual
        Of that net; its bound does not yet subtract `credit`.
    credit : int
        What the conditions' limits are worth at these prices.
    worth : float array
        Price of each limit.
    """

    net: Net
    dual: Dual
    credit: int
    worth: Floats

    @property
    def bound(self) -> int:
        """Proven lower bound of the problem with its conditions."""
        return self.dual.bound - self.credit


@dataclass(frozen=True, eq=False)
class _Limits:
    """Conditions as ``weight x + overfull o <= upper``, weights of the net's arcs, worth at most
    `most` a unit."""

    weight: Ints
    overfull: Ints
    upper: Ints
    most: Floats


def price_sides(
    net: Net, sides: tuple[LinearSide, ...], form: int, pool: ThreadPoolExecutor, stop: Stop
) -> Priced:
    """Return the net with the conditions priced so that the bound is high."""
    limits = _one_sided(net, sides)
    free, shape = make_shape(net, 0), make_shape(net, form)
    prices = village_prices(net)
    worth = np.zeros(len(limits.upper))
    best = _climb(net, limits, worth, free, prices, FIRST_ROUNDS, pool, stop)
    over = _excess(best.net, limits, best.dual)
    if len(worth) and (over > 0).any():
        best = _search(net, limits, best, over, free, pool, stop)
    low = best.dual.bound
    dual = ascend(
        best.net, shape, best.dual.prices, _above(low), LAST_ROUNDS, pool, stop, 0.5
    )  # fmt: skip
    return Priced(best.net, dual, best.credit, best.worth)


def price_dearer(
    net: Net, sides: tuple[LinearSide, ...], priced: Priced, factor: float,
    pool: ThreadPoolExecutor, stop: Stop,
) -> Priced:  # fmt: skip
    """Return the net at prices of conditions `factor` times as high."""
    free, prices = make_shape(net, 0), priced.dual.prices
    limits = _one_sided(net, sides)
    worth = np.minimum(priced.worth * factor, limits.most)
    return _climb(net, limits, worth, free, prices, ROUNDS, pool, stop)


def _search(
    net: Net, limits: _Limits, first: Priced, over: Floats, free: Shape,
    pool: ThreadPoolExecutor, stop: Stop,
) -> Priced:  # fmt: skip
    """Move every price up where its condition is broken and down where it is kept, ever less."""
    scale = np.abs(net.cost).sum() / np.maximum(np.abs(limits.weight).sum(axis=1), 1.0)
    best, worth = first, np.where(over > 0, np.minimum(0.1 * scale, limits.most), 0.0)
    pace, side = np.full(len(worth), GROWTH), over > 0
    prices = first.dual.prices
    for _ in range(TRIES):
        if stop.due:
            break
        now = _climb(net, limits, worth, free, prices, ROUNDS, pool, stop)
        prices = now.dual.prices
        best = now if now.bound > best.bound else best
        up = _excess(now.net, limits, now.dual) > 0
        pace = np.where(up != side, np.maximum(pace**CALM, 1.01), pace)
        side = up
        worth = np.where(up, np.maximum(worth, LEAST * scale) * pace, worth / pace)
        worth = np.where(worth < LEAST * scale, 0.0, np.minimum(worth, limits.most))
    return best


def _climb(
    net: Net, limits: _Limits, worth: Floats, free: Shape, prices: Ints, rounds: int,
    pool: ThreadPoolExecutor, stop: Stop,
) -> Priced:  # fmt: skip
    priced = net
    credit = 0
    if len(worth):
        add = np.floor(worth @ limits.weight).astype(np.int64)
        more = int(np.floor(worth @ limits.overfull))
        lone = net.single[np.repeat(np.arange(net.n), np.diff(net.start))]
        base_cost = net.base_cost.copy()
        np.add.at(base_cost, net.school[lone], add[lone])
        priced = replace(
            net, cost=net.cost + add, base_cost=base_cost, price=net.price + more,
            steep=net.steep + more,
        )  # fmt: skip
        credit = int(np.ceil(worth @ limits.upper))
    low = evaluate(priced, free, prices, pool).bound
    dual = ascend(priced, free, prices, _above(low), rounds, pool, stop)
    return Priced(priced, dual, credit, worth)


def _above(value: int) -> float:
    return value + 0.01 * max(abs(value), 1.0)


def _one_sided(net: Net, sides: tuple[LinearSide, ...]) -> _Limits:
    weight, overfull, upper, most = [], [], [], []
    for side in sides:
        mine = side.weight[net.origin]
        if side.upper is not None:
            weight.append(mine)
            overfull.append(side.overfull)
            upper.append(side.upper)
            most.append(side.price or np.inf)
        if side.lower is not None:
            weight.append(-mine)
            overfull.append(0)
            upper.append(-side.lower)
            most.append(side.price or np.inf)
    table = np.array(weight, np.int64).reshape(len(upper), len(net.school))
    return _Limits(
        table, np.array(overfull, np.int64), np.array(upper, np.int64), np.array(most, float)
    )


def _excess(net: Net, limits: _Limits, dual: Dual) -> Floats:
    """Return by how much the relaxed plans of late exceed each limit, on average."""
    share = np.empty(len(net.arc))
    share[net.arc] = dual.votes
    village = np.repeat(np.arange(net.n), np.diff(net.start))
    share[net.single[village]] = 1.0
    load = np.bincount(net.school, share * net.weight[village], net.m)
    over = np.maximum(load - net.seats, 0.0).sum()
    excess: Floats = limits.weight @ share + limits.overfull * over - limits.upper
    return excess
