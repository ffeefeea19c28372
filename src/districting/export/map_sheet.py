"""The map sheet of a district plan: one page for the wall, the meeting and the file."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from matplotlib.figure import Figure

from districting.county import County
from districting.export import layers
from districting.export.canvas import Canvas
from districting.export.furniture import draw_footer, draw_frame, draw_title, draw_watermark
from districting.export.inset import Inset, draw_inset_frame, find_inset
from districting.export.labels import Label
from districting.export.legend import Signs, draw_panel
from districting.export.map_labels import (
    AREAS,
    LOOKS,
    NOWHERE,
    name_areas,
    name_points,
    point_label,
    school_class,
    town_names,
    village_stems,
    write_names,
)
from districting.export.paper import POINT, Box, Paper, lay_out
from districting.export.part import part_of
from districting.export.regions import dissolve, district_colours
from districting.export.summary import KIND_ORDER, district_table
from districting.export.typeface import drawing_context
from districting.plan.district_plan import DistrictPlan
from districting.terms import say

Floats = npt.NDArray[np.float64]

DPI = 220
ROOMY, LEAST_DETAIL = 13.0, 0.72
"""Mean distance between schools from which symbols have their full size [mm on A3], and the least
size relative to that."""
LEAST_SIZE = 4.5
"""Smallest size at which Chinese names are still read on paper [pt]."""
VILLAGE_ROOM, KINDERGARTEN_ROOM = 8.5, 14.0
"""Mean distance between villages, and between schools, from which names of villages and of
kindergartens are written [mm on A3]."""


class Titled(Protocol):
    """A policy, as far as a map needs it."""

    @property
    def title(self) -> str:
        """Title of the document."""


@dataclass(frozen=True)
class _Regions:
    """The plan's areas on paper."""

    districts: gpd.GeoSeries
    unions: gpd.GeoSeries
    colours: dict[str, str]

    def clipped(self, frame: shapely.Geometry) -> _Regions:
        """Return the parts of the areas inside `frame`."""
        inside = (s.intersection(frame) for s in (self.districts, self.unions))
        districts, unions = (s[~s.is_empty] for s in inside)
        return _Regions(districts, unions, self.colours)


def draw_map(
    plan: DistrictPlan,
    county: County,
    policy: Titled | None = None,
    before: DistrictPlan | None = None,
    size: str = "A3",
    title: str = "",
    areas: str = "district",
    numbers: pd.DataFrame | None = None,
) -> Figure:
    """Return the map sheet of `plan` as a matplotlib figure.

    Parameters
    ----------
    plan : DistrictPlan
    county : County
    policy : object with a ``title``, optional
        Named in the subtitle.
    before : DistrictPlan, optional
        An earlier plan: villages that change districts are hatched and its borders dashed.
    size : {"A3", "A4"}
    title : str
        Heads the sheet; by default the county's districts.
    areas : {"district", "primary", "junior"}
        What the areas are, for the key: districts, or attendance zones of a stage.
    numbers : pandas.DataFrame, optional
        Numbers of the areas as :func:`district_table` gives them, where the sheet shows a part of
        the county: areas reach beyond it.
    """
    with drawing_context(f"{plan.county}-{plan.name}"):
        canvas = Canvas.blank(_detailed(lay_out(county_bounds(county), size), county))
        regions = _regions(plan, county, canvas.paper)
        lines = _draw_areas(canvas, county, plan, regions, before)
        lines |= layers.draw_roads(canvas, county)
        draw_watermark(canvas, county)
        named = LOOKS["village"].size * canvas.paper.factor >= LEAST_SIZE
        inset = find_inset(canvas.paper, county, VILLAGE_ROOM) if named else None
        closed = np.array([inset.box]) if inset else NOWHERE
        quiet = _crowded(canvas.paper, county)
        missing = _draw_places(canvas, county, plan, regions, quiet, closed)
        if inset is not None:
            _draw_inset(canvas, inset, county, plan, before, regions.colours)
        draw_frame(canvas)
        own, below = titles(plan, county, policy, before)
        draw_title(canvas, title or own, below)
        table = district_table(county, plan) if numbers is None else numbers
        table = table[table.index.isin(plan.districts.index)]
        signs = replace(_signs(county, plan, lines), areas=areas)
        draw_panel(canvas, signs, table, regions.colours)
        draw_footer(canvas, county, [*_remarks(county, plan, before), *missing])
        return canvas.finish()


