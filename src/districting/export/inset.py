"""The inset: a frame beside the county, at its own scale, for towns too dense for their names."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from itertools import product

import numpy as np
import numpy.typing as npt
import shapely

from districting.county import County
from districting.export import typeface
from districting.export.canvas import FAINT, INK, Canvas
from districting.export.furniture import draw_scale_bar
from districting.export.paper import POINT, Box, Paper, round_scale
from districting.terms import say

Bools = npt.NDArray[np.bool_]

DENSE = 0.75
"""Towns count as dense whose villages lie closer than this share of the county's mean distance."""
SHARES, STEP = ((0.15, 0.45), (0.2, 0.55)), 2.0
"""Least and largest width and height of an inset as shares of the map frame, and the grid that it
is sought on [mm]."""
CLEAR, STRIP, EDGE = 5.0, 11.0, 2.5
"""Room kept between county and inset, height of the strip for its scale bar, and room inside the
map frame [mm on A3]."""
LEAST_ZOOM = 1.3
"""An inset that shows its towns less enlarged than this is not worth its room."""


@dataclass(frozen=True)
class Inset:
    """A frame beside the county.

    Parameters
    ----------
    paper : Paper
        The sheet as the inset sees it: its map frame, scale and centre.
    box : tuple of four floats
        The frame with the strip of its scale bar [mm].
    towns : tuple of str
        Names of the towns it is about.
    """

    paper: Paper
    box: Box
    towns: tuple[str, ...]

    def ground(self) -> Box:
        """Return west, south, east and north of what the inset shows [m]."""
        x0, y0, x1, y1 = self.paper.map
        half_x, half_y = ((b - a) * self.paper.scale / 2000 for a, b in ((x0, x1), (y0, y1)))
        x, y = self.paper.centre
        return x - half_x, y - half_y, x + half_x, y + half_y


def find_inset(paper: Paper, county: County, room: float) -> Inset | None:
    """Return the inset of the sheet, None where none is needed or none has room.

    Parameters
    ----------
    paper : Paper
        The sheet with the whole county.
    room : float
        Mean distance between villages from which their names are written [mm on A3].
    """
    towns = _dense_towns(paper, county, room)
    if not towns:
        return None
    inside = county.villages["town"].isin(towns)
    west, south, east, north = county.villages.geometry[inside].total_bounds.tolist()
    box = _largest(paper, county, (1.08 * (east - west), 1.08 * (north - south)))
    if box is None:
        return None
    x0, y0, x1, y1 = box
    strip = STRIP * paper.factor
    room_x, room_y = x1 - x0, y1 - y0 - strip
    scale = round_scale(1080 * max((east - west) / room_x, (north - south) / room_y))
    if paper.scale / scale < LEAST_ZOOM:
        return None
    view = replace(
        paper,
        map=(x0, y0 + strip, x1, y1),
        scale=scale,
        centre=((west + east) / 2, (south + north) / 2),
    )
    return Inset(view, box, tuple(county.towns["name"].loc[sorted(towns)]))


def draw_inset_frame(canvas: Canvas, main: Canvas, inset: Inset) -> None:
    """Draw the frame, its strip with scale bar and towns, and where it lies on the main map."""
    f = canvas.paper.factor
    canvas.box(inset.box, gid="inset", facecolor="white", linewidth=0.0, zorder=0.9)
    canvas.box(inset.box, linewidth=0.9 * f, zorder=8)
    canvas.box(inset.paper.map, linewidth=0.4 * f, zorder=8)
    x0, y0, x1, _ = inset.box
    draw_scale_bar(canvas, x0 + 2 * f, y0 + 4.6 * f, "inset-scalebar", 0.6 * (x1 - x0))
    told, size = say("export.inset", towns="、".join(inset.towns)), 6.8 * f
    room = x1 - x0 - 32 * f
    size *= min(1.0, room / (typeface.text_width(told, size) * POINT))
    at = (x1 - 2 * f, y0 + 7.5 * f)
    canvas.text(*at, told, size, align="right", colour=FAINT, gid="inset")
    west, south, east, north = inset.ground()
    corners = main.paper.place(np.array([[west, south], [east, north]]))
    (a, b), (c, d) = corners.tolist()
    main.box((a, b, c, d), edgecolor="white", linewidth=2.2 * f, zorder=8.4)
    main.box((a, b, c, d), gid="inset-place", edgecolor=INK, linewidth=0.9 * f, zorder=8.5)


