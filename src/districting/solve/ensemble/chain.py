"""One recombination chain, compiled: merge two districts, draw a tree, cut it where both hold."""

from __future__ import annotations

from districting.solve.compiled import copy, kernel
from districting.solve.ensemble.trees import below, lightest_tree, uniform, uniform_tree


@kernel
def neighbouring(graph, chain):  # type: ignore[no-untyped-def]
    """Return the two districts of an edge drawn uniformly from those between districts."""
    ends, labels = graph.ends, chain.labels
    e = below(chain.state, len(ends))
    while labels[ends[e, 0]] == labels[ends[e, 1]]:
        e = below(chain.state, len(ends))
    return labels[ends[e, 0]], labels[ends[e, 1]]


@kernel
def gather(a, b, graph, chain, work):  # type: ignore[no-untyped-def]
    """List the units and the inner edges of districts a and b; return their numbers."""
    indptr, indices, labels = graph.indptr, graph.indices, chain.labels
    units, place, edges = work.units, work.place, work.edges
    k = 0
    for d in (a, b):
        for i in range(chain.sizes[d]):
            u = chain.members[d, i]
            units[k] = u
            place[u] = k
            k += 1
    m = 0
    for i in range(k):
        u = units[i]
        for p in range(indptr[u], indptr[u + 1]):
            v = indices[p]
            if v > u and (labels[v] == a or labels[v] == b):
                edges[0, m], edges[1, m] = i, place[v]
                m += 1
    return k, m


@kernel
def add_up(k, limits, work):  # type: ignore[no-untyped-def]
    """Sum every window over each subtree."""
    sums, order, up, units = work.sums, work.order, work.up, work.units
    windows = len(limits.lower)
    for i in range(k):
        for w in range(windows):
            sums[i, w] = limits.weights[units[i], w]
    for q in range(k - 1, 0, -1):
        x = order[q]
        for w in range(windows):
            sums[up[x], w] += sums[x, w]


@kernel
def _balanced_cut(k, limits, work, state):  # type: ignore[no-untyped-def]
    """Return a cut below which and above which all windows hold, and how many such cuts."""
    sums, order = work.sums, work.order
    found, pick = 0, -1
    for q in range(1, k):
        x = order[q]
        holds = True
        for w in range(len(limits.lower)):
            below_cut = sums[x, w]
            above = sums[0, w] - below_cut
            if (
                below_cut < limits.lower[w]
                or below_cut > limits.upper[w]
                or above < limits.lower[w]
                or above > limits.upper[w]
            ):
                holds = False
                break
        if holds:
            found += 1
            if found == 1 or below(state, found) == 0:
                pick = x
    return pick, found


@kernel
def part(k, pick, work):  # type: ignore[no-untyped-def]
    """Mark the nodes below the cut with 1."""
    side, order, up = work.side, work.order, work.up
    for i in range(k):
        side[i] = 0
    side[pick] = 1
    for q in range(1, k):
        x = order[q]
        if side[up[x]] == 1:
            side[x] = 1


@kernel
def stand(a, k, chain, work):  # type: ignore[no-untyped-def]
    """Mark the nodes of district a, which were listed first, with 1, as they lie now."""
    for i in range(k):
        work.side[i] = i < chain.sizes[a]


@kernel
def pairs_broken(a, b, limits, chain, work):  # type: ignore[no-untyped-def]
    """Count the tied pairs the cut would part and the parted pairs it would leave together."""
    labels, place, side = chain.labels, work.place, work.side
    broken = 0
    for tied in (True, False):
        pairs = limits.ties if tied else limits.parted
        for i in range(len(pairs)):
            u, v = pairs[i, 0], pairs[i, 1]
            both = (labels[u] == a or labels[u] == b) and (labels[v] == a or labels[v] == b)
            if both and (side[place[u]] == side[place[v]]) != tied:
                broken += 1
    return broken


@kernel
def settle(a, b, k, pick, limits, chain, work):  # type: ignore[no-untyped-def]
    """Give the nodes below the cut to a, the others to b."""
    labels, members, sizes = chain.labels, chain.members, chain.sizes
    sizes[a] = 0
    sizes[b] = 0
    for i in range(k):
        u = work.units[i]
        d = a if work.side[i] == 1 else b
        labels[u] = d
        members[d, sizes[d]] = u
        sizes[d] += 1
    for w in range(len(limits.lower)):
        chain.loads[a, w] = work.sums[pick, w]
        chain.loads[b, w] = work.sums[0, w] - work.sums[pick, w]


@kernel
def _between(m, work):  # type: ignore[no-untyped-def]
    """Count the edges that the cut would leave between the two sides."""
    crossing = 0
    for e in range(m):
        if work.side[work.edges[0, e]] != work.side[work.edges[1, e]]:
            crossing += 1
    return crossing


@kernel
def recombine(graph, limits, chain, work, tries):  # type: ignore[no-untyped-def]
    """Take one step of ReCom (DeFord, Duchin, Solomon 2021).

    An edge between two districts, drawn uniformly, names the pair; trees are drawn until one has a
    balanced cut that keeps the pairs (at most `tries`); one of its balanced cuts is taken.
    """
    chain.tally[0] += 1
    a, b = neighbouring(graph, chain)
    k, m = gather(a, b, graph, chain, work)
    for _ in range(tries):
        chain.tally[1] += 1
        lightest_tree(k, work.edges, m, work, chain.state)
        add_up(k, limits, work)
        pick, found = _balanced_cut(k, limits, work, chain.state)
        if found == 0:
            continue
        part(k, pick, work)
        if pairs_broken(a, b, limits, chain, work) == 0:
            settle(a, b, k, pick, limits, chain, work)
            chain.tally[2] += 1
            return


@kernel
def recombine_reversibly(graph, limits, chain, work):  # type: ignore[no-untyped-def]
    """Take one step of reversible ReCom (Cannon, Duchin, Randall, Rule 2022).

    A pair of districts and a uniform tree of their union are drawn; one of the tree's c balanced
    cuts is proposed with probability c / (k - 1) and accepted with one over the number of edges
    between the new districts. Plans then occur in proportion to the product of their districts'
    numbers of spanning trees.
    """
    state = chain.state
    chain.tally[0] += 1
    count = len(chain.sizes)
    a = below(state, count)
    b = below(state, count - 1)
    b += b >= a
    k, m = gather(a, b, graph, chain, work)
    stand(a, k, chain, work)
    if _between(m, work) == 0:
        return
    chain.tally[1] += 1
    uniform_tree(k, work.edges, m, work, state)
    add_up(k, limits, work)
    pick, found = _balanced_cut(k, limits, work, state)
    if found == 0 or uniform(state) * (k - 1) >= found:
        return
    part(k, pick, work)
    if uniform(state) * _between(m, work) >= 1.0 or pairs_broken(a, b, limits, chain, work):
        return
    settle(a, b, k, pick, limits, chain, work)
    chain.tally[2] += 1


@kernel
def run(graph, limits, chain, work, kept, every, tries, reversible):  # type: ignore[no-untyped-def]
    """Fill `kept`, shape (q, n), with the labels after each `every` steps."""
    for row in range(len(kept)):
        for _ in range(every):
            if reversible:
                recombine_reversibly(graph, limits, chain, work)
            else:
                recombine(graph, limits, chain, work, tries)
        copy(kept[row], chain.labels)
