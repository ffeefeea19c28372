r"""A bound on primary zones with feeders, and what each choice costs beyond it.

With prices u of villages, s of primary seats and l of entry seats every primary takes the villages
that gain from it, with the one target at which they gain most:

.. math::

    \sum_v u_v - \sum_p \max_t \sum_v (u_v - c_{vpt} - s_p w_v - \sum_y l_{yt} g_{yv})^+
        - \text{what seats earn}

is at most the cost of every plan (:mod:`districting.model.joint`; conditions and further years of
the zone problem only make plans dearer). The prices are the duals of its linear program, on few
choices first; those that gain at the prices and are not among them are added. Bound and penalties
are reckoned in whole numbers from rounded prices, so they hold whatever the solver rounds.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from districting.model.joint import NEVER, JointProblem
from districting.model.zones import Bools, Elastic, Ints
from districting.solve.highs import INFINITE, solve_highs
from districting.solve.mip import Floats
from districting.solve.stop import Stop
from districting.solve.zones.net import Net

FIRST = 12
"""Choices a village has in the first linear program."""
ROUNDS = 12
CLOSE = 1e-5
"""Share of the bound that further choices may still be worth."""


@dataclass(frozen=True, eq=False)
class JointDual:
    """Prices and what follows from them.

    Parameters
    ----------
    bound : int
    gain : int array, shape (a, t)
        What the village of a live arc gains there.
    value : int array, shape (m, t)
        What a primary earns with each target.
    seats : int array, shape (years, t)
        Prices of entry seats.
    feeds : float array, shape (m, t)
        Shares of the linear optimum.
    """

    bound: int
    gain: Ints
    value: Ints
    seats: Ints
    feeds: Floats

    def penalties(self, net: Net) -> Ints:
        """Return by how much a plan with this choice exceeds the bound at least, shape (a, t)."""
        switch = self.value.max(axis=1, keepdims=True) - self.value
        penalty: Ints = np.minimum(switch[net.school] + np.maximum(-self.gain, 0), NEVER)
        return penalty


def joint_bound(problem: JointProblem, net: Net, stop: Stop) -> JointDual:
    """Return the best prices found; they bound the problem whatever time was left for them."""
    cost = problem.feeding(net.origin)
    cost = np.minimum(cost + net.cost[:, None], NEVER)
    village = np.repeat(np.arange(net.n), np.diff(net.start))
    chosen = _nearest(cost, village)
    best = _evaluate(problem, net, cost, _no_prices(problem, net, cost, village))
    for _ in range(ROUNDS):
        found = _linear(problem, net, cost, village, chosen, stop)
        if found is None:
            break
        prices, value = found
        dual = _evaluate(problem, net, cost, prices)
        if dual.bound > best.bound:
            best = dual
        new = (dual.gain > 0) & ~chosen
        if stop.due or not new.any() or value - best.bound <= CLOSE * abs(best.bound):
            break
        chosen |= new
    return best


@dataclass(frozen=True, eq=False)
class _Prices:
    village: Ints
    primary: Ints
    entry: Ints
    feeds: Floats


def _no_prices(problem: JointProblem, net: Net, cost: Ints, village: Ints) -> _Prices:
    least = np.full(net.n, NEVER, np.int64)
    np.minimum.at(least, village, cost.min(axis=1))
    return _Prices(
        np.where(least < NEVER, least, 0),
        np.zeros(net.m, np.int64),
        np.zeros(problem.seats.shape, np.int64),
        np.full((net.m, problem.targets), 1.0 / problem.targets),
    )


def _nearest(cost: Ints, village: Ints) -> Bools:
    """Mark the cheapest choices of every village."""
    arc, target = np.nonzero(cost < NEVER)
    order = np.lexsort((cost[arc, target], village[arc]))
    arc, target = arc[order], target[order]
    of = village[arc]
    rank = np.arange(len(of)) - np.searchsorted(of, of)
    chosen = np.zeros(cost.shape, bool)
    chosen[arc[rank < FIRST], target[rank < FIRST]] = True
    return chosen


def _evaluate(problem: JointProblem, net: Net, cost: Ints, prices: _Prices) -> JointDual:
    """Return bound, gains and values at these prices, in whole numbers."""
    village = np.repeat(np.arange(net.n), np.diff(net.start))
    mine = prices.village[village] - prices.primary[net.school] * net.weight[village]
    load = problem.graduates.T @ prices.entry
    gain = np.where(cost < NEVER, mine[:, None] - cost - load[village], -NEVER)
    value = np.zeros((net.m, problem.targets), np.int64)
    np.add.at(value, net.school, np.maximum(gain, 0))
    earned = _earned(problem.zones.elastic, prices.primary, problem.zones.seats)
    earned += _earned(problem.elastic, prices.entry, problem.seats)
    bound = int(prices.village.sum() - value.max(axis=1).sum()) - earned
    return JointDual(bound, gain, value, prices.entry, prices.feeds)


def _earned(elastic: Elastic | None, price: Ints, seats: Ints) -> int:
    """Return what seats at `price` take off the bound."""
    paid = int((price * seats).sum())
    if elastic is not None:
        room = np.floor(seats * elastic.share).astype(np.int64)
        paid += int((np.maximum(price - elastic.price, 0) * room).sum())
    return paid


def _linear(
    problem: JointProblem, net: Net, cost: Ints, village: Ints, chosen: Bools, stop: Stop
) -> tuple[_Prices, float] | None:
    """Return the duals of the linear program on the chosen arcs and targets, and its value.

    Columns: choices, feeders, primary seats beyond the limit at either price, entry seats likewise.
    """
    arc, target = np.nonzero(chosen)
    k, m, t = len(arc), net.m, problem.targets
    years = len(problem.seats)
    sizes = [k, m * t, m, m, years * t, years * t]
    first = np.cumsum([0, *sizes])
    feeds = first[1] + net.school[arc] * t + target
    columns, rows = np.arange(k), np.arange(k)
    at: list[tuple[Ints, Ints, Floats]] = [
        (rows, columns, np.ones(k)),
        (rows, feeds, -np.ones(k)),
        (k + village[arc], columns, np.ones(k)),
        (k + net.n + np.repeat(np.arange(m), t), first[1] + np.arange(m * t), np.ones(m * t)),
    ]
    row = k + net.n + m
    at.append((row + net.school[arc], columns, net.weight[village[arc]].astype(float)))
    at += [(row + np.arange(m), first[i] + np.arange(m), -np.ones(m)) for i in (2, 3)]
    row += m
    for y in range(years):
        own = row + y * t
        at.append((own + target, columns, problem.graduates[y, village[arc]].astype(float)))
        at += [
            (own + np.arange(t), first[i] + y * t + np.arange(t), -np.ones(t)) for i in (4, 5)
        ]
    shape = (row + years * t, int(first[-1]))
    where = np.concatenate([a[0] for a in at]), np.concatenate([a[1] for a in at])
    matrix = sparse.csr_array((np.concatenate([a[2] for a in at]), where), shape=shape)
    high = np.zeros(shape[0])
    high[k : k + net.n + m] = 1.0
    high[k + net.n + m :] = np.concatenate([problem.zones.seats, problem.seats.ravel()])
    low = np.full(shape[0], -INFINITE)
    low[k : k + net.n] = 1.0
    prices, rooms = zip(
        *(
            _steps(problem.zones.elastic, problem.zones.seats),
            _steps(problem.elastic, problem.seats.ravel()),
        ),
        strict=True,
    )
    costs = np.concatenate([cost[arc, target], np.zeros(m * t), *prices]).astype(float)
    upper = np.concatenate([np.full(first[2], INFINITE), *rooms])
    scale = max(float(costs[:k].max(initial=1.0)) / 1e3, 1.0)
    answer = solve_highs(
        costs / scale, upper, matrix, low, high, seconds=stop.left,
        interrupted=lambda: stop.interrupted,
    )  # fmt: skip
    if answer.status != "optimal":
        return None
    dual = np.rint(answer.dual * scale).astype(np.int64)
    seats = np.maximum(-dual[k + net.n + m :], 0)
    limit = [NEVER if e is None else e.steep for e in (problem.zones.elastic, problem.elastic)]
    return (
        _Prices(
            dual[k : k + net.n],
            np.minimum(seats[:m], limit[0]),
            np.minimum(seats[m:], limit[1]).reshape(years, t),
            answer.x[first[1] : first[2]].reshape(m, t),
        ),
        answer.value * scale,
    )


def _steps(elastic: Elastic | None, seats: Ints) -> tuple[Ints, Floats]:
    """Return price and room of both steps of excess: two columns for each seat row."""
    none = np.zeros(len(seats))
    if elastic is None:
        return np.concatenate([none, none]).astype(np.int64), np.concatenate([none, none])
    prices = np.repeat([elastic.price, elastic.steep], len(seats))
    room = np.floor(seats * elastic.share)
    return prices, np.concatenate([room, np.full(len(seats), INFINITE)])
