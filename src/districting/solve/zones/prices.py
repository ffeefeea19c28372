"""A quick price per child for every school: seats sold where demand meets them.

The splittable problem's dual, one school at a time: at school s the price is where the children
who would rather come here than to their next best school just fill the seats. A few sweeps bring
good starting prices for the villages; no bound is claimed for them.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numba import njit
from scipy import sparse

from districting.model.zones import NEVER, Ints
from districting.solve.highs import INFINITE, Answer, solve_highs
from districting.solve.mip import TOLERANCE
from districting.solve.zones.net import Net

SWEEPS = 40


def village_prices(net: Net, sweeps: int = SWEEPS) -> Ints:
    """Return what each village's best school costs it, seats included, shape (n,)."""
    rates = np.zeros(net.m)
    ceiling = 1.0 + 2.0 * float(np.max(net.cost / np.maximum(_weights(net), 1), initial=0.0))
    ceiling = max(ceiling, float(net.steep.max(initial=0)))
    _sweep(
        sweeps, rates, ceiling, net.start, net.school, net.cost, net.back, net.village, net.arc,
        net.weight, net.single, net.base, net.seats, net.share, net.most, net.price, net.steep,
    )  # fmt: skip
    full = net.cost + np.rint(rates[net.school] * _weights(net)).astype(np.int64)
    lowest = np.zeros(net.n, np.int64)
    some = np.diff(net.start) > 0
    lowest[some] = np.minimum.reduceat(full, net.start[:-1][some]) if some.any() else 0
    return lowest


def flow_prices(net: Net) -> Ints:
    """Return the villages' prices of the transport problem, shape (n,).

    Where seats are all that costs, sweeps and subgradients have nothing to go by: these prices
    bound at once what no sharing out of children, villages split at will, can avoid.
    """
    found = _transport(net, np.inf)
    prices: Ints = np.rint(found.dual[: net.n] * net.weight).astype(np.int64)
    return prices


def seats_lacking(net: Net, seconds: float) -> int:
    """Return how many further seats any plan needs at least; 0 if time does not suffice."""
    each = np.ones_like(net.seats)
    only = replace(
        net, cost=np.zeros_like(net.cost), price=each, steep=each, share=net.seats,
        most=np.full(net.m, NEVER),
    )  # fmt: skip
    found = _transport(only, seconds)
    if found.status != "optimal":
        return 0
    return int(np.ceil(found.value - TOLERANCE * max(found.value, 1.0)))


def _transport(net: Net, seconds: float) -> Answer:
    """Solve the transport problem of children to seats, in children.

    A village that alone overfills what is left of a school costs there, split or not, its share of
    what it would cost whole: prices of excess are convex, so two such villages cost no less.
    """
    arcs, m, weight = len(net.school), net.m, net.weight.astype(float)
    village, school = np.repeat(np.arange(net.n), np.diff(net.start)), net.school
    children, lone = net.weight[village], net.single[village]
    base = np.bincount(school, children * lone, m).astype(np.int64)
    empty = _excess(net, np.arange(m), base)
    whole = np.where(lone, 0, _excess(net, school, base[school] + children) - empty[school])
    each, schools = np.maximum(children, 1), np.tile(np.arange(m), 2)
    size = net.n, arcs + 2 * m
    supply = sparse.csr_array((np.ones(arcs), (village, np.arange(arcs))), size)
    where = np.append(school, schools), np.arange(arcs + 2 * m)
    demand = sparse.csr_array((np.append(np.ones(arcs), -np.ones(2 * m)), where))
    paid = sparse.csr_array((np.concatenate([-whole / each, net.price, net.steep]), where))
    some = np.bincount(school, whole, m) > 0
    return solve_highs(
        np.concatenate([net.cost / each, net.price, net.steep]).astype(float),
        np.concatenate([each, net.share - net.seats, np.minimum(net.most, weight.sum())]),
        sparse.csr_array(sparse.vstack([supply, demand, paid[some]])),
        np.concatenate([weight, np.full(m, -INFINITE), empty[some]]),
        np.concatenate([weight, net.seats, np.full(some.sum(), INFINITE)]).astype(float),
        seconds=seconds,
    )


def _excess(net: Net, school: Ints, load: Ints) -> Ints:
    """Return what so many children beyond the seats of each of these schools cost."""
    seats, share = net.seats[school], net.share[school]
    some, more = np.clip(load, seats, share) - seats, np.maximum(load - share, 0)
    paid: Ints = net.price[school] * some + net.steep[school] * more
    return paid


def _weights(net: Net) -> Ints:
    return net.weight[np.repeat(np.arange(net.n), np.diff(net.start))]


@njit(cache=True, nogil=True)
def _level(load, seats, share, most, price, steep, ceiling):  # type: ignore[no-untyped-def]
    """Return what the next child costs at `load`."""
    if load < seats:
        return 0.0
    if load < share:
        return float(price)
    return float(steep) if load < most else ceiling


@njit(cache=True, nogil=True)
def _sweep(  # type: ignore[no-untyped-def]
    sweeps, rates, ceiling, start, school, cost, back, village, arc, weight, single, base,
    seats, share, most, price, steep,
):  # fmt: skip
    """Set each school's rate to where the children it attracts meet its seats, over and over."""
    m = len(rates)
    widest = 1
    for s in range(m):
        widest = max(widest, back[s + 1] - back[s])
    margin, size = np.empty(widest), np.empty(widest, np.int64)
    for _ in range(sweeps):
        moved = 0.0
        for s in range(m):
            k = 0
            for p in range(back[s], back[s + 1]):
                v = village[p]
                if single[v] or weight[v] == 0:
                    continue
                here, other = 0.0, np.inf
                for a in range(start[v], start[v + 1]):
                    if a == arc[p]:
                        here = cost[a] / weight[v]
                    else:
                        other = min(other, cost[a] / weight[v] + rates[school[a]])
                if other > here:
                    margin[k] = other - here
                    size[k] = weight[v]
                    k += 1
            load, rate, last = base[s], -1.0, 0.0
            for j in np.argsort(-margin[:k]):
                following = _level(load, seats[s], share[s], most[s], price[s], steep[s], ceiling)
                if margin[j] <= following:
                    rate = max(margin[j], last)
                    break
                load += size[j]
                last = _level(load - 1, seats[s], share[s], most[s], price[s], steep[s], ceiling)
                if margin[j] <= last:
                    rate = margin[j]
                    break
            rate = last if rate < 0 else rate
            rate = min(rate, ceiling)
            moved = max(moved, abs(rate - rates[s]))
            rates[s] = rate
        if moved < 1.0:
            break
