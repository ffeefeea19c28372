"""Parts, contiguity and separators agree with networkx on random graphs."""

import networkx as nx
import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from districting.graph import (
    components,
    is_contiguous,
    minimal_separator,
    neighbour_lists,
    part_counts,
)


@st.composite
def labelled_graphs(draw):
    n = draw(st.integers(2, 14))
    pairs = [(a, b) for a in range(n) for b in range(a + 1, n)]
    edges = sorted(draw(st.sets(st.sampled_from(pairs), max_size=30)))
    labels = draw(st.lists(st.integers(-1, 3), min_size=n, max_size=n))
    return n, np.array(edges, dtype=np.int64).reshape(-1, 2), np.array(labels)


def as_networkx(n, edges):
    graph = nx.empty_graph(n)
    graph.add_edges_from(edges.tolist())
    return graph


@settings(max_examples=150, deadline=None)
@given(labelled_graphs())
def test_parts_are_the_components_of_each_label(case):
    n, edges, labels = case
    graph, parts = as_networkx(n, edges), components(labels, edges)
    expected = {
        frozenset(c)
        for label in set(labels.tolist())
        for c in nx.connected_components(graph.subgraph(np.flatnonzero(labels == label).tolist()))
    }
    assert {frozenset(np.flatnonzero(parts == p).tolist()) for p in set(parts.tolist())} == expected
    counts = part_counts(labels, edges)
    assert sum(counts.values()) == len(expected)
    assert is_contiguous(labels, edges) == (len(expected) == len(set(labels.tolist())))


@settings(max_examples=150, deadline=None)
@given(labelled_graphs())
def test_neighbour_lists_are_those_of_the_graph(case):
    n, edges, _ = case
    start, neighbour = neighbour_lists(n, edges)
    graph = as_networkx(n, edges)
    for i in range(n):
        assert neighbour[start[i] : start[i + 1]].tolist() == sorted(graph[i])


@settings(max_examples=150, deadline=None)
@given(labelled_graphs(), st.data())
def test_a_separator_separates_and_none_of_it_can_be_spared(case, data):
    n, edges, _ = case
    graph = as_networkx(n, edges)
    seed, target = data.draw(st.integers(0, n - 1)), data.draw(st.integers(0, n - 1))
    part = {seed, *data.draw(st.sets(st.sampled_from([seed, *sorted(graph[seed])])))}
    assume(target not in part and not part & set(graph[target]))
    mask = np.isin(np.arange(n), sorted(part))
    found = minimal_separator(*neighbour_lists(n, edges), mask, target)

    def joined(without):
        left = graph.subgraph(set(graph) - set(without))
        return nx.has_path(left, seed, target)

    assert not joined(found.tolist())
    assert all(joined(set(found.tolist()) - {v}) for v in found.tolist())


def test_nothing_separates_a_part_from_its_neighbour():
    lists = neighbour_lists(2, np.array([[0, 1]]))
    with pytest.raises(ValueError, match="next to"):
        minimal_separator(*lists, np.array([True, False]), 1)
