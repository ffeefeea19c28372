"""Neighbours are villages with a common border, or with a listed crossing between them."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.affinity import rotate

from districting.graph import adjacency, adjacency_graph


def test_squares_meet_at_sides_and_not_at_corners(grid_county):
    found = adjacency(grid_county(2, 2))
    assert found.edges.tolist() == [[0, 1], [0, 2], [1, 3], [2, 3]]
    assert found.border == pytest.approx([1000.0] * 4, abs=0.3)
    assert set(found.kind) == {"border"}


def test_a_bridge_joins_villages_that_do_not_touch_and_keeps_borders_as_they_are(grid_county):
    county = grid_county(1, 3, roads=[(0, 2, 2500.0, "bridge"), (0, 1, 900.0, "ferry")])
    found = adjacency(county)
    assert found.edges.tolist() == [[0, 1], [0, 2], [1, 2]]
    assert found.kind.tolist() == ["border", "bridge", "border"]
    assert found.border[1] == 0.0


def test_a_bridge_between_other_nodes_joins_nobody(grid_county):
    county = grid_county(1, 2, roads=[("x1", "x2", 10.0, "bridge"), (0, 0, 5.0, "bridge")])
    assert adjacency(county).edges.tolist() == [[0, 1]]


def test_corners_in_the_middle_of_a_side_do_not_break_a_turned_border(grid_county):
    """Three cells, two of them along one side of the third, turned so that no corner fits."""
    county = grid_county(1, 3)
    cells = [
        shapely.box(0, 0, 100, 300),
        shapely.box(100, 0, 300, 120),
        shapely.box(100, 120, 300, 300),
    ]
    turned = [rotate(c, 31.7, origin=(5000, 7000)) for c in cells]
    villages = county.villages.set_geometry(turned, crs="EPSG:4548")
    found = adjacency(county.with_tables(villages=villages))
    assert found.edges.tolist() == [[0, 1], [0, 2], [1, 2]]
    assert found.border == pytest.approx([120, 180, 200], abs=0.5)


@settings(max_examples=25, deadline=None)
@given(gap=st.floats(-0.05, 0.05))
def test_outlines_a_hand_apart_are_one_border(grid_county, gap):
    """Separately drawn outlines that miss or overlap each other by centimetres still meet."""
    county = grid_county(1, 2)
    cells = [shapely.box(0, 0, 500, 500), shapely.box(500 + gap, 0, 1000, 500)]
    villages = county.villages.set_geometry(cells, crs="EPSG:4548")
    found = adjacency(county.with_tables(villages=villages))
    assert found.edges.tolist() == [[0, 1]]
    assert found.border == pytest.approx([500], abs=0.5)


def test_short_borders_do_not_count(grid_county):
    assert len(adjacency(grid_county(1, 2), least_border=1100.0).edges) == 0


def test_a_village_without_cell_has_no_border_neighbours(grid_county):
    county = grid_county(1, 3)
    cells = county.villages.geometry.to_numpy().copy()
    cells[1] = None
    villages = county.villages.set_geometry(cells, crs="EPSG:4548")
    assert len(adjacency(county.with_tables(villages=villages)).edges) == 0


@pytest.mark.parametrize(("least", "tolerance"), [(10.0, 0.0), (0.3, 0.1)])
def test_a_tolerance_that_would_let_corners_pass_is_refused(grid_county, least, tolerance):
    with pytest.raises(ValueError, match="tolerance"):
        adjacency(grid_county(1, 2), least_border=least, tolerance=tolerance)


def test_the_networkx_graph_says_the_same_with_codes(grid_county):
    county = grid_county(3, 2, roads=[(0, 5, 100.0, "ferry")])
    found, graph = adjacency(county), adjacency_graph(county)
    codes = county.villages.index
    assert {frozenset(e) for e in graph.edges} == {frozenset(codes[e]) for e in found.edges}
    ferry = graph.edges[codes[0], codes[5]]
    assert (ferry["kind"], ferry["border"]) == ("ferry", 0.0)
    node = graph.nodes[codes[3]]
    assert node["name"] == county.villages["name"].iloc[3]
    assert (
        np.hypot(node["x"] - county.villages["x"].iloc[3], node["y"] - county.villages["y"].iloc[3])
        == 0
    )
