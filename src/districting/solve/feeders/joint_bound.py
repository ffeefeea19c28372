r"""A bound on primary zones with feeders.

With prices u of villages, s of primary seats and l of entry seats every primary takes the villages
that gain from it, with the one target at which they gain most:

.. math::

    \sum_v u_v - \sum_p \max_t \sum_v (u_v - c_{vpt} - s_p w_v - \sum_y l_{yt} g_{yv})^+
        - \text{what seats earn}

is at most the cost of every plan (:mod:`districting.model.joint`; conditions and further years of
the zone problem only make plans dearer). The prices are the duals of its linear program, on few
choices first; those that gain at the prices and are not among them are added. The bound is
reckoned in whole numbers from rounded prices, so it holds whatever the solver rounds.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from districting.model.joint import JointProblem
from districting.model.zones import NEVER, Bools, Elastic, Ints
from districting.solve.highs import INFINITE, solve_highs
from districting.solve.mip import Floats
from districting.solve.stop import Stop
from districting.solve.zones.net import Net

FIRST = 12
"""Choices a village has in the first linear program."""
ROUNDS = 12
LARGEST = 1e3
"""Costs are scaled down to this: the solver rounds."""
CLOSE = 1e-5
"""Share of the bound that further choices may still be worth."""


@dataclass(frozen=True, eq=False)
class JointDual:
    """Prices and what follows from them.

    Parameters
    ----------
    bound : int
    prices : int array, shape (n,)
    gain : int array, shape (a, t)
        What the village of a live arc gains there.
    seats : int array, shape (years, t)
        Prices of entry seats.
    feeds : float array, shape (m, t)
        Shares of the linear optimum.
    """

    bound: int
    prices: Ints
    gain: Ints
    seats: Ints
    feeds: Floats


def joint_bound(problem: JointProblem, net: Net, stop: Stop) -> JointDual:
    """Return the best prices found; they bound the problem whatever time was left for them."""
    cost = problem.feeding(net.origin)
    cost = np.minimum(cost + net.cost[:, None], NEVER)
    village = np.repeat(np.arange(net.n), np.diff(net.start))
    chosen = _nearest(cost, village)
    best = _evaluate(problem, net, cost, _no_prices(problem, net, cost, village))
    for _ in range(ROUNDS):
        found = _linear(problem, net, cost, chosen, stop)
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
    less = _earned(problem.zones.elastic, prices.primary, problem.zones.seats)
    less += earned(problem, prices.entry)
    bound = int(prices.village.sum() - value.max(axis=1).sum()) - less
    return JointDual(bound, prices.village, gain, prices.entry, prices.feeds)


def earned(problem: JointProblem, entry: Ints) -> int:
    """Return what entry seats at these prices, shape (years, t), take off the bound."""
    return _earned(problem.elastic, entry, problem.seats)


def _earned(elastic: Elastic | None, price: Ints, seats: Ints) -> int:
    """Return what seats at `price` take off the bound."""
    paid = int((price * seats).sum())
    if elastic is not None:
        room = np.floor(seats * elastic.share).astype(np.int64)
        paid += int((np.maximum(price - elastic.price, 0) * room).sum())
    return paid


def _linear(
    problem: JointProblem, net: Net, cost: Ints, chosen: Bools, stop: Stop
) -> tuple[_Prices, float] | None:
    """Return the duals of the linear program on the chosen arcs and targets, and its value.

    Columns: choices, feeders, children beyond the primary seats at either price, graduates beyond
    the entry seats likewise. Rows: a choice needs its feeder, every village one choice, every
    primary one target, primary seats, entry seats by year.
    """
    arc, target = np.nonzero(chosen)
    village = np.repeat(np.arange(net.n), np.diff(net.start))[arc]
    m, t, k = net.m, problem.targets, np.arange(len(arc))
    years = len(problem.graduates)
    blocks: list[list[sparse.csr_array | None]] = [
        [sparse.eye_array(len(arc)), -_ones(k, net.school[arc] * t + target, m * t), None, None],
        [_ones(village, k, len(arc), net.n), None, None, None],
        [None, _ones(np.repeat(np.arange(m), t), np.arange(m * t), m * t), None, None],
        [_ones(net.school[arc], k, len(arc), m, net.weight[village]), None, _excess(m), None],
    ]
    blocks += [
        [_ones(target, k, len(arc), t, graduates[village]), None, None, _excess(t, y, years)]
        for y, graduates in enumerate(problem.graduates)
    ]
    matrix = sparse.csr_array(sparse.block_array(blocks))
    once = np.ones(net.n + m)
    high = np.concatenate([np.zeros(len(arc)), once, problem.zones.seats, problem.seats.ravel()])
    low = np.full(len(high), -INFINITE)
    low[len(arc) : len(arc) + net.n] = 1.0
    seats = (problem.zones.elastic, problem.zones.seats), (problem.elastic, problem.seats)
    prices, rooms = zip(*(excess_steps(*given) for given in seats), strict=True)
    costs = np.concatenate([cost[arc, target], np.zeros(m * t), *prices]).astype(float)
    upper = np.concatenate([np.full(len(arc) + m * t, INFINITE), *rooms])
    scale = max(float(costs[: len(arc)].max(initial=1.0)) / LARGEST, 1.0)
    answer = solve_highs(
        costs / scale, upper, matrix, low, high, seconds=stop.left,
        interrupted=lambda: stop.interrupted,
    )  # fmt: skip
    if answer.status != "optimal":
        return None
    dual = np.rint(answer.dual[len(arc) :] * scale).astype(np.int64)
    primary, entry = np.split(np.maximum(-dual[net.n + m :], 0), [m])
    feeds = answer.x[len(arc) : len(arc) + m * t].reshape(m, t)
    limits = [NEVER if elastic is None else elastic.steep for elastic, _ in seats]
    entry = np.minimum(entry, limits[1]).reshape(problem.seats.shape)
    found = _Prices(dual[: net.n], np.minimum(primary, limits[0]), entry, feeds)
    return found, answer.value * scale


def _ones(
    rows: Ints, columns: Ints, width: int, height: int | None = None, values: Ints | None = None
) -> sparse.csr_array:
    """Return a matrix with ones, or `values`, at these places."""
    given = np.ones(len(rows)) if values is None else values.astype(float)
    shape = (int(rows.max(initial=-1)) + 1 if height is None else height, width)
    return sparse.csr_array((given, (rows, columns)), shape=shape)


def _excess(count: int, year: int = 0, years: int = 1) -> sparse.csr_array:
    """Return what both steps of excess take off the rows of one year's seats."""
    rows = np.tile(np.arange(count), 2)
    columns = year * count + rows + np.repeat([0, years * count], count)
    return -_ones(rows, columns, 2 * years * count)


def excess_steps(elastic: Elastic | None, seats: Ints) -> tuple[Floats, Floats]:
    """Return price and room of both steps of excess, step by step."""
    none = np.zeros(seats.size)
    if elastic is None:
        return np.append(none, none), np.append(none, none)
    room = np.floor(seats * elastic.share).ravel()
    return np.append(none + elastic.price, none + elastic.steep), np.append(room, none + np.inf)
