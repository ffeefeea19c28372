"""Runs of equal neighbours, which is how sorted tables hold what belongs together."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from districting.model.rotation import Bools, Floats, Ints


def starts(values: npt.NDArray[Any]) -> Bools:
    """Return whether a value differs from the one before it, shape (k,); the first always does."""
    new = np.ones(len(values), dtype=bool)
    new[1:] = values[1:] != values[:-1]
    return new


def start_of(values: npt.NDArray[Any]) -> Ints:
    """Return the position at which the run of each value begins, shape (k,)."""
    begin: Ints = np.maximum.accumulate(np.where(starts(values), np.arange(len(values)), 0))
    return begin


def least_of_each(group: Ints, value: Floats, count: int, among: Ints) -> Ints:
    """Return the positions of the `count` least values of each group.

    Parameters
    ----------
    group, value : array, shape (n,)
    among : int array, shape (k,)
        Positions to choose from.
    """
    at = among[np.lexsort((value[among], group[among]))]
    kept: Ints = at[np.arange(len(at)) - start_of(group[at]) < count]
    return kept
