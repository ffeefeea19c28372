"""The names on a map: their candidate positions, ranks and looks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from districting.county import County
from districting.export import typeface
from districting.export.canvas import FAINT, INK, Canvas
from districting.export.labels import Label, around, place
from districting.export.paper import POINT, Paper
from districting.export.regions import inner_points

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Look:
    """Rank, size [pt on A3], colour and strokes [pt] of one class of names.

    ``cover`` is the share of a symbol that the name may hide.
    """

    rank: int
    size: float
    colour: str = INK
    bold: float = 0.0
    halo: float = 0.9
    cover: float = 0.05


LOOKS = {
    "union": Look(0, 13.5, "#6b1f5c", 0.35, 1.4),
    "district": Look(1, 12.0, "#10233f", 0.35, 1.3),
    "junior": Look(2, 7.6, "#7d0b1b", 0.2, cover=0.4),
    "nine_year": Look(2, 7.6, "#45237a", 0.2, cover=0.4),
    "town": Look(3, 8.5, FAINT, 0.0, 1.0),
    "central": Look(4, 7.0, "#0f3d73", 0.15, cover=0.2),
    "special": Look(4, 6.6),
    "primary": Look(5, 6.6, "#0f3d73"),
    "teaching_point": Look(6, 6.2, "#0f3d73"),
    "kindergarten": Look(7, 6.0, "#5a4300"),
    "village": Look(8, 4.9, "#4a5058", 0.0, 0.6),
}
AREAS = ("union", "district", "town")


NOWHERE = np.empty((0, 4))
LEAST_AREA_SIZE = 7.5
"""Smallest first size of a region's name on A3 [pt]."""
ATTEMPTS = ((1.0, 0.25), (0.9, 0.5), (0.8, 0.8), (0.7, 1.0))
"""Sizes of region names, and the share of a symbol they may cover, from the first try on."""


@dataclass(frozen=True, eq=False)
class Named:
    """A label with the position that was chosen for it."""

    kind: str
    label: Label
    candidate: int

    @property
    def box(self) -> Floats:
        """The box (x0, y0, x1, y1) on paper."""
        found: Floats = self.label.boxes[self.candidate]
        return found


def village_stems(names: pd.Series) -> pd.Series:
    """Return village names without the words for committee or community office."""
    stems = names.str.replace(r"(社区)?(居民|村民|居|村)委(员)?会$", "", regex=True)
    return stems.where(stems != "", names)


def area_label(kind: str, name: str, shape: shapely.Geometry, size: float, cover: float) -> Label:
    """Return the label of one region (on paper), somewhere well inside it."""
    width, height = typeface.text_width(name, size) * POINT + 1.0, size * POINT + 0.6
    parts = shapely.get_parts(shape)
    main = parts[int(np.argmax(shapely.area(parts)))]
    points, depth = inner_points(main, 200)
    corners = np.subtract(points, (width / 2, height / 2))
    boxes = shapely.box(*corners.T, *np.add(corners, (width, height)).T)
    outside = 1 - shapely.area(shapely.intersection(boxes, main)) / (width * height)
    reach = float(np.sqrt(main.area))
    off = np.hypot(*(points - shapely.get_coordinates(main.centroid)).T) / reach
    pull = 2.0 if kind == "union" else 0.6
    costs = 40.0 * outside + pull * off - 0.8 * depth / reach
    rank = LOOKS[kind].rank
    return Label(f"{kind}:{name}", name, size, rank, width, height, corners, costs, cover)


def area_size(kind: str, name: str, shape: shapely.Geometry, paper: Paper) -> float:
    """Return the size [pt] of a region's name: less in small regions and on dense maps."""
    full = LOOKS[kind].size * paper.factor * (0.5 + 0.5 * paper.detail)
    fitting = 0.85 * float(np.sqrt(shape.area)) / (typeface.text_width(name, 1.0) * POINT)
    return max(min(full, fitting), min(full, LEAST_AREA_SIZE * paper.factor))


