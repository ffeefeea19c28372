"""Which method solves a problem that does not decompose."""

from __future__ import annotations

import numpy as np

from districting.model.partition import Ints
from districting.solve.partition.arrays import Arrays
from districting.solve.partition.exact import NOTHING, Found, judged, solve_exact
from districting.solve.stop import Stop


def solve_whole(
    arrays: Arrays, stop: Stop, seed: int, start: Ints | None = None
) -> tuple[Found, str]:
    """Return what was found and the method's name."""
    if arrays.least > arrays.most:
        return Found(None, NOTHING.seats, float("nan"), np.inf, infeasible=True), "district count"
    if arrays.least == arrays.most == 1:
        return _single(arrays), "single district"
    given = _given(arrays, start)
    return solve_exact(arrays, stop, seed, given), "Hess model with separators"


def _single(arrays: Arrays) -> Found:
    """Return the one plan there is, or that it breaks a must."""
    labels = np.zeros(arrays.n, np.int64)
    objective, seats, feasible = judged(arrays, labels)
    if not feasible:
        return Found(None, seats, float("nan"), np.inf, infeasible=True)
    return Found(labels, seats, objective, objective)


def _given(arrays: Arrays, start: Ints | None) -> Found:
    """Return the start as a plan if it satisfies every must, else nothing."""
    if start is None or len(start) != arrays.n or (start < 0).any():
        return NOTHING
    labels = np.unique(start, return_inverse=True)[1].astype(np.int64)
    objective, seats, feasible = judged(arrays, labels)
    return Found(labels, seats, objective, -np.inf) if feasible else NOTHING
