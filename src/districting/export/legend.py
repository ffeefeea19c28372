"""The panel beside the map: what the signs mean, and the districts with their numbers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from districting.export import typeface
from districting.export.canvas import FAINT, INK, Canvas
from districting.export.furniture import draw_north_arrow, draw_scale_bar
from districting.export.layers import LINES, draw_bridge, draw_symbols
from districting.export.paper import POINT, Box
from districting.export.summary import KIND_ORDER
from districting.terms import say

LEAST_ROW, MOST_ROW = 2.3, 5.6
"""Height of a row of the district table on A3 [mm]."""
NARROW, WIDEST = 50.0, 110.0
"""Width of a table column on A3 below which it holds names only, and its greatest width [mm]."""


@dataclass(frozen=True)
class Signs:
    """Which signs the map uses: kinds of school, kinds of line, and special marks.

    `areas` says what the coloured areas are: ``district``, or ``primary`` or ``junior`` zones.
    """

    kinds: Sequence[str]
    lines: Sequence[str]
    lead: bool = False
    outside: bool = False
    bridges: bool = False
    areas: str = "district"


def draw_panel(canvas: Canvas, signs: Signs, table: pd.DataFrame, fills: dict[str, str]) -> None:
    """Draw arrow, scale bar, signs and the district table into the paper's panel."""
    paper, f = canvas.paper, canvas.paper.factor
    x0, y0, x1, y1 = paper.panel
    width = x1 - x0 if paper.beside else 86.0 * f
    draw_north_arrow(canvas, x0 + 9 * f, y1 - 18 * f)
    draw_scale_bar(canvas, x0 + 24 * f, y1 - 11 * f)
    below = _draw_signs(canvas, signs, (x0, y0, x0 + width, y1 - 23 * f))
    if paper.beside:
        draw_table(canvas, table, fills, (x0, y0, x1, below - 4 * f), signs.areas)
    else:
        draw_table(canvas, table, fills, (x0 + width + 6 * f, y0, x1, y1 - 1 * f), signs.areas)


def _heading(canvas: Canvas, x0: float, x1: float, y: float, text: str) -> float:
    f = canvas.paper.factor
    canvas.text(x0, y - 4 * f, text, 10.5 * f, bold=0.3 * f)
    canvas.lines([[(x0, y - 5.6 * f), (x1, y - 5.6 * f)]], colors=[INK], linewidths=[0.8 * f])
    return y - 6.4 * f


def _draw_signs(canvas: Canvas, signs: Signs, box: Box) -> float:
    """Draw the key of signs in two columns from the top of `box`; return where it ends."""
    f = canvas.paper.factor
    x0, _, x1, top = box
    top = _heading(canvas, x0, x1, top, say("export.legend"))
    entries = [("school", kind) for kind in KIND_ORDER if kind in signs.kinds]
    entries += [("lead", "lead")] * signs.lead + [("outside", "outside")] * signs.outside
    entries += [("line", kind) for kind in signs.lines]
    entries += [("bridge", "bridge")] * signs.bridges
    rows, step = math.ceil(len(entries) / 2), 5.0 * f
    for number, (form, kind) in enumerate(entries):
        column, row = divmod(number, rows)
        x = x0 + column * (x1 - x0) / 2
        y = top - (row + 0.62) * step
        at = (x + 5 * f, y)
        if form == "line":
            for layer, style in enumerate(LINES[kind]):
                wide = {**style, "linewidths": [style["linewidths"] * f]}
                ends = [[(x + 0.5 * f, y), (x + 9.5 * f, y)]]
                canvas.lines(ends, colors=[wide.pop("edgecolor")], zorder=3 + layer / 10, **wide)
        elif form == "bridge":
            draw_bridge(canvas, at, 0.0)
        else:
            shown = kind if form == "school" else "primary"
            draw_symbols(canvas, np.array([at]), shown, form)
        word = "zone" if kind == "district" and signs.areas != "district" else kind
        canvas.text(x + 11.5 * f, y - 1.05 * f, say(f"export.sign.{word}"), 7.6 * f)
    return float(top - rows * step)


def _rows(table: pd.DataFrame) -> list[tuple[str, str]]:
    """Return the lines of the district table: ``("union", name)`` and ``("district", name)``."""
    rows, last = [], ""
    for name, union in table["union"].items():
        if union and union != last:
            rows.append(("union", str(union)))
        last = union
        rows.append(("district", str(name)))
    return [*rows, ("total", "")]


