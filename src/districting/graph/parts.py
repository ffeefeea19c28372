"""Pieces of districts: connected parts, contiguity, and separators between two units."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from numba import njit
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import connected_components

Ints = npt.NDArray[np.int64]


def neighbour_lists(n: int, edges: Ints) -> tuple[Ints, Ints]:
    """Return CSR ``(start, neighbour)`` of an undirected graph: neighbours of i ascend in
    ``neighbour[start[i]:start[i + 1]]``."""
    ends = np.concatenate([edges, edges[:, ::-1]]) if len(edges) else np.empty((0, 2), np.int64)
    order = np.lexsort((ends[:, 1], ends[:, 0]))
    start = np.zeros(n + 1, dtype=np.int64)
    np.cumsum(np.bincount(ends[:, 0], minlength=n), out=start[1:])
    return start, ends[order, 1]


def components(labels: Ints, edges: Ints) -> Ints:
    """Return a part number for each unit: units share one when their label's units connect them.

    Parameters
    ----------
    labels : int array, shape (n,)
    edges : int array, shape (e, 2)

    Returns
    -------
    int array, shape (n,)
        Part numbers 0, 1, … ; two units of different labels never share one.
    """
    n = len(labels)
    inside = edges[labels[edges[:, 0]] == labels[edges[:, 1]]] if len(edges) else edges
    ones = np.ones(len(inside), dtype=np.int8)
    graph: csr_array = coo_array((ones, (inside[:, 0], inside[:, 1])), shape=(n, n)).tocsr()
    _, parts = connected_components(graph, directed=False)
    return np.asarray(parts, dtype=np.int64)


def part_counts(labels: Ints, edges: Ints) -> dict[int, int]:
    """Return how many connected parts each label has."""
    parts = components(labels, edges)
    pairs = np.unique(np.column_stack([labels, parts]), axis=0)
    label, count = np.unique(pairs[:, 0], return_counts=True)
    return {int(k): int(v) for k, v in zip(label, count, strict=True)}


def is_contiguous(labels: Ints, edges: Ints) -> bool:
    """Return whether every label's units form one connected part."""
    return all(count == 1 for count in part_counts(labels, edges).values())


def minimal_separator(
    start: Ints, neighbour: Ints, part: npt.NDArray[np.bool_], target: int
) -> Ints:
    """Return a minimal set of units outside `part` that every path from `part` to `target` meets.

    The neighbours of `part` that `target` reaches without passing `part` or its neighbours; none
    can be left out. Linear in the size of the graph.

    Parameters
    ----------
    start, neighbour : int arrays
        Graph as :func:`neighbour_lists` gives it.
    part : bool array, shape (n,)
        A connected set of units that neither holds nor touches `target`.
    target : int

    Returns
    -------
    int array
        Ascending; empty where no path leads from `part` to `target`.

    Raises
    ------
    ValueError
        If `target` lies in `part` or next to it: nothing separates the two.

    References
    ----------
    Fischetti et al. (2017), Thinning out Steiner trees, Mathematical Programming Computation 9.
    """
    state = _around(start, neighbour, part)
    if state[target] != FREE:
        raise ValueError(f"unit {target} lies in the part or next to it")
    _flood(start, neighbour, state, target)
    return np.flatnonzero(state == HIT)


FREE, PART, BORDER, HIT, SEEN = range(5)


@njit(cache=True)
def _around(start, neighbour, part):  # type: ignore[no-untyped-def]
    state = np.where(part, PART, FREE)
    for u in np.flatnonzero(part):
        for e in range(start[u], start[u + 1]):
            if state[neighbour[e]] == FREE:
                state[neighbour[e]] = BORDER
    return state


@njit(cache=True)
def _flood(start, neighbour, state, target):  # type: ignore[no-untyped-def]
    stack = np.empty(len(state), np.int64)
    stack[0] = target
    state[target] = SEEN
    size = 1
    while size > 0:
        size -= 1
        u = stack[size]
        for e in range(start[u], start[u + 1]):
            v = neighbour[e]
            if state[v] == BORDER:
                state[v] = HIT
            elif state[v] == FREE:
                state[v] = SEEN
                stack[size] = v
                size += 1
