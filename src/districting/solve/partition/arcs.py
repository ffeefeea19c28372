"""Assignments as arcs sorted for the Lagrangian kernel, and the choice of seats by their worth."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from districting.model.partition import Floats, Ints, Unmixed
from districting.solve.partition.arrays import Arrays
from districting.solve.partition.types import Bools

FREE, OPEN, CLOSED = 0, 1, -1
"""What is decided of a seat candidate."""


@dataclass(frozen=True, eq=False)
class Arcs:
    """Allowed (unit, candidate) arcs sorted by candidate, group and unit, for the kernel."""

    ptr: Ints
    unit: Ints
    candidate: Ints
    group: Ints
    cost: Floats
    home: Ints
    fee: float
    constant: float
    weights: Floats
    lower: Floats
    upper: Floats
    limit: Floats


def to_arcs(arrays: Arrays, kept: Bools | None = None) -> Arcs:
    """Return the arcs of `arrays`, or those of `kept` alone, shape (n, m).

    The dearest priced mix is the one charged exactly.
    """
    usable = arrays.allowed if kept is None else arrays.allowed & kept
    mix = max(arrays.mixes, key=lambda m: m.price, default=None)
    groups = np.zeros(arrays.n, np.int64) if mix is None else mix.groups
    candidate, unit = np.nonzero(usable.T)
    order = np.lexsort((unit, groups[unit], candidate))
    candidate, unit = candidate[order], unit[order]
    ptr = np.searchsorted(candidate, np.arange(arrays.m + 1))
    windows = arrays.windows
    fee = 0.0 if mix is None else mix.price
    return Arcs(
        ptr=ptr.astype(np.int64),
        unit=unit.astype(np.int64),
        candidate=candidate.astype(np.int64),
        group=groups[unit].astype(np.int64),
        cost=arrays.cost[unit, candidate],
        home=groups[arrays.seats].astype(np.int64),
        fee=fee,
        constant=-fee * len(np.unique(groups)) if mix is not None else 0.0,
        weights=_rows([w.weights for w in windows], arrays.n),
        lower=_rows([w.lower for w in windows], arrays.m),
        upper=_rows([w.upper for w in windows], arrays.m),
        limit=np.array([w.price for w in windows], float),
    )


def _rows(rows: list[Floats], width: int) -> Floats:
    return np.stack(rows).astype(float) if rows else np.empty((0, width))


def classes(arrays: Arrays) -> list[tuple[Ints, int, int]]:
    """Return (candidates, least, most) of disjoint classes of seats to be chosen.

    One class; or one a group where groups may not mix and their district numbers are fixed.
    """
    usable = arrays.allowed[arrays.seats, np.arange(arrays.m)]
    musts = [u.groups for u in arrays.problem.of(Unmixed) if u.price is None]
    for quota in arrays.quotas:
        if any(np.array_equal(quota.groups, groups) for groups in musts):
            home = quota.groups[arrays.seats]
            return [
                (np.flatnonzero(usable & (home == g)), int(quota.count[g]), int(quota.count[g]))
                for g in np.unique(quota.groups)
            ]
    return [(np.flatnonzero(usable), arrays.least, arrays.most)]


def seats_free(arrays: Arrays) -> bool:
    """Whether seats are a free choice that assignment costs bear on."""
    return not arrays.unpriced and len(classes(arrays)) == 1 and arrays.m > arrays.least


def cheapest(
    worth: Floats, members: Ints, least: int, most: int, decided: Ints | None = None
) -> Ints:
    """Return the members to choose: the `least` cheapest, and further ones that pay.

    Parameters
    ----------
    decided : int array, shape (m,), optional
        :data:`OPEN` candidates are chosen first, :data:`CLOSED` ones never.
    """
    if decided is None:
        order = members[np.argsort(worth[members], kind="stable")]
        paying = int((worth[order] < 0).sum())
        return order[: min(most, max(least, paying))]
    opened = members[decided[members] == OPEN]
    rest = cheapest(
        worth, members[decided[members] == FREE], max(0, least - len(opened)), most - len(opened)
    )
    return np.concatenate([opened, rest])


def nearest_arcs(arrays: Arrays, width: int, price: Floats | None = None) -> Bools:
    """Return each unit's `width` cheapest assignments and its own seat, shape (n, m).

    Everything where assignments cost nothing: then none is nearer than another.

    Parameters
    ----------
    price : float array, shape (n, m), optional
        What counts as cheap; the cost itself by default.
    """
    if arrays.m <= width or arrays.unpriced:
        return arrays.allowed.copy()
    near = np.where(arrays.allowed, arrays.cost if price is None else price, np.inf)
    last = np.partition(near, width - 1, axis=1)[:, width - 1 : width]
    kept: Bools = arrays.allowed & (near <= last)
    kept[arrays.seats, np.arange(arrays.m)] = arrays.allowed[arrays.seats, np.arange(arrays.m)]
    return kept
