"""Random spanning trees of a small connected graph.

All functions are compiled; `state` is the one-word state of a splitmix64 generator, so that every
chain has a stream of its own and threads do not disturb each other.
"""

from __future__ import annotations

import numpy as np

from districting.solve.compiled import kernel

GOLDEN = np.uint64(0x9E3779B97F4A7C15)
FIRST = np.uint64(0xBF58476D1CE4E5B9)
SECOND = np.uint64(0x94D049BB133111EB)
LOW = np.uint64(0xFFFFFFFF)


@kernel
def draw(state):  # type: ignore[no-untyped-def]
    """Return the next 64 random bits (Steele, Lea, Flood 2014, splitmix64)."""
    state[0] += GOLDEN
    z = state[0]
    z = (z ^ (z >> np.uint64(30))) * FIRST
    z = (z ^ (z >> np.uint64(27))) * SECOND
    return z ^ (z >> np.uint64(31))


@kernel
def below(state, n):  # type: ignore[no-untyped-def]
    """Return a random integer 0 … n-1; n below 2**32."""
    return np.int64(((draw(state) & LOW) * np.uint64(n)) >> np.uint64(32))


@kernel
def uniform(state):  # type: ignore[no-untyped-def]
    """Return a random number in [0, 1)."""
    return np.float64(draw(state) >> np.uint64(11)) * (1.0 / 9007199254740992.0)


@kernel
def _root(parent, x):  # type: ignore[no-untyped-def]
    while parent[x] != x:
        parent[x] = parent[parent[x]]
        x = parent[x]
    return x


@kernel
def _list_neighbours(k, edges, m, work):  # type: ignore[no-untyped-def]
    """Put the first m edges into ``work.first`` and ``work.other``, neighbours by node."""
    first, other, degree = work.first, work.other, work.degree
    for i in range(k):
        degree[i] = 0
    for e in range(m):
        degree[edges[0, e]] += 1
        degree[edges[1, e]] += 1
    first[0] = 0
    for i in range(k):
        first[i + 1] = first[i] + degree[i]
        degree[i] = first[i]
    for e in range(m):
        x, y = edges[0, e], edges[1, e]
        other[degree[x]] = y
        degree[x] += 1
        other[degree[y]] = x
        degree[y] += 1


@kernel
def lightest_tree(k, edges, m, work, state):  # type: ignore[no-untyped-def]
    """Draw the minimum spanning tree of independent random edge weights, rooted at node 0.

    Kruskal's method; edges in random order are edges in the order of such weights. The first m
    columns of `edges` (2, …) are shuffled. The tree is left in ``work.order`` (parents first) and
    ``work.up``. Returns the number of nodes reached, k where the graph is connected.
    """
    parent, taken = work.parent, work.taken
    for i in range(k):
        parent[i] = i
    count, left = 0, m
    while count < k - 1 and left > 0:
        r = below(state, left)
        left -= 1
        x, y = edges[0, r], edges[1, r]
        edges[0, r], edges[1, r] = edges[0, left], edges[1, left]
        edges[0, left], edges[1, left] = x, y
        a, b = _root(parent, x), _root(parent, y)
        if a != b:
            parent[a] = b
            taken[0, count], taken[1, count] = x, y
            count += 1
    return _rooted(k, count, work)


@kernel
def _rooted(k, count, work):  # type: ignore[no-untyped-def]
    """Order the tree's nodes from node 0 outwards."""
    _list_neighbours(k, work.taken, count, work)
    first, other, order, up = work.first, work.other, work.order, work.up
    order[0], up[0] = 0, -1
    head, tail = 0, 1
    while head < tail:
        x = order[head]
        head += 1
        for p in range(first[x], first[x + 1]):
            y = other[p]
            if y != up[x]:
                up[y] = x
                order[tail] = y
                tail += 1
    return tail


@kernel
def uniform_tree(k, edges, m, work, state):  # type: ignore[no-untyped-def]
    """Draw a spanning tree uniformly, rooted at node 0, by loop-erased walks (Wilson 1996).

    The graph must be connected. Output as :func:`lightest_tree`.
    """
    _list_neighbours(k, edges, m, work)
    first, other = work.first, work.other
    order, up, inside = work.order, work.up, work.parent
    for i in range(k):
        inside[i] = 0
    order[0], up[0], inside[0] = 0, -1, 1
    tail = 1
    for start in range(1, k):
        x = start
        while not inside[x]:
            up[x] = other[first[x] + below(state, first[x + 1] - first[x])]
            x = up[x]
        x, length = start, 0
        while not inside[x]:
            inside[x] = 1
            x = up[x]
            length += 1
        x = start
        for step in range(length):
            order[tail + length - 1 - step] = x
            x = up[x]
        tail += length
    return tail
