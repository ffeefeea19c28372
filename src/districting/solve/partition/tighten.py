"""The Hess model's linear program, tightened by roundings of its windows.

Prices on windows let a district take part of a unit to end exactly at its bound. Roundings know
that units are whole: with a county's seats given, a dozen rounds close more than half of what lies
between the linear program and the best plan.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import highspy
import numpy as np

from districting.model.partition import Floats, Ints
from districting.solve.highs import heed, make_model
from districting.solve.mip import Rows, cost_scale
from districting.solve.partition.arrays import Arrays
from districting.solve.partition.milp import build
from districting.solve.partition.program import Milp
from districting.solve.partition.rounding import rounded
from districting.solve.stop import Stop

ROUNDS = 16
SURE = 1e-8
"""Share of the value by which the bound is lowered for rounding errors."""
TIGHT = 1e-6

Row = tuple[Ints, Floats, float]
"""Columns, values and upper end."""


@dataclass(frozen=True, eq=False)
class Tight:
    """A bound on the plans that use the arcs it was made of, and what each arc adds to it.

    Parameters
    ----------
    value : float
        Infinite where there is no such plan.
    reduced : float array, shape (n, m)
        Reduced cost of each arc, infinite where barred.
    prices : float array, shape (limits,)
        What a unit more of each limit saves.
    """

    value: float
    reduced: Floats
    prices: Floats


def tightened(arrays: Arrays, stop: Stop) -> Tight:
    """Return the bound of the linear program of `arrays` without contiguity, and its prices."""
    model = build(replace(arrays, contiguous=False))
    whole, above = np.array(model.integer), _upper_columns(model)
    whole[above[above >= 0]] = True
    knapsacks = _knapsacks(model.rows)
    scale, size = cost_scale(model), len(model.cost)
    h = make_model(
        np.array(model.cost) * scale,
        np.array(model.lower),
        np.array(model.upper),
        model.rows.matrix(size),
        np.array(model.rows.lower),
        np.array(model.rows.upper),
    )
    heed(h, lambda: stop.due)
    nothing = np.zeros(len(model.limits))
    best = Tight(-np.inf, np.where(arrays.allowed, 0.0, np.inf), nothing)
    for number in range(ROUNDS + 1):
        h.run()
        if h.getModelStatus() == highspy.HighsModelStatus.kInfeasible:
            return replace(best, value=np.inf)
        if h.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return best
        value = h.getInfo().objective_function_value / scale + model.offset
        solution = h.getSolution()
        reduced = np.array(solution.col_dual) / scale
        inside = model.index >= 0
        duals = np.array(solution.row_dual) / scale
        best = Tight(
            value - SURE * abs(value),
            np.where(inside, reduced[model.index], np.inf),
            np.array([-duals[row] / factor if row >= 0 else 0.0 for row, factor in model.limits]),
        )
        x = np.maximum(np.array(solution.col_value), 0.0)
        if number == ROUNDS or not _cut(h, knapsacks, x, whole, above):
            return best
    return best


def _cut(h: highspy.Highs, knapsacks: list[Row], x: Floats, whole: Ints, above: Ints) -> int:
    """Add the rounding of each tight row that cuts off `x`; return their number."""
    added, alone = 0, np.full(len(above), -1)
    for columns, values, rhs in knapsacks:
        if values @ x[columns] < rhs - TIGHT * max(1.0, abs(rhs)):
            continue
        for links in (alone, above):
            found, factor, end = rounded(columns, values, rhs, x, whole, links)
            if len(found):
                where, back = np.unique(found, return_inverse=True)
                total = np.bincount(back, factor)
                h.addRow(-highspy.kHighsInf, end, len(where), where.astype(np.int32), total)
                added += 1
    return added


def _upper_columns(model: Milp) -> Ints:
    """Return for each whole column another that no plan needs to be less, or -1.

    It is 1 if any of the columns below it is: the model presses it down, so that it is whole too.
    """
    rows, above = model.rows, np.full(len(model.cost), -1, np.int64)
    pairs = [r for r, columns in enumerate(rows.columns) if len(columns) == 2]
    if pairs:
        columns = np.stack([rows.columns[r] for r in pairs])
        values = np.stack([rows.values[r] for r in pairs])
        below = values.argmax(axis=1)
        one, other = (np.take_along_axis(columns, c[:, None], 1)[:, 0] for c in (below, 1 - below))
        link = (np.array(rows.upper)[pairs] == 0) & (np.sort(values) == [-1.0, 1.0]).all(axis=1)
        link &= np.array(model.integer)[one] & (np.array(model.upper)[other] == 1.0)
        above[one[link]] = other[link]
    return above


def _knapsacks(rows: Rows) -> list[Row]:
    """Return the rows of unequal values, each end as an upper one."""
    found: list[Row] = []
    for columns, values, lower, upper in zip(
        rows.columns, rows.values, rows.lower, rows.upper, strict=True
    ):
        if len(columns) > 2 and np.ptp(np.abs(values)) > 0:
            found += [(columns, values, upper)] if np.isfinite(upper) else []
            found += [(columns, -values, -lower)] if np.isfinite(lower) else []
    return found
