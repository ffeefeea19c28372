"""Put the tables read from files together: positions in metres, cells, outline, County."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from districting.county import County, Mark
from districting.errors import Problem
from districting.read.cells import cells_by_town, dissolved, land_around, voronoi_cells
from districting.read.checks.places import check_shapes_in_range, place_points
from districting.read.checks.values import typed
from districting.read.curriculum import in_known_words, known_subjects
from districting.read.draft import Draft, projected, to_metres
from districting.read.schema import MAIN_TABLES, empty_frame, tables
from districting.read.settings import Settings
from districting.read.sheet import Sheet, kept

_POLYGONS = (3, 6)


def make_draft(settings: Settings, sheets: Mapping[str, Sheet]) -> tuple[Draft, list[Problem]]:
    """Return the typed tables with positions and shapes, and faults met on the way."""
    problems: list[Problem] = []
    frames: dict[str, pd.DataFrame] = {}
    for name, sheet in sheets.items():
        if name != "outline":
            frames[name], found = typed(sheet)
            problems += found
    frames |= _usual_subjects(frames)
    transformer = to_metres(settings.crs)
    for name in ("villages", "schools"):
        if name in frames:
            placed, found = place_points(sheets[name], frames[name])
            problems += found
            lon, lat = placed["lon"].to_numpy(), placed["lat"].to_numpy()
            x, y = transformer.transform(lon, lat)
            seen = np.isfinite(lon) & np.isfinite(lat)
            frames[name] = placed.assign(x=np.where(seen, x, np.nan), y=np.where(seen, y, np.nan))
    shapes: dict[str, npt.NDArray[Any]] = {}
    for name, sheet in sheets.items():
        if sheet.geometry is not None:
            usable, found = check_shapes_in_range(sheet)
            problems += found
            shapes[name] = projected(usable, settings.crs)
    draft = Draft(settings, MappingProxyType(dict(sheets)), MappingProxyType(frames))
    return _with_shapes(draft, shapes), problems


def _usual_subjects(frames: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Return the tables of staff with the words for subjects that the curriculum has."""
    known = known_subjects(frames.get("curriculum"))
    found = {}
    for name in ("teachers", "staff_changes"):
        if name in frames:
            columns = [c for c in ("subject", "subject_2") if c in frames[name]]
            put = {c: in_known_words(frames[name][c], known) for c in columns}
            found[name] = frames[name].assign(**put)
    return found


def _with_shapes(draft: Draft, read: Mapping[str, npt.NDArray[Any]]) -> Draft:
    """Return the draft with town, village and road shapes and outline, derived where not given."""
    derived = set()
    shapes: dict[str, npt.NDArray[Any]] = {}
    if "roads" in draft.frames:
        none = np.full(len(draft.frames["roads"]), None, dtype=object)
        shapes["roads"] = read.get("roads", none)
    outline = _union(read.get("outline"))
    cells = _given_cells(draft, read)
    towns = read.get("towns")
    if cells is None and draft.has("villages"):
        derived.add("cells")
        cells = _derived_cells(draft, towns, outline)
    if "cells" in derived and towns is None and outline is None and cells is not None:
        derived.add("land")
    if towns is None and draft.has("towns", "villages") and cells is not None:
        derived.add("towns")
        town_row = draft.row_of("towns", "town", draft.frames["villages"]["town"])
        towns = dissolved(cells, town_row, len(draft.frames["towns"]))
    if outline is None:
        derived.add("outline")
        outline = _union(towns if towns is not None else cells)
    if towns is not None:
        shapes["towns"] = towns
    if cells is not None:
        shapes["villages"] = cells
    return Draft(
        draft.settings,
        draft.sheets,
        draft.frames,
        MappingProxyType(shapes),
        outline,
        frozenset(derived),
    )


def _union(shapes: npt.NDArray[Any] | None) -> Any:
    if shapes is None or shapely.is_missing(shapes).all():
        return None
    return shapely.union_all(shapes[~shapely.is_missing(shapes)])


