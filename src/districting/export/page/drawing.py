"""The map of the page as SVG: areas by layer, villages once, roads, schools, names."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import geopandas as gpd
import numpy as np
import shapely

from districting.county import County
from districting.export.page.layers import Layer
from districting.export.page.shapes import TOLERANCE, Grid, grid_of, simplified
from districting.export.regions import dissolve
from districting.export.symbols import OUTSIDE_FILL, SYMBOLS
from districting.terms import say

OUTLINES = {
    "s": "M-5-5H5V5H-5z",
    "p": "M0-6 5.7-1.9 3.5 4.9H-3.5L-5.7-1.9z",
    "^": "M0-6 5.5 4.5H-5.5z",
    "P": "M-2-6H2V-2H6V2H2V6H-2V2H-6V-2H-2z",
    "o": "M-4 0a4 4 0 1 0 8 0a4 4 0 1 0-8 0z",
}
"""Outline of each marker of :data:`~districting.export.symbols.SYMBOLS`, about ten pixels wide."""

SHOWN = ("junior", "nine_year", "primary", "special")
"""Kinds of school shown before anything is ticked."""


def draw(county: County, layers: Sequence[Layer]) -> str:
    """Return the map as an ``<svg>`` element.

    Villages bear ``data-k="v<row>"``, schools ``s<row>``, areas ``a<layer>-<row>``: the keys of
    the rows of the tables.
    """
    grid = grid_of(county)
    cells = simplified(county, grid)
    label = escape(say("page.map_label", county=county.name))
    parts = [
        f'<svg id="map" viewBox="0 0 {grid.width} {grid.height}" data-metre="{grid.metres:.6g}" '
        f'tabindex="0" role="application" aria-label="{label}">',
        _symbols(),
        f'<path class="land" d="{grid.path(cells.geometry.union_all())}"/>',
        *(_areas(layer, n, cells, grid) for n, layer in enumerate(layers)),
        _villages(county, cells, grid),
        _roads(county, grid),
        _towns(county, cells, grid),
        _schools(county, layers, grid),
        *(_area_names(layer, n, cells, grid) for n, layer in enumerate(layers)),
        '<path id="mark"/><line id="edge" hidden="hidden"/>',
        "</svg>",
    ]
    return "\n".join(part for part in parts if part)


def _symbols() -> str:
    shapes = "".join(
        f'<symbol id="k-{kind}" overflow="visible"><path d="{OUTLINES[s.marker]}"/></symbol>'
        for kind, s in SYMBOLS.items()
    )
    clips = "".join(
        f'<clipPath id="{side}"><rect width="0" height="0"/></clipPath>'
        for side in ("left", "right")
    )
    return f"<defs>{shapes}{clips}</defs>"


def signs(county: County) -> str:
    """Return the legend: a box to tick for each kind of school that the county has."""
    kinds = [k for k in SYMBOLS if (county.schools["kind"] == k).any()]
    return "".join(
        f'<label><input type="checkbox" value="{kind}"{" checked" * (kind in SHOWN)}> '
        f'<svg class="key" viewBox="-7 -7 14 14"><use href="#k-{kind}" '
        f'fill="{SYMBOLS[kind].fill}"/></svg> {escape(say(f"export.sign.{kind}"))}</label>'
        for kind in kinds
    )


def _dissolved(layer: Layer, cells: gpd.GeoDataFrame) -> gpd.GeoSeries:
    return dissolve(cells, layer.villages).reindex(list(layer.colours))


def _areas(layer: Layer, number: int, cells: gpd.GeoDataFrame, grid: Grid) -> str:
    shapes = _dissolved(layer, cells)
    paths = [
        f'<path data-k="a{number}-{i}" fill="{layer.colours[str(name)]}" d="{grid.path(shape)}"/>'
        for i, (name, shape) in enumerate(shapes.items())
        if shape is not None
    ]
    head = f'data-layer="{number}" data-plan="{layer.plan}" data-kind="{layer.kind}"'
    return f'<g class="layer" {head}>' + "\n".join(paths) + "</g>"


def _area_names(layer: Layer, number: int, cells: gpd.GeoDataFrame, grid: Grid) -> str:
    shapes = _dissolved(layer, cells).dropna()
    places = grid.place(shapely.get_coordinates(shapely.point_on_surface(shapes.to_numpy())))
    largest = np.argsort(-shapes.area.to_numpy(), kind="stable")
    texts = [_name(places[i].tolist(), str(shapes.index[i])) for i in largest]
    return f'<g class="names areas" data-layer="{number}">' + "".join(texts) + "</g>"


def _name(at: Sequence[int], text: str, kind: str = "") -> str:
    of = f' data-kind="{kind}"' if kind else ""
    return f'<text x="{at[0]}" y="{at[1]}"{of}>{escape(text)}</text>'


def _villages(county: County, cells: gpd.GeoDataFrame, grid: Grid) -> str:
    paths = [
        f'<path data-k="v{i}" d="{grid.path(shape)}"/>' for i, shape in enumerate(cells.geometry)
    ]
    places = grid.place(county.villages[["x", "y"]].to_numpy(dtype=float))
    called = county.villages["name"].astype(str)
    names = [_name(at, name) for at, name in zip(places.tolist(), called, strict=True)]
    return (
        '<g class="villages">' + "\n".join(paths) + "</g>"
        '<g class="names places">' + "".join(names) + "</g>"
    )


def _roads(county: County, grid: Grid) -> str:
    """Return trunk roads and ferries; of village roads there are too many to help."""
    roads, found = county.roads, []
    for kind in ("trunk", "ferry"):
        lines = roads.geometry[(roads["kind"] == kind) & roads.geometry.notna()]
        drawn = "".join(grid.path(s) for s in lines.simplify(TOLERANCE * grid.metres / 2))
        if drawn:
            found.append(f'<path class="{kind}" d="{drawn}"/>')
    return "".join(found)


def _towns(county: County, cells: gpd.GeoDataFrame, grid: Grid) -> str:
    shapes = dissolve(cells, county.villages["town"])
    return f'<path class="towns" d="{"".join(grid.path(s) for s in shapes)}"/>'


def _schools(county: County, layers: Sequence[Layer], grid: Grid) -> str:
    """Return the schools, kindergartens first so that others lie above them."""
    schools = county.schools
    places = grid.place(schools[["x", "y"]].to_numpy(dtype=float)).tolist()
    inside = set().union(*(layer.schools.index for layer in layers))
    rank = {kind: i for i, kind in enumerate(SYMBOLS)}
    drawn: list[str] = []
    names: list[str] = []
    for i in sorted(range(len(schools)), key=lambda i: (-rank[schools["kind"].iloc[i]], i)):
        kind, name = str(schools["kind"].iloc[i]), escape(str(schools["name"].iloc[i]))
        fill = SYMBOLS[kind].fill if schools.index[i] in inside else OUTSIDE_FILL
        drawn.append(
            f'<g data-k="s{i}" class="{kind}" transform="translate({places[i][0]} {places[i][1]})">'
            f'<title>{name}</title><use href="#k-{kind}" fill="{fill}"/></g>'
        )
        names.insert(0, _name(places[i], str(schools["name"].iloc[i]), kind))
    return (
        '<g class="schools">' + "\n".join(drawn) + "</g>"
        '<g class="names at-schools">' + "".join(names) + "</g>"
    )
