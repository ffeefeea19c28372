"""Datum conversions against published points, and there and back."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod

from districting.read.datum import DATUMS, from_cgcs2000, to_cgcs2000

EARTH = Geod(ellps="GRS80")

# Points published with open implementations of the offsets: (lon, lat) before and after.
GCJ02 = [
    ((121.5272106, 31.1774276), (121.531541859215, 31.17530398364597)),
    ((113.912316, 22.543847), (113.9171764808363, 22.540796131694766)),
    ((116.377817, 39.911954), (116.38404722455657, 39.91334545536069)),
    ((116.404, 39.915), (116.41024449916938, 39.91640428150164)),
]
BD09 = ((116.404, 39.915), (116.41662724378733, 39.922699552216216))
COUNTY_SEATS = [
    ((117.73, 34.57), "gcj02", 545),
    ((117.73, 34.57), "bd09", 1258),
    ((115.53, 34.83), "gcj02", 526),
    ((115.53, 34.83), "bd09", 1245),
]


def _metres(a: tuple[float, float], b: tuple[float, float]) -> float:
    return float(EARTH.inv(*a, *b)[2])


@pytest.mark.parametrize(("point", "expected"), GCJ02)
def test_gcj02_meets_published_points(
    point: tuple[float, float], expected: tuple[float, float]
) -> None:
    """The offset equals the published one to a hundredth of a millimetre."""
    lon, lat = from_cgcs2000([point[0]], [point[1]], "gcj02")
    assert _metres((lon[0], lat[0]), expected) < 1e-5


def test_bd09_meets_the_published_point() -> None:
    """Both offsets in a row give the published Baidu point."""
    (point, expected) = BD09
    lon, lat = from_cgcs2000([point[0]], [point[1]], "bd09")
    assert _metres((lon[0], lat[0]), expected) < 1e-5


@pytest.mark.parametrize(("point", "datum", "metres"), COUNTY_SEATS)
def test_offsets_at_the_two_counties(point: tuple[float, float], datum: str, metres: int) -> None:
    """Taking one datum for the other shifts a county seat by more than half a kilometre."""
    lon, lat = from_cgcs2000([point[0]], [point[1]], datum)
    assert _metres(point, (lon[0], lat[0])) == pytest.approx(metres, abs=1)


@given(
    st.sampled_from(["gcj02", "bd09"]),
    st.lists(st.tuples(st.floats(73.5, 135.0), st.floats(3.5, 53.5)), min_size=1, max_size=20),
)
def test_there_and_back_within_a_millimetre(datum: str, points: list[tuple[float, float]]) -> None:
    """Anywhere in China the inverse undoes the offset."""
    lon, lat = np.array(points).T
    back = to_cgcs2000(*from_cgcs2000(lon, lat, datum), datum)
    assert EARTH.inv(lon, lat, *back)[2] == pytest.approx(0, abs=1e-3)


@pytest.mark.parametrize("datum", ["cgcs2000", "wgs84"])
def test_cgcs2000_and_wgs84_are_one(datum: str) -> None:
    """Neither is moved."""
    lon, lat = to_cgcs2000([117.4], [34.5], datum)
    assert (lon[0], lat[0]) == (117.4, 34.5)


def test_outside_china_nothing_is_moved() -> None:
    """The offset ends at the rectangle around China."""
    lon, lat = from_cgcs2000([2.35], [48.85], "gcj02")
    assert (lon[0], lat[0]) == (2.35, 48.85)


def test_unknown_positions_stay_unknown() -> None:
    """NaN passes through and does not disturb its neighbours."""
    lon, _ = to_cgcs2000([np.nan, 116.41024449916938], [np.nan, 39.91640428150164], "gcj02")
    assert np.isnan(lon[0])
    assert lon[1] == pytest.approx(116.404, abs=1e-9)


def test_an_unknown_datum_is_refused() -> None:
    """A datum that is not known is never taken for another."""
    assert "beijing54" not in DATUMS
    with pytest.raises(ValueError, match="beijing54"):
        to_cgcs2000([117.0], [34.0], "beijing54")
