"""Sheets of one theme: a map in classes with its legend, alone or before and after side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import geopandas as gpd
import numpy as np
from matplotlib.figure import Figure

from districting.county import County
from districting.export import layers
from districting.export.canvas import FAINT, INK, Canvas
from districting.export.furniture import (
    draw_footer,
    draw_frame,
    draw_north_arrow,
    draw_scale_bar,
    draw_title,
    draw_watermark,
)
from districting.export.map_labels import name_areas, write_names
from districting.export.map_sheet import Titled, county_bounds
from districting.export.paper import Box, Paper, lay_out, round_scale
from districting.export.regions import dissolve
from districting.export.themes import NO_DATA, Theme, same_classes, theme_of
from districting.export.typeface import drawing_context
from districting.plan.district_plan import DistrictPlan
from districting.terms import say

ROW = 8.0
"""Height of a class in the legend on A3 [mm]."""
PADDING = 5.0


def draw_theme(
    name: str,
    plan: DistrictPlan,
    county: County,
    policy: Titled | None = None,
    stage: str = "primary",
    size: str = "A3",
) -> Figure:
    """Return one theme of `plan` as a sheet.

    Parameters
    ----------
    name : {"travel", "quality", "seats"}
    stage : {"primary", "junior"}
    size : {"A3", "A4"}
    """
    theme = theme_of(name, county, plan, stage)
    with drawing_context(f"{plan.county}-{plan.name}-{name}"):
        canvas = Canvas.blank(lay_out(county_bounds(county), size))
        _draw_map(canvas, county, plan, theme)
        draw_title(canvas, *_titles(county, theme, [plan], policy))
        x0, _, x1, y1 = canvas.paper.panel
        f = canvas.paper.factor
        draw_north_arrow(canvas, x0 + 9 * f, y1 - 18 * f)
        draw_scale_bar(canvas, x0 + 24 * f, y1 - 11 * f)
        draw_classes(canvas, [theme], [plan.name], (x0, 0, min(x1, x0 + 84 * f), y1 - 26 * f))
        draw_footer(canvas, county, [])
        return canvas.finish()


def draw_pair(
    name: str,
    before: DistrictPlan,
    after: DistrictPlan,
    county: County,
    policy: Titled | None = None,
    stage: str = "primary",
    size: str = "A3",
) -> Figure:
    """Return one theme of two plans side by side, in the same classes and at the same scale."""
    plans = [before, after]
    themes = same_classes([theme_of(name, county, p, stage) for p in plans])
    with drawing_context(f"{after.county}-{before.name}-{after.name}-{name}"):
        sheet = _landscape(county, size)
        canvas = Canvas.blank(sheet)
        f = sheet.factor
        halves = _halves(sheet, county)
        for half, plan, theme in zip(halves, plans, themes, strict=True):
            part = Canvas(half, canvas.figure, canvas.axes)
            _draw_map(part, county, plan, theme)
            x0, _, x1, y1 = half.map
            part.text((x0 + x1) / 2, y1 + 1.6 * f, plan.name, 12 * f, align="center", bold=0.3 * f)
            part.finish()
        draw_title(canvas, *_titles(county, themes[0], plans, policy))
        x0, y0, x1, y1 = sheet.panel
        draw_north_arrow(canvas, x0 + 9 * f, y1 - 18 * f)
        draw_scale_bar(Canvas(halves[0], canvas.figure, canvas.axes), x0 + 24 * f, y1 - 11 * f)
        names = [p.name for p in plans]
        draw_classes(canvas, themes, names, (x0 + 92 * f, y0, x1, y1))
        draw_footer(canvas, county, [])
        return canvas.finish()


def _landscape(county: County, size: str) -> Paper:
    """Return a landscape sheet with a flat panel below the map."""
    base = lay_out(county_bounds(county), size)
    long, short = max(base.width, base.height), min(base.width, base.height)
    f, margin = base.factor, 10.0 * base.factor
    footer = (margin, margin, long - margin, margin + 17 * f)
    title = (margin, short - margin - 21 * f, long - margin, short - margin)
    panel = (margin, footer[3] + 2 * f, long - margin, footer[3] + 32 * f)
    frame = (margin, panel[3] + 3 * f, long - margin, title[1] - 7 * f)
    return replace(
        base, width=long, height=short, footer=footer, title=title, panel=panel, map=frame
    )


def _halves(sheet: Paper, county: County) -> list[Paper]:
    """Return the two maps of a pair: half the frame each, at one scale."""
    x0, y0, x1, y1 = sheet.map
    gap, pad = 4.0 * sheet.factor, 2 * PADDING * sheet.factor
    wide = (x1 - x0 - gap) / 2
    west, south, east, north = county_bounds(county)
    least = 1000 * max((east - west) / (wide - pad), (north - south) / (y1 - y0 - pad))
    boxes: list[Box] = [(x0, y0, x0 + wide, y1), (x1 - wide, y0, x1, y1)]
    return [replace(sheet, map=box, scale=round_scale(least)) for box in boxes]


def _draw_map(canvas: Canvas, county: County, plan: DistrictPlan, theme: Theme) -> None:
    """Draw classes, borders, schools and the districts' names into the map frame."""
    on_paper = canvas.paper.place_shapes
    shapes = on_paper(theme.shapes.to_numpy())
    classes = theme.classes()
    for number, colour in [(-1, NO_DATA), *enumerate(theme.colours)]:
        chosen = shapes[classes == number]
        if len(chosen):
            style: dict[str, Any] = {"facecolor": colour, "edgecolor": "none", "zorder": 1.0}
            canvas.shapes(chosen, f"class:{number}", **style)
    districts = gpd.GeoSeries(dissolve(county.villages, plan.villages))
    placed = gpd.GeoSeries(on_paper(districts.to_numpy()), districts.index)
    drawn = {
        "village": on_paper(county.villages.geometry.to_numpy()),
        "district": placed.to_numpy(),
        "outline": on_paper(county.outline.to_numpy()),
    }
    for kind, lines in drawn.items():
        if len(lines):
            layers.draw_lines(canvas, kind, lines)
    draw_watermark(canvas, county)
    symbols = np.empty((0, 4))
    if theme.stage:
        teaching = county.teaching(theme.stage)
        places, half = layers.school_places(canvas, teaching)
        layers.draw_schools(canvas, teaching, places, plan.schools.index)
        symbols = np.hstack([places - half[:, None], places + half[:, None]])
    areas, _ = name_areas(canvas, (("district", placed),), symbols)
    write_names(canvas, areas)
    draw_frame(canvas)


