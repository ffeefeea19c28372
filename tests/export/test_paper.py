"""The sheet fits the county at a round scale, whichever way it lies."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from districting.export.paper import SIZES, lay_out, round_scale

sides = st.floats(2_000.0, 400_000.0)


@given(sides, sides, st.sampled_from(sorted(SIZES)))
def test_county_lies_inside_its_frame(width: float, height: float, size: str) -> None:
    """Every corner of the county falls inside the map frame, and no box leaves the sheet."""
    bounds = (5e5, 3.8e6, 5e5 + width, 3.8e6 + height)
    paper = lay_out(bounds, size)
    corners = paper.place(np.array([bounds[:2], bounds[2:]]))
    x0, y0, x1, y1 = paper.map
    assert (corners[0] > (x0, y0)).all() and (corners[1] < (x1, y1)).all()
    for box in (paper.map, paper.panel, paper.title, paper.footer):
        assert 0 < box[0] < box[2] < paper.width and 0 < box[1] < box[3] < paper.height


@given(st.floats(500.0, 5e6))
def test_scale_is_round_and_never_too_large(least: float) -> None:
    """Scales have two significant digits and are at most a tenth coarser than needed."""
    scale = round_scale(least)
    assert least * (1 - 1e-6) <= scale <= least * 1.101
    assert float(f"{scale:.1e}") == pytest.approx(scale)


def test_orientation_follows_the_county() -> None:
    """A wide county gets a landscape sheet, a tall one a portrait sheet."""
    wide = lay_out((0.0, 0.0, 60_000.0, 30_000.0))
    tall = lay_out((0.0, 0.0, 30_000.0, 60_000.0))
    assert wide.width > wide.height and tall.height > tall.width


def test_lengths_on_paper_are_to_scale() -> None:
    """A kilometre at 1:100 000 is a centimetre."""
    paper = lay_out((0.0, 0.0, 26_000.0, 20_000.0))
    moved = paper.place(np.array([[0.0, 0.0], [1000.0, 0.0]]))
    assert paper.millimetres(1000.0) == pytest.approx(1e6 / paper.scale)
    assert moved[1, 0] - moved[0, 0] == pytest.approx(1e6 / paper.scale)
