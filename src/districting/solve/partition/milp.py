r"""The Hess model of a partition problem as one sparse mixed-integer program.

.. math::
    \min \sum_{uj} c_{uj} x_{uj} + \text{prices}, \qquad \sum_j x_{uj} = 1, \qquad
    x_{uj} \le y_j = x_{s_j j}, \qquad l_j y_j \le \sum_u w_u x_{uj} \le h_j y_j .

With contiguity every x[u, j] needs a neighbour of u in the same district unless u touches the
seat (the simplest separator); the other separators are added when a plan violates them.
"""

from __future__ import annotations

import numpy as np

from districting.model.partition import Floats, Ints
from districting.solve.mip import Rows
from districting.solve.partition.arrays import Arrays
from districting.solve.partition.charges import (
    bound_window,
    charge,
    difference,
    incidence,
)
from districting.solve.partition.program import Milp
from districting.solve.partition.types import Bools


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
        cost=[0.0] * count,
        lower=[0.0] * count,
        upper=[1.0] * count,
        integer=[True] * count,
        offset=0.0,
        rows=Rows(),
    )
    _assignment(model)
    _links(model)
    for window in arrays.windows:
        if np.isinf(window.price):
            bound_window(model, window)
    charge(model, arrays.bill).into_objective(model)
    for limit in arrays.limits:
        charge(model, limit.bill).at_most(model, limit.upper)
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
    """Add x[u, j] <= y_j, and x[u, j] <= its neighbours' sum where u does not touch the seat.

    A seat whose unit has nowhere else to go needs no link: it is open in every plan.
    """
    arrays = model.arrays
    sure = arrays.allowed[arrays.seats].sum(axis=1) == 1
    for u in range(arrays.n):
        near = arrays.indices[arrays.indptr[u] : arrays.indptr[u + 1]]
        for j in np.flatnonzero(arrays.allowed[u]).tolist():
            seat = arrays.seats[j]
            if u == seat:
                continue
            x, y = model.index[u, j], model.seat_column[j]
            if not sure[j]:
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


def _quotas(model: Milp) -> None:
    for quota in model.arrays.quotas:
        columns = incidence(model, quota.groups, exact=True)
        for g in np.unique(quota.groups):
            row = np.array([c for (group, _), c in columns.items() if group == g], np.int64)
            model.rows.add(row, 1.0, float(quota.count[g]), float(quota.count[g]))


def _pairs(model: Milp) -> None:
    arrays = model.arrays
    usable = np.flatnonzero(model.seat_column >= 0)
    for u, v in arrays.together:
        for j in usable.tolist():
            difference(model, u, v, j, 0.0)
    for u, v in arrays.apart:
        for j in usable[arrays.allowed[u, usable] & arrays.allowed[v, usable]]:
            row = np.array([model.index[u, j], model.index[v, j], model.seat_column[j]])
            model.rows.add(row, np.array([1.0, 1.0, -1.0]), -np.inf, 0.0)


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
