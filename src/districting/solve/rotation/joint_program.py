"""Linear programs of moves of several periods, sifted: columns join while they would help."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import highspy
import numpy as np
from scipy import sparse

from districting.model.rotation import Bools, Floats, Ints
from districting.model.runs import least_of_each
from districting.solve.highs import add_columns, add_rows, heed, make_model
from districting.solve.rotation.joint import Joint, Limits, rows_of

NEGATIVE = 1e-7
FEW = 3
"""Moves of a class, and to a cell in a period, that join at a time."""
RISE = 1e-5
"""Share by which further rows must raise the optimum for more of them to be looked for."""


@dataclass(frozen=True, eq=False)
class JointProgram:
    """Minimise ``cost x`` with ``matrix x <= high``, ``0 <= x <= top``: moves, then units.

    Units are whole units at work and the last, partly needed unit of cells in periods; those that
    cost nothing are left out. `constant` is what is uncovered without any unit, `price` a guess of
    the rows' duals.
    """

    count: int
    cost: Floats
    top: Floats
    matrix: sparse.csc_array
    high: Floats
    constant: float
    price: Floats


def program_of(joint: Joint, toll: Floats) -> JointProgram:
    """Return the program in which each move costs its `toll`, shape (moves,)."""
    matrix, high, (period, cell) = rows_of(joint)
    count = len(joint.to)
    need, load, weight = (v[cell] for v in (joint.need, joint.load, joint.weight))
    full = np.floor(need / load + 1e-9)
    rest = np.round(need - full * load, 9)
    have = joint.have[period, cell]
    price = np.zeros(len(high))
    price[: len(cell)] = -weight * np.where(have < full, load, np.where(have == full, rest, 0.0))
    cost = np.r_[toll, -weight * load, -weight * rest]
    top = np.r_[joint.size[joint.which], full, np.ones(len(cell))].astype(float)
    used = np.flatnonzero((cost < 0) | (np.arange(len(cost)) < count))
    left = joint.missing(joint.have)
    untouched = float(left.sum() - left[period, cell].sum())
    return JointProgram(
        count,
        cost[used],
        top[used],
        sparse.csc_array(matrix)[:, used],
        high,
        float(weight @ need) + untouched,
        price,
    )


@dataclass(frozen=True, eq=False)
class Sifted:
    """A linear optimum.

    Parameters
    ----------
    bound : float
        What prices prove; see :func:`sift`.
    reduced : float array, shape (moves,)
        Reduced costs, at least 0.
    active : bool array, shape (moves,)
        Moves that joined.
    moving : float array, shape (moves,)
    price : float array
        Of the further rows, at most 0.
    """

    bound: float
    reduced: Floats
    active: Bools
    moving: Floats
    price: Floats


def sift(
    joint: Joint, program: JointProgram, interrupted: Callable[[], bool], limits: Limits
) -> Sifted | None:
    """Return the linear optimum; None once interrupted.

    Moves join while their reduced costs say that they would help, then those of the further rows
    `limits` that the optimum breaks, while they raise it. All columns are bounded, so whatever the
    row prices are, their dual value is a bound, and that is what is returned.
    """
    count, cost, columns, size = program.count, program.cost, program.matrix, len(program.high)
    active = np.arange(len(cost)) >= count
    active[_joining(joint, cost - columns.T @ program.price, active)] = True
    order = np.flatnonzero(active)
    begin = sparse.csr_array(columns[:, order])
    low = np.full(size, -np.inf)
    h = make_model(cost[order], None, program.top[order], begin, low, program.high)
    heed(h, interrupted)
    matrix, most = limits
    used, before = np.empty(0, dtype=np.int64), -np.inf
    while True:
        h.run()
        if interrupted() or h.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        solution = h.getSolution()
        price = np.minimum(np.array(solution.row_dual, dtype=float), 0.0)
        reduced = cost - columns.T @ price[:size]
        reduced[:count] -= matrix[used].T @ price[size:]
        new = _joining(joint, reduced, active)
        if len(new):
            further = matrix[used][:, new]
            part = sparse.csc_array(sparse.vstack([columns[:, new], further]))
            add_columns(h, cost[new], np.zeros(len(new)), program.top[new], part)
            active[new], order = True, np.r_[order, new]
            continue
        moving = np.zeros(len(cost))
        moving[order] = solution.col_value
        now = float(cost @ moving) + program.constant
        broken = np.setdiff1d(np.flatnonzero(matrix @ moving[:count] > most + NEGATIVE), used)
        if len(broken) and now - before > RISE * abs(now):
            units = sparse.csr_array((len(broken), len(cost) - count))
            rows = sparse.hstack([matrix[broken], units], format="csr")
            add_rows(h, np.full(len(broken), -np.inf), most[broken], rows[:, order])
            used, before = np.r_[used, broken], now
            continue
        dual = float(price @ np.r_[program.high, most[used]])
        dual += float(np.minimum(reduced[count:], 0.0) @ program.top[count:])
        dual += _least_moves(joint, np.minimum(reduced[:count], 0.0))
        prices = np.zeros(len(most))
        prices[used] = price[size:]
        least = np.maximum(reduced[:count], 0.0)
        return Sifted(dual + program.constant, least, active[:count], moving[:count], prices)


def _least_moves(joint: Joint, reduced: Floats) -> float:
    """Return the least that moves can add at these reduced costs, none above 0: class by class."""
    least = np.zeros(len(joint.size))
    np.minimum.at(least, joint.which, reduced)
    return float(least @ joint.size)


def _joining(joint: Joint, reduced: Floats, active: Bools) -> Ints:
    """Return the moves to take in: of each class, and to each cell and period, the best few."""
    moves = np.flatnonzero((reduced[: len(joint.to)] < -NEGATIVE) & ~active[: len(joint.to)])
    cell = joint.to * len(joint.have) + joint.when
    return np.union1d(*(least_of_each(key, reduced, FEW, moves) for key in (joint.which, cell)))