def _dense_towns(paper: Paper, county: County, room: float) -> set[str]:
    """Return the neighbouring dense towns that hold most villages between them."""
    villages = county.villages
    spacing = villages.geometry.area.groupby(villages["town"]).mean() ** 0.5
    mean = float(villages.geometry.area.mean()) ** 0.5
    on_paper = spacing.map(paper.millimetres) / paper.factor
    dense = spacing.index[(spacing < DENSE * mean) & (on_paper < room)]
    shapes = {t: shapely.union_all(villages.geometry[villages["town"] == t]) for t in dense}
    groups: list[set[str]] = []
    for town, shape in shapes.items():
        near = [g for g in groups if any(shape.dwithin(shapes[o], 1.0) for o in g)]
        groups = [g for g in groups if g not in near] + [{str(town)}.union(*near)]
    sizes = villages["town"].value_counts()
    return max(groups, key=lambda g: (int(sizes[list(g)].sum()), sorted(g)), default=set())


def _largest(paper: Paper, county: County, ground: tuple[float, float]) -> Box | None:
    """Return the free box in which `ground` (width and height, m) is shown largest."""
    free = _free(paper, county)
    strip = STRIP * paper.factor
    x0, y0, x1, y1 = paper.map
    sides = [
        np.arange(least * side, most * side, 2 * STEP).tolist()
        for side, (least, most) in zip((x1 - x0, y1 - y0), SHARES, strict=True)
    ]
    sizes = sorted(
        product(*sides),
        key=lambda s: (-min(s[0] / ground[0], (s[1] - strip) / ground[1]), s[0] * s[1]),
    )
    for width, height in sizes:
        corner = _corner(free, math.ceil(width / STEP), math.ceil(height / STEP))
        if corner is not None:
            left, low = x0 + corner[0] * STEP, y0 + corner[1] * STEP
            return left, low, left + width, low + height
    return None


def _free(paper: Paper, county: County) -> Bools:
    """Return which cells of a grid over the map frame lie clear of the county, (rows, columns)."""
    x0, y0, x1, y1 = paper.map
    f = paper.factor
    columns, rows = int((x1 - x0) / STEP), int((y1 - y0) / STEP)
    x = x0 + (np.arange(columns) + 0.5) * STEP
    y = y0 + (np.arange(rows) + 0.5) * STEP
    land = shapely.union_all(paper.place_shapes(county.outline.to_numpy())).buffer(CLEAR * f)
    shapely.prepare(land)
    across, up = np.meshgrid(x, y)
    inside = (across > x0 + EDGE * f) & (across < x1 - EDGE * f)
    inside &= (up > y0 + EDGE * f) & (up < y1 - EDGE * f)
    clear: Bools = inside & ~shapely.contains_xy(land, across, up)
    return clear


def _corner(free: Bools, wide: int, tall: int) -> tuple[int, int] | None:
    """Return column and row of a free window that lies nearest to a corner of the grid."""
    rows, columns = free.shape
    if wide > columns or tall > rows:
        return None
    sums = np.zeros((rows + 1, columns + 1), dtype=np.int64)
    sums[1:, 1:] = free.cumsum(0).cumsum(1)
    inside = sums[tall:, wide:] - sums[:-tall, wide:] - sums[tall:, :-wide] + sums[:-tall, :-wide]
    found = np.argwhere(inside == wide * tall)
    if not len(found):
        return None
    low, left = found.T
    off = np.minimum(low, rows - tall - low) + np.minimum(left, columns - wide - left)
    row, column = found[int(np.argmin(off))].tolist()
    return column, row
