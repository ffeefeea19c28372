"""What surrounds a map: title, frame, north arrow, scale bar, watermark and footers."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.patches import Polygon
from pyproj import CRS

from districting.county import County
from districting.export import typeface
from districting.export.canvas import FAINT, INK, Canvas
from districting.export.paper import POINT
from districting.export.provenance import notices, provenance_lines
from districting.terms import say

WARNING = "#a50f24"
BAR_LENGTH = 46.0
"""Longest scale bar on A3 [mm]."""


def draw_title(canvas: Canvas, title: str, subtitle: str) -> None:
    """Write title and subtitle, shrinking them where the sheet is too narrow."""
    x0, y0, x1, y1 = canvas.paper.title
    f = canvas.paper.factor
    middle = (x0 + x1) / 2
    for text, size, up, bold, gid in (
        (title, 23 * f, 0.52, 0.55 * f, "title"),
        (subtitle, 10.5 * f, 0.14, 0.0, "subtitle"),
    ):
        fit = min(1.0, (x1 - x0) / max(typeface.text_width(text, size) * POINT, 1e-9))
        canvas.text(
            middle, y0 + up * (y1 - y0), text, size * fit, align="center", bold=bold, gid=gid
        )


def draw_frame(canvas: Canvas) -> None:
    """Draw the map frame: a thick and a thin line."""
    f = canvas.paper.factor
    x0, y0, x1, y1 = canvas.paper.map
    canvas.box((x0, y0, x1, y1), gid="frame", linewidth=1.3 * f, zorder=20)
    inset = 1.1 * f
    canvas.box((x0 + inset, y0 + inset, x1 - inset, y1 - inset), linewidth=0.35 * f, zorder=20)


def draw_north_arrow(canvas: Canvas, x: float, y: float) -> None:
    """Draw the arrow to grid north with its foot at (x, y)."""
    f = canvas.paper.factor
    half, tall, notch = 2.9 * f, 11.0 * f, 2.6 * f
    left = [(x, y + tall), (x - half, y), (x, y + notch)]
    right = [(x, y + tall), (x + half, y), (x, y + notch)]
    style: dict[str, Any] = {"edgecolor": INK, "linewidth": 0.7 * f, "joinstyle": "miter"}
    canvas.axes.add_patch(Polygon(left, facecolor=INK, gid="north", **style))
    canvas.axes.add_patch(Polygon(right, facecolor="white", **style))
    word = say("export.north")
    canvas.text(x, y + tall + 1.2 * f, word, 10 * f, align="center", bold=0.3 * f)


def bar_kilometres(scale: float, longest: float) -> float:
    """Return the round length [km] of the longest scale bar within `longest` mm of paper."""
    most = longest * scale / 1e6
    unit = 10.0 ** np.floor(np.log10(most))
    return float(max(m for m in (1, 2, 5, 10) if m * unit <= most * (1 + 1e-9)) * unit)


def draw_scale_bar(
    canvas: Canvas, x: float, y: float, name: str = "scalebar", longest: float = BAR_LENGTH
) -> None:
    """Draw the scale bar from (x, y) to the right, with the scale as a ratio above it.

    The outer box of the bar bears the name ``<name>:<metres>``: its width on paper is that length
    at the scale of the canvas.
    """
    paper, f = canvas.paper, canvas.paper.factor
    length = bar_kilometres(paper.scale, min(longest, BAR_LENGTH * f))
    wide, tall = paper.millimetres(length * 1000), 1.5 * f
    steps = 5 if f"{length:e}"[0] in "15" else 4
    for k in range(steps):
        piece = (x + wide * k / steps, y, x + wide * (k + 1) / steps, y + tall)
        canvas.box(piece, facecolor=INK if k % 2 == 0 else "white", linewidth=0.5 * f)
    canvas.box((x, y, x + wide, y + tall), gid=f"{name}:{round(length * 1000)}", linewidth=0.7 * f)
    for k in range(steps + 1):
        text = f"{length * k / steps:g}"
        at = x + wide * k / steps - typeface.text_width(text, 7 * f) * POINT / 2
        unit = f" {say('export.kilometres')}" if k == steps else ""
        canvas.text(at, y - 3.1 * f, text + unit, 7 * f)
    ratio = f"{paper.scale:,.0f}".replace(",", " ")
    canvas.text(
        x, y + tall + 1.4 * f, say("export.scale", ratio=ratio), 8.5 * f, gid=f"{name}-ratio"
    )


def draw_watermark(canvas: Canvas, county: County) -> None:
    """Write across the map that it is internal, unless the map is approved."""
    if county.approval:
        return
    x0, y0, x1, y1 = canvas.paper.map
    text = say("export.internal")
    wide, tall = x1 - x0, y1 - y0
    angle = float(np.degrees(np.arctan2(tall, wide)))
    size = 0.62 * float(np.hypot(wide, tall)) / (typeface.text_width(text, 1.0) * POINT)
    canvas.axes.text(
        (x0 + x1) / 2, (y0 + y1) / 2, text, fontproperties=typeface.properties(size),
        color=INK, alpha=0.07, rotation=angle, ha="center", va="center", gid="watermark",
        zorder=2.5,
    )  # fmt: skip


def projection_text(county: County) -> str:
    """Return what the map is projected in, e.g. CGCS2000, Gauss-Krüger, 117°E."""
    crs = CRS(county.crs)
    operation = crs.coordinate_operation
    names = {p.name: p.value for p in operation.params} if operation else {}
    meridian = names.get("Longitude of natural origin")
    code = crs.to_authority()
    return say(
        "export.projection",
        code=":".join(code) if code else crs.name,
        meridian=f"{meridian:g}" if meridian is not None else "—",
    )


def draw_footer(canvas: Canvas, county: County, remarks: list[str]) -> None:
    """Write the notices the reader must see, where the data come from, and `remarks`."""
    x0, _, x1, y1 = canvas.paper.footer
    f = canvas.paper.factor
    first, *others = notices(county)
    size = 10.0 * f
    line = y1 - 4.2 * f
    urgent = "" if county.approval else WARNING
    canvas.text(x0, line, first, size, colour=urgent or INK, bold=0.3 * f, gid="notice")
    at = x0 + typeface.text_width(first, size) * POINT + 4 * f
    canvas.text(at, line, "　".join(others), size, bold=0.15 * f, gid="notice")
    canvas.text(
        x1, line, projection_text(county), 7.5 * f, align="right", colour=FAINT, gid="projection"
    )
    small, lead = 6.8 * f, 3.3 * f
    text = "　".join([*provenance_lines(county), *remarks])
    lines = typeface.wrapped(text, small, (x1 - x0) / POINT)
    while len(lines) > 3:
        small *= 0.92
        lines = typeface.wrapped(text, small, (x1 - x0) / POINT)
    for number, piece in enumerate(lines, 1):
        canvas.text(
            x0, line - 0.6 * f - number * lead, piece, small, colour=FAINT, gid="provenance"
        )