def _draw_inset(
    canvas: Canvas,
    inset: Inset,
    county: County,
    plan: DistrictPlan,
    before: DistrictPlan | None,
    colours: dict[str, str],
) -> None:
    """Draw what the inset shows: the same signs, with the names of villages that have room."""
    seen = shapely.box(*inset.ground())
    met = county.villages.index[county.villages.geometry.intersects(seen)]
    part = part_of(county, met)
    small = canvas.part(_detailed(inset.paper, part))
    regions = replace(_regions(plan, part, small.paper), colours=colours)
    _draw_areas(small, part, plan, regions, before)
    layers.draw_roads(small, part)
    draw_inset_frame(small, canvas, inset)
    inner = seen.buffer(-small.paper.scale / 1000 * 2)
    villages, schools = (
        table[shapely.contains_xy(inner, table["x"], table["y"])]
        for table in (part.villages, part.schools)
    )
    shown = part.with_tables(villages=villages, schools=schools)
    clipped = regions.clipped(shapely.box(*small.paper.map))
    _draw_places(small, shown, plan, clipped, {"kindergarten"}, NOWHERE)


def save_map(figure: Figure, path: Path, form: str, salt: str, dpi: int = DPI) -> None:
    """Write `figure` as ``pdf``, ``png`` or ``svg``; equal figures give equal bytes."""
    metadata: dict[str, dict[str, str | None]] = {
        "pdf": {"CreationDate": None, "Creator": "districting", "Producer": None},
        "svg": {"Date": None, "Creator": "districting"},
        "png": {"Software": None},
    }
    with drawing_context(salt):
        figure.savefig(path, format=form, dpi=dpi, metadata=metadata[form])


def county_bounds(county: County) -> Box:
    """Return west, south, east and north of the county's outline [m]."""
    west, south, east, north = map(float, county.outline.total_bounds)
    return west, south, east, north


def titles(
    plan: DistrictPlan, county: County, policy: Titled | None, before: DistrictPlan | None
) -> tuple[str, str]:
    """Return title and subtitle."""
    unions = (plan.districts["union"] != "").any()
    title = say("export.title_unions" if unions else "export.title", county=county.name)
    parts = [say("export.sub_plan", plan=plan.name), say("export.sub_year", year=plan.year)]
    if before is not None:
        parts.append(say("export.sub_before", plan=before.name))
    if policy is not None:
        parts.append(say("export.sub_policy", policy=policy.title))
    return title, "　·　".join(parts)


def _regions(plan: DistrictPlan, county: County, paper: Paper) -> _Regions:
    districts = dissolve(county.villages, plan.villages)
    union_of = plan.villages.map(plan.districts["union"]).fillna("")
    unions = dissolve(county.villages, union_of)
    return _Regions(
        gpd.GeoSeries(paper.place_shapes(districts.to_numpy()), districts.index),
        gpd.GeoSeries(paper.place_shapes(unions.to_numpy()), unions.index),
        district_colours(county, plan),
    )


def _draw_areas(
    canvas: Canvas,
    county: County,
    plan: DistrictPlan,
    regions: _Regions,
    before: DistrictPlan | None,
) -> set[str]:
    """Draw fills and borders; return the kinds of line used."""
    layers.draw_fills(canvas, regions.districts, regions.colours)
    on_paper = canvas.paper.place_shapes
    cells = on_paper(county.villages.geometry.to_numpy())
    drawn = {
        "village": cells,
        "district": regions.districts.to_numpy(),
        "town": on_paper(county.towns.geometry.to_numpy()),
        "union": regions.unions.to_numpy(),
        "outline": on_paper(county.outline.to_numpy()),
    }
    if before is not None:
        moved = (before.villages.reindex(plan.villages.index) != plan.villages).to_numpy()
        if moved.any():
            layers.hatch(canvas, cells[moved])
            old = dissolve(county.villages, before.villages)
            drawn["changed"] = on_paper(old.to_numpy())
    for kind, shapes in drawn.items():
        if len(shapes):
            layers.draw_lines(canvas, kind, shapes)
    return {kind for kind, shapes in drawn.items() if len(shapes)}


def _signs(county: County, plan: DistrictPlan, lines: set[str]) -> Signs:
    kinds = set(county.schools["kind"])
    return Signs(
        kinds=[k for k in KIND_ORDER if k in kinds],
        lines=[k for k in layers.LINES if k in lines],
        lead=bool(county.schools["lead"].any()),
        outside=not county.schools.index.isin(plan.schools.index).all(),
        bridges="bridge" in lines,
    )


