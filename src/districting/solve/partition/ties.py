"""Units that must stay together merged before anything is solved, at the same price.

What :class:`~districting.model.partition.Together` ties is merged as far as nothing is lost: atoms
are connected, lie in one group of every grouping and hold one seat candidate at most
(:mod:`~districting.solve.partition.contract`). Parts of one tie that do not fit into one atom
become several, still tied.
"""

from __future__ import annotations

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components, dijkstra

from districting.model.partition import Apart, Ints, PartitionProblem, Together, Unmixed
from districting.solve.partition.contract import kinds


def tie_of(problem: PartitionProblem) -> Ints | None:
    """Return the tie of each unit, shape (n,), ties of one unit included; None without ties."""
    pairs = [part.pairs for part in problem.of(Together) if len(part.pairs)]
    return _components(problem.n, np.concatenate(pairs)) if pairs else None


def contradiction(problem: PartitionProblem) -> tuple[str, Ints] | None:
    """Return a gate that parts tied units, and pairs of such units, shape (p, 2); None if none.

    The pairs are one a tie and group: the tie's first unit, and its first in the other group.
    """
    tie = tie_of(problem)
    if tie is None:
        return None
    first = np.unique(tie, return_index=True)[1]
    for part in problem.parts:
        if isinstance(part, Unmixed) and part.price is None:
            met = np.unique(np.stack([tie, part.groups]), axis=1, return_index=True)[1]
            torn = met[part.groups[met] != part.groups[first[tie[met]]]]
            if len(torn):
                return part.gate, np.column_stack([first[tie[torn]], torn])
        elif isinstance(part, Apart):
            inside = tie[part.pairs[:, 0]] == tie[part.pairs[:, 1]]
            if inside.any():
                return part.gate, part.pairs[inside]
    return None


def tied_atoms(problem: PartitionProblem) -> Ints | None:
    """Return the atom of each unit, shape (n,), candidates' atoms first; None where none merge.

    Of several candidates in one tie each takes the units that are fewest steps away.
    """
    tie = tie_of(problem)
    if tie is None:
        return None
    kind = kinds(problem)
    a, b = problem.edges[:, 0], problem.edges[:, 1]
    inner = problem.edges[(tie[a] == tie[b]) & (kind[a] == kind[b])]
    if not len(inner):
        return None
    n, m = problem.n, len(problem.seats)
    part = _components(n, inner)
    nearest = np.full(n, -1)
    if m:
        _, _, nearest = dijkstra(
            _graph(n, inner),
            directed=False,
            indices=problem.seats,
            unweighted=True,
            return_predecessors=True,
            min_only=True,
        )
    number = np.full(n, -1, np.int64)
    number[problem.seats] = np.arange(m)
    key = np.where(nearest >= 0, number[np.maximum(nearest, 0)], m + part)
    atom: Ints = np.unique(key, return_inverse=True)[1].astype(np.int64)
    return atom if atom.max() + 1 < n else None


def _graph(n: int, pairs: Ints) -> coo_array:
    return coo_array((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=(n, n))


def _components(n: int, pairs: Ints) -> Ints:
    found: Ints = connected_components(_graph(n, pairs), directed=False)[1].astype(np.int64)
    return found
