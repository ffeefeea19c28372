"""Datum of coordinates: GCJ-02 and BD-09 to and from CGCS2000.

Chinese web maps give coordinates with an offset of several hundred metres. GCJ-02 (AMap, Tencent)
adds a smooth offset to WGS 84; BD-09 (Baidu) adds another to GCJ-02. The offsets have a published
closed form; the way back has none and is found by iteration. CGCS2000 and WGS 84 differ by
centimetres to a few decimetres, far below any use here, and are taken as one.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
Pair = tuple[Array, Array]

DATUMS = ("cgcs2000", "wgs84", "gcj02", "bd09")

_AXIS = 6378245.0  # Krasovsky 1940, which the published offset formula uses
_ECCENTRICITY_2 = 0.00669342162296594323
_BD_TURN = np.pi * 3000.0 / 180.0
_ROUNDS = 30
_SETTLED = 1e-12  # degrees, about 0.1 micrometre


def _waves(t: Array, long_wave: float, longest: tuple[float, float]) -> Array:
    """Return the three sine terms shared by both offsets, in metres (`t` in degrees)."""
    amplitude, divisor = longest
    first = 20.0 * np.sin(t * np.pi) + 40.0 * np.sin(t / 3.0 * np.pi)
    second = long_wave * np.sin(t / 12.0 * np.pi) + amplitude * np.sin(t * np.pi / divisor)
    return (first + second) * 2.0 / 3.0


def _offset(lon: Array, lat: Array) -> Pair:
    """Return the GCJ-02 offset (degrees of longitude, latitude) at a WGS 84 point."""
    x, y = lon - 105.0, lat - 35.0
    short = (20.0 * np.sin(6.0 * x * np.pi) + 20.0 * np.sin(2.0 * x * np.pi)) * 2.0 / 3.0
    root = np.sqrt(np.abs(x))
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root
    north = north + short + _waves(y, 160.0, (320.0, 30.0))
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root
    east = east + short + _waves(x, 150.0, (300.0, 30.0))
    phi = np.radians(lat)
    w2 = 1.0 - _ECCENTRICITY_2 * np.sin(phi) ** 2
    meridian = _AXIS * (1.0 - _ECCENTRICITY_2) / (w2 * np.sqrt(w2))
    parallel = _AXIS / np.sqrt(w2) * np.cos(phi)
    return np.degrees(east / parallel), np.degrees(north / meridian)


def _shifted(lon: Array, lat: Array) -> npt.NDArray[np.bool_]:
    """Return where the offset applies: the rectangle that the published formula uses."""
    inside: npt.NDArray[np.bool_] = (
        (lon >= 72.004) & (lon <= 137.8347) & (lat >= 0.8293) & (lat <= 55.8271)
    )
    return inside


def _wgs84_to_gcj02(lon: Array, lat: Array) -> Pair:
    east, north = _offset(lon, lat)
    here = _shifted(lon, lat)
    return np.where(here, lon + east, lon), np.where(here, lat + north, lat)


def _gcj02_to_bd09(lon: Array, lat: Array) -> Pair:
    radius = np.hypot(lon, lat) + 0.00002 * np.sin(lat * _BD_TURN)
    angle = np.arctan2(lat, lon) + 0.000003 * np.cos(lon * _BD_TURN)
    return radius * np.cos(angle) + 0.0065, radius * np.sin(angle) + 0.006


def _wgs84_to_bd09(lon: Array, lat: Array) -> Pair:
    return _gcj02_to_bd09(*_wgs84_to_gcj02(lon, lat))


def _undo(forward: Callable[[Array, Array], Pair], lon: Array, lat: Array) -> Pair:
    """Return the point that `forward` maps to (lon, lat), by fixed-point iteration.

    The offsets change by well under one part in a hundred per degree, so each round gains two
    digits or more.
    """
    x, y = lon.copy(), lat.copy()
    for _ in range(_ROUNDS):
        to_x, to_y = forward(x, y)
        step_x, step_y = lon - to_x, lat - to_y
        x, y = x + step_x, y + step_y
        if not np.any(np.hypot(step_x, step_y) > _SETTLED):
            break
    return x, y


_FORWARD: dict[str, Callable[[Array, Array], Pair]] = {
    "gcj02": _wgs84_to_gcj02,
    "bd09": _wgs84_to_bd09,
}


def _checked(datum: str) -> str:
    if datum not in DATUMS:
        raise ValueError(f"datum must be one of {DATUMS}, not {datum!r}")
    return datum


def to_cgcs2000(lon: npt.ArrayLike, lat: npt.ArrayLike, datum: str) -> Pair:
    """Return longitude and latitude in CGCS2000.

    Parameters
    ----------
    lon, lat : array_like, shape (n,)
        Degrees in `datum`; NaN stays NaN.
    datum : {"cgcs2000", "wgs84", "gcj02", "bd09"}

    Returns
    -------
    (lon, lat) : arrays, shape (n,)
        Degrees; within 1 mm of the exact inverse.

    Raises
    ------
    ValueError
        If `datum` is not known.

    Examples
    --------
    >>> lon, lat = to_cgcs2000([116.41024449916938], [39.91640428150164], "gcj02")
    >>> round(float(lon[0]), 6), round(float(lat[0]), 6)
    (116.404, 39.915)
    """
    x, y = np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64)
    forward = _FORWARD.get(_checked(datum))
    return (x, y) if forward is None else _undo(forward, x, y)


def from_cgcs2000(lon: npt.ArrayLike, lat: npt.ArrayLike, datum: str) -> Pair:
    """Return CGCS2000 longitude and latitude (degrees, shape (n,)) in `datum`.

    Raises
    ------
    ValueError
        If `datum` is not known.

    Examples
    --------
    >>> lon, lat = from_cgcs2000([116.404], [39.915], "gcj02")
    >>> round(float(lon[0]), 6), round(float(lat[0]), 6)
    (116.410244, 39.916404)
    """
    x, y = np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64)
    forward = _FORWARD.get(_checked(datum))
    return (x, y) if forward is None else forward(x, y)
