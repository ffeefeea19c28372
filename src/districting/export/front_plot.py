"""The picture of a Pareto front: plans, what is proven to be out of reach, the current plan."""

from __future__ import annotations

from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import StrMethodFormatter

from districting.export.files import replacing
from districting.export.front_view import axis_titles, place
from districting.export.typeface import drawing_context
from districting.proposing.front import Front
from districting.terms import say

SIZE, DPI = (7.6, 5.2), 160


def write_front(front: Front, path: str | Path) -> None:
    """Write the plot of `front` as PNG, SVG or PDF by its ending.

    One aim is drawn against the rest, with what is proven to be out of reach; two aims against each
    other, the rest in colour.
    """
    target = Path(path)
    with replacing(target) as temporary, drawing_context("front"):
        figure, axes = plt.subplots(figsize=SIZE)
        if len(front.rules) == 1:
            _draw_line(axes, front)
        else:
            _draw_field(axes, front)
        for p in front.points:
            axes.annotate(p.plan.name, place(p), xytext=(5, 6), textcoords="offset points")
            if p.knee:
                axes.plot(*place(p), "o", markersize=14, fillstyle="none",
                          color="#b3123f", label=say("pareto.label_knee"))  # fmt: skip
        if front.current is not None:
            now = say("pareto.label_current")
            axes.plot(*place(front.current), "s", color="#8c4a1f", label=now)
        across, up = axis_titles(front)
        axes.set_xlabel(across)
        axes.set_ylabel(up)
        for axis in (axes.xaxis, axes.yaxis):
            axis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))
        axes.grid(color="#eceff3")
        axes.set_axisbelow(True)
        axes.margins(0.12)
        axes.legend(frameon=False)
        figure.tight_layout()
        figure.savefig(temporary, format=target.suffix.lstrip("."), dpi=DPI)
        plt.close(figure)


def _draw_line(axes: Axes, front: Front) -> None:
    x, y = zip(*map(place, front.points), strict=True)
    grid = np.linspace(min(x), max(x), 200)
    bounds = np.array([front.least(v) for v in grid])
    floor = float(bounds.min()) - 0.06 * (max(y) - float(bounds.min()) + 1.0)
    axes.fill_between(grid, bounds, floor, color="#d9dde3", label=say("pareto.label_bound"))
    axes.plot(x, y, "-o", color="#2f5d8a", markersize=7, label=say("pareto.label_plans"))


def _draw_field(axes: Axes, front: Front) -> None:
    x, y = zip(*map(place, front.points), strict=True)
    drawn = axes.scatter(
        x, y, c=front.more, s=60, cmap="viridis_r", label=say("pareto.label_plans")
    )
    axes.figure.colorbar(drawn, ax=axes, label=say("pareto.more_axis"))