def _draw_places(
    canvas: Canvas,
    county: County,
    plan: DistrictPlan,
    regions: _Regions,
    quiet: set[str],
    closed: Floats,
) -> list[str]:
    """Draw schools and all names but those of `quiet` kinds, none of them in the `closed` boxes.

    Returns
    -------
    list of str
        What is to be said of names that are not there.
    """
    places, half = layers.school_places(canvas, county.schools)
    layers.draw_schools(canvas, county.schools, places, plan.schools.index)
    shown = [*map(str, regions.districts.index), *map(str, regions.unions.index)]
    towns = county.towns.loc[town_names(county, shown)]
    town_shapes = gpd.GeoSeries(
        canvas.paper.place_shapes(towns.geometry.to_numpy()), towns["name"].to_numpy()
    )
    symbols = np.hstack([places - half[:, None], places + half[:, None]])
    kinds = (("union", regions.unions), ("district", regions.districts), ("town", town_shapes))
    areas, lost = name_areas(canvas, kinds, symbols, closed)
    labels = [
        point_label(f"school:{school}", kind, row["name"], at, gap, canvas.paper)
        for at, gap, (school, row) in zip(places, half, county.schools.iterrows(), strict=True)
        if (kind := school_class(row)) not in quiet
    ]
    if "village" not in quiet:
        labels += _village_labels(canvas, county)
    borders = shapely.boundary(regions.districts.to_numpy())
    points, also_lost = name_points(canvas, labels, symbols, borders, areas, closed)
    write_names(canvas, [*areas, *points])
    return _missing([*lost, *also_lost], quiet)


def _missing(lost: list[str], quiet: set[str]) -> list[str]:
    """Return remarks on names that found no room, and on kinds of names not written at all."""
    areas, villages = sum(kind in AREAS for kind in lost), lost.count("village")
    counts = {
        "export.omitted_areas": areas,
        "export.omitted_schools": len(lost) - areas - villages,
        "export.omitted_villages": villages,
    }
    said = [say(key, count=count) for key, count in counts.items() if count]
    return said + [say(f"export.unnamed.{kind}") for kind in sorted(quiet)]


def _detailed(paper: Paper, county: County) -> Paper:
    """Return `paper` with smaller symbols and names where schools lie close together."""
    area = paper.millimetres(1) ** 2 * float(county.outline.area.sum()) / paper.factor**2
    spacing = float(np.sqrt(area / max(len(county.schools), 1)))
    return replace(paper, detail=float(np.clip(spacing / ROOMY, LEAST_DETAIL, 1.0)))


def _crowded(paper: Paper, county: County) -> set[str]:
    """Return the classes of names left off the sheet because their places lie too close."""
    area = paper.millimetres(1) ** 2 * float(county.outline.area.sum()) / paper.factor**2
    quiet = set()
    small = LOOKS["village"].size * paper.factor < LEAST_SIZE
    if small or np.sqrt(area / max(len(county.villages), 1)) < VILLAGE_ROOM:
        quiet.add("village")
    young = (county.schools["kind"] == "kindergarten").any()
    if young and np.sqrt(area / len(county.schools)) < KINDERGARTEN_ROOM:
        quiet.add("kindergarten")
    return quiet


def _village_labels(canvas: Canvas, county: County) -> list[tuple[str, Label]]:
    """Draw a dot for each village and return the villages' labels."""
    paper = canvas.paper
    at = paper.place(county.villages[["x", "y"]].to_numpy(dtype=float))
    size = (0.55 * paper.factor / POINT) ** 2
    dots: dict[str, Any] = {"c": "#6b727b", "linewidths": 0, "zorder": 5.0, "gid": "villages"}
    canvas.axes.scatter(at[:, 0], at[:, 1], s=size, **dots)
    stems = village_stems(county.villages["name"])
    gap = 0.3 * paper.factor
    return [
        point_label(f"village:{code}", "village", name, point, gap, paper)
        for (code, name), point in zip(stems.items(), at, strict=True)
    ]


def _remarks(county: County, plan: DistrictPlan, before: DistrictPlan | None) -> list[str]:
    """Return what must be said of villages: how many move, how many are in no district."""
    remarks = []
    if before is not None:
        old = before.villages.reindex(plan.villages.index)
        moved = plan.villages.index[old != plan.villages]
        columns = ["children_primary", "children_junior"]
        children = int(county.villages.loc[moved, columns].sum().sum())
        remarks.append(say("export.moved", villages=len(moved), children=children))
    loose = int((plan.villages == "").sum())
    if loose:
        remarks.append(say("export.unassigned", villages=loose))
    return remarks