def name_areas(
    canvas: Canvas,
    areas: Sequence[tuple[str, gpd.GeoSeries]],
    symbols: Floats,
    closed: Floats = NOWHERE,
) -> tuple[list[Named], list[str]]:
    """Return where the names of regions go, and the kinds of those that found no room.

    A name that finds no room is tried again smaller and covering more of the symbols below it:
    districts must be named.

    Parameters
    ----------
    areas : sequence of (kind, regions by name on paper)
    symbols : float array, shape (s, 4)
        Boxes of school symbols on paper.
    closed : float array, shape (c, 4)
        Boxes that no name may touch.
    """
    left = [(kind, str(n), shape) for kind, shapes in areas for n, shape in shapes.items()]
    named: list[Named] = []
    for shrink, cover in ATTEMPTS:
        labels = [
            area_label(
                kind, name, shape, shrink * area_size(kind, name, shape, canvas.paper), cover
            )
            for kind, name, shape in left
        ]
        taken = np.vstack([closed, *(n.box for n in named)])
        chosen = place(labels, symbols, _frame(canvas), taken=taken).tolist()
        for (kind, _, _), label, candidate in zip(left, labels, chosen, strict=True):
            if candidate >= 0:
                named.append(Named(kind, label, candidate))
        left = [entry for entry, candidate in zip(left, chosen, strict=True) if candidate < 0]
    return named, [kind for kind, _, _ in left]


def point_label(
    key: str, kind: str, text: str, at: Floats, gap: float, paper: Paper
) -> tuple[str, Label]:
    """Return the label of a point symbol of half-width `gap`, with its kind."""
    look = LOOKS[kind]
    size = look.size * paper.factor * (0.5 + 0.5 * paper.detail)
    width, height = typeface.text_width(text, size) * POINT + 0.3, size * POINT + 0.15
    corners, costs = around(float(at[0]), float(at[1]), width, height, gap)
    return kind, Label(key, text, size, look.rank, width, height, corners, costs, look.cover)


def name_points(
    canvas: Canvas,
    labels: Sequence[tuple[str, Label]],
    symbols: Floats,
    borders: npt.NDArray[Any],
    areas: Sequence[Named],
    closed: Floats = NOWHERE,
) -> tuple[list[Named], list[str]]:
    """Return where the names of schools and villages go, and the kinds of those left out.

    Parameters
    ----------
    labels : sequence of (kind, Label)
    symbols : float array, shape (s, 4)
        Boxes of school symbols on paper.
    borders : array of geometries
        Lines on paper that names should rather not cross.
    areas : sequence of Named
        Names of regions, already placed.
    closed : float array, shape (c, 4)
        Boxes that no name may touch.
    """
    taken = np.vstack([closed, *(n.box for n in areas)])
    chosen = place([lb for _, lb in labels], symbols, _frame(canvas), borders, taken).tolist()
    pairs = list(zip(labels, chosen, strict=True))
    named = [Named(kind, label, c) for (kind, label), c in pairs if c >= 0]
    return named, [kind for (kind, _), c in pairs if c < 0]


def _frame(canvas: Canvas) -> Floats:
    """Return the part of the map frame that names may use."""
    x0, y0, x1, y1 = canvas.paper.map
    inset = 1.6 * canvas.paper.factor
    return np.array([x0 + inset, y0 + inset, x1 - inset, y1 - inset])


def school_class(row: pd.Series) -> str:
    """Return the class of label of one school."""
    central = row["kind"] == "primary" and (bool(row.get("central", False)) or bool(row["lead"]))
    return "central" if central else str(row["kind"])


def town_names(county: County, shown: Sequence[str]) -> list[str]:
    """Return codes of towns whose name no district or union name on the map begins with."""
    stems = county.towns["name"].str.replace(r"(镇|乡|街道)$", "", regex=True)
    return [c for c, stem in stems.items() if not any(s.startswith(stem) for s in shown)]


def write_names(canvas: Canvas, names: Sequence[Named]) -> None:
    """Write placed names in the look of their kind."""
    f = canvas.paper.factor
    for name in names:
        look, label = LOOKS[name.kind], name.label
        em = label.size * POINT
        left, low = name.box[:2]
        rest = (label.height - em) / 2 + typeface.DESCENT * em
        indent = (label.width - typeface.text_width(label.text, label.size) * POINT) / 2
        canvas.text(
            left + indent,
            low + rest,
            label.text,
            label.size,
            colour=look.colour,
            bold=look.bold * f,
            halo=look.halo * f,
            gid=f"label:{label.key}",
            zorder=10 - look.rank / 20,
        )
