"""The certificate for small problems: every zone a better plan could use, and a choice of them.

A plan better than the best known has a zone of excess below the gap for every school. Where the
gap is small these zones are few: list them all, choose with a set-partitioning model. Its linear
relaxation also gives better prices, hence a better bound, hence fewer zones.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numba import njit
from scipy.sparse import csr_array

from districting.model.zones import NEVER, Bools, Ints
from districting.solve.highs import Answer, solve_highs
from districting.solve.mip import Floats
from districting.solve.stop import Stop
from districting.solve.zones.knapsack import insert_item, relaxed, seat_price
from districting.solve.zones.lagrangian import Dual, evaluate
from districting.solve.zones.net import Net
from districting.solve.zones.shape import MOST_BITS, ONE, Shape, sound

MOST_POOL = 60_000
MOST_NODES = 500
NODES_A_SCHOOL = 300_000


@dataclass(frozen=True, eq=False)
class Pool:
    """Zones: their school, their candidates as a mask (see `shape`), their excess.

    Parameters
    ----------
    school, mask, excess : int array, shape (p,)
    """

    school: Ints
    mask: Ints
    excess: Ints


def list_pool(
    net: Net, shape: Shape, dual: Dual, limit: int, crew: Ints | None = None, most: int = MOST_POOL
) -> Pool | None:
    """Return all zones in one piece with excess at most `limit`, None if they are over `most`.

    `crew` are the schools in question, all by default.
    """
    schools = np.arange(net.m) if crew is None else crew
    if np.diff(net.back)[schools].max(initial=0) > MOST_BITS:
        return None
    school, mask, excess = (np.empty(most, np.int64) for _ in range(3))
    found = _list(
        schools, limit, net.back, net.village, net.arc, net.single, net.weight, net.cost,
        dual.prices, net.base, net.seats, net.share, net.most, net.price, net.steep, dual.values,
        shape.form, shape.near, shape.root, shape.forced, school, mask, excess,
    )  # fmt: skip
    if found < 0:
        return None
    return Pool(school[:found], mask[:found], excess[:found])


@njit(cache=True, nogil=True)
def _list(  # type: ignore[no-untyped-def]
    schools, limit, back, village, arc, single, weight, cost, prices, base, seats, share, most,
    price, steep, values, forms, near, root, forced, school, masks, excess,
):  # fmt: skip
    found = 0
    gain, size = np.empty(64, np.int64), np.empty(64, np.int64)
    bit, stack = np.empty(64, np.int64), np.empty(64, np.int64)
    for s in schools:
        k, first = np.int64(0), back[s]
        count = back[s + 1] - first
        for p in range(first, back[s + 1]):
            v = village[p]
            if single[v]:
                continue
            g = prices[v] - cost[arc[p]]
            insert_item(gain, size, bit, k, g, weight[v], p - first)
            k += 1
        mask, value, load, pos = np.int64(0), -values[s], base[s], np.int64(0)
        depth, nodes = 0, 0
        while True:
            total = value + seat_price(load, seats[s], share[s], price[s], steep[s])
            if total <= limit and (
                forms[s] == 0 or sound(mask, forms[s], near, first, count, root[s], forced[s])
            ):
                if found == len(school):
                    return -1
                school[found], masks[found], excess[found] = s, mask, total
                found += 1
            ended = False
            while True:
                if pos < k:
                    low, _ = relaxed(
                        k, pos, gain, size, load, seats[s], share[s], most[s], price[s], steep[s]
                    )
                    if low + value > limit + 0.01:
                        pos = k
                    elif load + size[pos] <= most[s]:
                        break
                    else:
                        pos += 1
                    continue
                if depth == 0:
                    ended = True
                    break
                depth -= 1
                pos = stack[depth]
                load -= size[pos]
                value += gain[pos]
                mask &= ~(ONE << bit[pos])
                pos += 1
            if ended:
                break
            nodes += 1
            if nodes > NODES_A_SCHOOL:
                return -1
            stack[depth] = pos
            depth += 1
            load += size[pos]
            value -= gain[pos]
            mask |= ONE << bit[pos]
            pos += 1
    return found


def _rows(net: Net, pool: Pool) -> tuple[csr_array, Ints]:
    """Return the matrix of the model (free villages, then schools) and the free villages."""
    free = np.flatnonzero(~net.single)
    row_of = np.full(net.n, -1)
    row_of[free] = np.arange(len(free))
    rows, columns = [len(free) + pool.school], [np.arange(len(pool.school))]
    for b in range(int(np.diff(net.back).max(initial=0))):
        holds = np.flatnonzero((pool.mask >> b) & 1)
        rows.append(row_of[net.village[net.back[pool.school[holds]] + b]])
        columns.append(holds)
    at = (np.concatenate(rows), np.concatenate(columns))
    shape = (len(free) + net.m, len(pool.school))
    return csr_array((np.ones(len(at[0])), at), shape=shape), free


def choose_zones(
    pool: Pool, matrix: csr_array, least: Floats, stop: Stop, gap: float, nodes: int,
    start: Bools | None = None,
) -> Answer:  # fmt: skip
    """Choose zones at least excess: each row of `matrix` once, or `least` times at least.

    Without presolve, which takes up to thirty times as long as the solve.
    """
    count = len(pool.school)
    return solve_highs(
        pool.excess.astype(float), np.ones(count), matrix, least, np.ones(len(least)),
        whole=np.ones(count, bool), seconds=stop.left, gap=gap, nodes=nodes,
        start=None if start is None else start.astype(float), presolve=False,
        interrupted=lambda: stop.interrupted,
    )  # fmt: skip


def reprice(net: Net, shape: Shape, dual: Dual, pool: Pool, threads: ThreadPoolExecutor) -> Dual:
    """Return the better of `dual` and the dual at the prices of the pool's linear relaxation."""
    matrix, free = _rows(net, pool)
    ones = np.ones(matrix.shape[0])
    unbounded = np.full(len(pool.school), np.inf)
    solved = solve_highs(pool.excess.astype(float), unbounded, matrix, ones, ones, presolve=False)
    if solved.status != "optimal":
        return dual
    prices = dual.prices.copy()
    prices[free] += np.rint(solved.dual[: len(free)]).astype(np.int64)
    other = evaluate(net, shape, prices, threads)
    return other if other.bound > dual.bound else dual


def choose(net: Net, pool: Pool, stop: Stop) -> tuple[Ints | None, float]:
    """Return (assignment, least excess proven for any choice of the pool's zones).

    The assignment is None where none was found; an empty choice proves an infinite excess.
    """
    matrix, _ = _rows(net, pool)
    solved = choose_zones(pool, matrix, np.ones(matrix.shape[0]), stop, 0.0, MOST_NODES)
    if solved.status == "infeasible":
        return None, float(NEVER)
    low = max(0.0, solved.bound)
    if np.isnan(solved.value):
        return None, low
    assignment = np.full(net.n, -1, np.int64)
    lone = np.flatnonzero(net.single)
    assignment[lone] = net.school[net.start[lone]]
    for c in np.flatnonzero(solved.x > 0.5):
        s = pool.school[c]
        inside = (pool.mask[c] >> np.arange(net.back[s + 1] - net.back[s])) & 1 == 1
        assignment[net.village[net.back[s] : net.back[s + 1]][inside]] = s
    return assignment, low
