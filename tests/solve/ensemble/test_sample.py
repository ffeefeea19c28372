"""The sampler draws feasible layouts only, and the reversible one with the right odds."""

from collections import Counter
from collections.abc import Sequence
from itertools import product

import networkx as nx
import numpy as np
import pytest

from districting.model.partition import (
    Apart,
    Band,
    Contiguous,
    DistrictCount,
    PartitionProblem,
    Together,
    Unmixed,
)
from districting.solve.ensemble import sample_layouts
from districting.solve.ensemble.state import work_for
from districting.solve.ensemble.trees import lightest_tree, uniform_tree
from districting.solve.stop import Stop


def grid(rows: int, columns: int) -> nx.Graph:
    return nx.convert_node_labels_to_integers(nx.grid_2d_graph(rows, columns), ordering="sorted")


def problem(graph: nx.Graph, *parts: object) -> PartitionProblem:
    n = graph.number_of_nodes()
    edges = np.array(sorted(tuple(sorted(e)) for e in graph.edges), np.int64)
    return PartitionProblem(n, edges, np.arange(n), (Contiguous("contiguous"), *parts))  # type: ignore[arg-type]


def size_between(n: int, low: float, high: float) -> Band:
    return Band("size", "units", np.ones(n), low, high, "units")


def key(labels: Sequence[int]) -> tuple[int, ...]:
    """Return labels renumbered by first appearance."""
    seen: dict[int, int] = {}
    return tuple(seen.setdefault(int(x), len(seen)) for x in labels)


def trees(graph: nx.Graph, nodes: list[int]) -> int:
    """Return the number of spanning trees (Kirchhoff)."""
    if len(nodes) == 1:
        return 1
    laplacian = nx.laplacian_matrix(graph.subgraph(nodes)).toarray().astype(float)
    return round(float(np.linalg.det(laplacian[1:, 1:])))


def feasible(graph: nx.Graph, count: int, low: int, high: int) -> dict[tuple[int, ...], int]:
    """Return every layout into connected districts of bounded size, with its number of forests."""
    found = {}
    for labels in product(range(count), repeat=graph.number_of_nodes()):
        if key(labels) != labels or len(set(labels)) < count:
            continue
        groups = [[i for i, x in enumerate(labels) if x == k] for k in range(count)]
        if all(low <= len(g) <= high and nx.is_connected(graph.subgraph(g)) for g in groups):
            found[labels] = int(np.prod([trees(graph, g) for g in groups]))
    return found


ROWS = np.array([0, 0, 0, 1, 1, 1, 2, 2, 2])


def test_reversible_chain_has_the_spanning_forest_odds() -> None:
    """Layout frequencies match the product of tree counts (chi-square, 57 degrees of freedom)."""
    graph = grid(3, 3)
    odds = feasible(graph, 3, 2, 4)
    sample = sample_layouts(
        problem(graph, size_between(9, 2, 4)), ROWS, 4000, Stop(600), 5, every=60, reversible=True
    )
    seen = Counter(key(x) for x in sample.labels.tolist())
    expected = {k: len(sample.labels) * w / sum(odds.values()) for k, w in odds.items()}
    assert set(seen) == set(odds)
    assert sum((seen[k] - e) ** 2 / e for k, e in expected.items()) < 95.0  # p = 0.1 %


def test_recombination_reaches_every_layout_and_no_other() -> None:
    """All 58 layouts of a 3 x 3 grid come up; each sampled layout is one of them."""
    graph = grid(3, 3)
    sample = sample_layouts(problem(graph, size_between(9, 2, 4)), ROWS, 3000, Stop(600), 1)
    assert {key(x) for x in sample.labels.tolist()} == set(feasible(graph, 3, 2, 4))
    assert sample.own_starts == 3
    assert sample.judged == 3000


