"""Numbers that flow between cells over periods: a linear bound on what is left uncovered."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from districting.model.rotation import Floats, Ints
from districting.solve.rotation.highs import solve_highs


@dataclass(frozen=True, eq=False)
class Flows:
    """Cells with a number in each period, and what may flow between cells of one pool.

    Parameters
    ----------
    have : int array, shape (periods, cells)
        Numbers if nothing flows.
    gone : int array, shape (cells, periods)
        Most that may have left each cell by the end of each period.
    pool : int array, shape (cells,)
        Flows stay within a pool.
    most : float array, shape (periods,)
        Most that may leave all cells in a period.
    lasting : int
        Periods after which a flow is back where it came from.
    need, load, weight : float array, shape (cells,)
        Each unit of a number covers `load` of the need until less is left; what is not covered
        costs its weight.
    """

    have: Ints
    gone: Ints
    pool: Ints
    most: Floats
    lasting: int
    need: Floats
    load: Floats
    weight: Floats


def least_cost(flows: Flows) -> float:
    """Return the least cost of all periods together; a linear relaxation, so a lower bound.

    Columns: out of and into each cell in each period, whole units at work, and the last, partly
    needed one.
    """
    periods, cells = flows.have.shape
    size = periods * cells
    full = np.floor(flows.need / flows.load + 1e-9)
    rest = np.round(flows.need - full * flows.load, 9)
    zero = np.zeros(size)
    cost = np.r_[zero, zero, np.tile(-flows.weight * flows.load, periods),
                 np.tile(-flows.weight * rest, periods)]  # fmt: skip
    top = np.r_[np.full(2 * size, np.inf), np.tile(full, periods), np.ones(size) * (1.0)]
    matrix, high = _rows(flows)
    answer = solve_highs(cost, top, matrix, np.full(len(high), -np.inf), high)
    if answer.status != "optimal":
        return -np.inf
    return float(answer.value + periods * (flows.weight * flows.need).sum())


def _rows(flows: Flows) -> tuple[sparse.csr_array, Floats]:
    """Return the rows, all ``<=``: numbers at work, leavers by cell, pools, leavers in all."""
    periods, cells = flows.have.shape
    now, before = np.arange(periods)[:, None], np.arange(periods)[None]
    here = sparse.csr_array(((before <= now) & (now < before + flows.lasting)).astype(float))
    until = sparse.csr_array((before <= now).astype(float))
    each, one = sparse.eye_array(cells, format="csr"), sparse.eye_array(periods, format="csr")
    moved = sparse.kron(here, each)
    units = sparse.eye_array(periods * cells)
    pools = sparse.csr_array(
        (np.ones(cells), (flows.pool, np.arange(cells))), shape=(flows.pool.max() + 1, cells)
    )
    within = sparse.kron(one, pools)
    total = sparse.kron(one, np.ones((1, cells)))
    left = sparse.kron(until, each)
    matrix = sparse.block_array(
        [
            [moved, -moved, units, units],
            [left, None, None, None],
            [-within, within, None, None],
            [total, None, None, None],
        ],
        format="csr",
    )
    high = [flows.have.ravel(), flows.gone.T.ravel(), np.zeros(within.shape[0]), flows.most]
    kept = np.isfinite(np.concatenate(high))
    return sparse.csr_array(matrix[np.flatnonzero(kept)]), np.concatenate(high)[kept].astype(float)
