"""Travel by road agrees with networkx, within limits and along access ways."""

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from districting.graph import (
    MODES,
    nearest_distances,
    road_graph,
    road_network,
    school_distances,
    village_distances,
)
from districting.graph.roads import DETOUR


@st.composite
def road_tables(draw):
    n = draw(st.integers(2, 9))
    ends = st.one_of(st.integers(0, n - 1), st.sampled_from(["k1", "k2"]))
    length = st.integers(0, 5000).map(float)
    rows = draw(st.lists(st.tuples(ends, ends, length, st.just("village")), max_size=20))
    # Every village is a node: sections of a village to itself lead nowhere.
    return n, rows + [(i, i, 1.0, "village") for i in range(n)]


@settings(max_examples=60, deadline=None)
@given(road_tables(), st.integers(0, 8000))
def test_distances_are_those_of_networkx(grid_county, case, limit):
    n, rows = case
    schools = [{"at": i} for i in range(0, n, 2)]
    county = grid_county(1, n, schools=schools, roads=rows)
    graph, codes = road_graph(county), list(county.villages.index)
    expected = np.full((n, n), np.inf)
    for j, target in enumerate(codes):
        reach = nx.single_source_dijkstra_path_length(graph, target, weight="metres")
        expected[:, j] = [reach.get(code, np.inf) for code in codes]
    assert village_distances(county, np.arange(n)) == pytest.approx(expected)
    pairs = school_distances(county, limit_m=float(limit))
    home = np.arange(0, n, 2)
    wanted = {
        (v, s): expected[v, home[s]]
        for v in range(n)
        for s in range(len(home))
        if expected[v, home[s]] <= limit
    }
    found = dict(
        zip(
            zip(pairs.village.tolist(), pairs.school.tolist(), strict=True),
            pairs.metres,
            strict=True,
        )
    )
    assert found == pytest.approx(wanted)
    keys = list(zip(pairs.village, pairs.metres, pairs.school, strict=True))
    assert keys == sorted(keys)


def test_a_school_beside_its_village_adds_the_way_there(grid_county):
    county = grid_county(1, 3, schools=[{"at": 0, "x": 500_500.0 + 300, "y": 3_800_500.0 + 400}])
    pairs = school_distances(county)
    assert pairs.metres == pytest.approx([500 * DETOUR, 1000 + 500 * DETOUR, 2000 + 500 * DETOUR])


def test_the_limit_counts_the_access_way_at_both_ends(grid_county):
    """Village 1 is no node: it joins the road at village 0's node, 1000 m straight away."""
    county = grid_county(1, 2, schools=[{"at": 0}], roads=[(0, "far", 9000.0, "village")])
    network = road_network(county)
    assert network.village_access == pytest.approx([0, 1000 * DETOUR])
    assert len(school_distances(county, limit_m=1000 * DETOUR - 1).village) == 1
    assert school_distances(county, limit_m=1000 * DETOUR).metres == pytest.approx([0, 1300])


def test_asked_for_schools_are_numbered_as_asked(grid_county):
    county = grid_county(1, 3, schools=[{"at": 0}, {"at": 2}])
    pairs = school_distances(county, ["S1", "S0"], limit_m=0.0)
    assert list(zip(pairs.village, pairs.school, strict=True)) == [(0, 1), (2, 0)]
    with pytest.raises(KeyError, match="S9"):
        school_distances(county, ["S9"])


def test_without_roads_only_a_village_reaches_itself(grid_county):
    county = grid_county(1, 2, schools=[{"at": 0}], roads=[])
    assert village_distances(county, np.array([0])).tolist() == [[0.0], [np.inf]]
    assert len(school_distances(county).village) == 0


def test_roads_that_lie_nowhere_join_no_village(grid_county):
    county = grid_county(1, 2, schools=[{"at": 0}], roads=[("p", "q", 5.0, "village")])
    assert road_network(county).village_node.tolist() == [-1, -1]
    assert np.isinf(village_distances(county, np.array([0]))[1, 0])


def test_the_road_graph_keeps_the_shortest_of_parallel_sections(grid_county):
    rows = [(0, 1, 500.0, "trunk"), (1, 0, 300.0, "village")]
    county = grid_county(1, 2, roads=rows)
    graph, (a, b) = road_graph(county), county.villages.index
    edge = graph.edges[a, b]
    assert (edge["metres"], edge["kind"], edge["road"]) == (300.0, "village", "R0001")
    assert graph.nodes[b]["x"] == 501_500.0


@pytest.mark.parametrize(
    ("mode", "minutes"),
    [("walk_lower", 30.0), ("walk", 80 / 3), ("walk_junior", 24.0), ("cycle", 10.0), ("bus", 12.8)],
)
def test_two_kilometres_take(mode, minutes):
    assert float(MODES[mode].minutes(2000.0)) == pytest.approx(minutes)


@settings(max_examples=60, deadline=None)
@given(road_tables(), st.data())
def test_the_nearest_of_a_group_is_the_least_over_its_schools(grid_county, case, data):
    n, rows = case
    county = grid_county(1, n, schools=[{"at": i} for i in range(n)], roads=rows)
    groups = st.lists(st.integers(-1, 2), min_size=n, max_size=n).map(np.array)
    of_school, of_village = data.draw(groups), data.draw(groups)
    metres = village_distances(county, np.arange(n))
    allowed = (of_school[None, :] == of_village[:, None]) & (of_village[:, None] >= 0)
    expected = np.where(allowed, metres, np.inf).min(axis=1)
    found = nearest_distances(county, county.schools.index, of_school, of_village)
    assert found == pytest.approx(expected)
