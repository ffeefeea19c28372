"""Pieces of districts: connected parts, contiguity, and separators between two units."""

from __future__ import annotations

import networkx as nx
import numpy as np
import numpy.typing as npt
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


def minimal_separator(graph: nx.Graph, part: set[int], target: int) -> set[int]:
    """Return a minimal set of units outside `part` that every path from `part` to `target` meets.

    The neighbours of `part` that can still be reached from `target` without passing `part` or its
    neighbours; minimal in the sense of inclusion.

    Parameters
    ----------
    graph : networkx.Graph
    part : set of int
        A connected set of units that does not hold or touch `target`.
    target : int

    References
    ----------
    Fischetti et al. (2017), Thinning out Steiner trees, Mathematical Programming Computation 9.
    """
    border = {v for u in part for v in graph[u]} - part
    reached, stack, hit = {target}, [target], set()
    while stack:
        for v in graph[stack.pop()]:
            if v in border:
                hit.add(v)
            elif v not in reached and v not in part:
                reached.add(v)
                stack.append(v)
    return hit
