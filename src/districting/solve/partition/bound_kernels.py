"""Compiled inner problems of the Lagrangian bound, one a seat candidate."""

from __future__ import annotations

import numpy as np
from numba import njit

from districting.model.partition import Floats, Ints
from districting.solve.partition.types import Bools


@njit(cache=True)  # type: ignore[untyped-decorator]
def fill(
    first: int,
    last: int,
    unit: Ints,
    group: Ints,
    rest: Floats,
    weight: Floats,
    alpha: float,
    fee: float,
    seat: int,
    home: int,
    x: Floats,
) -> tuple[float, float]:
    """Choose the units of one district at the lowest reduced price.

    Arcs ``first … last`` are sorted by group; a group other than the seat's enters as a whole
    decision at `fee`. The seat's own unit is always in.

    Returns
    -------
    (float, float)
        Price (home fee included, window constant not) and load of the priced window.
    """
    price, load, p = 0.0, 0.0, first
    while p < last:
        q, part, weighs, g = p, 0.0, 0.0, group[p]
        while q < last and group[q] == g:
            v = unit[q]
            reduced = rest[q] + alpha * weight[v]
            if reduced < 0 or v == seat:
                part += reduced
                weighs += weight[v]
                x[q] = 1.0
            else:
                x[q] = 0.0
            q += 1
        if part + fee < 0 or g == home:
            price += part + fee
            load += weighs
        else:
            for r in range(p, q):
                x[r] = 0.0
        p = q
    return price, load


@njit(cache=True)  # type: ignore[untyped-decorator]
def slope(load: float, alpha: float, lower: float, upper: float) -> float:
    """Return the ascent direction of the dual at alpha: positive where it must grow."""
    if alpha > 0:
        return load - upper
    if alpha < 0:
        return load - lower
    if load > upper:
        return load - upper
    if load < lower:
        return load - lower
    return 0.0


@njit(cache=True)  # type: ignore[untyped-decorator]
def ends_price(alpha: float, lower: float, upper: float) -> float:
    """Return alpha times the end it presses against."""
    if alpha > 0:
        return alpha * upper
    if alpha < 0:
        return alpha * lower
    return 0.0


@njit(cache=True)  # type: ignore[untyped-decorator]
def hold(to: Floats, x: Floats, first: int, last: int) -> None:
    """Write arcs ``first … last`` of x into `to`; slices would be compiled three times as long."""
    for p in range(first, last):
        to[p] = x[p]


@njit(cache=True)  # type: ignore[untyped-decorator]
def inner(
    ptr: Ints,
    unit: Ints,
    group: Ints,
    cost: Floats,
    weights: Floats,
    lower: Floats,
    upper: Floats,
    limit: Floats,
    u: Floats,
    fee: float,
    seat_unit: Ints,
    home: Ints,
    alpha: Floats,
    step: Floats,
    active: int,
    used: Bools,
    worth: Floats,
    x: Floats,
) -> None:
    """Price the district of every candidate; raise its bound by window `active`'s multiplier.

    Parameters
    ----------
    alpha : float array, shape (b, m)
        Multipliers; row `active` is improved in place within ``±limit[active]``.
    step : float array, shape (b, m)
        First step of each search, kept from call to call.
    used : bool array, shape (m,)
        Candidates to price; the others are worth 0.
    worth : float array, shape (m,)
        Written: the lowest reduced price of each district.
    x : float array, shape (arcs,)
        Written: a convex combination of cheapest districts that meets the active window's end
        where the multiplier is not 0.
    """
    count, windows = len(seat_unit), len(limit)
    rest, low, high = np.empty(len(unit)), np.empty(len(unit)), np.empty(len(unit))
    nothing = np.zeros(len(u))
    for j in range(count):
        first, last, fixed = ptr[j], ptr[j + 1], 0.0
        if first == last or not used[j]:
            worth[j] = 0.0
            for p in range(first, last):
                x[p] = 0.0
            continue
        for p in range(first, last):
            rest[p] = cost[p] - u[unit[p]]
        for b in range(windows):
            if b != active and alpha[b, j] != 0:
                fixed -= ends_price(alpha[b, j], lower[b, j], upper[b, j])
                for p in range(first, last):
                    rest[p] += alpha[b, j] * weights[b, unit[p]]
        if windows == 0:
            price, _ = fill(
                first, last, unit, group, rest, nothing, 0.0, fee, seat_unit[j], home[j], x
            )
            worth[j] = price
            continue
        weight, lo, up = weights[active], lower[active, j], upper[active, j]
        floor = -limit[active] if lo > -np.inf else 0.0
        ceiling = limit[active] if up < np.inf else 0.0
        a = min(max(alpha[active, j], floor), ceiling)
        price, load = fill(first, last, unit, group, rest, weight, a, fee, seat_unit[j], home[j], x)
        best, at = price - ends_price(a, lo, up), a
        go = slope(load, a, lo, up)
        if go != 0:
            # Walk until the slope turns, then halve the bracket.
            left, right, stride, forward = a, a, step[active, j], go > 0
            load_left, load_right, turned = load, load, False
            hold(low, x, first, last)
            hold(high, x, first, last)
            for _ in range(40):
                if turned:
                    if right - left <= 1e-3 * step[active, j]:
                        break
                    a = 0.5 * (left + right)
                elif forward:
                    a = min(right + stride, ceiling)
                    stride *= 2.0
                else:
                    a = max(left - stride, floor)
                    stride *= 2.0
                crossing = not turned and ((at < 0 < a) or (a < 0 < at))
                if crossing:
                    a = 0.0
                price, load = fill(
                    first, last, unit, group, rest, weight, a, fee, seat_unit[j], home[j], x
                )
                value, go = price - ends_price(a, lo, up), slope(load, a, lo, up)
                if value > best:
                    best, at = value, a
                if go > 0:
                    left, load_left = a, load
                    hold(low, x, first, last)
                    if not turned and not forward:
                        turned = True
                elif go < 0:
                    right, load_right = a, load
                    hold(high, x, first, last)
                    if not turned and forward:
                        turned = True
                else:
                    hold(low, x, first, last)
                    hold(high, x, first, last)
                    load_left, load_right = load, load
                    break
                if not turned and a in (ceiling, floor) and not crossing:
                    break
            step[active, j] = max(
                0.25 * step[active, j],
                min(4.0 * step[active, j], abs(at - alpha[active, j]) + 1e-9),
            )
            end = up if at > 0 else lo
            share = 0.5
            if load_left != load_right and at != 0:
                share = min(1.0, max(0.0, (end - load_right) / (load_left - load_right)))
            for p in range(first, last):
                x[p] = share * low[p] + (1.0 - share) * high[p]
        alpha[active, j] = at
        worth[j] = best + fixed
