r"""The Hess model of a partition problem as one sparse mixed-integer program.

.. math::
    \min \sum_{uj} c_{uj} x_{uj} + \text{prices}, \qquad \sum_j x_{uj} = 1, \qquad
    x_{uj} \le y_j = x_{s_j j}, \qquad l_j y_j \le \sum_u w_u x_{uj} \le h_j y_j .

With contiguity every x[u, j] needs a neighbour of u in the same district unless u touches the
seat (the simplest separator); the other separators are added when a plan violates them.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from districting.model.partition import Floats, Ints
from districting.solve.partition.arrays import Arrays, Window
from districting.solve.partition.types import Bools


@dataclass
class Rows:
    """Rows ``lower <= a x <= upper`` collected one by one."""

    columns: list[Ints] = field(default_factory=list)
    values: list[Floats] = field(default_factory=list)
    lower: list[float] = field(default_factory=list)
    upper: list[float] = field(default_factory=list)

    def add(self, columns: Ints, values: Floats | float, lower: float, upper: float) -> None:
        """Add one row; equal columns are summed."""
        where = np.asarray(columns, np.int64)
        what = np.broadcast_to(np.asarray(values, float), where.shape)
        unique, back = np.unique(where, return_inverse=True)
        if len(unique) < len(where):
            where, what = unique, np.bincount(back, what, minlength=len(unique))
        self.columns.append(where)
        self.values.append(np.asarray(what, float))
        self.lower.append(lower)
        self.upper.append(upper)


@dataclass
class Milp:
    """Minimise ``cost x + offset`` under `rows`; see :func:`build`.

    Parameters
    ----------
    arrays : Arrays
    index : int array, shape (n, m)
        Column of x[u, j], -1 where not allowed.
    seat_column : int array, shape (m,)
        Column of y_j, -1 where candidate j cannot be a seat.
    cost, lower, upper : float array
    integer : bool array
    offset : float
    rows : Rows
    """

    arrays: Arrays
    index: Ints
    seat_column: Ints
    cost: list[float]
    lower: list[float]
    upper: list[float]
    integer: list[bool]
    offset: float
    rows: Rows

    def column(self, cost: float, upper: float, integer: bool) -> int:
        """Add a column and return its number."""
        self.cost.append(cost)
        self.lower.append(0.0)
        self.upper.append(upper)
        self.integer.append(integer)
        return len(self.cost) - 1


def build(arrays: Arrays) -> Milp:
    """Return the Hess model of `arrays`; contiguity beyond neighbour rows is left to cuts."""
    units, candidates = np.nonzero(arrays.allowed)
    index = np.full(arrays.allowed.shape, -1, np.int64)
    index[units, candidates] = np.arange(len(units))
    count = len(units)
    model = Milp(
        arrays=arrays,
        index=index,
        seat_column=index[arrays.seats, np.arange(arrays.m)],
        cost=list(arrays.cost[units, candidates]),
        lower=[0.0] * count,
        upper=[1.0] * count,
        integer=[True] * count,
        offset=0.0,
        rows=Rows(),
    )
    _assignment(model)
    _links(model)
    for window in arrays.windows:
        _window(model, window)
    _mixes(model)
    _quotas(model)
    _pairs(model)
    if arrays.unpriced:
        _lowest_seat(model)
    return model


def _assignment(model: Milp) -> None:
    arrays = model.arrays
    for u in range(arrays.n):
        columns = model.index[u][arrays.allowed[u]]
        model.rows.add(columns, 1.0, 1.0, 1.0)
    usable = model.seat_column[model.seat_column >= 0]
    model.rows.add(usable, 1.0, float(arrays.least), float(arrays.most))


def _links(model: Milp) -> None:
    """Add x[u, j] <= y_j, and x[u, j] <= its neighbours' sum where u does not touch the seat."""
    arrays = model.arrays
    for u in range(arrays.n):
        near = arrays.indices[arrays.indptr[u] : arrays.indptr[u + 1]]
        for j in np.flatnonzero(arrays.allowed[u]).tolist():
            seat = arrays.seats[j]
            if u == seat:
                continue
            x, y = model.index[u, j], model.seat_column[j]
            model.rows.add(np.array([x, y]), np.array([1.0, -1.0]), -np.inf, 0.0)
            if arrays.contiguous and seat not in near:
                steps = model.index[near, j]
                cut(model, u, j, steps[steps >= 0])


def cut(model: Milp, u: int, j: int, columns: Ints) -> None:
    """Add x[u, j] <= sum of `columns` (a separator of u from seat j)."""
    model.rows.add(
        np.append(columns, model.index[u, j]),
        np.append(np.full(len(columns), -1.0), 1.0),
        -np.inf,
        0.0,
    )


def _window(model: Milp, window: Window) -> None:
    arrays = model.arrays
    scale = max(1e-12, float(np.abs(window.weights).max(initial=0.0)))
    for j in np.flatnonzero(model.seat_column >= 0):
        members = np.flatnonzero(arrays.allowed[:, j])
        weights = window.weights[members] / scale
        columns, y = model.index[members, j], model.seat_column[j]
        for end, sign in ((window.lower[j], 1.0), (window.upper[j], -1.0)):
            reach = np.minimum(sign * weights, 0.0).sum()
            if not np.isfinite(end) or reach >= sign * end / scale:
                continue
            row, value = np.append(columns, y), np.append(sign * weights, -sign * end / scale)
            if np.isfinite(window.price):
                slack = model.column(window.price * scale, np.inf, False)
                row, value = np.append(row, slack), np.append(value, 1.0)
            model.rows.add(row, value, 0.0, np.inf)


