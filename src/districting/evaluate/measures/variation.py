"""差异系数: how far schools or districts lie apart, weighted by pupils."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt


def variation_coefficient(amounts: npt.ArrayLike, pupils: npt.ArrayLike) -> float:
    r"""Return the official variation coefficient (差异系数) of an amount per pupil.

    With amounts :math:`x_i` and pupils :math:`P_i`, :math:`X_i = x_i / P_i`,
    :math:`\bar X = \sum_i x_i / \sum_i P_i`:
    :math:`\sqrt{\sum_i (P_i / \sum_j P_j)(X_i - \bar X)^2} / \bar X`.

    Parameters
    ----------
    amounts, pupils : array_like, shape (s,)
        Places without pupils are left out.

    Returns
    -------
    float
        NaN without pupils or where the mean is 0.

    References
    ----------
    县域义务教育优质均衡发展督导评估办法（教督〔2017〕6号）: weighted by pupils, whole population.

    Examples
    --------
    >>> round(variation_coefficient([279, 137, 935, 160, 402], [45, 37, 89, 76, 55]), 4)
    0.5153
    """
    x, p = np.asarray(amounts, dtype=float), np.asarray(pupils, dtype=float)
    x, p = x[p > 0], p[p > 0]
    if not len(p) or x.sum() == 0:
        return float("nan")
    mean = x.sum() / p.sum()
    return float(np.sqrt(np.sum(p / p.sum() * (x / p - mean) ** 2)) / mean)


def relative_spread(values: npt.ArrayLike) -> float:
    """Return standard deviation over mean, each value counting alike; NaN where the mean is 0."""
    x = np.asarray(values, dtype=float)
    if not len(x) or x.mean() == 0:
        return float("nan")
    return float(x.std() / x.mean())
