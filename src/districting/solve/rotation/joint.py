r"""Moves of several periods together: a linear bound on what all periods leave uncovered.

Agents whose cells and open periods are the same are one class; with :math:`x_{cdk}` of class c
leaving for cell d in period k,

.. math::
    \sum_{dk} x_{cdk} \le \text{size}_c, \qquad
    n_{ek} = \text{have}_{ek} + \sum_x \delta_{ek} x, \qquad
    \min \sum_{ek} w_e \max(0, h_e - L_e n_{ek}),

with :math:`\delta` what a move changes in each period until it ends. The program is a relaxation:
a class may go wherever one of its members may (no more than those who may), and limits that depend
on earlier moves are taken at the loosest that these allow.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import highspy
import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from districting.model.rotation import Bools, Floats, Ints
from districting.solve.highs import heed, make_model

NEGATIVE = 1e-7
FEW = 3
"""Moves of a class, and to a cell in a period, that join at a time."""


@dataclass(frozen=True, eq=False)
class Joint:
    """Classes of agents, their possible moves, and what cells need in each period.

    Parameters
    ----------
    home : int array, shape (classes, periods)
        Cell of a class while it does not move; -1 when it is not there.
    size : int array, shape (classes,)
    which, to, when, most : int array, shape (moves,)
        Class, target cell (-1: one that is never short), period, and how many members may.
    have : int array, shape (periods, cells)
        Numbers if nobody moves.
    need, load, weight : float array, shape (cells,)
        Each unit of a number covers `load` of the need until less is left; what is not covered
        costs its weight.
    floor : float array, shape (cells,)
        A period's moves do not take a cell below this, or farther below it.
    lasting : int
        Periods after which whoever moved is back.
    """

    home: Ints
    size: Ints
    which: Ints
    to: Ints
    when: Ints
    most: Ints
    have: Ints
    need: Floats
    load: Floats
    weight: Floats
    floor: Floats
    lasting: int

    @property
    def origin(self) -> Ints:
        """Cell that each move leaves, shape (moves,)."""
        return self.home[self.which, self.when]

    def effects(self, period: int) -> tuple[Ints, Ints, Ints]:
        """Return move, cell and sign of what moves change in the numbers of a period."""
        usual = self.home[self.which, period]
        there = (self.when <= period) & (usual >= 0)
        now = np.where(period < self.when + self.lasting, self.to, self.origin)
        moved = np.flatnonzero(there & (now != usual))
        into = moved[now[moved] >= 0]
        sign = np.r_[np.ones(len(into), dtype=np.int64), -np.ones(len(moved), dtype=np.int64)]
        return np.r_[into, moved], np.r_[now[into], usual[moved]], sign

    def missing(self, have: Ints | Floats) -> Floats:
        """Return what numbers `have` (cells last) leave uncovered, weighted; same shape."""
        left: Floats = self.weight * np.maximum(0.0, self.need - self.load * have)
        return left

    def part(self, classes: Ints, cells: Ints) -> Joint:
        """Return the problem of some classes on the only cells that they touch."""
        moves = np.flatnonzero(np.isin(self.which, classes))
        number = np.full(self.have.shape[1] + 1, -1, dtype=np.int64)
        number[cells] = np.arange(len(cells))
        return Joint(
            number[self.home[classes]],
            self.size[classes],
            np.searchsorted(classes, self.which[moves]),
            number[self.to[moves]],
            self.when[moves],
            self.most[moves],
            self.have[:, cells],
            self.need[cells],
            self.load[cells],
            self.weight[cells],
            self.floor[cells],
            self.lasting,
        )


def solve_joint(joint: Joint, interrupted: Callable[[], bool] = lambda: False) -> float:
    """Return a proven lower bound on what all periods leave uncovered; -inf where there is none.

    Cells between which nobody moves (other subjects, other stages) are programs of their own.
    Nothing is proven once `interrupted` says so.
    """
    cells = joint.have.shape[1]
    ends = [joint.to, *joint.home[joint.which].T]
    pairs = [(joint.origin[e >= 0], e[e >= 0]) for e in ends]
    row, column = (np.concatenate(side) for side in zip(*pairs, strict=True))
    graph = sparse.coo_array((np.ones(len(row)), (row, column)), shape=(cells, cells))
    _, group = connected_components(graph, directed=False)
    own = group[joint.origin]
    of = np.full(len(joint.size), -1, dtype=np.int64)
    of[joint.which] = own
    bound = 0.0
    alone = np.ones(cells, dtype=bool)
    for number in np.unique(own).tolist():
        here = np.flatnonzero(group == number)
        alone[here] = False
        bound += _solve_part(joint.part(np.flatnonzero(of == number), here), interrupted)
    return bound + float(joint.missing(joint.have)[:, alone].sum())


def _solve_part(joint: Joint, interrupted: Callable[[], bool]) -> float:
    """Solve one program by sifting: moves join while their reduced costs say that they would help.

    Notes
    -----
    Columns: moves, whole units at work, the last, partly needed unit. All are bounded, so whatever
    the row prices are, their dual value is a bound, and that is what is returned.
    """
    matrix, high, at = _rows(joint)
    period, cell = at
    columns, count = sparse.csc_array(matrix), len(joint.to)
    need, load, weight = (v[cell] for v in (joint.need, joint.load, joint.weight))
    full = np.floor(need / load + 1e-9)
    rest = np.round(need - full * load, 9)
    cost = np.r_[np.zeros(count), -weight * load, -weight * rest]
    top = np.r_[joint.most, full, np.ones(len(cell))].astype(float)
    have = joint.have[period, cell]
    price = np.zeros(len(high))
    price[: len(cell)] = -weight * np.where(have < full, load, np.where(have == full, rest, 0.0))
    active = np.arange(len(cost)) >= count
    active[_joining(joint, cost - columns.T @ price, active)] = True
    order = np.flatnonzero(active)
    start = sparse.csr_array(columns[:, order])
    h = make_model(cost[order], None, top[order], start, np.full(len(high), -np.inf), high)
    heed(h, interrupted)
    while True:
        h.run()
        if interrupted() or h.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return -np.inf
        price = np.minimum(np.array(h.getSolution().row_dual, dtype=float), 0.0)
        reduced = cost - columns.T @ price
        new = _joining(joint, reduced, active)
        if not len(new):
            dual = float(price @ high + np.minimum(reduced[count:], 0.0) @ top[count:])
            dual += _least_moves(joint, np.minimum(reduced[:count], 0.0))
            left = joint.missing(joint.have)
            untouched = float(left.sum() - left[period, cell].sum())
            return dual + float(weight @ need) + untouched
        part = columns[:, new]
        h.addCols(
            len(new), cost[new], np.zeros(len(new)), top[new], part.nnz,
            part.indptr[:-1].astype(np.int32), part.indices.astype(np.int32), part.data,
        )  # fmt: skip
        active[new] = True


def _least_moves(joint: Joint, reduced: Floats) -> float:
    """Return the least that moves can add at these reduced costs: column by column, or by class."""
    each = np.zeros(len(joint.size))
    np.add.at(each, joint.which, reduced * joint.most)
    least = np.zeros(len(joint.size))
    np.minimum.at(least, joint.which, reduced)
    return float(np.maximum(each, least * joint.size).sum())


def _joining(joint: Joint, reduced: Floats, active: Bools) -> Ints:
    """Return the moves to take in: of each class, and to each cell and period, the best few."""
    moves = np.flatnonzero((reduced[: len(joint.to)] < -NEGATIVE) & ~active[: len(joint.to)])
    found = [moves[:0]]
    for key in (joint.which, joint.to * len(joint.have) + joint.when):
        order = moves[np.lexsort((reduced[moves], key[moves]))]
        first = np.r_[True, key[order][1:] != key[order][:-1]][: len(order)]
        begin = np.maximum.accumulate(np.where(first, np.arange(len(order)), 0))
        found.append(order[np.arange(len(order)) - begin < FEW])
    return np.unique(np.concatenate(found))


def _rows(joint: Joint) -> tuple[sparse.csr_array, Floats, tuple[Ints, Ints]]:
    """Return all rows, as ``matrix x <= high``, and period and cell of the numbers in them."""
    size, moves = joint.have.shape[1], len(joint.to)
    effects = [joint.effects(k) for k in range(len(joint.have))]
    period = np.repeat(np.arange(len(effects)), [len(e[0]) for e in effects])
    move, cell, sign = (np.concatenate(part) for part in zip(*effects, strict=True))
    keys, row = np.unique(period * size + cell, return_inverse=True)
    numbers = sparse.csr_array((-sign.astype(float), (row.ravel(), move)), shape=(len(keys), moves))
    once = sparse.csr_array(
        (np.ones(moves), (joint.which, np.arange(moves))), shape=(len(joint.size), moves)
    )
    floors, spare = _floors(joint, period, move, cell, sign)
    units = sparse.eye_array(len(keys), format="csr")
    matrix = sparse.block_array(
        [[numbers, units, units], [once, None, None], [floors, None, None]], format="csr"
    )
    high = np.r_[joint.have.ravel()[keys], joint.size, spare].astype(float)
    return sparse.csr_array(matrix), high, (keys // size, keys % size)


def _floors(
    joint: Joint, period: Ints, move: Ints, cell: Ints, sign: Ints
) -> tuple[sparse.csr_array, Floats]:
    """Return rows that keep each cell at its floor, as ``out - in - came <= spare``.

    A cell may give what it has above its floor. Before a period's moves it has at most what it
    would have if nobody moved, and who came in earlier periods.
    """
    size = joint.have.shape[1]
    spare = np.maximum(0.0, joint.have - joint.floor).ravel()
    leaving = np.zeros(len(spare))
    np.add.at(leaving, joint.when * size + joint.origin, joint.most)
    rows = np.flatnonzero(leaving > spare)
    number = np.full(len(spare), -1, dtype=np.int64)
    number[rows] = np.arange(len(rows))
    counted = (sign > 0) | (joint.when[move] == period)
    row = number[period * size + cell]
    kept = counted & (row >= 0)
    entries = (-sign[kept].astype(float), (row[kept], move[kept]))
    return sparse.csr_array(entries, shape=(len(rows), len(joint.to))), spare[rows]
