"""Simulated annealing over contiguous partitions; every must is a price that grows if broken.

Deterministic by seed and step counts; the clock is looked at between chunks only.
"""

from __future__ import annotations

import numpy as np

from districting.model.partition import Floats, Ints, Unmixed
from districting.solve.partition.anneal_kernels import Data, State, anneal_chunk, total_price
from districting.solve.partition.arrays import Arrays
from districting.solve.partition.exact import NOTHING, Found, judged
from districting.solve.stop import Stop

CHUNK = 200_000
STEPS_A_UNIT = 4_000
COLD = 0.005
"""Last temperature, in typical unit prices."""
SHARPER = 6.0
REPAIRS = 4
NEAR = 64
"""Candidates of each unit that moves keep account of; under others it counts as barred."""


def move_price(arrays: Arrays, labels: Ints) -> float:
    """Return a typical price of one unit, the yardstick of temperatures and penalties.

    The mean cost of a unit in a grown plan; of a cut pair, or 1, where districts cost nothing.
    """
    if arrays.unpriced:
        return float(arrays.pair_cost.mean()) if arrays.pair_cost.any() else 1.0
    count = int(labels.max()) + 1
    totals = np.stack([arrays.cost[labels == k].sum(axis=0) for k in range(count)])
    inside = labels[arrays.seats][None, :] == np.arange(len(totals))[:, None]
    best = np.where(inside, totals, np.inf).min(axis=1)
    paid = float(best[np.isfinite(best)].sum()) / max(1, arrays.n)
    return paid if paid > 0 else float(arrays.cost.mean())


def to_data(arrays: Arrays, strictness: float, unit: float) -> Data:
    """Return the kernels' view of the problem; musts cost `strictness` typical prices `unit`."""
    n = arrays.n
    barrier = 10.0 * strictness * unit
    windows = arrays.windows
    price = np.array(
        [
            w.price
            if np.isfinite(w.price)
            else strictness * unit / max(float(np.abs(w.weights).mean()), 1e-12)
            for w in windows
        ]
    )
    musts = _forbidden_mixes(arrays)
    groups = [m.groups for m in arrays.mixes] + musts
    fee = [m.price for m in arrays.mixes] + [barrier] * len(musts)
    ends = np.concatenate([arrays.pairs, arrays.together, arrays.apart]).reshape(-1, 2)
    apart = np.concatenate(
        [arrays.pair_cost, np.full(len(arrays.together), barrier), np.zeros(len(arrays.apart))]
    )
    same = np.concatenate(
        [np.zeros(len(arrays.pairs) + len(arrays.together)), np.full(len(arrays.apart), barrier)]
    )
    order = np.argsort(np.concatenate([ends[:, 0], ends[:, 1]]), kind="stable")
    pair_ptr = np.zeros(n + 1, np.int64)
    np.cumsum(np.bincount(ends.ravel(), minlength=n), out=pair_ptr[1:])
    candidate = np.full(n, -1, np.int64)
    candidate[arrays.seats] = np.arange(arrays.m)
    near = _near(arrays)
    cost = np.full((n, arrays.m), barrier)
    listed = np.take_along_axis(np.where(arrays.allowed, arrays.cost, barrier), near, axis=1)
    np.put_along_axis(cost, near, listed, axis=1)
    return Data(
        indptr=arrays.indptr,
        indices=arrays.indices,
        cost=cost,
        near=near,
        far=barrier,
        weights=_stack([w.weights for w in windows], n),
        lower=_stack([w.lower for w in windows], arrays.m),
        upper=_stack([w.upper for w in windows], arrays.m),
        price=price.astype(float),
        must=np.array([np.isinf(w.price) for w in windows], bool),
        groups=np.stack(groups).astype(np.int64) if groups else np.empty((0, n), np.int64),
        fee=np.array(fee, float),
        points=_stack([x.points for x in arrays.means], n),
        base=_stack([x.base for x in arrays.means], n),
        range_price=np.array([x.price for x in arrays.means], float),
        pair_ptr=pair_ptr,
        pair_end=np.concatenate([ends[:, 1], ends[:, 0]])[order].astype(np.int64),
        if_apart=np.concatenate([apart, apart])[order],
        if_same=np.concatenate([same, same])[order],
        candidate=candidate,
        seat_unit=arrays.seats.astype(np.int64),
        contiguous=arrays.contiguous,
    )


def _near(arrays: Arrays) -> Ints:
    """Return the candidates that each unit's moves look at: its cheapest, or all."""
    if arrays.m <= NEAR or arrays.unpriced:
        return np.broadcast_to(np.arange(arrays.m), (arrays.n, arrays.m)).copy()
    ranked = np.where(arrays.allowed, arrays.cost, np.inf)
    own = np.arange(arrays.m)
    ranked[arrays.seats, own] = np.minimum(ranked[arrays.seats, own], -1.0)
    return np.argpartition(ranked, NEAR - 1, axis=1)[:, :NEAR].astype(np.int64)


