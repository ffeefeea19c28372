"""The sheet of paper: where map, title, panel and footer lie, and at which scale.

Everything is in millimetres from the lower left corner of the sheet.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

Floats = npt.NDArray[np.float64]
Box = tuple[float, float, float, float]

SIZES = {"A3": (420.0, 297.0), "A4": (297.0, 210.0)}
POINT = 25.4 / 72
"""Millimetres in a typographic point."""
MARGIN, TITLE, FOOTER, GAP, SIDE, FOOT_PANEL = 10.0, 21.0, 17.0, 4.0, 88.0, 112.0
PADDING = 7.0
"""Room kept around the county inside the map frame."""


@dataclass(frozen=True)
class Paper:
    """A laid out sheet.

    Parameters
    ----------
    width, height : float
    map, panel, title, footer : tuple of four floats
        Boxes (x0, y0, x1, y1).
    beside : bool
        Whether the panel stands beside the map (else below it).
    scale : float
        Denominator of the map's scale.
    centre : tuple of two floats
        Map coordinates [m] of the middle of the map frame.
    factor : float
        Size of type and symbols relative to A3; smaller paper shrinks them less than itself, so
        that they stay legible.
    detail : float
        Size of school symbols and names relative to normal: less where schools lie close.
    """

    width: float
    height: float
    map: Box
    panel: Box
    title: Box
    footer: Box
    beside: bool
    scale: float
    centre: tuple[float, float]
    factor: float
    detail: float = 1.0

    def millimetres(self, metres: float) -> float:
        """Return the length on paper of a length on the ground."""
        return metres * 1000 / self.scale

    def place(self, points: Floats) -> Floats:
        """Return paper positions of map coordinates, shape (n, 2)."""
        x0, y0, x1, y1 = self.map
        middle = ((x0 + x1) / 2, (y0 + y1) / 2)
        placed: Floats = (points - self.centre) * (1000 / self.scale) + middle
        return placed

    def place_shapes(self, shapes: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """Return geometries moved from the ground to paper."""
        moved: npt.NDArray[Any] = shapely.transform(shapes, self.place)
        return moved


def round_scale(least: float) -> float:
    """Return the smallest scale denominator with two significant digits that is at least `least`.

    >>> round_scale(87_312)
    88000.0
    """
    unit = 10.0 ** (math.floor(math.log10(least)) - 1)
    return math.ceil(least / unit - 1e-9) * unit


def lay_out(bounds: Box, size: str = "A3") -> Paper:
    """Return the sheet of `size`, landscape or portrait, that shows the county largest.

    Parameters
    ----------
    bounds : tuple of four floats
        West, south, east and north of the county [m].
    size : {"A3", "A4"}
    """
    layouts = ((landscape, beside) for landscape in (True, False) for beside in (True, False))
    return min((_candidate(bounds, size, *layout) for layout in layouts), key=lambda p: p.scale)


def _candidate(bounds: Box, size: str, landscape: bool, beside: bool) -> Paper:
    long, short = SIZES[size]
    width, height = (long, short) if landscape else (short, long)
    f = math.sqrt(long / SIZES["A3"][0])
    left, bottom, right, top = MARGIN * f, MARGIN * f, width - MARGIN * f, height - MARGIN * f
    title = (left, top - TITLE * f, right, top)
    footer = (left, bottom, right, bottom + FOOTER * f)
    low, high = footer[3] + 2 * f, title[1] - 1 * f
    if beside:
        panel = (right - SIDE * f, low, right, high)
        frame = (left, low, panel[0] - GAP * f, high)
    else:
        panel = (left, low, right, low + FOOT_PANEL * f)
        frame = (left, panel[3] + GAP * f, right, high)
    room = (frame[2] - frame[0] - 2 * PADDING * f, frame[3] - frame[1] - 2 * PADDING * f)
    west, south, east, north = bounds
    tight = 1000 * max((east - west) / room[0], (north - south) / room[1])
    centre = ((west + east) / 2, (south + north) / 2)
    return Paper(width, height, frame, panel, title, footer, beside, round_scale(tight), centre, f)
