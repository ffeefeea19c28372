"""Compiled moves of the annealing: one unit changes district, everything kept up to date.

A move's price change is computed with the present seats; after an accepted move both districts
take their cheapest seat, which can only lower the price.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from districting.model.partition import Floats, Ints
from districting.solve.compiled import copy, kernel
from districting.solve.partition.types import Bools

BARRED = 1e18
NOBODY = np.int64(-1)
"""No unit. Kernels are compiled again for a number that stands in the code."""


class Data(NamedTuple):
    """What does not change: b windows, g mixes; pairs in CSR form, both ways."""

    indptr: Ints
    indices: Ints
    cost: Floats  # (n, m); `far` where the candidate is not among the unit's near ones
    near: Ints  # (n, w) candidates near each unit
    far: float
    weights: Floats  # (b, n)
    lower: Floats  # (b, m)
    upper: Floats  # (b, m)
    price: Floats  # (b,)
    must: Bools  # (b,)
    groups: Ints  # (g, n)
    fee: Floats  # (g,)
    points: Floats  # (r, n)
    base: Floats  # (r, n)
    range_price: Floats  # (r,)
    pair_ptr: Ints
    pair_end: Ints
    if_apart: Floats  # price of lying in two districts
    if_same: Floats  # price of lying in one
    candidate: Ints  # (n,) seat candidate of each unit, -1 for none
    seat_unit: Ints  # (m,)
    contiguous: bool


class State(NamedTuple):
    """What moves change, for K districts."""

    labels: Ints
    size: Ints  # (K,)
    seat: Ints  # (K,)
    totals: Floats  # (K, m) cost of each district under each seat, of units near it
    seen: Ints  # (K, m) units near it
    load: Floats  # (b, K)
    held: Ints  # (g, groups, K) units of each group in each district
    points: Floats  # (r, K)
    base: Floats  # (r, K)
    stack: Ints
    mark: Ints


@kernel  # type: ignore[untyped-decorator]
def window_price(d: Data, b: int, load: float, j: int) -> float:
    """Return the price of one district's load under seat j."""
    if load < d.lower[b, j]:
        return float(d.price[b] * (d.lower[b, j] - load))
    if load > d.upper[b, j]:
        return float(d.price[b] * (load - d.upper[b, j]))
    return 0.0


@kernel  # type: ignore[untyped-decorator]
def windows_price(d: Data, s: State, k: int, j: int, v: int, sign: float) -> float:
    """Return the price of district k's loads after `sign` times unit v, under seat j."""
    total = 0.0
    for b in range(len(d.price)):
        total += window_price(d, b, s.load[b, k] + sign * d.weights[b, v], j)
    return total


@kernel  # type: ignore[untyped-decorator]
def range_price(d: Data, s: State, r: int, v: int, a: int, b: int) -> float:
    """Return the price of the range of district means after unit v moved from a to b (-1: none)."""
    low, high = np.inf, -np.inf
    for k in range(len(s.seat)):
        points, base = s.points[r, k], s.base[r, k]
        if v >= 0 and k == a:
            points -= d.points[r, v]
            base -= d.base[r, v]
        elif v >= 0 and k == b:
            points += d.points[r, v]
            base += d.base[r, v]
        if base > 1e-9:
            low = min(low, points / base)
            high = max(high, points / base)
    return float(d.range_price[r] * max(0.0, high - low)) if high >= low else 0.0


@kernel  # type: ignore[untyped-decorator]
def seat_total(d: Data, s: State, k: int, j: int) -> float:
    """Return the cost of district k under seat j."""
    return float(s.totals[k, j] + d.far * (s.size[k] - s.seen[k, j]))


