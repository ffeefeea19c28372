r"""Mixed-integer rounding of a knapsack row, compiled.

For :math:`\sum_k a_k x_k \le b` over columns in {0, 1}, some complemented, and any
:math:`\delta > 0`, with :math:`\beta = b / \delta` and its fraction f, every plan keeps

.. math::
    \sum_k F(a_k / \delta) \, x_k \le \lfloor \beta \rfloor, \qquad
    F(s) = \lfloor s \rfloor + \frac{\max(0, s - \lfloor s \rfloor - f)}{1 - f}

(Marchand and Wolsey 2001). A column at its variable upper bound, x = z with z fractional, is looked
at as z less a shortfall, so that what units of one group have in common is rounded with z.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from districting.model.partition import Floats, Ints
from districting.solve.partition.types import Bools

EPS = 1e-6
LEAST, MOST = 0.01, 0.99
"""Fractions of the right-hand side between which a rounding is worth the while."""
VIOLATED = 1e-3
"""Distance from the linear program's plan beyond which a cut is kept."""


@njit(cache=True)  # type: ignore[untyped-decorator]
def rounded(
    columns: Ints, values: Floats, rhs: float, x: Floats, whole: Bools, above: Ints
) -> tuple[Ints, Floats, float]:
    """Return the rounding of ``values x <= rhs`` that cuts off `x` farthest, empty if none does.

    Parameters
    ----------
    columns, values : arrays, shape (k,)
        The row.
    x : float array
        Values of all columns, at least 0; those of whole ones at most 1.
    whole : bool array
        Columns that are 0 or 1.
    above : int array
        A whole column that each is at most, or -1.

    Returns
    -------
    (int array, float array, float)
        Columns, among them some twice, their values, and the right-hand side.
    """
    count, others, slack = len(columns), 0, 0.0
    item, short = np.empty(2 * count, np.int64), np.zeros(2 * count, np.bool_)
    a, at = np.empty(2 * count), np.empty(2 * count)
    k = 0
    for p in range(count):
        c = columns[p]
        if not whole[c]:
            if values[p] < 0:
                slack += values[p] * x[c]
                others += 1
            continue
        z = above[c]
        item[k], a[k], at[k] = c, values[p], x[c]
        if z >= 0 and EPS < x[z] < 1 - EPS and x[c] >= x[z] - EPS:
            short[k], a[k], at[k] = True, -values[p], max(0.0, x[z] - x[c])
            k += 1
            item[k], a[k], at[k] = z, values[p], x[z]
            for q in range(k):
                if item[q] == z and not short[q]:
                    a[q] += values[p]
                    k -= 1
                    break
        k += 1
    item, short, a, at = item[:k], short[:k], a[:k], at[:k]
    delta, flip = _best(a, at, rhs, slack)
    if delta == 0.0:
        return np.empty(0, np.int64), np.empty(0), 0.0
    found, factor = np.empty(2 * k + others, np.int64), np.empty(2 * k + others)
    end, part = _end(a, flip, rhs, delta)
    n = 0
    for q in range(k):
        step = _step((-a[q] if flip[q] else a[q]) / delta, part)
        if flip[q]:
            end -= step
            step = -step
        found[n], factor[n] = item[q], -step if short[q] else step
        n += 1
        if short[q]:
            found[n], factor[n] = above[item[q]], step
            n += 1
    for p in range(count):
        if not whole[columns[p]] and values[p] < 0:
            found[n], factor[n] = columns[p], values[p] / (delta * (1 - part))
            n += 1
    return found[:n], factor[:n], end


@njit(cache=True)  # type: ignore[untyped-decorator]
def _best(a: Floats, at: Floats, rhs: float, slack: float) -> tuple[float, Bools]:
    """Return the divisor and the complemented columns of the best rounding, divisor 0 if none."""
    nearer = at > 0.5
    fractional = np.flatnonzero((at > EPS) & (at < 1 - EPS))
    fractional = fractional[np.argsort(np.abs(at[fractional] - 0.5))]
    best, divisor, chosen = VIOLATED, 0.0, nearer
    for r in fractional:
        delta, flip = abs(a[r]), nearer.copy()
        if delta <= EPS:
            continue
        mine = _distance(a, at, flip, rhs, slack, delta)
        for q in fractional:
            flip[q] = not flip[q]
            value = _distance(a, at, flip, rhs, slack, delta)
            if value > mine:
                mine = value
            else:
                flip[q] = not flip[q]
        if mine > best:
            best, divisor, chosen = mine, delta, flip
    return divisor, chosen


@njit(cache=True)  # type: ignore[untyped-decorator]
def _distance(a: Floats, at: Floats, flip: Bools, rhs: float, slack: float, delta: float) -> float:
    """Return how far the rounding cuts off the present plan, 0 where there is none."""
    end, part = _end(a, flip, rhs, delta)
    if part < LEAST or part > MOST:
        return 0.0
    over, square = slack / (delta * (1 - part)) - end, 0.0
    for q in range(len(a)):
        step = _step((-a[q] if flip[q] else a[q]) / delta, part)
        over += step * (1 - at[q] if flip[q] else at[q])
        square += step * step
    return float(over / np.sqrt(max(square, EPS)))


@njit(cache=True)  # type: ignore[untyped-decorator]
def _end(a: Floats, flip: Bools, rhs: float, delta: float) -> tuple[float, float]:
    """Return the whole part and the fraction of the right-hand side by `delta`."""
    for q in range(len(a)):
        if flip[q]:
            rhs -= a[q]
    end = np.floor(rhs / delta)
    return end, rhs / delta - end


@njit(cache=True)  # type: ignore[untyped-decorator]
def _step(s: float, part: float) -> float:
    whole = np.floor(s)
    return float(whole + max(0.0, s - whole - part) / (1 - part))
