"""Rows on the same number become one row, or limits of its steps; arcs that a row bars are closed.

Floor, ceiling and shortage of a subject at a school count the same teachers. Steps fill in order,
so a number's limits are limits of its steps.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy import sparse

from districting.model.rotation import Bools, Floats, Ints
from districting.model.runs import start_of, starts
from districting.solve.rotation.program import Program

NEAR = 1e-9


def merged(program: Program) -> Program:
    """Return a program with the same whole plans, steps in order, and fewer rows."""
    arcs = program.arcs
    matrix = sparse.csr_array(program.matrix[:, :arcs])
    lower, upper = program.lower.copy(), program.upper.copy()
    low, high = program.low.copy(), program.high.copy()
    size = np.diff(matrix.indptr)
    tied, plain = (np.zeros(len(low), dtype=bool) for _ in range(2))
    tied[program.home[arcs : program.slack]] = True
    plain[np.setdiff1d(np.flatnonzero(size), program.home)] = True
    single = np.flatnonzero(plain & (size == 1))
    arc, value = matrix.indices[matrix.indptr[single]], matrix.data[matrix.indptr[single]]
    idle = (low[single] <= NEAR) & (high[single] >= -NEAR)  # nobody has to use the arc
    usable = (low[single] <= value + NEAR) & (value <= high[single] + NEAR)
    upper[arc[idle & ~usable]] = 0.0
    plain[single[idle]] = False
    dropped = np.zeros(len(low), dtype=bool)
    dropped[single[idle]] = True
    base, rest, sign = _parallel(matrix, np.flatnonzero(plain | (tied & (size > 0))), tied)
    least = np.where(sign > 0, low[rest], -high[rest])
    most = np.where(sign > 0, high[rest], -low[rest])
    dropped[rest] = True
    flat = ~tied[base]
    np.maximum.at(low, base[flat], least[flat])
    np.minimum.at(high, base[flat], most[flat])
    # Steps less what arcs change make the offset, which is both limits of the row.
    fewest, largest = np.full(len(low), -np.inf), np.full(len(low), np.inf)
    of, offset = base[~flat], program.low[base[~flat]]
    np.maximum.at(fewest, of, offset - most[~flat])
    np.minimum.at(largest, of, offset - least[~flat])
    program = replace(program, lower=lower, upper=upper, low=low, high=high)
    limit_steps(program, lower, upper, np.ceil(fewest - NEAR), np.floor(largest + NEAR))
    kept = np.flatnonzero(~dropped)
    return replace(
        program,
        matrix=sparse.csr_array(program.matrix[kept]),
        low=low[kept],
        high=high[kept],
        gates=program.gates[kept],
        labels=program.labels[kept],
    )


def limit_steps(
    program: Program, lower: Floats, upper: Floats, fewest: Floats, most: Floats
) -> None:
    """Narrow the limits of steps, in place, to what numbers between `fewest` and `most` use.

    Parameters
    ----------
    lower, upper : float array, shape (n,)
    fewest, most : float array, shape (m,)
        Whole, by row, what its steps come to; infinite where nothing is known.
    """
    steps = slice(program.arcs, program.slack)
    row, before, width = program.home[steps], program.before, program.upper[steps]
    full = np.clip(fewest[row] - before, 0.0, width)
    open_ = np.clip(most[row] - before, 0.0, width)
    lower[steps] = np.maximum(lower[steps], full)
    upper[steps] = np.minimum(upper[steps], open_)


def _parallel(matrix: sparse.csr_array, among: Ints, tied: Bools) -> tuple[Ints, Ints, Floats]:
    """Return rows equal to others up to the sign: the row that stays, the other, and the sign.

    Parameters
    ----------
    among : int array
        Rows to look at.
    tied : bool array, shape (m,)
        Rows that stay, whatever equals them.
    """
    random = np.random.default_rng(0).integers(1, 2**31, matrix.shape[1])
    sums = matrix @ random.astype(float)
    order = among[np.lexsort((among, ~tied[among], np.abs(sums[among])))]
    run = np.abs(sums[order])
    first = order[start_of(run)]
    other = ~starts(run) & ~tied[order]
    base, rest = first[other], order[other]
    sign = np.sign(sums[base] * sums[rest])
    turned = sparse.diags_array(sign) @ matrix[base]
    same = np.asarray(abs(matrix[rest] - turned).sum(axis=1)).ravel() == 0
    return base[same], rest[same], sign[same]
