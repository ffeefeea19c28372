"""Coordinates: bring them to CGCS2000 and find those that cannot be right."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from districting.errors import Problem
from districting.read.datum import to_cgcs2000
from districting.read.headers import DATUM_COLUMN, plain
from districting.read.settings import DATUM_WORDS
from districting.read.sheet import Mask, Sheet, kept

LON = (73.0, 136.0)
LAT = (3.0, 54.0)
"""Degrees within which every Chinese county lies."""

Array = npt.NDArray[np.float64]


def place_points(sheet: Sheet, frame: pd.DataFrame) -> tuple[pd.DataFrame, list[Problem]]:
    """Return the frame with lon/lat in CGCS2000 degrees (NaN where unusable), and the faults.

    Without lon/lat columns the geometry gives the position: a point itself, or a point inside
    the polygon.
    """
    if "lon" not in sheet.cells.columns or "lat" not in sheet.cells.columns:
        return frame.assign(**_from_geometry(sheet)), []
    lon, lat = (frame[c].to_numpy(dtype=np.float64, copy=True) for c in ("lon", "lat"))
    problems, bad = _impossible(sheet, lon, lat)
    lon[bad], lat[bad] = np.nan, np.nan
    datums, datum_problems = _datums(sheet)
    for datum in np.unique(datums[datums != ""]):
        here = datums == datum
        lon[here], lat[here] = to_cgcs2000(lon[here], lat[here], str(datum))
    return frame.assign(lon=lon, lat=lat), problems + datum_problems


def _from_geometry(sheet: Sheet) -> dict[str, Array]:
    if sheet.geometry is None:
        nothing = np.full(len(sheet), np.nan)
        return {"lon": nothing, "lat": nothing}
    points = shapely.point_on_surface(sheet.geometry)
    return {"lon": shapely.get_x(points), "lat": shapely.get_y(points)}


def _datums(sheet: Sheet) -> tuple[npt.NDArray[Any], list[Problem]]:
    """Return the datum of each row: its own column first, then what the file declares."""
    declared = np.array([s.datum for s in sheet.sources], dtype=object)
    datums = declared[sheet.source]
    problems: list[Problem] = []
    if DATUM_COLUMN in sheet.cells.columns:
        text = sheet.cells[DATUM_COLUMN]
        named = text.map({v: DATUM_WORDS.get(plain(v), "") for v in pd.unique(text)}).to_numpy()
        problems += sheet.faults(
            "unknown_datum", (named == "") & (text != "").to_numpy(), DATUM_COLUMN
        )
        datums = np.where(named != "", named, datums)
    for position in np.unique(sheet.source[datums == ""]):
        source = sheet.sources[position]
        vector = sheet.geometry is not None and not source.datum
        if not vector:  # a vector file without datum was already refused when read
            problems.append(Problem("check.missing_datum", source.path, source.sheet))
    return datums, problems


def _impossible(sheet: Sheet, lon: Array, lat: Array) -> tuple[list[Problem], Mask]:
    given = np.isfinite(lon) & np.isfinite(lat)
    zero = given & (lon == 0) & (lat == 0)
    metres = given & ((np.abs(lon) > 1000) | (np.abs(lat) > 1000))
    right = given & _between(lon, LON) & _between(lat, LAT)
    swapped = given & _between(lat, LON) & _between(lon, LAT) & ~right
    elsewhere = given & ~(zero | metres | right | swapped)
    pairs = np.char.add(np.char.add(lon.astype(str), ", "), lat.astype(str)).astype(object)
    problems: list[Problem] = []
    for code, where in (
        ("coordinates_zero", zero),
        ("coordinates_in_metres", metres),
        ("coordinates_swapped", swapped),
        ("coordinates_impossible", elsewhere),
    ):
        problems += sheet.faults(code, where, "lon", values=pairs[where])
    return problems, given & ~right


def _between(values: Array, limits: tuple[float, float]) -> Mask:
    inside: Mask = (values >= limits[0]) & (values <= limits[1])
    return inside


def check_shapes_in_range(sheet: Sheet) -> tuple[npt.NDArray[Any], list[Problem]]:
    """Return the geometry without shapes that lie outside China, and a fault for each of those."""
    assert sheet.geometry is not None
    bounds = shapely.bounds(sheet.geometry)
    present = ~shapely.is_missing(sheet.geometry)
    inside = _between(bounds[:, 0], LON) & _between(bounds[:, 2], LON)
    inside &= _between(bounds[:, 1], LAT) & _between(bounds[:, 3], LAT)
    out = present & ~inside
    shown = [f"{b[0]:g}, {b[1]:g} – {b[2]:g}, {b[3]:g}" for b in bounds[out]]
    problems = sheet.faults("coordinates_impossible", out, values=shown)
    return kept(sheet.geometry, ~out), problems
