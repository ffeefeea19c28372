"""How unequal an amount per pupil is: Theil index with its parts, Gini coefficient, range ratio."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Theil:
    """Theil's T of an amount per pupil, split by groups.

    Parameters
    ----------
    total, between, within : float
        ``total = between + within``; between groups, and inside them. NaN where nothing can be
        told.
    """

    total: float
    between: float
    within: float


def _usable(amounts: npt.ArrayLike, pupils: npt.ArrayLike) -> tuple[Floats, Floats, npt.NDArray]:  # type: ignore[type-arg]
    x, p = np.asarray(amounts, dtype=float), np.asarray(pupils, dtype=float)
    known = (p > 0) & np.isfinite(x)
    return x[known], p[known], known


def theil(amounts: npt.ArrayLike, pupils: npt.ArrayLike, groups: npt.ArrayLike) -> Theil:
    r"""Return Theil's T, each pupil holding its school's amount per pupil.

    With shares of the amount :math:`s_i` and of the pupils :math:`p_i`,
    :math:`T = \sum_i s_i \ln (s_i / p_i)`; between groups the same with the groups' shares, within
    groups :math:`\sum_g s_g T_g`. The two add up to the total.

    Parameters
    ----------
    amounts, pupils : array_like, shape (s,)
        Places without pupils or amount known are left out.
    groups : array_like, shape (s,)
        Any labels.

    References
    ----------
    H. Theil, Economics and Information Theory (1967), ch. 4.

    Examples
    --------
    >>> split = theil([10, 30, 20, 20], [10, 10, 10, 10], ["a", "a", "b", "b"])
    >>> round(split.total, 4), round(split.between, 4), round(split.within, 4)
    (0.0654, 0.0, 0.0654)
    """
    x, p, known = _usable(amounts, pupils)
    if not len(x) or x.sum() <= 0:
        return Theil(float("nan"), float("nan"), float("nan"))
    share, people = x / x.sum(), p / p.sum()
    _, group = np.unique(np.asarray(groups)[known].astype(str), return_inverse=True)
    of_group = np.bincount(group, share).astype(np.float64)
    people_of_group = np.bincount(group, people).astype(np.float64)
    total, between = _entropy(share, people), _entropy(of_group, people_of_group)
    return Theil(total, between, max(total - between, 0.0))


def _entropy(share: Floats, people: Floats) -> float:
    held = share > 0
    return max(float(np.sum(share[held] * np.log(share[held] / people[held]))), 0.0)


def gini(amounts: npt.ArrayLike, pupils: npt.ArrayLike) -> float:
    """Return the Gini coefficient of the amount per pupil, every pupil counting alike.

    Twice the area between the Lorenz curve and the diagonal: 0 where all have the same, towards 1
    where one has everything; NaN where nothing can be told.

    Examples
    --------
    >>> round(gini([10, 30], [10, 10]), 3)
    0.25
    """
    x, p, _ = _usable(amounts, pupils)
    if not len(x) or x.sum() <= 0:
        return float("nan")
    order = np.argsort(x / p, kind="stable")
    people = np.concatenate([[0.0], np.cumsum(p[order]) / p.sum()])
    held = np.concatenate([[0.0], np.cumsum(x[order]) / x.sum()])
    return max(1.0 - float(np.sum(np.diff(people) * (held[1:] + held[:-1]))), 0.0)


def range_ratio(amounts: npt.ArrayLike, pupils: npt.ArrayLike) -> float:
    """Return the highest amount per pupil over the lowest (极差率).

    Infinite where some place has nothing; NaN where nothing can be told.
    """
    x, p, _ = _usable(amounts, pupils)
    if not len(x) or x.sum() <= 0:
        return float("nan")
    each = x / p
    return float(each.max() / each.min()) if each.min() > 0 else float("inf")
