"""Cells derived from points."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from districting.read.cells import cells_by_town, dissolved, voronoi_cells

LAND = shapely.Polygon([(0, 0), (1000, 0), (1000, 400), (600, 1000), (0, 700)])


@given(
    st.lists(
        st.tuples(st.integers(1, 59), st.integers(1, 39)), min_size=1, max_size=30, unique=True
    )
)
def test_cells_tile_the_land_and_hold_their_points(points: list[tuple[int, int]]) -> None:
    """Areas add up, cells do not overlap, each point lies in its own."""
    x, y = (np.array(points, dtype=float) * 10).T
    cells = voronoi_cells(x, y, LAND)
    assert shapely.area(cells).sum() == pytest.approx(LAND.area)
    assert shapely.union_all(cells).area == pytest.approx(LAND.area)
    assert shapely.intersects_xy(cells, x, y).all()


def test_cells_do_not_cross_town_borders() -> None:
    """A village near the border keeps to its own side."""
    towns = np.array([shapely.box(0, 0, 100, 100), shapely.box(100, 0, 200, 100)])
    x, y = np.array([95.0, 20.0, 190.0]), np.array([50.0, 50.0, 50.0])
    cells = cells_by_town(x, y, np.array([0, 0, 1]), towns)
    assert shapely.covers(towns[[0, 0, 1]], cells).all()
    assert shapely.area(cells).sum() == pytest.approx(20_000)


def test_a_village_without_town_or_position_has_no_cell() -> None:
    """What is unknown stays unknown."""
    towns = np.array([shapely.box(0, 0, 100, 100), None])
    x = np.array([10.0, np.nan, 20.0, 30.0])
    cells = cells_by_town(x, x, np.array([0, 0, -1, 1]), towns)
    assert list(shapely.is_missing(cells)) == [False, True, True, True]


def test_towns_from_cells() -> None:
    """Cells of one town become one polygon; a town without cells has none."""
    cells = np.array([shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1), None])
    towns = dissolved(cells, np.array([0, 0, 1]), 2)
    assert towns[0].equals(shapely.box(0, 0, 2, 1))
    assert towns[1] is None
