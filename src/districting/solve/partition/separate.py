"""Separators that a plan with scattered districts violates, and rows that forbid a plan."""

from __future__ import annotations

import numpy as np

from districting.model.partition import Ints
from districting.solve.partition.arrays import Arrays
from districting.solve.partition.kernels import pieces, separator
from districting.solve.partition.milp import allowed_at, cut
from districting.solve.partition.program import Milp


def scattered(arrays: Arrays, labels: Ints, seats: Ints) -> list[tuple[int, Ints]]:
    """Return (district, units) of every piece that its district's seat does not touch."""
    if not arrays.contiguous:
        return []
    piece = pieces(arrays.indptr, arrays.indices, labels)
    home = piece[arrays.seats[seats]]
    away = np.unique(piece[piece != home[labels]])
    return [(int(labels[np.argmax(piece == p)]), np.flatnonzero(piece == p)) for p in away]


def add_cuts(model: Milp, labels: Ints, seats: Ints) -> int:
    """Add the violated separators of all scattered pieces; return their number.

    A piece cut off from its own seat is likely to be tried with other seats next, so its units
    get their separators from every candidate outside the piece.
    """
    arrays, added = model.arrays, 0
    for _, units in scattered(arrays, labels, seats):
        inside = np.zeros(arrays.n, bool)
        inside[units] = True
        for j in np.flatnonzero(model.seat_column >= 0):
            if inside[arrays.seats[j]]:
                continue
            usable = allowed_at(model, int(j))
            mine = units[usable[units]]
            if len(mine) == 0:
                continue
            kept = separator(arrays.indptr, arrays.indices, inside, int(arrays.seats[j]), usable)
            columns = model.index[np.flatnonzero(kept), j]
            for u in mine:
                cut(model, int(u), int(j), columns)
                added += 1
    return added


def forbid(model: Milp, labels: Ints, seats: Ints) -> None:
    """Add the row that no plan has exactly these districts with these seats.

    Used where a solver's tolerance let a plan through that breaks a must.
    """
    columns = model.index[np.arange(model.arrays.n), seats[labels]]
    model.rows.add(columns, 1.0, -np.inf, float(len(columns) - 1))