def _titles(
    county: County, theme: Theme, plans: Sequence[DistrictPlan], policy: Titled | None
) -> tuple[str, str]:
    title = say("themes.title", county=county.name, theme=theme.title)
    names = " → ".join(p.name for p in plans)
    parts = [say("export.sub_plan", plan=names), say("export.sub_year", year=county.year)]
    if policy is not None:
        parts.append(say("export.sub_policy", policy=policy.title))
    return title, "　·　".join(parts)


def draw_classes(canvas: Canvas, themes: Sequence[Theme], names: Sequence[str], box: Box) -> None:
    """Draw the legend: colour and range of each class, with areas and children of each plan."""
    f = canvas.paper.factor
    x0, y0, x1, y1 = box
    theme = themes[0]
    canvas.text(x0, y1 - 4 * f, theme.title, 10.5 * f, bold=0.3 * f)
    canvas.text(x0, y1 - 8.4 * f, say(f"themes.unit.{theme.name}"), 7.5 * f, colour=FAINT)
    entries = list(enumerate(theme.labels()))
    if any((t.classes() == -1).any() for t in themes):
        entries.append((-1, say("themes.no_data")))
    flat = len(entries) * ROW * f > y1 - 12 * f - y0
    columns = len(entries) if flat else 1
    step = (x1 - x0) / columns
    for place, (number, label) in enumerate(entries):
        x = x0 + place * step if flat else x0
        y = y1 - 12 * f - (0 if flat else place * ROW * f)
        colour = NO_DATA if number < 0 else theme.colours[number]
        swatch = (x, y - 5 * f, x + 9 * f, y)
        canvas.box(swatch, gid=f"legend:{number}", facecolor=colour, edgecolor=INK)
        canvas.text(x + 11 * f, y - 4 * f, label, 9 * f, gid=f"class:{label}")
        for line, (each, plan) in enumerate(zip(themes, names, strict=True)):
            told = _told(each, number)
            text = told if len(themes) == 1 else f"{plan}：{told}"
            at = (x + 40 * f, y - 4 * f) if not flat else (x, y - (9 + 3.6 * line) * f)
            canvas.text(*at, text, 6.8 * f, colour=FAINT)


def _told(theme: Theme, number: int) -> str:
    """Return how many areas and how many children a class holds."""
    chosen = theme.classes() == number
    children = int(theme.weights.to_numpy(dtype=float)[chosen].sum())
    key = "villages" if theme.name == "travel" else "districts"
    return say(f"themes.count.{key}", areas=int(chosen.sum()), children=children)