def _incidence(model: Milp, groups: Ints, price: float, exact: bool) -> dict[tuple[int, int], int]:
    """Add z[g, j] >= x[u, j] for u in g (and z <= their sum where `exact`); return columns."""
    arrays = model.arrays
    columns: dict[tuple[int, int], int] = {}
    for j in np.flatnonzero(model.seat_column >= 0):
        home = groups[arrays.seats[j]]
        for g in np.unique(groups[arrays.allowed[:, j]]):
            members = np.flatnonzero(arrays.allowed[:, j] & (groups == g))
            if g == home:
                model.cost[model.seat_column[j]] += price
                columns[int(g), int(j)] = int(model.seat_column[j])
                continue
            z = model.column(price, 1.0, exact)
            columns[int(g), int(j)] = z
            for u in members:
                pair = np.array([model.index[u, j], z])
                model.rows.add(pair, np.array([1.0, -1.0]), -np.inf, 0.0)
            if exact:
                row = np.append(model.index[members, j], z)
                model.rows.add(row, np.append(np.ones(len(members)), -1.0), 0.0, np.inf)
    return columns


def _mixes(model: Milp) -> None:
    for mix in model.arrays.mixes:
        if mix.price > 0:
            _incidence(model, mix.groups, mix.price, exact=False)
            model.offset -= mix.price * len(np.unique(mix.groups))


def _quotas(model: Milp) -> None:
    for quota in model.arrays.quotas:
        columns = _incidence(model, quota.groups, 0.0, exact=True)
        for g in np.unique(quota.groups):
            row = np.array([c for (group, _), c in columns.items() if group == g], np.int64)
            model.rows.add(row, 1.0, float(quota.count[g]), float(quota.count[g]))


def _pairs(model: Milp) -> None:
    arrays = model.arrays
    usable = np.flatnonzero(model.seat_column >= 0)
    for u, v in arrays.together:
        for j in usable.tolist():
            _difference(model, u, v, j, 0.0, 0.0, None)
    for u, v in arrays.apart:
        for j in usable[arrays.allowed[u, usable] & arrays.allowed[v, usable]]:
            row = np.array([model.index[u, j], model.index[v, j], model.seat_column[j]])
            model.rows.add(row, np.array([1.0, 1.0, -1.0]), -np.inf, 0.0)
    for (u, v), price in zip(arrays.pairs, arrays.pair_cost, strict=True):
        if price > 0 and u != v:
            apart = model.column(float(price), 1.0, False)
            for j in usable.tolist():
                _difference(model, u, v, j, -np.inf, 0.0, apart)


def _difference(
    model: Milp, u: int, v: int, j: int, lower: float, upper: float, apart: int | None
) -> None:
    """Add lower <= x[u, j] - x[v, j] (- apart) <= upper, with absent columns as 0."""
    terms = [(model.index[u, j], 1.0), (model.index[v, j], -1.0)]
    terms = [(column, value) for column, value in terms if column >= 0]
    if not terms or (apart is not None and model.index[u, j] < 0):
        return
    if apart is not None:
        terms.append((apart, -1.0))
    columns, values = zip(*terms, strict=True)
    model.rows.add(np.array(columns), np.array(values), lower, upper)


def _lowest_seat(model: Milp) -> None:
    """Break the tie between seats that cost the same: a district's seat is its lowest candidate.

    Only candidates that may hold the same units within the same windows are interchangeable.
    """
    arrays = model.arrays
    ends = [end for w in arrays.windows for end in (w.lower, w.upper)]
    kinds = np.concatenate([arrays.allowed.T, *[end[:, None] for end in ends]], axis=1)
    _, kind = np.unique(kinds, axis=0, return_inverse=True)
    for i in range(arrays.m):
        for j in range(i + 1, arrays.m):
            column = model.index[arrays.seats[i], j]
            if column >= 0 and kind[i] == kind[j]:
                model.upper[column] = 0.0


def start_values(model: Milp, labels: Ints, seats: Ints) -> Floats:
    """Return the x columns of a labelling as a start; helper columns are left to the solver."""
    x = np.zeros(int(model.index.max(initial=-1)) + 1)
    columns = model.index[np.arange(model.arrays.n), seats[labels]]
    x[columns[columns >= 0]] = 1.0
    return x


def read_labels(model: Milp, x: Floats) -> tuple[Ints, Ints]:
    """Return (labels, seats) of an integral x; a unit goes to its largest entry."""
    values = np.where(model.index >= 0, x[np.maximum(model.index, 0)], -1.0)
    choice = values.argmax(axis=1)
    seats, labels = np.unique(choice, return_inverse=True)
    return labels.astype(np.int64), seats.astype(np.int64)


def allowed_at(model: Milp, j: int) -> Bools:
    """Return the units that may lie in the district of candidate j."""
    usable: Bools = model.index[:, j] >= 0
    return usable
