"""Bills as linear expressions over the Hess model's columns.

Helper columns are pressed from below only: each may exceed what it stands for, never fall short.
That is enough where the expression is minimised or bounded from above.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

import numpy as np

from districting.model.partition import Floats, Ints
from districting.solve.partition.bills import Bill, Means, Window
from districting.solve.partition.program import Milp

Helpers = Callable[[], list[tuple[int, float]]]
"""Adds helper columns; returns each with the units that one of it stands for."""


@dataclass
class Charge:
    """``sum of values[i] * x[columns[i]] + constant``."""

    columns: list[Ints] = field(default_factory=list)
    values: list[Floats] = field(default_factory=list)
    constant: float = 0.0

    def add(self, columns: Ints | int, values: Floats | float) -> None:
        """Add terms; a single value holds for all columns."""
        where = np.atleast_1d(np.asarray(columns, np.int64))
        self.columns.append(where)
        self.values.append(np.broadcast_to(np.asarray(values, float), where.shape))

    def vector(self, model: Milp) -> Floats:
        """Return the coefficients of all columns of the model."""
        if not self.columns:
            return np.zeros(len(model.cost))
        where, what = np.concatenate(self.columns), np.concatenate(self.values)
        return np.bincount(where, what, minlength=len(model.cost)).astype(float)

    def into_objective(self, model: Milp) -> None:
        """Add the expression to what the model minimises."""
        model.cost = (np.asarray(model.cost) + self.vector(model)).tolist()
        model.offset += self.constant

    def at_most(self, model: Milp, upper: float) -> None:
        """Add the row that the expression is at most `upper`."""
        values = self.vector(model)
        where = np.flatnonzero(values)
        if len(where) == 0 and self.constant <= upper:
            model.limits.append((-1, 1.0))
            return
        scale = max(1e-12, float(np.abs(values).max(initial=0.0)))
        model.limits.append((len(model.rows.lower), scale))
        model.rows.add(where, values[where] / scale, -np.inf, (upper - self.constant) / scale)


def charge(model: Milp, bill: Bill) -> Charge:
    """Return the bill as an expression, its helper columns and rows added to the model."""
    total = Charge()
    units, candidates = np.nonzero((model.index >= 0) & (bill.cost != 0))
    total.add(model.index[units, candidates], bill.cost[units, candidates])
    for window in bill.windows:
        ends = (window.weights.tobytes(), window.lower.tobytes(), window.upper.tobytes())
        _priced(model, total, ("window", *ends), window.price, partial(bound_window, model, window))
    for mix in bill.mixes:
        columns = partial(_mix, model, mix.groups)
        _priced(model, total, ("mix", mix.groups.tobytes()), mix.price, columns)
        total.constant -= mix.price * len(np.unique(mix.groups))
    for means in bill.means:
        _means(model, means, total)
    for (u, v), price in zip(bill.pairs.tolist(), bill.pair_cost.tolist(), strict=True):
        if price > 0 and u != v:
            _priced(model, total, ("apart", u, v), price, partial(_apart, model, u, v))
    return total


def _priced(
    model: Milp, total: Charge, name: tuple[object, ...], price: float, make: Helpers
) -> None:
    """Add the helper columns of `name` at `price`, made by `make` where the model has none yet."""
    if name not in model.helpers:
        model.helpers[name] = make()
    for column, factor in model.helpers[name]:
        total.add(column, price * factor)


def bound_window(model: Milp, window: Window) -> list[tuple[int, float]]:
    """Add the rows of a window; return the columns, and units of each, that a priced one may use.

    A must has none.
    """
    slacks: list[tuple[int, float]] = []
    scale = max(1e-12, float(np.abs(window.weights).max(initial=0.0)))
    for j in np.flatnonzero(model.seat_column >= 0):
        members = np.flatnonzero(model.index[:, j] >= 0)
        weights = window.weights[members] / scale
        columns, y = model.index[members, j], model.seat_column[j]
        for end, sign in ((window.lower[j], 1.0), (window.upper[j], -1.0)):
            reach = np.minimum(sign * weights, 0.0).sum()
            if not np.isfinite(end) or reach >= sign * end / scale:
                continue
            row, value = np.append(columns, y), np.append(sign * weights, -sign * end / scale)
            if np.isfinite(window.price):
                slacks.append((model.column(np.inf, False), scale))
                row, value = np.append(row, slacks[-1][0]), np.append(value, 1.0)
            model.rows.add(row, value, 0.0, np.inf)
    return slacks


def incidence(model: Milp, groups: Ints, exact: bool) -> dict[tuple[int, int], int]:
    """Add z[g, j] >= x[u, j] for u in g (and z <= their sum where `exact`); return columns.

    The seat's own group needs no column of its own: it is there whenever the seat is.
    """
    columns: dict[tuple[int, int], int] = {}
    for j in np.flatnonzero(model.seat_column >= 0).tolist():
        home, inside = groups[model.arrays.seats[j]], model.index[:, j] >= 0
        for g in np.unique(groups[inside]).tolist():
            if g == home:
                columns[g, j] = int(model.seat_column[j])
                continue
            members = np.flatnonzero(inside & (groups == g))
            columns[g, j] = z = model.column(1.0, exact)
            for u in members:
                pair = np.array([model.index[u, j], z])
                model.rows.add(pair, np.array([1.0, -1.0]), -np.inf, 0.0)
            if exact:
                row = np.append(model.index[members, j], z)
                model.rows.add(row, np.append(np.ones(len(members)), -1.0), 0.0, np.inf)
    return columns


def _mix(model: Milp, groups: Ints) -> list[tuple[int, float]]:
    return [(column, 1.0) for column in incidence(model, groups, exact=False).values()]


def _apart(model: Milp, u: int, v: int) -> list[tuple[int, float]]:
    """Return the column that is 1 where u and v lie in two districts."""
    apart = model.column(1.0, False)
    for j in np.flatnonzero(model.index[u] >= 0).tolist():
        difference(model, u, v, j, -np.inf, apart)
    return [(apart, 1.0)]


def _means(model: Milp, means: Means, total: Charge) -> None:
    r"""Add the range of the districts' means, exact for integral x.

    All means lie between the least and the greatest ratio of a single unit, :math:`m` and
    :math:`M`. With :math:`h = \max - m` and :math:`l = M - \min`, products :math:`h x_{uj}` are
    linear as x is binary: :math:`\sum_u (p_u - m b_u) x_{uj} \le \sum_u b_u t_{uj}`,
    :math:`t_{uj} \le h`, :math:`t_{uj} \le (M - m) x_{uj}`; likewise for l. The range is
    :math:`h + l - (M - m)`.
    """
    rated = np.flatnonzero(means.base > 0)
    ratio = means.points[rated] / means.base[rated]
    low, high = float(ratio.min()), float(ratio.max())
    wide = high - low
    if wide <= 0:
        return
    above, below = model.column(wide, False), model.column(wide, False)
    total.add(np.array([above, below]), means.price)
    total.constant -= means.price * wide
    model.rows.add(np.array([above, below]), 1.0, wide, np.inf)
    scale = float(means.base.max())
    for j in np.flatnonzero(model.seat_column >= 0):
        mine = rated[model.index[rated, j] >= 0]
        x, base = model.index[mine, j], means.base[mine] / scale
        points = means.points[mine] / scale
        for end, over in ((above, points - low * base), (below, high * base - points)):
            shares = np.array([model.column(wide, False) for _ in mine], np.int64)
            row = np.concatenate([x, shares])
            model.rows.add(row, np.concatenate([over, -base]), -np.inf, 0.0)
            for share, column in zip(shares.tolist(), x.tolist(), strict=True):
                model.rows.add(np.array([share, end]), np.array([1.0, -1.0]), -np.inf, 0.0)
                model.rows.add(np.array([share, column]), np.array([1.0, -wide]), -np.inf, 0.0)


def difference(model: Milp, u: int, v: int, j: int, lower: float, apart: int | None = None) -> None:
    """Add ``lower <= x[u, j] - x[v, j] (- apart) <= 0``, with absent columns as 0."""
    terms = [(int(model.index[u, j]), 1.0), (int(model.index[v, j]), -1.0)]
    terms = [(column, value) for column, value in terms if column >= 0]
    if not terms or (apart is not None and model.index[u, j] < 0):
        return
    if apart is not None:
        terms.append((apart, -1.0))
    columns, values = zip(*terms, strict=True)
    model.rows.add(np.array(columns), np.array(values), lower, 0.0)