def _given_cells(draft: Draft, read: Mapping[str, npt.NDArray[Any]]) -> npt.NDArray[Any] | None:
    """Return the cell of each village row from the cells file or the villages' own polygons."""
    if not draft.has("villages"):
        return None
    if "cells" in read and draft.has("cells"):
        rows = draft.row_of("cells", "village", draft.frames["villages"]["village"])
        first = draft.firsts("villages", "village")
        return kept(read["cells"][rows], first & (rows >= 0))
    own = read.get("villages")
    if own is not None and np.isin(shapely.get_type_id(own), _POLYGONS).any():
        return own
    return None


def _derived_cells(
    draft: Draft, towns: npt.NDArray[Any] | None, outline: Any
) -> npt.NDArray[Any] | None:
    """Return Voronoi cells, or None where there is no land to divide or points coincide."""
    villages = draft.frames["villages"]
    x, y = villages["x"].to_numpy(), villages["y"].to_numpy()
    seen = np.isfinite(x)
    if len(np.unique(np.column_stack([x[seen], y[seen]]), axis=0)) < seen.sum():
        return None
    if towns is not None and draft.has("towns"):
        return cells_by_town(x, y, draft.row_of("towns", "town", villages["town"]), towns)
    if outline is None and draft.settings.land == "villages" and seen.any():
        outline = land_around(x[seen], y[seen])
    if outline is None or not seen.any():
        return None
    cells = np.full(len(x), None, dtype=object)
    cells[seen] = voronoi_cells(x[seen], y[seen], outline)
    return cells


def make_county(draft: Draft, inputs: Mapping[str, str]) -> County:
    """Return the county of a draft that has no errors."""
    settings = draft.settings
    frames = dict(draft.frames)
    provenance = dict(settings.provenance)
    if "cells" in draft.derived:
        frames["villages"] = frames["villages"].assign(zone_q="derived")
        provenance[("villages", "geometry")] = Mark("derived", "Voronoi")
    if "towns" in draft.derived:
        provenance[("towns", "geometry")] = Mark("derived", "villages")
    roads = draft.shapes["roads"]
    if shapely.is_missing(roads).any():
        provenance.setdefault(("roads", "geometry"), Mark("derived", "villages"))
    shapes = {**draft.shapes, "roads": _drawn(draft, roads)}
    main = {name: _main_table(name, frames[name], shapes, settings.crs) for name in MAIN_TABLES}
    rest = {
        name: _other_table(name, frames.get(name)) for name in tables() if name not in MAIN_TABLES
    }
    return County(
        code=settings.code,
        name=settings.name,
        year=settings.year,
        outline=gpd.GeoSeries([draft.outline], crs=settings.crs),
        **main,
        tables=MappingProxyType(rest),
        provenance=MappingProxyType(provenance),
        inputs=MappingProxyType(dict(inputs)),
        crs=settings.crs,
        approval=settings.approval,
        layout_note=settings.layout_note,
    )


def _drawn(draft: Draft, roads: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Return road shapes; a section without one runs straight between the villages at its ends."""
    villages, table = draft.frames["villages"], draft.frames["roads"]
    ends = [draft.row_of("villages", "village", table[c]) for c in ("from_node", "to_node")]
    straight = shapely.is_missing(roads) & (ends[0] >= 0) & (ends[1] >= 0)
    points = villages[["x", "y"]].to_numpy()
    drawn = roads.copy()
    pairs = np.stack([points[ends[0][straight]], points[ends[1][straight]]], axis=1)
    drawn[straight] = shapely.linestrings(pairs)
    return drawn


def _main_table(
    name: str, frame: pd.DataFrame, shapes: Mapping[str, npt.NDArray[Any]], crs: str
) -> Any:
    key = tables()[name].key[0]
    if name in shapes:
        frame = gpd.GeoDataFrame(frame, geometry=gpd.GeoSeries(shapes[name], crs=crs))
    return frame.set_index(key).sort_index()


def _other_table(name: str, frame: pd.DataFrame | None) -> pd.DataFrame:
    if frame is None:
        return empty_frame(name)
    return frame.sort_values(list(tables()[name].key), ignore_index=True)