def draw_table(
    canvas: Canvas, table: pd.DataFrame, fills: dict[str, str], box: Box, areas: str = "district"
) -> None:
    """Draw the table of districts: swatch, name, schools, children; in columns where needed."""
    f = canvas.paper.factor
    x0, y0, x1, y1 = box
    rows = _rows(table)
    gutter = 4 * f
    columns = max(1, int((x1 - x0 + gutter) / (78 * f)))
    heads = _heading(canvas, x0, x1, y1, say(f"export.table_heading.{areas}"))
    room = heads - 5.2 * f - y0
    columns = next(
        (c for c in range(1, columns + 1) if room / math.ceil(len(rows) / c) >= 4.4 * f), columns
    )
    while room / math.ceil(len(rows) / columns) < LEAST_ROW * f:
        columns += 1
    each = math.ceil(len(rows) / columns)
    step = min(MOST_ROW * f, room / each)
    wide = min((x1 - x0 - gutter * (columns - 1)) / columns, WIDEST * f)
    for column in range(columns):
        left = x0 + column * (wide + gutter)
        part = rows[column * each : (column + 1) * each]
        _draw_column(canvas, table, fills, part, (left, heads, left + wide), step, areas)


def _draw_column(
    canvas: Canvas,
    table: pd.DataFrame,
    fills: dict[str, str],
    rows: list[tuple[str, str]],
    place: tuple[float, float, float],
    step: float,
    areas: str,
) -> None:
    """Draw some rows below their heads; columns too narrow for numbers hold names only."""
    f = canvas.paper.factor
    left, top, right = place
    numbers = right - left >= NARROW * f
    ends: tuple[float, ...] = (right - 20 * f, right - 0.5 * f) if numbers else ()
    for end, key in zip(ends, ("first", "second"), strict=False):
        text = say(f"export.table_{key}.{areas}")
        canvas.text(end, top - 3.4 * f, text, 6.6 * f, align="right", colour=FAINT)
    canvas.text(left, top - 3.4 * f, say("export.table_name"), 6.6 * f, colour=FAINT)
    y = top - 5.0 * f
    for form, name in rows:
        until = right if form == "union" or not numbers else right - 31 * f
        _draw_row(canvas, table, fills, (form, name), (left, y, until), step, ends, areas)
        line = [[(left, y - step), (right, y - step)]]
        canvas.lines(line, colors=["#c9ced6"], linewidths=[0.3 * f], zorder=1)
        y -= step


def _draw_row(
    canvas: Canvas,
    table: pd.DataFrame,
    fills: dict[str, str],
    row: tuple[str, str],
    place: tuple[float, float, float],
    step: float,
    ends: tuple[float, ...],
    areas: str,
) -> None:
    f = canvas.paper.factor
    at, y, until = place
    form, name = row
    size = min(8.2 * f, 0.6 * step / POINT)
    base = y - 0.5 * step - 0.36 * size * POINT
    if form == "district":
        at += 4 * f if table.loc[name, "union"] else 0.0
        swatch = (at, y - 0.82 * step, at + 5 * f, y - 0.18 * step)
        canvas.box(swatch, gid=f"legend:{name}", facecolor=fills[name], linewidth=0.5 * f)
        at += 6.5 * f
    text = say("export.table_total") if form == "total" else name
    bold = 0.0 if form == "district" else 0.2 * f
    canvas.text(at, base, _fitting(text, size, until - at), size, bold=bold, gid=f"row:{text}")
    if form != "union":
        values = _values(table if form == "total" else table.loc[[name]], areas)
        for end, value in zip(ends, values, strict=False):
            canvas.text(end, base, value, size, align="right", bold=bold)


def _values(rows: pd.DataFrame, areas: str) -> tuple[str, str]:
    """Return what is printed of some areas.

    Of districts schools by stage, and children; of zones seats and children of the stage.
    """
    if areas != "district":
        return f"{rows[f'seats_{areas}'].sum():,}", f"{rows[f'children_{areas}'].sum():,}"
    counts = rows.reindex(columns=list(KIND_ORDER), fill_value=0).sum()
    junior = counts["junior"] + counts["nine_year"]
    primary = counts["primary"] + counts["teaching_point"] + counts["special"]
    children = rows["children_primary"].sum() + rows["children_junior"].sum()
    return f"{junior} / {primary} / {counts['kindergarten']}", f"{children:,}"


def _fitting(text: str, size: float, room: float) -> str:
    """Return `text`, cut with … where it is wider than `room` mm."""
    most = room / POINT
    if typeface.text_width(text, size) <= most:
        return text
    while text and typeface.text_width(text + "…", size) > most:
        text = text[:-1]
    return text + "…"
