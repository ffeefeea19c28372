"""Recombine towards layouts that keep every bound; chains begin where that comes to an end."""

from __future__ import annotations

import numpy as np

from districting.solve.compiled import kernel
from districting.solve.ensemble.chain import (
    add_up,
    gather,
    neighbouring,
    pairs_broken,
    part,
    settle,
    stand,
)
from districting.solve.ensemble.trees import below, lightest_tree


@kernel
def _breach(total, w, limits):  # type: ignore[no-untyped-def]
    return limits.scale[w] * max(0.0, limits.lower[w] - total, total - limits.upper[w])


@kernel
def _least_breach(k, limits, work, state):  # type: ignore[no-untyped-def]
    """Return the cut that breaks the windows least, ties at random, and by how much."""
    sums, order = work.sums, work.order
    best, pick, equal = np.inf, -1, 0
    for q in range(1, k):
        x = order[q]
        breach = 0.0
        for w in range(len(limits.lower)):
            breach += _breach(sums[x, w], w, limits) + _breach(sums[0, w] - sums[x, w], w, limits)
        if breach < best:
            best, pick, equal = breach, x, 1
        elif breach == best:
            equal += 1
            if below(state, equal) == 0:
                pick = x
    return pick, best


@kernel
def mend(graph, limits, chain, work, steps):  # type: ignore[no-untyped-def]
    """Recombine towards windows and pairs that all hold; return what is still broken."""
    for step in range(steps):
        if step % 64 == 0 and _broken(limits, chain) == 0.0:
            return 0.0
        a, b = neighbouring(graph, chain)
        k, m = gather(a, b, graph, chain, work)
        stand(a, k, chain, work)
        before = float(pairs_broken(a, b, limits, chain, work))
        for w in range(len(limits.lower)):
            before += _breach(chain.loads[a, w], w, limits) + _breach(chain.loads[b, w], w, limits)
        lightest_tree(k, work.edges, m, work, chain.state)
        add_up(k, limits, work)
        pick, breach = _least_breach(k, limits, work, chain.state)
        part(k, pick, work)
        if breach + pairs_broken(a, b, limits, chain, work) <= before + 1e-12:
            settle(a, b, k, pick, limits, chain, work)
    return _broken(limits, chain)


@kernel
def _broken(limits, chain):  # type: ignore[no-untyped-def]
    labels, total = chain.labels, 0.0
    for d in range(len(chain.sizes)):
        for w in range(len(limits.lower)):
            total += _breach(chain.loads[d, w], w, limits)
    for i in range(len(limits.ties)):
        total += labels[limits.ties[i, 0]] != labels[limits.ties[i, 1]]
    for i in range(len(limits.parted)):
        total += labels[limits.parted[i, 0]] == labels[limits.parted[i, 1]]
    return total
