"""Plane geometry behind the map."""

from collections.abc import Callable

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from districting.county import County
from districting.export.regions import compound_path, dissolve, inner_points, touching
from districting.export.symbols import spread


def test_dissolved_districts_keep_their_area(grid_county: Callable[..., County]) -> None:
    """Each district is the union of its cells; unassigned villages belong to none."""
    cells = grid_county(3, 3).villages
    labels = pd.Series(["甲"] * 4 + ["乙"] * 4 + [""], index=cells.index)
    shapes = dissolve(cells, labels)
    assert shapes.index.tolist() == ["乙", "甲"]
    assert shapes.area.tolist() == pytest.approx([4e6, 4e6])


def test_cells_that_overlap_still_dissolve() -> None:
    """Cells that are no clean coverage are united all the same."""
    cells = gpd.GeoDataFrame(
        index=["a", "b"], geometry=[shapely.box(0, 0, 2, 1), shapely.box(1, 0, 3, 1)]
    )
    assert dissolve(cells, pd.Series({"a": "甲", "b": "甲"})).area.tolist() == [3.0]


def test_touching_means_a_border_not_a_corner(grid_county: Callable[..., County]) -> None:
    """Squares side by side touch, squares at a corner do not."""
    cells = grid_county(2, 2).villages.geometry
    pairs = {tuple(p) for p in touching(cells).tolist()}
    assert pairs == {(0, 1), (0, 2), (1, 3), (2, 3)}


def test_paths_keep_holes() -> None:
    """A polygon with a hole becomes two closed rings."""
    ring = shapely.box(0, 0, 4, 4).difference(shapely.box(1, 1, 2, 2))
    path = compound_path(ring)
    assert (path.codes == path.MOVETO).sum() == 2
    assert (path.codes == path.CLOSEPOLY).sum() == 2


def test_inner_points_lie_inside_deepest_first() -> None:
    """Candidates for a name lie inside the region and start at its widest place."""
    shape = shapely.box(0, 0, 10, 2).union(shapely.box(0, 0, 4, 8))
    points, depth = inner_points(shape)
    assert shapely.contains_xy(shape, points).all()
    assert (np.diff(depth) <= 1e-9).all()
    assert points[0, 0] < 4.5


def test_a_sliver_still_has_a_point() -> None:
    """A region too thin for the grid offers its representative point."""
    points, _ = inner_points(shapely.Polygon([(0, 0), (10, 0.001), (10, 0.002)]), wanted=4)
    assert len(points) >= 1


def test_symbols_at_one_place_are_pushed_apart() -> None:
    """Symbols that fall together end side by side, near where they belong."""
    points = np.zeros((5, 2))
    moved = spread(points, np.ones(5), limit=6.0)
    gaps = np.hypot(*(moved[:, None] - moved[None]).transpose(2, 0, 1))[np.triu_indices(5, 1)]
    assert gaps.min() >= 2.0 - 0.05
    assert np.hypot(*moved.T).max() <= 6.0


def test_symbols_with_room_stay() -> None:
    """Symbols that do not overlap stay where they are, to a hundredth of a millimetre."""
    points = np.array([[0.0, 0.0], [10.0, 0.0]])
    assert np.abs(spread(points, np.ones(2), limit=5.0) - points).max() < 0.01
