"""The simplex basis that stands at a set of moves: from a good plan the optimum is near.

Each row has one basic column: an agent's row the arc used, a convex row the step that its number
has come to, an elastic row that is missed its slack, any other row its own. In that order the basis
is triangular, so nothing has to be solved to find it.
"""

from __future__ import annotations

import highspy
import numpy as np
from scipy import sparse

from districting.model.rotation import Bools, Floats, Ints
from districting.model.runs import starts
from districting.solve.rotation.program import Program

_STATUS = (
    highspy.HighsBasisStatus.kLower,
    highspy.HighsBasisStatus.kBasic,
    highspy.HighsBasisStatus.kUpper,
)
LOWER, BASIC, UPPER = range(3)
MISSED = 1e-6


def basis_at(
    program: Program,
    matrix: sparse.csr_array,
    low: Floats,
    high: Floats,
    rows: Ints,
    order: Ints,
    chosen: Ints,
) -> highspy.HighsBasis:
    """Return the basis at the moves `chosen`, which may break rules.

    Parameters
    ----------
    matrix : scipy.sparse.csr_array, shape (m, n)
        The program's rows, then any others.
    low, high : float array, shape (m,)
    rows, order : int array, shape (r,) and (k,)
        Rows and columns of the linear program. A row whose basic column is not in it has its own.
    chosen : int array
        At most one arc an agent.
    """
    column, row = np.full(program.columns, LOWER), np.full(len(low), BASIC)
    x = np.zeros(program.columns)
    x[chosen], column[chosen] = 1.0, BASIC
    row[program.home[chosen]] = UPPER
    steps = np.arange(program.arcs, program.slack)
    tie = program.home[steps]
    full, at, x[steps] = _filled(program, (low - matrix @ x)[tie])
    column[steps[full]], column[steps[at]] = UPPER, BASIC
    row[tie[at]] = LOWER
    slacks = np.arange(program.slack, program.columns)
    limit = program.home[slacks]
    total, raises = (
        (matrix @ x)[limit],
        program.by_column.data[program.by_column.indptr[slacks]] > 0,
    )
    missed = np.where(raises, low[limit] - total, total - high[limit]) > MISSED
    column[slacks[missed]] = BASIC
    row[limit[missed]] = np.where(raises, LOWER, UPPER)[missed]
    absent = column == BASIC
    absent[order] = False
    row[program.home[absent]] = BASIC
    basis = highspy.HighsBasis()
    basis.col_status = [_STATUS[s] for s in column[order].tolist()]
    basis.row_status = [_STATUS[s] for s in row[rows].tolist()]
    basis.valid = True
    return basis


def _filled(program: Program, need: Floats) -> tuple[Bools, Bools, Floats]:
    """Return which steps are full, which each row has come to, and the value of each, shape (k,).

    Parameters
    ----------
    need : float array, shape (k,)
        Of the row of each step.
    """
    steps = slice(program.arcs, program.slack)
    row, width, before = program.home[steps], program.upper[steps], program.before
    first = starts(row)
    begun = first | (before <= need + MISSED)
    full = begun & np.r_[(begun & ~first)[1:], False]
    at = begun & ~full
    return full, at, np.where(full, width, np.where(at, need - before, 0.0))
