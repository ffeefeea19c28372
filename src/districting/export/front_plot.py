"""The picture of a Pareto front: plans, what is proven to be out of reach, the current plan."""

from __future__ import annotations

from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.ticker import StrMethodFormatter

from districting.export.files import replacing
from districting.export.typeface import drawing_context
from districting.proposing.pareto import Front
from districting.terms import say

SIZE, DPI = (7.6, 5.2), 160


def write_front(front: Front, path: str | Path) -> None:
    """Write the plot of `front` as PNG, SVG or PDF by its ending."""
    target = Path(path)
    with replacing(target) as temporary, drawing_context("front"):
        figure, axes = plt.subplots(figsize=SIZE)
        x, y = [p.second for p in front.points], [p.rest for p in front.points]
        grid = np.linspace(min(x), max(x), 200)
        bounds = np.array([front.least(v) for v in grid])
        floor = float(bounds.min()) - 0.06 * (max(y) - float(bounds.min()) + 1.0)
        axes.fill_between(grid, bounds, floor, color="#d9dde3", label=say("pareto.label_bound"))
        axes.plot(x, y, "-o", color="#2f5d8a", markersize=7, label=say("pareto.label_plans"))
        for p in front.points:
            axes.annotate(
                p.plan.name, (p.second, p.rest), xytext=(5, 6), textcoords="offset points"
            )
            if p.knee:
                axes.plot(p.second, p.rest, "o", markersize=14, fillstyle="none",
                          color="#b3123f", label=say("pareto.label_knee"))  # fmt: skip
        if front.current is not None:
            now = front.current
            axes.plot(now.second, now.rest, "s", color="#8c4a1f", label=say("pareto.label_current"))
        axes.set_xlabel(say("pareto.axis_second", title=front.rule.title))
        axes.set_ylabel(say("pareto.axis_rest"))
        for axis in (axes.xaxis, axes.yaxis):
            axis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))
        axes.grid(color="#eceff3")
        axes.legend(frameon=False)
        figure.tight_layout()
        figure.savefig(temporary, format=target.suffix.lstrip("."), dpi=DPI)
        plt.close(figure)
