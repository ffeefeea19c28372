r"""Moves of several periods together, and what all periods leave uncovered.

Agents whose cells and possible moves are the same are one class; with :math:`x_{cdk}` of class c
leaving for cell d in period k,

.. math::
    \sum_{dk} x_{cdk} \le \text{size}_c, \qquad
    n_{ek} = \text{have}_{ek} + \sum_x \delta_{ek} x, \qquad
    \min \sum_{ek} w_e \max(0, h_e - L_e n_{ek}),

with :math:`\delta` what a move changes in each period until it ends, and x whole numbers. A limit
that depends on earlier moves (a floor that is not fallen below any further) is taken at the loosest
that these allow, so that the program is a relaxation. Limits of whole places are rows of their own:
they alone tie cells of a place together between which nobody moves.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from districting.model.rotation import Floats, Ints

Limits = tuple[sparse.csr_array, Floats]
"""Rows ``matrix x <= most`` over the moves."""


@dataclass(frozen=True, eq=False)
class Joint:
    """Classes of agents, their possible moves, and what cells need in each period.

    Parameters
    ----------
    home : int array, shape (classes, periods)
        Cell of a class while it does not move; -1 when it is not there.
    size : int array, shape (classes,)
    which, to, when : int array, shape (moves,)
        Class, target cell and period.
    have : int array, shape (periods, cells)
        Numbers if nobody moves.
    need, load, weight : float array, shape (cells,)
        Each unit of a number covers `load` of the need until less is left; what is not covered
        costs its weight.
    floor, ceiling : float array, shape (cells,)
        A period's moves do not take a cell below or above these, or farther so; infinite for none.
    share : float
        Of a cell's number before a period's moves at most this leaves, rounded down, or one; 1 for
        no such limit.
    lasting : int
        Periods after which whoever moved is back.
    place : int array, shape (cells,)
        Place of each cell.
    spare, room : float array, shape (periods, places)
        How far a place's number, if nobody moves, is above its least and below its most. A period's
        moves do not take a place beyond these, or farther so; infinite for no such limit.
    """

    home: Ints
    size: Ints
    which: Ints
    to: Ints
    when: Ints
    have: Ints
    need: Floats
    load: Floats
    weight: Floats
    floor: Floats
    ceiling: Floats
    share: float
    lasting: int
    place: Ints
    spare: Floats
    room: Floats

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
        sign = np.repeat(np.array([1, -1]), len(moved))
        return np.r_[moved, moved], np.r_[now[moved], usual[moved]], sign

    def numbers(self, moving: Ints) -> Ints:
        """Return the numbers, shape (periods, cells), when so many go by each move."""
        found = self.have.copy()
        for period, row in enumerate(found):
            move, cell, sign = self.effects(period)
            np.add.at(row, cell, sign * moving[move])
        return found

    def missing(self, have: Ints | Floats) -> Floats:
        """Return what numbers `have` (cells last) leave uncovered, weighted; same shape."""
        left: Floats = self.weight * np.maximum(0.0, self.need - self.load * have)
        return left

    def parts(self) -> Iterator[tuple[Ints, Ints, Ints]]:
        """Yield classes, moves and cells of the problems that do not touch each other.

        Between cells of other subjects or stages nobody moves.
        """
        cells = self.have.shape[1]
        ends = [self.to, *self.home[self.which].T]
        pairs = [(self.origin[e >= 0], e[e >= 0]) for e in ends]
        row, column = (np.concatenate(side) for side in zip(*pairs, strict=True))
        graph = sparse.coo_array((np.ones(len(row)), (row, column)), shape=(cells, cells))
        _, group = connected_components(graph, directed=False)
        own = group[self.origin]
        of = np.full(len(self.size), -1, dtype=np.int64)
        of[self.which] = own
        for number in np.unique(own).tolist():
            yield (
                np.flatnonzero(of == number),
                np.flatnonzero(own == number),
                np.flatnonzero(group == number),
            )

    def part(self, classes: Ints, moves: Ints, cells: Ints) -> Joint:
        """Return the problem of some classes and their moves on the only cells that they touch."""
        number = np.full(self.have.shape[1] + 1, -1, dtype=np.int64)
        number[cells] = np.arange(len(cells))
        return Joint(
            number[self.home[classes]],
            self.size[classes],
            np.searchsorted(classes, self.which[moves]),
            number[self.to[moves]],
            self.when[moves],
            self.have[:, cells],
            self.need[cells],
            self.load[cells],
            self.weight[cells],
            self.floor[cells],
            self.ceiling[cells],
            self.share,
            self.lasting,
            self.place[cells],
            self.spare,
            self.room,
        )


def rows_of(joint: Joint) -> tuple[sparse.csr_array, Floats, tuple[Ints, Ints]]:
    """Return all rows but those of places, ``matrix x <= high``, and period and cell of numbers."""
    size, moves = joint.have.shape[1], len(joint.to)
    period, move, cell, sign = _effects(joint)
    keys, row = np.unique(period * size + cell, return_inverse=True)
    numbers = sparse.csr_array((-sign.astype(float), (row.ravel(), move)), shape=(len(keys), moves))
    once = sparse.csr_array(
        (np.ones(moves), (joint.which, np.arange(moves))), shape=(len(joint.size), moves)
    )
    levels = _levels(joint, np.arange(size), joint.have - joint.floor, joint.ceiling - joint.have)
    limits = [*levels, *_caps(joint)]
    units = sparse.eye_array(len(keys), format="csr")
    matrix = sparse.block_array(
        [
            [numbers, units, units],
            [once, None, None],
            *([limit, None, None] for limit, _ in limits),
        ],
        format="csr",
    )
    high = np.r_[joint.have.ravel()[keys], joint.size, *(most for _, most in limits)].astype(float)
    return sparse.csr_array(matrix), high, (keys // size, keys % size)


def place_rows(joint: Joint) -> Limits:
    """Return the rows of whole places, as ``matrix x <= most`` over the moves."""
    limits = [*_levels(joint, joint.place, joint.spare, joint.room)]
    matrix = sparse.csr_array(sparse.vstack([rows for rows, _ in limits]))
    return matrix, np.concatenate([most for _, most in limits])


def _effects(joint: Joint) -> tuple[Ints, Ints, Ints, Ints]:
    """Return period, move, cell and sign of all that moves change in the numbers."""
    effects = [joint.effects(k) for k in range(len(joint.have))]
    period = np.repeat(np.arange(len(effects)), [len(e[0]) for e in effects])
    move, cell, sign = (np.concatenate(part) for part in zip(*effects, strict=True))
    return period, move, cell, sign


def _levels(joint: Joint, of: Ints, spare: Floats, room: Floats) -> Iterator[Limits]:
    """Yield rows that keep levels at their floors, as ``away - came <= spare``, and the ceilings.

    Away are those whose move from the level lasts, came whoever moved to it so far, spare what a
    period up to now has above the floor. Where a period's moves take more than they bring, the
    level is at its floor at least: away <= have - floor + those of came who are there. Otherwise
    ``away - came`` does not grow. Likewise ``there - left <= room`` below the ceiling.

    Parameters
    ----------
    of : int array, shape (cells,)
        Level of each cell: the cell itself, or its place.
    spare, room : float array, shape (periods, levels)
        How far each is above its floor and below its ceiling if nobody moves.
    """
    periods, size = spare.shape
    period, move, cell, sign = _effects(joint)
    ever = [np.flatnonzero(joint.when <= k) for k in range(periods)]
    since, start = np.concatenate(ever), np.repeat(size * np.arange(periods), [*map(len, ever)])
    away = (sign < 0) & (cell == joint.origin[move])
    there = (sign > 0) & (cell == joint.to[move])
    for counted, other, free in ((away, joint.to, spare), (there, joint.origin, room)):
        most = np.maximum.accumulate(np.maximum(0.0, free)).ravel()
        more = move[counted], period[counted] * size + of[cell[counted]]
        yield _limits(joint, more, (since, start + of[other[since]]), np.ones(len(most)), most)


def _caps(joint: Joint) -> Iterator[Limits]:
    """Yield rows that cap who leaves each cell in a period, as ``out - slope * there <= most``.

    There are those who came before and are there still: each lets the cap grow by the slope at
    most, which is the steepest that its rounding down allows.
    """
    if joint.share >= 1:
        return
    size, periods = joint.have.shape[1], len(joint.have)
    more = np.arange(len(joint.to)), joint.when * size + joint.origin
    period = np.arange(periods)[:, None]
    stays = (joint.when < period) & (period < joint.when + joint.lasting)
    start, there = np.nonzero(stays)
    most = _capped(joint.share, joint.have.ravel())
    steps = range(1, 1 + math.ceil(1 / joint.share))
    slope = np.max(
        [(_capped(joint.share, joint.have.ravel() + n) - most) / n for n in steps], axis=0
    )
    yield _limits(joint, more, (there, start * size + joint.to[there]), slope, most)


def _capped(share: float, number: Ints) -> Floats:
    return np.maximum(1.0, np.floor(np.round(share * number, 9)))


def _limits(
    joint: Joint, more: tuple[Ints, Ints], less: tuple[Ints, Ints], slope: Floats, most: Floats
) -> Limits:
    """Return rows ``sum of more - slope * sum of less <= most`` where `more` could exceed it.

    Parameters
    ----------
    more, less : tuple of int arrays
        Moves, and the row of each.
    slope, most : float array, shape (rows,)
    """
    reach = np.bincount(more[1], joint.size[joint.which[more[0]]], minlength=len(most))
    rows = np.flatnonzero(reach > most)
    number = np.full(len(most), -1, dtype=np.int64)
    number[rows] = np.arange(len(rows))
    row, column = number[np.r_[more[1], less[1]]], np.r_[more[0], less[0]]
    value = np.r_[np.ones(len(more[0])), -slope[less[1]]]
    kept = row >= 0
    entries = (value[kept], (row[kept], column[kept]))
    return sparse.csr_array(entries, shape=(len(rows), len(joint.to))), most[rows]