@kernel  # type: ignore[untyped-decorator]
def cheapest_seat(d: Data, s: State, k: int, without: int) -> int:
    """Return the cheapest seat inside district k once unit `without` left; -1 if none.

    Only candidates near the present seat are looked at.
    """
    best, found = np.inf, -1
    here = d.seat_unit[s.seat[k]]
    for p in range(d.near.shape[1]):
        j = d.near[here, p]
        unit = d.seat_unit[j]
        if s.labels[unit] == k and unit != without:
            total = seat_total(d, s, k, j)
            if without >= 0:
                total -= d.cost[without, j]
            if total < best or (total == best and j < found):
                best, found = total, j
    return found


@kernel  # type: ignore[untyped-decorator]
def change(d: Data, s: State, v: int, a: int, b: int) -> float:
    """Return the price change of moving v from district a to b; BARRED where impossible."""
    old_a, old_b = s.seat[a], s.seat[b]
    new_a = old_a
    if d.candidate[v] == old_a:
        new_a = cheapest_seat(d, s, a, v)
        if new_a < 0:
            return BARRED
    delta = seat_total(d, s, a, new_a) - seat_total(d, s, a, old_a)
    delta += d.cost[v, old_b] - d.cost[v, new_a]
    delta += windows_price(d, s, a, new_a, v, -1.0) - windows_price(d, s, a, old_a, v, 0.0)
    delta += windows_price(d, s, b, old_b, v, 1.0) - windows_price(d, s, b, old_b, v, 0.0)
    for g in range(len(d.fee)):
        group = d.groups[g, v]
        if s.held[g, group, a] == 1:
            delta -= d.fee[g]
        if s.held[g, group, b] == 0:
            delta += d.fee[g]
    for r in range(len(d.range_price)):
        if d.base[r, v] > 0:
            delta += range_price(d, s, r, v, a, b) - range_price(d, s, r, NOBODY, a, b)
    for p in range(d.pair_ptr[v], d.pair_ptr[v + 1]):
        other = s.labels[d.pair_end[p]]
        if other == a:
            delta += d.if_apart[p] - d.if_same[p]
        elif other == b:
            delta += d.if_same[p] - d.if_apart[p]
    return float(delta)


@kernel  # type: ignore[untyped-decorator]
def move(d: Data, s: State, v: int, a: int, b: int) -> float:
    """Move v from district a to b; return the price change of better seats found on the way."""
    s.labels[v] = b
    s.size[a] -= 1
    s.size[b] += 1
    for p in range(d.near.shape[1]):
        j = d.near[v, p]
        s.totals[a, j] -= d.cost[v, j]
        s.totals[b, j] += d.cost[v, j]
        s.seen[a, j] -= 1
        s.seen[b, j] += 1
    for w in range(len(d.price)):
        s.load[w, a] -= d.weights[w, v]
        s.load[w, b] += d.weights[w, v]
    for g in range(len(d.fee)):
        s.held[g, d.groups[g, v], a] -= 1
        s.held[g, d.groups[g, v], b] += 1
    for r in range(len(d.range_price)):
        s.points[r, a] -= d.points[r, v]
        s.points[r, b] += d.points[r, v]
        s.base[r, a] -= d.base[r, v]
        s.base[r, b] += d.base[r, v]
    extra = 0.0
    for k in (a, b):
        old, new = s.seat[k], cheapest_seat(d, s, k, NOBODY)
        if d.candidate[v] == old and k == a:
            s.seat[k] = new  # counted in `change` already
        elif new != old:
            gain = seat_total(d, s, k, new) + windows_price(d, s, k, new, v, 0.0)
            gain -= seat_total(d, s, k, old) + windows_price(d, s, k, old, v, 0.0)
            if gain < 0:
                s.seat[k] = new
                extra += gain
    return extra


