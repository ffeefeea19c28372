"""The names on a map: their candidate positions, ranks and looks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
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
from districting.export.paper import POINT
from districting.export.regions import inner_points

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Look:
    """Rank, size [pt on A3], colour and strokes [pt] of one class of names."""

    rank: int
    size: float
    colour: str = INK
    bold: float = 0.0
    halo: float = 0.9


LOOKS = {
    "union": Look(0, 13.5, "#6b1f5c", 0.35, 1.4),
    "district": Look(1, 12.0, "#10233f", 0.35, 1.3),
    "junior": Look(2, 7.6, "#7d0b1b", 0.2),
    "nine_year": Look(2, 7.6, "#45237a", 0.2),
    "town": Look(3, 8.5, FAINT, 0.0, 1.0),
    "central": Look(4, 7.0, "#0f3d73", 0.15),
    "special": Look(4, 6.6),
    "primary": Look(5, 6.6, "#0f3d73"),
    "teaching_point": Look(6, 6.2, "#0f3d73"),
    "kindergarten": Look(7, 6.0, "#5a4300"),
    "village": Look(8, 4.9, "#4a5058", 0.0, 0.6),
}
AREAS = ("union", "district", "town")


@dataclass(frozen=True)
class Placed:
    """How many names of each class were written, how many found no room, which were not tried."""

    drawn: dict[str, int]
    omitted: dict[str, int]
    unnamed: tuple[str, ...] = ()


def village_stems(names: pd.Series) -> pd.Series:
    """Return village names without the words for committee or community office."""
    stems = names.str.replace(r"(社区)?(居民|村民|居|村)委(员)?会$", "", regex=True)
    return stems.where(stems != "", names)


def area_labels(kind: str, shapes: gpd.GeoSeries, factor: float) -> Iterator[Label]:
    """Yield a label for each region (on paper), somewhere well inside it."""
    look = LOOKS[kind]
    size = look.size * factor
    for name, shape in shapes.items():
        text = str(name)
        width, height = typeface.text_width(text, size) * POINT + 1.0, size * POINT + 0.6
        parts = shapely.get_parts(shape)
        main = parts[int(np.argmax(shapely.area(parts)))]
        points, depth = inner_points(main, 160)
        corners = np.subtract(points, (width / 2, height / 2))
        boxes = shapely.box(*corners.T, *np.add(corners, (width, height)).T)
        outside = 1 - shapely.area(shapely.intersection(boxes, main)) / (width * height)
        reach = float(np.sqrt(main.area))
        off = np.hypot(*(points - shapely.get_coordinates(main.centroid)).T) / reach
        pull = 2.0 if kind == "union" else 0.6
        costs = 15.0 * outside + pull * off - 0.8 * depth / reach
        yield Label(
            f"{kind}:{text}", text, size, look.rank, width, height, corners, costs, cover=0.3
        )


def point_label(key: str, look: Look, text: str, at: Floats, gap: float, factor: float) -> Label:
    """Return the label of a point symbol of half-width `gap`."""
    size = look.size * factor
    width, height = typeface.text_width(text, size) * POINT + 0.3, size * POINT + 0.15
    corners, costs = around(float(at[0]), float(at[1]), width, height, gap)
    return Label(key, text, size, look.rank, width, height, corners, costs)


def school_class(row: pd.Series) -> str:
    """Return the class of label of one school."""
    central = row["kind"] == "primary" and (bool(row.get("central", False)) or bool(row["lead"]))
    return "central" if central else str(row["kind"])


def town_names(county: County, shown: Sequence[str]) -> list[str]:
    """Return codes of towns whose name no district or union name on the map begins with."""
    stems = county.towns["name"].str.replace(r"(镇|乡|街道)$", "", regex=True)
    return [c for c, stem in stems.items() if not any(s.startswith(stem) for s in shown)]


def write_labels(
    canvas: Canvas,
    labels: Sequence[Label],
    kinds: Sequence[str],
    symbols: Floats,
    borders: npt.NDArray[Any],
) -> Placed:
    """Place and write `labels`, whose looks are `kinds`; names without room are counted.

    Parameters
    ----------
    symbols : float array, shape (s, 4)
        Boxes of school symbols on paper.
    borders : array of geometries
        Lines on paper that names should rather not cross.
    """
    f = canvas.paper.factor
    x0, y0, x1, y1 = canvas.paper.map
    inset = 1.6 * f
    frame = np.array([x0 + inset, y0 + inset, x1 - inset, y1 - inset])
    chosen = place(labels, symbols, frame, borders)
    drawn: dict[str, int] = {}
    omitted: dict[str, int] = {}
    for label, candidate, kind in zip(labels, chosen.tolist(), kinds, strict=True):
        tally = drawn if candidate >= 0 else omitted
        tally[kind] = tally.get(kind, 0) + 1
        if candidate < 0:
            continue
        look = LOOKS[kind]
        em = label.size * POINT
        left, low = label.corners[candidate]
        rest = (label.height - em) / 2 + typeface.DESCENT * em
        indent = (label.width - typeface.text_width(label.text, label.size) * POINT) / 2
        canvas.text(
            left + indent, low + rest, label.text, label.size, colour=look.colour,
            bold=look.bold * f, halo=look.halo * f, gid=f"label:{label.key}",
            zorder=10 - look.rank / 20,
        )  # fmt: skip
    return Placed(drawn, omitted)
