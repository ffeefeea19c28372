"""The bound: villages priced, schools choosing freely, prices moved until few disagree.

For any prices u the number ``sum u_v + sum_s (cheapest set of villages of s at c - u)`` is at most
the cost of every plan, contiguous or not. Prices climb along a smoothed subgradient with Polyak
steps; everything is integer, so the bound holds to the last child-metre.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from numba import njit

from districting.model.zones import Bools, Ints
from districting.solve.stop import Stop
from districting.solve.zones.knapsack import pack_schools
from districting.solve.zones.net import Net
from districting.solve.zones.shape import Shape

CHUNK = 1_500
MEMORY, VOTE_MEMORY = 0.7, 0.95
PATIENCE, SHRINK, LEAST_STEP = 10, 0.8, 0.004
NOTICED, LEAST_MISSING = 1e-7, 1e-4
LEAST_ALONG = 0.1


@dataclass(eq=False)
class Dual:
    """Prices, and what the schools would choose at them.

    Parameters
    ----------
    prices : int array, shape (n,)
    values : int array, shape (m,)
        Least value of each school, without its villages that have one arc only.
    rates : float array, shape (m,)
        Price per child at which the school stops taking children.
    chosen : bool array, shape (a,)
        By school, laid out like ``net.village``.
    bound : int
    votes : float array, shape (a,)
        Like `chosen`, smoothed over the climb: near one where the relaxation is sure.
    """

    prices: Ints
    values: Ints
    rates: npt.NDArray[np.float64]
    chosen: Bools
    bound: int
    votes: npt.NDArray[np.float64]


Pack = Callable[[Net, Shape, Dual, Bools, ThreadPoolExecutor], None]
"""Sets values, choices and bound of a dual at its prices, for the schools that changed."""


def evaluate(
    net: Net, shape: Shape, prices: Ints, pool: ThreadPoolExecutor, pack: Pack | None = None
) -> Dual:
    """Return the dual at `prices`, schools priced by `pack`."""
    dual = Dual(
        prices,
        np.zeros(net.m, np.int64),
        np.zeros(net.m),
        np.zeros(len(net.village), bool),
        0,
        np.zeros(len(net.village)),
    )
    (pack or _pack)(net, shape, dual, np.ones(net.m, bool), pool)
    return dual


def _pack(net: Net, shape: Shape, dual: Dual, changed: Bools, pool: ThreadPoolExecutor) -> None:
    def part(first: int) -> None:
        pack_schools(
            first, min(first + CHUNK, net.m), changed, net.back, net.village, net.arc, net.single,
            net.weight, net.cost, dual.prices, net.base, net.seats, net.share, net.most,
            net.price, net.steep, shape.form, shape.near, shape.root, shape.forced,
            dual.values, dual.rates, dual.chosen,
        )  # fmt: skip

    # To hand one small part to another thread takes longer than the part itself.
    share_out = map if net.m <= CHUNK else pool.map
    list(share_out(part, range(0, net.m, CHUNK)))
    dual.bound = sum_bound(net, dual)


def sum_bound(net: Net, dual: Dual) -> int:
    """Return the bound that prices and values make up."""
    free = int(dual.prices[~net.single].sum())
    return free + int(dual.values.sum()) + int(net.base_cost.sum())


@njit(cache=True, nogil=True)
def _disagreement(village, chosen, single, out):  # type: ignore[no-untyped-def]
    for v in range(len(out)):
        out[v] = 0.0 if single[v] else 1.0
    for p in range(len(village)):
        if chosen[p]:
            out[village[p]] -= 1.0


@njit(cache=True, nogil=True)
def _vote(votes, chosen, memory):  # type: ignore[no-untyped-def]
    for p in range(len(votes)):
        votes[p] = memory * votes[p] + (1 - memory if chosen[p] else 0.0)


@njit(cache=True, nogil=True)
def _move(prices, slope, direction, scale, memory, fresh, step_slack):  # type: ignore[no-untyped-def]
    """Smooth the direction, then step by ``step_slack`` (what is missing in value)."""
    along, steepest = 0.0, 0.0
    for v in range(len(prices)):
        direction[v] = slope[v] if fresh else memory * direction[v] + (1 - memory) * slope[v]
        along += direction[v] * slope[v] * scale[v]
        steepest += slope[v] * slope[v] * scale[v]
    if steepest == 0:
        return False
    if along < LEAST_ALONG * steepest:
        direction[:] = slope
        along = steepest
    step = step_slack / along
    for v in range(len(prices)):
        if direction[v] != 0.0:
            prices[v] += np.int64(np.rint(step * direction[v] * scale[v]))
    return True


def ascend(
    net: Net, shape: Shape, prices: Ints, goal: float, rounds: int, pool: ThreadPoolExecutor,
    stop: Stop, step: float = 1.0, pack: Pack | None = None,
) -> Dual:  # fmt: skip
    """Climb from `prices` for at most `rounds` evaluations; return the best dual seen.

    Parameters
    ----------
    goal : float
        Estimate of the optimum, for the length of steps.
    step : float
        First step as a share of what is missing to the goal; shrinks whenever the climb stalls.
    pack : Pack, optional
        By default a knapsack for every school, in one piece as far as `shape` says.
    """
    pack = pack or _pack
    now = evaluate(net, shape, prices.copy(), pool, pack)
    best, votes = _copy(now), now.chosen.astype(float)
    slope, direction = np.zeros(net.n), np.zeros(net.n)
    scale = np.maximum(net.weight, 1).astype(float)
    everyone, stall, fresh = np.ones(net.m, bool), 0, True
    for _ in range(rounds):
        _disagreement(net.village, now.chosen, net.single, slope)
        missing = step * max(goal - now.bound, LEAST_MISSING * abs(goal))
        moved = _move(now.prices, slope, direction, scale, MEMORY, fresh, missing)
        if not moved or step < LEAST_STEP or stop.due:
            break
        pack(net, shape, now, everyone, pool)
        _vote(votes, now.chosen, VOTE_MEMORY)
        stall = 0 if now.bound > best.bound + NOTICED * abs(best.bound) else stall + 1
        if now.bound > best.bound:
            best = _copy(now)
        fresh = stall >= PATIENCE
        if fresh:
            step, stall = step * SHRINK, 0
            now = _copy(best)
    best.votes[:] = votes
    return best


def _copy(dual: Dual) -> Dual:
    return replace(
        dual,
        prices=dual.prices.copy(),
        values=dual.values.copy(),
        rates=dual.rates.copy(),
        chosen=dual.chosen.copy(),
    )