@kernel  # type: ignore[untyped-decorator]
def holds_without(d: Data, s: State, v: int, stamp: int) -> bool:
    """Return whether v's district stays in one piece, and not empty, without v."""
    own = s.labels[v]
    need, first = 0, -1
    for p in range(d.indptr[v], d.indptr[v + 1]):
        if s.labels[d.indices[p]] == own:
            need += 1
            first = d.indices[p]
            s.mark[first] = -stamp  # a neighbour still to be reached
    if need <= 1:
        return need == 1
    s.stack[0] = first
    s.mark[first] = stamp
    need -= 1
    head, tail = 0, 1
    while head < tail:
        x = s.stack[head]
        head += 1
        for p in range(d.indptr[x], d.indptr[x + 1]):
            y = d.indices[p]
            if y == v or s.labels[y] != own or s.mark[y] == stamp:
                continue
            if s.mark[y] == -stamp:
                need -= 1
                if need == 0:
                    return True
            s.mark[y] = stamp
            s.stack[tail] = y
            tail += 1
    return False


@kernel  # type: ignore[untyped-decorator]
def total_price(d: Data, s: State) -> float:
    """Return the whole price of a state, penalties included."""
    total = 0.0
    for k in range(len(s.seat)):
        total += seat_total(d, s, k, s.seat[k]) + windows_price(d, s, k, s.seat[k], NOBODY, 0.0)
        for g in range(len(d.fee)):
            for t in range(s.held.shape[1]):
                if s.held[g, t, k] > 0:
                    total += d.fee[g]
    for r in range(len(d.range_price)):
        total += range_price(d, s, r, NOBODY, NOBODY, NOBODY)
    for v in range(len(s.labels)):
        for p in range(d.pair_ptr[v], d.pair_ptr[v + 1]):
            same = s.labels[v] == s.labels[d.pair_end[p]]
            total += 0.5 * (d.if_same[p] if same else d.if_apart[p])
    return total


@kernel  # type: ignore[untyped-decorator]
def musts_hold(d: Data, s: State) -> bool:
    """Return whether every district lies within every must window."""
    for b in range(len(d.price)):
        if d.must[b]:
            for k in range(len(s.seat)):
                if window_price(d, b, s.load[b, k], s.seat[k]) > 1e-6 * d.price[b]:
                    return False
    return True


@kernel  # type: ignore[untyped-decorator]
def anneal_chunk(
    d: Data,
    s: State,
    hot: float,
    cold: float,
    steps: int,
    seed: int,
    best: Ints,
    kept: Ints,
    records: Floats,
) -> None:
    """Anneal in place from temperature `hot` to `cold`.

    Parameters
    ----------
    best, kept : int arrays, shape (n,)
        Written: the cheapest labels, and the cheapest that hold every must window.
    records : float array, shape (2,)
        Their prices so far, updated.
    """
    np.random.seed(seed)  # noqa: NPY002  (numba's own generator)
    n, count = len(s.labels), len(s.seat)
    price, temperature, stamp = total_price(d, s), hot, 0
    s.mark[:] = 0
    for step in range(steps):
        if step % 256 == 0:
            temperature = hot * (cold / hot) ** (step / steps)
        v = np.random.randint(n)  # noqa: NPY002
        degree = d.indptr[v + 1] - d.indptr[v]
        a = s.labels[v]
        if d.contiguous:
            if degree == 0:
                continue
            b = s.labels[d.indices[d.indptr[v] + np.random.randint(degree)]]  # noqa: NPY002
        else:
            b = np.random.randint(count)  # noqa: NPY002
        if a == b or s.size[a] == 1:
            continue
        delta = change(d, s, v, a, b)
        if delta > 0 and np.random.random() >= np.exp(-delta / temperature):  # noqa: NPY002
            continue
        if delta >= BARRED:
            continue
        if d.contiguous:
            stamp += 1
            if not holds_without(d, s, v, stamp):
                continue
        price += delta + move(d, s, v, a, b)
        if price < records[0] - 1e-9 * abs(records[0]):
            records[0] = price
            copy(best, s.labels)
        if price < records[1] - 1e-9 * abs(price) and musts_hold(d, s):
            records[1] = price
            copy(kept, s.labels)
