"""Pen and ink: one axes in millimetres on which the sheet is drawn."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PathCollection
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from districting.export import typeface
from districting.export.paper import POINT, Box, Paper
from districting.export.regions import compound_path

INK = "#1f2328"
FAINT = "#5b626b"


@dataclass(eq=False)
class Canvas:
    """A figure with one axes whose data unit is the millimetre.

    Text outlines (halos and thickened strokes) are gathered and drawn in one go by
    :meth:`finish`, below the text itself, so that files keep real, searchable text.
    """

    paper: Paper
    figure: Figure
    axes: Axes
    _outlines: dict[tuple[str, float], list[Any]] = field(default_factory=dict)

    @classmethod
    def blank(cls, paper: Paper) -> Canvas:
        """Return an empty sheet."""
        figure = Figure(figsize=(paper.width / 25.4, paper.height / 25.4), facecolor="white")
        axes = figure.add_axes((0, 0, 1, 1))
        axes.set(xlim=(0, paper.width), ylim=(0, paper.height))
        axes.set_axis_off()
        return cls(paper, figure, axes)

    def part(self, paper: Paper) -> Canvas:
        """Return a canvas on the same sheet whose map frame, scale and centre are `paper`'s."""
        return Canvas(paper, self.figure, self.axes, self._outlines)

    def clip(self, artist: Any) -> None:
        """Show `artist` inside the map frame only."""
        x0, y0, x1, y1 = self.paper.map
        artist.set_clip_path(Rectangle((x0, y0), x1 - x0, y1 - y0, transform=self.axes.transData))

    def shapes(self, shapes: Iterable[Any], gid: str, clip: bool = True, **style: Any) -> None:
        """Draw polygons or lines that are already on paper, as one collection named `gid`."""
        paths = [compound_path(s) for s in shapes if s is not None and not s.is_empty]
        collection = PathCollection(paths, gid=gid, **{"joinstyle": "round", **style})
        self.axes.add_collection(collection, autolim=False)
        if clip:
            self.clip(collection)

    def lines(self, parts: Sequence[Any], gid: str = "", **style: Any) -> None:
        """Draw straight pieces [(x, y), …]."""
        self.axes.add_collection(LineCollection(parts, gid=gid, **style), autolim=False)

    def box(self, box: Box, gid: str = "", **style: Any) -> None:
        """Draw a rectangle."""
        x0, y0, x1, y1 = box
        style = {"facecolor": "none", "edgecolor": INK, "linewidth": 0.6, **style}
        self.axes.add_patch(Rectangle((x0, y0), x1 - x0, y1 - y0, gid=gid, **style))

    def text(
        self,
        x: float,
        y: float,
        text: str,
        size: float,
        *,
        align: str = "left",
        colour: str = INK,
        bold: float = 0.0,
        halo: float = 0.0,
        gid: str = "",
        zorder: float = 10.0,
    ) -> None:
        """Write one line with its base line starting (or centred, or ending) at (x, y).

        Parameters
        ----------
        size : float
            Points.
        bold, halo : float
            Width of the extra stroke in the text's colour, and of the white rim, points.
        """
        text = typeface.printable(text)
        shift = {"left": 0.0, "center": 0.5, "right": 1.0}[align]
        x -= shift * typeface.text_width(text, size) * POINT
        if halo:
            self._outline("#ffffff", 2 * halo + bold, text, x, y, size)
        if bold:
            self._outline(colour, bold, text, x, y, size)
        self.axes.text(
            x, y, text, color=colour, gid=gid, zorder=zorder, ha="left", va="baseline",
            fontproperties=typeface.properties(size), clip_on=False,
        )  # fmt: skip

    def _outline(
        self, colour: str, width: float, text: str, x: float, y: float, size: float
    ) -> None:
        path = typeface.outline_path(text, x, y, size * POINT)
        self._outlines.setdefault((colour, round(width, 2)), []).append(path)

    def finish(self) -> Figure:
        """Draw the gathered outlines (white rims below, strokes above) and return the figure."""
        white_first = sorted(self._outlines.items(), key=lambda kv: (kv[0][0] != "#ffffff", kv[0]))
        for level, ((colour, width), paths) in enumerate(white_first):
            collection = PathCollection(
                paths, facecolor="none", edgecolor=colour, linewidth=width, joinstyle="round",
                zorder=9 + level / 1000, gid="outline",
            )  # fmt: skip
            self.axes.add_collection(collection, autolim=False)
        self._outlines = {}
        return self.figure
