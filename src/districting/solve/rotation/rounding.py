"""Chvátal-Gomory cuts: rows that every whole plan keeps, read off a fractional linear optimum.

The row of the basis inverse that belongs to a fractional column is a sum of rows; made of rows in
whole numbers alone, its coefficients and limit may be rounded down (Gomory, Bulletin of the AMS 64,
1958; Chvátal, Discrete Mathematics 4, 1973). Multipliers are fractions with a small denominator, so
that rounding is done in whole numbers and a cut holds exactly, for arcs that the linear program has
not seen yet too.
"""

from __future__ import annotations

import numpy as np
from scipy import sparse

from districting.model.rotation import Bools, Floats, Ints
from districting.solve.rotation.program import Program, whole_entries
from districting.solve.rotation.relax import DUAL, Box, Relaxation

DENOMINATORS = range(2, 25)
NEAR = 1e-6
"""Values this near to a whole number count as whole; multipliers this near to a fraction as it."""
VIOLATED = 0.02
"""Least amount by which a cut must be broken."""
CUTS = 100
"""Cuts that join in one round: those farthest from the optimum."""


def cut_off(program: Program, box: Box, linear: Relaxation, x: Floats) -> int:
    """Add to `box` rows that whole plans keep and the linear optimum `x` breaks; return how many.

    Parameters
    ----------
    linear : Relaxation
        As it was left when `x` was found.
    """
    rows, multiplier, denominator = _multipliers(program, box, linear, x)
    if not len(denominator):
        return 0
    cuts, most = _rounded(box, x, rows, multiplier, denominator)
    broken = cuts @ x - most
    seen = cuts[:, linear.order]
    length = np.sqrt(np.asarray(seen.multiply(seen).sum(axis=1)).ravel())
    chosen = np.flatnonzero(broken > VIOLATED)
    depth = broken[chosen] / np.maximum(length[chosen], 1.0)
    chosen = chosen[np.argsort(-depth, kind="stable")][:CUTS]
    box.add(cuts[chosen], most[chosen])
    linear.method = DUAL  # prices stay feasible, and `x` does not
    return len(chosen)


def _whole_rows(program: Program, box: Box) -> Bools:
    """Return which rows have whole entries and limits and no slack columns, shape (m,)."""
    added = sparse.csr_array(box.matrix[len(program.low) :])
    whole: Bools = np.r_[program.whole, whole_entries(added, program.slack)]
    for limit in (box.low, box.high):
        whole &= ~np.isfinite(limit) | (limit == np.rint(limit))
    return whole


def _multipliers(
    program: Program, box: Box, linear: Relaxation, x: Floats
) -> tuple[list[Ints], list[Ints], Ints]:
    """Return sums of rows by fractional columns: rows, numerators by row, denominator of each.

    A row at its upper limit counts as ``<=`` and bears a positive numerator, a row at its lower
    limit a negative one.
    """
    whole = _whole_rows(program, box)
    at_high = np.abs(box.matrix @ x - box.high) < NEAR
    _, basic = linear.h.getBasicVariables()
    place = np.flatnonzero(basic >= 0)
    column = linear.order[basic[place]]
    split = (np.abs(x[column] - np.rint(x[column])) > NEAR) & (column < program.slack)
    found: dict[tuple[int, bytes, bytes], None] = {}
    for at in place[split]:
        _, value, count, index = linear.h.getBasisInverseRowSparse(int(at))
        own = np.sort(np.asarray(index[:count], dtype=np.int64))
        own = own[np.abs(value[own]) > 1e-9]
        rows, value = linear.rows[own], value[own]
        if not len(rows) or not whole[rows].all():
            continue
        denominator = next((k for k in DENOMINATORS if _near_whole(value * k)), 0)
        if not denominator:
            continue
        side = np.where(at_high[rows], 1, -1)
        numerator = np.rint(value * denominator).astype(np.int64) * side
        for way in (1, -1):
            rest = (way * numerator) % denominator
            some = rest > 0
            if some.any():
                key = denominator, rows[some].tobytes(), (rest * side)[some].tobytes()
                found[key] = None
    return (
        [np.frombuffer(key[1], dtype=np.int64) for key in found],
        [np.frombuffer(key[2], dtype=np.int64) for key in found],
        np.array([key[0] for key in found], dtype=np.int64),
    )


def _near_whole(value: Floats) -> bool:
    return bool(np.abs(value - np.rint(value)).max() < NEAR)


def _rounded(
    box: Box, x: Floats, rows: list[Ints], multiplier: list[Ints], denominator: Ints
) -> tuple[sparse.csr_array, Floats]:
    """Return the sums of rows, rounded down, as cuts ``matrix x <= limit``.

    Columns are measured from the limit that they are nearer to, where that is finite.
    """
    count = len(rows)
    at = np.concatenate(rows)
    by, which = np.concatenate(multiplier), np.repeat(np.arange(count), [len(r) for r in rows])
    shape = (count, box.matrix.shape[0])
    total = sparse.csr_array((by.astype(float), (which, at)), shape=shape) @ box.matrix
    total = sparse.csr_array(total)
    limit = np.where(by > 0, box.high[at], box.low[at])
    most = np.bincount(which, np.rint(by * limit), minlength=count).astype(np.int64)
    row, column = np.repeat(np.arange(count), np.diff(total.indptr)), total.indices
    above = x - box.lower > box.upper - x
    origin = np.rint(np.where(above, box.upper, box.lower))[column].astype(np.int64)
    side = np.where(above, -1, 1)[column]
    entry = np.rint(total.data).astype(np.int64)
    most -= np.bincount(row, entry * origin, minlength=count).astype(np.int64)
    entry = entry * side // denominator[row] * side
    most = most // denominator
    most += np.bincount(row, entry * origin, minlength=count).astype(np.int64)
    cuts = sparse.csr_array((entry.astype(float), column, total.indptr), shape=total.shape)
    cuts.eliminate_zeros()
    return cuts, most.astype(float)
