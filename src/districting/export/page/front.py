"""The Pareto front on the page: a scatter whose points show their plan on the map."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from html import escape
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from matplotlib.colors import LinearSegmentedColormap, to_hex
from matplotlib.ticker import MaxNLocator

from districting.export.front_view import axis_titles, place
from districting.plan.plan import Plan
from districting.terms import say

if TYPE_CHECKING:
    from districting.proposing.front import Front, Point

WIDTH, HEIGHT = 420, 280
LEFT, RIGHT, TOP, BOTTOM = 84, 24, 34, 44
"""Size and margins of the picture [units]."""
LINE = "#2f5d8a"
SHADES = LinearSegmentedColormap.from_list("shades", ["#a9cbe8", "#12304f"])
"""Colours of points; of three measures from the best of the rest to the worst."""


def front_plans(front: Front) -> list[Plan]:
    """Return the plans of `front`, named so that no other plan of the page is called alike."""
    named = (say("page.front_plan", plan=p.plan.name) for p in front.points)
    return [replace(p.plan, name=n) for p, n in zip(front.points, named, strict=True)]


def front_table(front: Front) -> pd.DataFrame:
    """Return one row a point: the measures, the proven gap [%], and what it gives up."""
    rows = front.table()
    return pd.DataFrame(
        {
            say("page.plan"): [plan.name for plan in front_plans(front)],
            **{rule.title: rows[rule.name].round(2) for rule in front.rules},
            say("pareto.axis_rest"): rows["rest"].round(2),
            say("page.gap_percent"): (100.0 * rows["gap"]).round(3),
            say("page.told"): rows["told"],
        }
    )


def draw_front(front: Front, first: int) -> str:
    """Return the scatter as an SVG element.

    Parameters
    ----------
    front : Front
    first : int
        Number of its first plan on the page; a click on a point shows that plan.
    """
    scale = _Scale(front)
    parts = [
        f'<svg class="scatter" viewBox="0 0 {WIDTH} {HEIGHT}" role="group" '
        f'aria-label="{escape(say("page.front", title=front.title))}">',
        scale.out_of_reach(front),
        scale.axes(front),
    ]
    if len(front.rules) == 1:
        line = " ".join(scale.at(p) for p in front.points)
        parts.append(f'<polyline class="line" points="{line}"/>')
    if front.current is not None:
        now = escape(say("pareto.label_current"))
        x, y = scale.at(front.current).split(",")
        parts.append(
            f'<g transform="translate({x} {y})"><rect class="now" x="-5" y="-5" width="10" '
            f'height="10"/><text x="9" y="4">{now}</text></g>'
        )
    rows = zip(front.points, _fills(front), front.table()["told"], strict=True)
    parts += [
        _point(point, scale.at(point), first + n, fill, told)
        for n, (point, fill, told) in enumerate(rows)
    ]
    return "".join([*parts, "</svg>"])


def _fills(front: Front) -> list[str]:
    """Return the colour of each point: of three measures the shade is the one no axis shows."""
    if len(front.rules) == 1:
        return [LINE] * len(front.points)
    most = max(*front.more, 1e-9)
    return [to_hex(SHADES(more / most)) for more in front.more]


def _point(point: Point, at: str, plan: int, fill: str, told: str) -> str:
    numbers = ", ".join(f"{value:,.0f}" for value in (*point.aims, point.rest))
    title = escape(f"{point.plan.name}: {numbers}. {told}")
    x, y = at.split(",")
    ring = '<circle class="knee" r="12"/>' if point.knee else ""
    return (
        f'<g class="point" data-plan="{plan}" role="button" tabindex="0" aria-pressed="false" '
        f'aria-label="{title}" transform="translate({x} {y})"><title>{title}</title>{ring}'
        f'<circle r="7" fill="{fill}"/><text x="10" y="-9">{escape(point.plan.name)}</text></g>'
    )


class _Scale:
    """Places on the picture: an aim to the right, everything else or the other aim upwards."""

    def __init__(self, front: Front) -> None:
        points = [*front.points, *([] if front.current is None else [front.current])]
        right, up = zip(*map(place, points), strict=True)
        self.flat = len(front.rules) == 1
        self.most = max(front.more)
        proven = self.flat and bool(front.proofs)
        lowest = [front.least(*p.aims) for p in front.points] if proven else []
        self.x = _range(list(right))
        self.y = _range([*up, *(v for v in lowest if np.isfinite(v))])

    def at(self, point: Point) -> str:
        """Return ``x,y`` of a point."""
        return self._at(*place(point))

    def _at(self, across: float, height: float) -> str:
        right = (across - self.x[0]) / (self.x[1] - self.x[0])
        up = min(1.0, max(0.0, (height - self.y[0]) / (self.y[1] - self.y[0])))
        x = LEFT + right * (WIDTH - LEFT - RIGHT)
        return f"{x:.1f},{HEIGHT - BOTTOM - up * (HEIGHT - TOP - BOTTOM):.1f}"

    def out_of_reach(self, front: Front) -> str:
        """Return the area in which no plan can lie, as the solves prove for one aim."""
        if not self.flat or not front.proofs:
            return ""
        aims = np.linspace(*self.x, 60)
        edge = [self._at(float(a), front.least(float(a))) for a in aims]
        corners = [self._at(self.x[1], self.y[0]), self._at(self.x[0], self.y[0])]
        told = escape(say("pareto.label_bound"))
        return (
            f'<polygon class="closed" points="{" ".join([*edge, *corners])}"/>'
            f'<text x="{LEFT + 8}" y="{HEIGHT - BOTTOM - 8}">{told}</text>'
        )

    def axes(self, front: Front) -> str:
        parts, ticks = [], MaxNLocator(4)
        for value in _inside(ticks.tick_values(*self.x), self.x):
            x = self._at(value, self.y[0]).split(",")[0]
            parts.append(f'<line x1="{x}" x2="{x}" y1="{TOP}" y2="{HEIGHT - BOTTOM}"/>')
            parts.append(f'<text class="x" x="{x}" y="{HEIGHT - BOTTOM + 16}">{value:,.6g}</text>')
        for value in _inside(ticks.tick_values(*self.y), self.y):
            y = self._at(self.x[0], value).split(",")[1]
            parts.append(f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y}" y2="{y}"/>')
            parts.append(f'<text class="y" x="{LEFT - 6}" y="{y}" dy="4">{value:,.10g}</text>')
        across, up = map(escape, axis_titles(front))
        middle = (LEFT + WIDTH - RIGHT) / 2
        parts.append(f'<text class="x" x="{middle}" y="{HEIGHT - 8}">{across}</text>')
        parts.append(f'<text x="4" y="{TOP - 12}">{up}</text>')
        if not self.flat:
            shade = escape(say("pareto.shade", most=self.most))
            parts.append(f'<text class="y" x="{WIDTH - 4}" y="{TOP - 12}">{shade}</text>')
        return f'<g class="axes">{"".join(parts)}</g>'


def _range(values: list[float]) -> tuple[float, float]:
    low, high = min(values), max(values)
    margin = 0.06 * (high - low) or 0.5 * abs(high) or 1.0
    return low - margin, high + margin


def _inside(ticks: Sequence[float], ends: tuple[float, float]) -> list[float]:
    return [float(t) for t in ticks if ends[0] <= t <= ends[1]]
