r"""Blocks of neighbouring schools: prices, plan and bound from their near-best zones.

Every school of a block lists its zones of small excess; choosing one a school so that every
village is in one is a set-partitioning model. Its linear relaxation gives better prices, its
solutions within the villages of the block's present zones better plans. For the bound the
villages that schools outside may take too need not be in a zone of the block, and those outside
keep their value at the prices:

.. math:: \sum_v u_v + \sum_{s \notin B} z_s(u) + \min_{\text{zones of } B} \sum_{s \in B} c_s

holds for every plan, and the gains of blocks without a common school add up.
"""

from __future__ import annotations

import math
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np
from numba import njit
from scipy.sparse import csr_array, eye_array, hstack

from districting.model.zones import Bools, Ints
from districting.solve.highs import Answer, solve_highs
from districting.solve.stop import Stop
from districting.solve.zones.exact import Pool, choose_zones, list_pool
from districting.solve.zones.lagrangian import Dual, evaluate
from districting.solve.zones.net import Net
from districting.solve.zones.shape import MOST_BITS, ONE, Shape

PRICE_ZONES, PLAN_ZONES, BOUND_ZONES = 6_000, 6_000, 8_000
"""Most zones listed in a block for better prices, a better plan, a better bound."""
SIZE, WHOLE, LEAST = 60, 400, 12
"""Schools of a block; of a county that is one; of a block that is not split further."""
MOST_NODES, PLAN_NODES, PLAN_GAP = 2_000, 300, 0.02
HALVINGS = 12
SHARES = (1.0, 0.5, 0.25)
APART = 1.4
BOX = 4
"""Prices move by at most the listed zones' limit divided by this at a time."""


@dataclass(frozen=True, eq=False)
class Blocks:
    """Disjoint sets of schools, and the plan that is to be improved.

    Parameters
    ----------
    crews : list of int arrays
    plan : int array, shape (n,)
    excess : int array, shape (m,)
        Of the plan's zones at the dual's prices.
    """

    crews: list[Ints]
    plan: Ints
    excess: Ints


def split(net: Net, weight: Ints, size: int = SIZE, whole: int = WHOLE) -> list[Ints]:
    """Return compact disjoint sets of about `size` schools around those of most `weight`.

    Borders run midway between centres, so that what a border cuts weighs little. Schools with
    too many candidates for a mask are left out; a county's are one block.
    """
    fit = np.flatnonzero(np.diff(net.back) <= MOST_BITS)
    return [fit] if len(fit) <= whole else _around(net, fit, weight, size)


def _around(net: Net, crew: Ints, weight: Ints, size: int) -> list[Ints]:
    order = crew[np.argsort(-weight[crew], kind="stable")]
    # A disc of r steps in a graph of triangles holds 3 r (r + 1) villages.
    apart = max(1, round(APART * math.sqrt(size * net.n / max(net.m, 1) / 3)))
    label = _nearest_centre(net.near_start, net.near, net.host[order], apart)[net.host[crew]]
    rank = np.argsort(label, kind="stable")
    return np.split(crew[rank], np.flatnonzero(np.diff(label[rank])) + 1)


@njit(cache=True, nogil=True)
def _nearest_centre(near_start, near, hosts, apart):  # type: ignore[no-untyped-def]
    """Return each village's nearest centre by steps; centres are hosts `apart` steps off others."""
    n = len(near_start) - 1
    far, label = np.full(n, n + 1, np.int64), np.full(n, -1, np.int64)
    queue = np.empty(n, np.int64)
    for at in hosts:
        if far[at] < apart:
            continue
        far[at], label[at] = 0, at
        queue[0] = at
        head, tail = 0, 1
        while head < tail:
            here = queue[head]
            head += 1
            for e in range(near_start[here], near_start[here + 1]):
                to = near[e]
                if far[here] + 1 < far[to]:
                    far[to], label[to] = far[here] + 1, at
                    queue[tail] = to
                    tail += 1
    return label


def reprice_blocks(
    net: Net, shape: Shape, dual: Dual, blocks: Blocks, pool: ThreadPoolExecutor, stop: Stop
) -> Dual:
    """Return the dual at the prices of the blocks' linear relaxations where they are better.

    Where a block's new prices go too far, half the way is tried.
    """
    crews = blocks.crews
    found = pool.map(lambda crew: _reprice(net, shape, dual, blocks, crew, stop), crews)
    moves = list(zip(crews, found, strict=True))
    better = replace(dual)
    for share in SHARES:
        prices, left = better.prices.copy(), []
        for _, (villages, change) in moves:
            prices[villages] += _part(change, share)
        tried = evaluate(net, shape, prices, pool)
        for crew, (villages, change) in moves:
            gain = _part(change, share).sum() + (tried.values - better.values)[crew].sum()
            if gain <= 0:
                prices[villages] -= _part(change, share)
                left.append((crew, (villages, change)))
        better, moves = evaluate(net, shape, prices, pool) if left else tried, left
        if not left:
            break
    better.votes[:] = dual.votes
    return better


def _part(change: Ints, share: float) -> Ints:
    part: Ints = np.rint(change * share).astype(np.int64)
    return part


