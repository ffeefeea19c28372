"""The layers of the map itself, from the fills at the bottom to the school symbols on top."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from districting.county import County
from districting.export.canvas import INK, Canvas
from districting.export.paper import POINT
from districting.export.summary import KIND_ORDER
from districting.export.symbols import OUTSIDE_FILL, RING, SYMBOLS, spread

Floats = npt.NDArray[np.float64]
Line = tuple[dict[str, Any], ...]

LINES: dict[str, Line] = {
    "outline": ({"edgecolor": INK, "linewidths": 2.2},),
    "union": (
        {"edgecolor": "#ffffff", "linewidths": 3.4},
        {"edgecolor": "#6b1f5c", "linewidths": 2.3},
    ),
    "district": (
        {"edgecolor": "#ffffff", "linewidths": 2.2},
        {"edgecolor": "#2f3e55", "linewidths": 1.3},
    ),
    "town": ({"edgecolor": INK, "linewidths": 0.9, "linestyles": [(0, (7, 2, 1.2, 2))]},),
    "village": ({"edgecolor": "#8b929c", "linewidths": 0.3},),
    "trunk": (
        {"edgecolor": "#8c4a1f", "linewidths": 1.5},
        {"edgecolor": "#f7d9b0", "linewidths": 0.8},
    ),
    "road": ({"edgecolor": "#a08d7d", "linewidths": 0.4},),
    "ferry": ({"edgecolor": "#1f5fa8", "linewidths": 0.9, "linestyles": [(0, (2, 1.5))]},),
    "changed": ({"edgecolor": "#b3123f", "linewidths": 0.9, "linestyles": [(0, (3, 1))]},),
}
"""Strokes of each kind of line, lower first; widths in points on A3."""
ORDER = {"village": 1.5, "road": 2.0, "trunk": 2.1, "ferry": 2.2, "town": 4.2, "district": 4.0}
ORDER |= {"union": 4.4, "outline": 4.6, "changed": 3.0}


def draw_lines(canvas: Canvas, kind: str, shapes: npt.NDArray[Any]) -> None:
    """Draw borders or roads (already on paper) in the strokes of their kind."""
    for layer, style in enumerate(LINES[kind]):
        stroke: dict[str, Any] = {**style, "linewidths": style["linewidths"] * canvas.paper.factor}
        name = f"{kind}:{layer}"
        zorder = ORDER[kind] + layer / 20
        canvas.shapes(shapes, name, facecolor="none", zorder=zorder, **stroke)


def draw_fills(canvas: Canvas, shapes: gpd.GeoSeries, fills: dict[str, str]) -> None:
    """Fill each district (on paper)."""
    for name, shape in shapes.items():
        style: dict[str, Any] = {"facecolor": fills[str(name)], "edgecolor": "none", "zorder": 1.0}
        canvas.shapes([shape], f"district:{name}", **style)


def draw_roads(canvas: Canvas, county: County) -> set[str]:
    """Draw roads and crossings; return the kinds of sign used."""
    roads = county.roads
    if roads.empty:
        return set()
    drawn = roads.geometry.notna() & ~roads.geometry.is_empty
    roads = roads[drawn]
    placed = canvas.paper.place_shapes(roads.geometry.to_numpy())
    used = set()
    for sign, kinds in (
        ("road", ("village", "bridge")),
        ("trunk", ("trunk",)),
        ("ferry", ("ferry",)),
    ):
        chosen = placed[roads["kind"].isin(kinds).to_numpy()]
        if len(chosen):
            draw_lines(canvas, sign, chosen)
            used.add(sign)
    for line in placed[(roads["kind"] == "bridge").to_numpy()]:
        before, middle, after = (
            shapely.get_coordinates(shapely.line_interpolate_point(line, s, normalized=True))[0]
            for s in (0.48, 0.5, 0.52)
        )
        angle = float(np.arctan2(*(after - before)[::-1]))
        draw_bridge(canvas, (float(middle[0]), float(middle[1])), angle)
        used.add("bridge")
    return used


def draw_bridge(canvas: Canvas, at: tuple[float, float], angle: float) -> None:
    """Draw the sign of a bridge: two short parapets along the road."""
    f = canvas.paper.factor
    along = np.array([np.cos(angle), np.sin(angle)])
    across = np.array([-along[1], along[0]])
    middle = np.array(at)
    parts = []
    for side in (-0.65 * f, 0.65 * f):
        start, end = (middle + s * 1.3 * f * along + side * across for s in (-1, 1))
        flare = across * np.sign(side) * 0.6 * f
        parts.append([start - 0.5 * f * along + flare, start, end, end + 0.5 * f * along + flare])
    canvas.lines(parts, gid="bridge", colors=[INK], linewidths=[0.9 * f], zorder=2.4)


def draw_symbols(
    canvas: Canvas, places: Floats, kind: str, form: str = "school", gid: str = ""
) -> None:
    """Draw the symbols of one kind of school.

    Parameters
    ----------
    places : float array, shape (s, 2)
    form : {"school", "lead", "outside"}
        ``lead`` adds a ring, ``outside`` is drawn grey (belongs to no district).
    """
    symbol, f = SYMBOLS[kind], canvas.paper.factor * canvas.paper.detail
    fill = OUTSIDE_FILL if form == "outside" else symbol.fill
    points = (symbol.size * f / POINT) ** 2
    style: dict[str, Any] = {"edgecolors": INK, "linewidths": 0.6 * f, "clip_on": False}
    x, y = places.T
    if form == "lead":
        ring = {**style, "linewidths": 0.9 * f}
        canvas.axes.scatter(x, y, s=points * RING**2, marker="o", c="#ffffff", zorder=6.0, **ring)
    canvas.axes.scatter(x, y, s=points, marker=symbol.marker, c=fill, zorder=6.1, gid=gid, **style)


def school_places(canvas: Canvas, schools: pd.DataFrame) -> tuple[Floats, Floats]:
    """Return where on paper the symbols go, shape (s, 2), and their half-widths, shape (s,)."""
    f = canvas.paper.factor * canvas.paper.detail
    half = schools["kind"].map(lambda k: SYMBOLS[k].size / 2).to_numpy(dtype=float) * f
    half = np.where(schools["lead"].to_numpy(dtype=bool), half * RING, half)
    true = canvas.paper.place(schools[["x", "y"]].to_numpy(dtype=float))
    return spread(true, half + 0.12 * f, limit=5.0 * f), half


def draw_schools(canvas: Canvas, schools: pd.DataFrame, places: Floats, inside: pd.Index) -> None:
    """Draw all school symbols, the important ones above the others."""
    true = canvas.paper.place(schools[["x", "y"]].to_numpy(dtype=float))
    far = np.hypot(*(places - true).T) > 1.2 * canvas.paper.factor
    if far.any():
        leaders = [
            list(pair) for pair in zip(true[far].tolist(), places[far].tolist(), strict=True)
        ]
        width = 0.4 * canvas.paper.factor
        canvas.lines(leaders, gid="leaders", colors=[INK], linewidths=[width], zorder=5.9)
    form = np.where(schools.index.isin(inside), "school", "outside")
    form = np.where(schools["lead"].to_numpy(dtype=bool), "lead", form)
    for kind in reversed(KIND_ORDER):
        for each in ("outside", "school", "lead"):
            chosen = (schools["kind"] == kind).to_numpy() & (form == each)
            if chosen.any():
                draw_symbols(canvas, places[chosen], kind, each, f"schools:{kind}:{each}")


def hatch(canvas: Canvas, shapes: npt.NDArray[Any]) -> None:
    """Hatch the villages (on paper) that change districts."""
    style: dict[str, Any] = {
        "edgecolor": "#b3123f",
        "hatch": "////",
        "linewidths": 0.6 * canvas.paper.factor,
    }
    canvas.shapes(shapes, "changed", facecolor="none", zorder=2.6, **style)
