"""Coordinates as files hold them: CGCS2000 degrees of six decimals, about a decimetre."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from pyproj import Transformer

from districting.sample.regions import Floats

GEODETIC = "EPSG:4490"
DECIMALS = 6


def degrees(x: Floats, y: Floats, crs: str) -> tuple[Floats, Floats]:
    """Return longitude and latitude of points in `crs`, rounded as files hold them."""
    lon, lat = Transformer.from_crs(crs, GEODETIC, always_xy=True).transform(x, y)
    return np.round(lon, DECIMALS), np.round(lat, DECIMALS)


def metres(lon: Floats, lat: Floats, crs: str) -> tuple[Floats, Floats]:
    """Return x and y in `crs` of points in degrees."""
    x, y = Transformer.from_crs(GEODETIC, crs, always_xy=True).transform(lon, lat)
    return np.asarray(x), np.asarray(y)


def in_degrees(shapes: npt.NDArray[Any], crs: str) -> npt.NDArray[np.object_]:
    """Return `shapes` with every corner in degrees; shared corners stay shared."""
    moved: npt.NDArray[np.object_] = shapely.transform(
        shapes, lambda xy: np.column_stack(degrees(xy[:, 0], xy[:, 1], crs))
    )
    return moved


def as_written(shapes: npt.NDArray[Any], crs: str) -> npt.NDArray[np.object_]:
    """Return `shapes` in `crs` as they come back from a file, so that files lose nothing."""
    moved: npt.NDArray[np.object_] = shapely.transform(
        in_degrees(shapes, crs), lambda xy: np.column_stack(metres(xy[:, 0], xy[:, 1], crs))
    )
    return moved
