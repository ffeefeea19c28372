"""Whole children out of expected ones, so that the totals of groups are kept."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


def whole_by_group(expected: Floats, group: Ints) -> Ints:
    """Return whole numbers near `expected` whose sums by group are the rounded expected sums.

    Largest remainders are rounded up; among equal ones the earlier position.

    Parameters
    ----------
    expected : float array, shape (n,)
        Non-negative.
    group : int array, shape (n,)
        Group numbers from 0.

    Examples
    --------
    >>> whole_by_group(np.array([0.5, 0.5, 1.2]), np.array([0, 0, 1])).tolist()
    [1, 0, 1]
    """
    whole: Ints = np.floor(expected + 1e-9).astype(np.int64)
    groups = int(group.max(initial=-1)) + 1
    total = np.rint(np.bincount(group, expected, minlength=groups)).astype(np.int64)
    missing = total - np.bincount(group, whole, minlength=groups).astype(np.int64)
    order = np.lexsort((np.arange(len(expected)), whole - expected, group))
    first = np.searchsorted(group[order], np.arange(groups))
    rank = np.arange(len(order)) - first[group[order]]
    whole[order[rank < missing[group[order]]]] += 1
    return whole
