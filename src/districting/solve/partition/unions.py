r"""Group the districts of a layout two by two, at the least price: an exact second stage.

With :math:`p_{ab}` the price of the union of districts a and b and :math:`s_a` that of a district
left alone, choose disjoint pairs M to minimise
:math:`\sum_{ab \in M} p_{ab} + \sum_{a \notin M} s_a`. That is a maximum weight matching with
weights :math:`s_a + s_b - p_{ab}`, solved to its optimum in polynomial time (Edmonds 1965;
networkx's implementation of Galil 1986).
"""

from __future__ import annotations

from dataclasses import dataclass

import networkx as nx
import numpy as np

from districting.model.partition import Floats, Ints

GRAIN = 2**40
"""Prices are matched as whole numbers of this fraction of the largest: exact arithmetic."""


@dataclass(frozen=True, eq=False)
class Unions:
    """Districts grouped two by two.

    Parameters
    ----------
    label : int array, shape (K,)
        Number of each district's union, by the lowest district in it.
    objective : float
        Price of the pairs and of the districts left alone.
    bound : float
        Proven; below the objective by no more than rounding to :data:`GRAIN` steps.
    """

    label: Ints
    objective: float
    bound: float


def pair_districts(price: Floats, alone: Floats) -> Unions | None:
    """Return the cheapest unions of at most two districts.

    Parameters
    ----------
    price : float array, shape (K, K)
        Symmetric; infinite where two districts may not form a union (e.g. they do not touch).
    alone : float array, shape (K,)
        Infinite where a district must have a partner.

    Returns
    -------
    Unions or None
        None where some district that must have a partner cannot: proven.

    Raises
    ------
    ValueError
        Where shapes do not fit or `price` is not symmetric.

    Examples
    --------
    >>> line = np.array([[0, 1, np.inf], [1, 0, 2], [np.inf, 2, 0]])
    >>> pair_districts(line, np.full(3, 5.0)).label
    array([0, 0, 1])
    """
    count = len(alone)
    if price.shape != (count, count) or not np.array_equal(price, price.T):
        raise ValueError(f"price must be symmetric with shape {(count, count)}")
    finite = np.concatenate([price[np.isfinite(price)], alone[np.isfinite(alone)], [0.0]])
    largest = float(np.abs(finite).max())
    grain = GRAIN / max(1.0, 2.0 ** np.ceil(np.log2(max(largest, 1e-300))))
    # One forced district alone outweighs everything that pairs can save.
    forced = 4 * (count + 1) * round(max(largest, 1e-9) * grain) + 1
    own = [round(a * grain) if np.isfinite(a) else forced for a in alone.tolist()]
    graph = nx.Graph()
    for a, b in np.argwhere(np.triu(np.isfinite(price), 1)).tolist():
        graph.add_edge(a, b, weight=own[a] + own[b] - round(float(price[a, b]) * grain))
    pairs = sorted(tuple(sorted(pair)) for pair in nx.max_weight_matching(graph))
    label = np.arange(count, dtype=np.int64)
    for a, b in pairs:
        label[b] = a
    single = np.bincount(label, minlength=count)[label] == 1
    if np.isinf(alone[single]).any():
        return None
    objective = float(sum(price[a, b] for a, b in pairs) + alone[single].sum())
    numbered = np.unique(label, return_inverse=True)[1].astype(np.int64)
    return Unions(numbered, objective, objective - count / grain)
