r"""Raising units to thresholds at least cost, as data: amounts, loads, thresholds, prices.

Unit *i* holds the amount :math:`x_{ik}` of resource *k* for its load :math:`P_i`. Amounts grow by
buying, by moving from other units and by visits, and each unit must reach the full threshold of
at least `need` resources and the lower threshold of the others. For each resource the
load-weighted variation coefficient of :math:`x_{ik} / P_i` has a ceiling.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np

from districting.model.partition import Floats, Ints
from districting.plan.record import Status


@dataclass(frozen=True, eq=False)
class LevellingProblem:
    """One family of units that share thresholds, ceilings and prices.

    Parameters
    ----------
    stock : float array, shape (n, k)
        Amounts at hand.
    load : float array, shape (n,)
        Positive.
    group : int array, shape (n,)
        Group of each unit, 0 or more; moves inside a group may be cheaper.
    full, part : float array, shape (n, k)
        Threshold and lower threshold of each amount.
    need : int
        Resources that must reach the threshold.
    ceiling : float array, shape (k,)
        Of the variation coefficient; inf for none.
    price, step : float array, shape (k,)
        Price of one unit of amount, and how much is bought at a time.
    near, far : float array, shape (k,)
        Price of moving one unit of amount inside a group and across groups; inf where that cannot
        be done. Only whole units move, and never more than a unit holds.
    visit : float array, shape (n, k)
        Price of one visit, which counts as one unit of amount; inf where it does not count.
    visits : float array, shape (g, k)
        Most visits inside each group.
    """

    stock: Floats
    load: Floats
    group: Ints
    full: Floats
    part: Floats
    need: int
    ceiling: Floats
    price: Floats
    step: Floats
    near: Floats
    far: Floats
    visit: Floats
    visits: Floats


@dataclass(frozen=True, eq=False)
class LevellingSolution:
    """What is bought, moved and visited.

    Parameters
    ----------
    status : Status
    cost, bound : float
        The proven lower bound never exceeds the cost.
    bought, visited : float array, shape (n, k)
        Units of amount.
    moved : Mapping of str to float array, shape (n, k)
        ``near_in``, ``near_out``, ``far_in``, ``far_out``.
    amount : float array, shape (n, k)
        What each unit then holds.
    """

    status: Status
    cost: float
    bound: float
    bought: Floats
    visited: Floats
    amount: Floats
    moved: Mapping[str, Floats] = field(default_factory=lambda: MappingProxyType({}))


def variation(amount: Floats, load: Floats) -> float:
    """Return the load-weighted variation coefficient of `amount` over `load`; 0 for nothing."""
    mean = amount.sum() / load.sum()
    if mean == 0:
        return 0.0
    return float(np.sqrt((load / load.sum() * (amount / load - mean) ** 2).sum()) / mean)