def _reprice(
    net: Net, shape: Shape, dual: Dual, blocks: Blocks, crew: Ints, stop: Stop
) -> tuple[Ints, Ints]:
    """Return (villages of the block alone, change of their prices)."""
    none = np.empty(0, np.int64), np.empty(0, np.int64)
    if not blocks.excess[crew].any() or stop.due:
        return none
    zones, limit = _list(net, shape, dual, blocks, crew, PRICE_ZONES)
    if zones is None:
        return none
    alone, _ = _villages(net, crew)
    matrix, rows = _matrix(net, zones, crew, alone)
    box = eye_array(matrix.shape[0], len(rows))
    ones, cost = np.ones(matrix.shape[0]), np.full(2 * len(rows), max(1, limit // BOX))
    cost = np.concatenate([zones.excess, cost]).astype(float)
    solved = solve_highs(
        cost, np.full(len(cost), np.inf), hstack([matrix, box, -box]).tocsr(), ones, ones,
        seconds=stop.left, presolve=False, interrupted=lambda: stop.interrupted,
    )  # fmt: skip
    if solved.status != "optimal":
        return none
    change = np.rint(solved.dual[: len(rows)]).astype(np.int64)
    return rows, change


def improve_blocks(
    net: Net, shape: Shape, dual: Dual, blocks: Blocks, pool: ThreadPoolExecutor, stop: Stop
) -> Ints:
    """Return the plan with every block's villages dealt out anew where that is cheaper."""
    dealt = pool.map(lambda crew: _improve(net, shape, dual, blocks, crew, stop), blocks.crews)
    plan = blocks.plan.copy()
    for villages, schools in dealt:
        plan[villages] = schools
    return plan


def provable(net: Net, shape: Shape, dual: Dual, blocks: Blocks) -> bool:
    """Whether one block holds everything and so few zones matter that a proof comes at once."""
    if len(blocks.crews) > 1:
        return False
    limit = int(blocks.excess.sum()) - 1
    return list_pool(net, shape, dual, limit, blocks.crews[0], PLAN_ZONES) is not None


def _improve(
    net: Net, shape: Shape, dual: Dual, blocks: Blocks, crew: Ints, stop: Stop
) -> tuple[Ints, Ints]:
    """Return (villages, their schools), empty where nothing better was found."""
    none = np.empty(0, np.int64), np.empty(0, np.int64)
    before = int(blocks.excess[crew].sum())
    if before == 0 or stop.due:
        return none
    zones, _ = _list(net, shape, dual, blocks, crew, PLAN_ZONES)
    if zones is None:
        return none
    inside = np.zeros(net.m, bool)
    inside[crew] = True
    mine = inside[blocks.plan] & ~net.single
    zones = _within(net, zones, mine)
    matrix, _ = _matrix(net, zones, crew, mine)
    least, start = np.ones(matrix.shape[0]), _of_plan(net, zones, blocks, crew)
    solved = choose_zones(zones, matrix, least, stop, PLAN_GAP, PLAN_NODES, start)
    if not _cheaper(zones, solved, before):
        return none
    villages, schools = _read(net, zones, solved.x)
    return (villages, schools) if len(villages) == mine.sum() else none


def bound_blocks(
    net: Net, shape: Shape, dual: Dual, blocks: Blocks, enough: float, pool: ThreadPoolExecutor,
    stop: Stop,
) -> tuple[int, Ints]:  # fmt: skip
    """Return (by how much the blocks lift the bound above ``dual.bound``, the best plan).

    The plan can only get better where one block holds everything. `enough` is the share of the
    plan's excess that may be left unproven.
    """
    found = list(
        pool.map(lambda crew: _bound(net, shape, dual, blocks, crew, enough, stop), blocks.crews)
    )
    plan = blocks.plan.copy()
    for _, (villages, schools) in found:
        plan[villages] = schools
    return sum(gain for gain, _ in found), plan


def _bound(
    net: Net, shape: Shape, dual: Dual, blocks: Blocks, crew: Ints, enough: float, stop: Stop
) -> tuple[int, tuple[Ints, Ints]]:
    """Return (least excess of the block over all plans as far as proven, villages and schools)."""
    none = np.empty(0, np.int64), np.empty(0, np.int64)
    before = int(blocks.excess[crew].sum())
    if before == 0 or stop.due:
        return 0, none
    zones, limit = _list(net, shape, dual, blocks, crew, BOUND_ZONES)
    if zones is None:
        return 0, none
    alone, shared = _villages(net, crew)
    matrix, rows = _matrix(net, zones, crew, alone | shared)
    least = np.ones(matrix.shape[0])
    least[: len(rows)][shared[rows]] = 0.0
    start = _of_plan(net, zones, blocks, crew)
    solved = choose_zones(zones, matrix, least, stop, enough, MOST_NODES, start)
    gain = int(max(0, min(np.ceil(max(solved.bound, 0.0) - 1e-3), limit + 1)))
    if limit < gain < before and len(crew) > LEAST:
        parts = _around(net, crew, blocks.excess, len(crew) // 2)
        if len(parts) > 1:
            found = [_bound(net, shape, dual, blocks, p, enough, stop)[0] for p in parts]
            gain = max(gain, sum(found))
    if shared.any() or not _cheaper(zones, solved, before):
        return gain, none
    return gain, _read(net, zones, solved.x)


def _list(
    net: Net, shape: Shape, dual: Dual, blocks: Blocks, crew: Ints, most: int
) -> tuple[Pool | None, int]:
    """Return (zones of excess up to a limit, the plan's among them; the limit).

    Zones above the block's excess are of no use; the limit is halved while there are too many.
    """
    limit = int(blocks.excess[crew].sum()) - 1
    for _ in range(HALVINGS):
        zones = list_pool(net, shape, dual, limit, crew, most)
        if zones is not None:
            return _with_plan(net, zones, blocks, crew), limit
        limit //= 2
    return None, 0


def _with_plan(net: Net, zones: Pool, blocks: Blocks, crew: Ints) -> Pool:
    """Return the zones and those of the plan that are not among them."""
    masks = _plan_masks(crew, blocks.plan, net.back, net.village, net.single)
    listed = np.isin(crew, zones.school[_of_plan(net, zones, blocks, crew)])
    return Pool(
        np.concatenate([zones.school, crew[~listed]]),
        np.concatenate([zones.mask, masks[~listed]]),
        np.concatenate([zones.excess, blocks.excess[crew[~listed]]]),
    )


def _of_plan(net: Net, zones: Pool, blocks: Blocks, crew: Ints) -> Bools:
    """Return which zones are the plan's, shape (p,)."""
    masks = np.zeros(net.m, np.int64)
    masks[crew] = _plan_masks(crew, blocks.plan, net.back, net.village, net.single)
    mine: Bools = zones.mask == masks[zones.school]
    return mine


@njit(cache=True, nogil=True)
def _plan_masks(crew, plan, back, village, single):  # type: ignore[no-untyped-def]
    """Return the plan's zones of the crew as masks."""
    masks = np.zeros(len(crew), np.int64)
    for i in range(len(crew)):
        s = crew[i]
        for p in range(back[s], back[s + 1]):
            if plan[village[p]] == s and not single[village[p]]:
                masks[i] |= ONE << (p - back[s])
    return masks


def _villages(net: Net, crew: Ints) -> tuple[Bools, Bools]:
    """Return (villages that only the crew may take, others that it may take too), shape (n,)."""
    alone, shared = np.zeros(net.n, bool), np.zeros(net.n, bool)
    found, within = np.unique(
        np.concatenate([net.village[net.back[s] : net.back[s + 1]] for s in crew]),
        return_counts=True,
    )
    whole = within == net.start[found + 1] - net.start[found]
    alone[found[whole]] = True
    shared[found[~whole]] = True
    return alone & ~net.single, shared


def _held(net: Net, zones: Pool) -> tuple[Ints, Ints]:
    """Return (villages, columns) of everything that the zones hold."""
    villages, columns = [], []
    for b in range(int(np.diff(net.back)[zones.school].max(initial=0))):
        holds = np.flatnonzero((zones.mask >> b) & 1)
        villages.append(net.village[net.back[zones.school[holds]] + b])
        columns.append(holds)
    if not villages:
        return np.empty(0, np.int64), np.empty(0, np.int64)
    return np.concatenate(villages), np.concatenate(columns)


def _matrix(net: Net, zones: Pool, crew: Ints, rows: Bools) -> tuple[csr_array, Ints]:
    """Return the matrix (villages marked in `rows`, then the crew) and those villages."""
    names = np.flatnonzero(rows)
    at = np.full(net.n, -1)
    at[names] = np.arange(len(names))
    turn = np.full(net.m, -1)
    turn[crew] = np.arange(len(crew))
    villages, columns = _held(net, zones)
    kept = at[villages] >= 0
    count = len(zones.school)
    where = (
        np.concatenate([at[villages[kept]], len(names) + turn[zones.school]]),
        np.concatenate([columns[kept], np.arange(count)]),
    )
    shape = (len(names) + len(crew), count)
    return csr_array((np.ones(len(where[0])), where), shape=shape), names


def _within(net: Net, zones: Pool, mine: Bools) -> Pool:
    """Return the zones that hold villages marked in `mine` only."""
    villages, columns = _held(net, zones)
    out = np.zeros(len(zones.school), bool)
    out[columns[~mine[villages]]] = True
    return Pool(zones.school[~out], zones.mask[~out], zones.excess[~out])


def _cheaper(zones: Pool, solved: Answer, before: int) -> bool:
    """Whether the chosen zones have less excess in all than `before`."""
    return not np.isnan(solved.value) and float(zones.excess @ np.rint(solved.x)) < before


def _read(net: Net, zones: Pool, x: np.ndarray) -> tuple[Ints, Ints]:
    """Return (villages, schools) of the chosen zones."""
    picked = np.flatnonzero(x > 0.5)
    chosen = Pool(zones.school[picked], zones.mask[picked], zones.excess[picked])
    villages, columns = _held(net, chosen)
    return villages, chosen.school[columns]