def _forbidden_mixes(arrays: Arrays) -> list[Ints]:
    return [u.groups for u in arrays.problem.of(Unmixed) if u.price is None]


def _stack(rows: list[Floats], width: int) -> Floats:
    return np.stack(rows).astype(float) if rows else np.empty((0, width))


def _loads(weights: Floats, labels: Ints, count: int) -> Floats:
    """Return the sum of each row of `weights` over each district, shape (rows, count)."""
    rows = [np.bincount(labels, w, minlength=count) for w in weights]
    return np.stack(rows).astype(float) if rows else np.empty((0, count))


def to_state(data: Data, labels: Ints) -> State | None:
    """Return the state of a labelling, or None where a district has no seat candidate."""
    n, m = data.cost.shape
    count = int(labels.max()) + 1
    cells = (labels[:, None] * m + data.near).ravel()
    listed = np.take_along_axis(data.cost, data.near, axis=1).ravel()
    totals = np.bincount(cells, listed, minlength=count * m).astype(float).reshape(count, m)
    seen = np.bincount(cells, minlength=count * m).astype(np.int64).reshape(count, m)
    size = np.bincount(labels, minlength=count).astype(np.int64)
    most = int(data.groups.max(initial=0)) + 1
    held = np.zeros((len(data.groups), most, count), np.int64)
    for g, groups in enumerate(data.groups):
        np.add.at(held[g], (groups, labels), 1)
    inside = labels[data.seat_unit][None, :] == np.arange(count)[:, None]
    if not inside.any(axis=1).all():
        return None
    return State(
        labels=labels.astype(np.int64).copy(),
        size=size,
        seat=np.where(inside, totals + data.far * (size[:, None] - seen), np.inf)
        .argmin(axis=1)
        .astype(np.int64),
        totals=totals,
        seen=seen,
        load=_loads(data.weights, labels, count),
        held=held,
        points=_loads(data.points, labels, count),
        base=_loads(data.base, labels, count),
        stack=np.empty(n, np.int64),
        mark=np.zeros(n, np.int64),
    )


def anneal(
    arrays: Arrays,
    start: Ints,
    stop: Stop,
    seed: int,
    heat: float = 4.0,
    steps: int | None = None,
    strictness: float = 5.0,
) -> Found:
    """Return the best feasible plan of one annealing run from contiguous `start`.

    Parameters
    ----------
    heat : float
        First temperature in typical unit prices; the last is :data:`COLD`.
    steps : int, optional
        Moves tried; by default :data:`STEPS_A_UNIT` a unit.
    strictness : float
        First price of a must, in typical unit prices for breaking it by a typical unit's weight;
        :data:`SHARPER` times as much in each of :data:`REPAIRS` repairs if the plan breaks one.
    """
    labels, found = start, NOTHING
    for attempt in range(1 + REPAIRS):
        hot = heat if attempt == 0 else min(heat, 1.0)
        sharp = strictness * SHARPER**attempt
        labels, _ = cooled(arrays, labels, stop, seed + attempt, hot, steps, sharp)
        objective, seats, feasible = judged(arrays, labels)
        if feasible:
            found = Found(labels, seats, objective, 0.0)
        if feasible or stop.due:
            break
    return found


def cooled(
    arrays: Arrays,
    start: Ints,
    stop: Stop,
    seed: int,
    heat: float,
    steps: int | None = None,
    strictness: float = 5.0,
) -> tuple[Ints, float]:
    """Return the cheapest labels met from hot to cold, and their price; musts may be broken.

    Labels within every must window go before others. Parameters as in :func:`anneal`.
    """
    unit = move_price(arrays, start)
    data = to_data(arrays, strictness, unit)
    state = to_state(data, start)
    if state is None:
        return start, np.inf
    hot, cold = heat * unit, COLD * unit
    total = max(CHUNK, STEPS_A_UNIT * arrays.n if steps is None else steps)
    chunks = max(1, round(total / CHUNK))
    best, kept = state.labels.copy(), state.labels.copy()
    records = np.array([total_price(data, state), np.inf])
    for c in range(chunks):
        first = hot * (cold / hot) ** (c / chunks)
        last = hot * (cold / hot) ** ((c + 1) / chunks)
        if c:
            # From scratch each time, so that rounding does not pile up.
            state = to_state(data, state.labels)
            assert state is not None
        number = (seed * 1_000_003 + c) % 2**31
        anneal_chunk(data, state, first, last, CHUNK, number, best, kept, records)
        if stop.due:
            break
    return (kept, records[1]) if np.isfinite(records[1]) else (best, records[0])
