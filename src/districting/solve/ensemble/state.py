"""What a chain works on: graph, bounds, its own state and scratch."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from districting.model.partition import Floats, Ints


class Graph(NamedTuple):
    """Neighbours in CSR form, and each edge once (e, 2), as far as a district can hold them."""

    indptr: Ints
    indices: Ints
    ends: Ints


class Limits(NamedTuple):
    """What every district must keep, as arrays.

    Parameters
    ----------
    weights : float array, shape (n, b)
        Weight of each unit in each window.
    lower, upper : float array, shape (b,)
        Bounds of a district's sum, rounding slack included.
    scale : float array, shape (b,)
        What one unit of violation weighs while a start is being mended.
    ties, parted : int array, shape (p, 2)
        Pairs that must, and must not, lie in one district.
    """

    weights: Floats
    lower: Floats
    upper: Floats
    scale: Floats
    ties: Ints
    parted: Ints


class Work(NamedTuple):
    """Scratch of one chain; a merged pair of districts has at most n units and e edges."""

    parent: Ints
    degree: Ints
    taken: Ints
    first: Ints
    other: Ints
    order: Ints
    up: Ints
    units: Ints
    place: Ints
    edges: Ints
    sums: Floats
    side: Ints


class Chain(NamedTuple):
    """State of one chain: labels, and the units and sums of each district.

    Parameters
    ----------
    labels : int array, shape (n,)
    members : int array, shape (K, n)
    sizes : int array, shape (K,)
    loads : float array, shape (K, b)
    tally : int array, shape (3,)
        Steps, trees drawn, steps that ended with a new cut.
    state : uint64 array, shape (1,)
    """

    labels: Ints
    members: Ints
    sizes: Ints
    loads: Floats
    tally: Ints
    state: npt.NDArray[np.uint64]


def work_for(n: int, edges: int, windows: int) -> Work:
    """Return scratch for graphs of `n` units and `edges` edges."""
    ints = [np.empty(n + 1, np.int64) for _ in range(4)]
    return Work(
        parent=ints[0],
        degree=ints[1],
        taken=np.empty((2, n + 1), np.int64),
        first=np.empty(n + 2, np.int64),
        other=np.empty(2 * max(n, edges) + 2, np.int64),
        order=ints[2],
        up=ints[3],
        units=np.empty(n + 1, np.int64),
        place=np.empty(n + 1, np.int64),
        edges=np.empty((2, edges + 1), np.int64),
        sums=np.empty((n + 1, windows), float),
        side=np.empty(n + 1, np.int64),
    )


def chain_for(labels: Ints, count: int, limits: Limits, seed: list[int]) -> Chain:
    """Return a chain that stands at `labels` (0 … count-1)."""
    n, windows = limits.weights.shape
    members, sizes = np.zeros((count, n), np.int64), np.zeros(count, np.int64)
    loads = np.zeros((count, windows))
    for k in range(count):
        mine = np.flatnonzero(labels == k)
        members[k, : len(mine)] = mine
        sizes[k] = len(mine)
        loads[k] = limits.weights[mine].sum(axis=0)
    state = np.random.SeedSequence(seed).generate_state(1, np.uint64).astype(np.uint64)
    return Chain(labels.copy(), members, sizes, loads, np.zeros(3, np.int64), state)