def test_the_same_seed_gives_the_same_layouts() -> None:
    """Seeds decide everything; another seed gives other layouts."""
    given = problem(grid(4, 4), size_between(16, 3, 5))
    start = np.repeat(np.arange(4), 4)
    first, again, other = (
        sample_layouts(given, start, 60, Stop(600), seed).labels for seed in (3, 3, 4)
    )
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_groups_pairs_and_islands_are_kept() -> None:
    """Towns stay whole, locked pairs together or apart, and districts on their island."""
    graph = nx.disjoint_union(grid(3, 4), nx.path_graph(3))
    towns = np.array([0] * 12 + [1] * 3)
    given = problem(
        graph,
        Unmixed("town", towns),
        size_between(15, 2, 8),
        Together("locks", np.array([[0, 11]])),
        Apart("locks", np.array([[3, 11]])),
    )
    start = np.array([0, 0, 1, 1, 0, 0, 1, 1, 0, 0, 0, 0, 2, 2, 2])
    sample = sample_layouts(given, start, 200, Stop(600), 2)
    layouts = sample.labels
    assert len({key(x) for x in layouts.tolist()}) > 10
    assert (layouts[:, 0] == layouts[:, 11]).all()
    assert (layouts[:, 3] != layouts[:, 11]).all()
    assert (layouts[:, 12:] == layouts[:, 12:13]).all()
    for labels in layouts.tolist():
        for k in range(3):
            assert nx.is_connected(graph.subgraph([i for i, x in enumerate(labels) if x == k]))


@pytest.mark.parametrize("count", [1, 6])
def test_where_nothing_can_move_the_one_layout_comes_back(count: int) -> None:
    """One district, and as many districts as units, have a single layout each."""
    start = np.arange(6) % count
    sample = sample_layouts(problem(grid(2, 3)), start, 8, Stop(600), 0)
    assert {key(x) for x in sample.labels.tolist()} == {key(start)}


def test_musts_that_the_chain_does_not_know_are_checked_afterwards() -> None:
    """Layouts that break a must outside the chain's own bounds are dropped and counted."""
    graph = grid(3, 3)
    marked = np.zeros(9)
    marked[[0, 8]] = 1.0
    known = problem(graph, size_between(9, 2, 5), DistrictCount("count", 3, 3))
    both = sample_layouts(
        known.adding([Band("mark", "mark", marked, 0, 1, "x")]), ROWS, 200, Stop(600)
    )
    assert both.judged == len(both.labels) == 200
    assert (both.labels[:, 0] != both.labels[:, 8]).all()
    limited = known.limiting([Band("mark", "mark", marked, 0, 1, "x", 1.0)], 0.0, "limit")
    kept = sample_layouts(limited, ROWS, 200, Stop(600))
    assert 0 < len(kept.labels) < kept.judged == 200
    assert (kept.labels[:, 0] != kept.labels[:, 8]).all()


def test_a_start_that_breaks_a_must_is_refused() -> None:
    """The chain needs a feasible layout; the message names the rule."""
    with pytest.raises(ValueError, match="size"):
        sample_layouts(problem(grid(3, 3), size_between(9, 4, 5)), ROWS, 10, Stop(600))


def test_uniform_trees_are_uniform_and_lightest_ones_are_trees() -> None:
    """The 16 trees of four mutual neighbours come up alike; Kruskal's are trees too."""
    edges = np.array([[0, 0, 0, 1, 1, 2], [1, 2, 3, 2, 3, 3]])
    state, work = np.array([7], np.uint64), work_for(4, 6, 1)
    for draw, alike in ((uniform_tree, True), (lightest_tree, False)):
        seen: Counter[frozenset[frozenset[int]]] = Counter()
        for _ in range(8000):
            assert draw(4, edges, 6, work, state) == 4
            order, up = work.order[:4].tolist(), work.up
            assert all(order.index(up[x]) < order.index(x) for x in order[1:])
            seen[frozenset(frozenset((x, int(up[x]))) for x in order[1:])] += 1
        assert len(seen) == 16
        if alike:
            assert sum((c - 500) ** 2 / 500 for c in seen.values()) < 37.7  # p = 0.1 %, 15 df
