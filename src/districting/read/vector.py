"""Read GPKG, GeoJSON and shapefiles: attributes as text, geometry in CGCS2000 degrees."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import pyogrio
import shapely
from pyproj import CRS

from districting.errors import Problem
from districting.read.datum import to_cgcs2000
from districting.read.headers import match_headers, missing_columns, plain
from districting.read.schema import tables
from districting.read.sheet import Sheet, Source, kept
from districting.read.tabular import UnreadableFile, cell_text, detect_encoding

VECTOR_ENDINGS = (".gpkg", ".geojson", ".json", ".shp")
LAYER_NAMES: Mapping[str, tuple[str, ...]] = {
    "outline": ("outline", "县界", "区界", "县域", "边界"),
    "cells": ("cells", "村界", "村居界线", "村居范围"),
}
"""Names of the two geometry-only tables, in files, layers and ``county.toml``."""

_WANTED = {"polygon": (3, 6), "line": (1, 5), "point": (0, 4)}
_ALLOWED = {
    "towns": ("polygon",),
    "villages": ("polygon", "point"),
    "schools": ("point",),
    "roads": ("line",),
    "cells": ("polygon",),
    "outline": ("polygon",),
}
_CHINESE_DATUM = "China 2000"


def table_names(table: str) -> tuple[str, ...]:
    """Return the names under which files, sheets and layers hold `table`."""
    return LAYER_NAMES.get(table) or (tables()[table].zh, tables()[table].en)


def layer_names(path: Path) -> list[str]:
    """Return the layers of a vector file.

    Raises
    ------
    UnreadableFile
    """
    try:
        return [str(name) for name, _ in pyogrio.list_layers(path)]
    except (pyogrio.errors.DataSourceError, OSError) as error:
        raise UnreadableFile("unreadable_file", reason=str(error)) from None


def sidecars(path: Path) -> list[Path]:
    """Return the files that make up `path`: a shapefile's parts, or the file alone."""
    if path.suffix.lower() != ".shp":
        return [path]
    parts = (path.with_suffix(e) for e in (".shp", ".dbf", ".shx", ".prj", ".cpg"))
    return [p for p in parts if p.exists()]


def _encoding(path: Path, declared: str) -> str | None:
    """Return the encoding to read attributes in; None leaves it to the file's own statement."""
    if path.suffix.lower() != ".shp":
        return None
    if declared:
        return declared
    code_page, table = path.with_suffix(".cpg"), path.with_suffix(".dbf")
    if code_page.exists():
        stated = code_page.read_text(encoding="ascii", errors="replace").strip()
        return "GB18030" if stated.upper() in ("GBK", "GB2312", "CP936", "936") else stated
    if not table.exists():
        return None
    found = detect_encoding(table.read_bytes()[32:])
    return "GB18030" if found == "gb18030" else "UTF-8"


def _layer(path: Path, layer: str, table: str) -> str:
    layers = layer_names(path)
    wanted = (layer,) if layer else table_names(table)
    hit = next((n for w in wanted for n in layers if plain(n) == plain(w)), "")
    if not hit and not layer and len(layers) == 1:
        hit = layers[0]
    if not hit:
        raise UnreadableFile("layer_not_found", wanted[0], found="、".join(layers))
    return hit


def read_vector_file(
    path: Path,
    name: str,
    table: str,
    layer: str = "",
    datum: str = "",
    encoding: str = "",
    given: Mapping[str, str] | None = None,
) -> tuple[Sheet, list[Problem]]:
    """Read one table from a vector file.

    Parameters are as in :func:`districting.read.tabular.read_table_file`; rows count features
    from 1, as attribute tables do.

    Raises
    ------
    UnreadableFile
    """
    layer = _layer(path, layer, table)
    frame = _features(path, layer, encoding)
    shown = layer if path.suffix.lower() == ".gpkg" else ""
    attributes = pd.DataFrame(frame.drop(columns=frame.geometry.name))
    headers = [str(c) for c in attributes.columns]
    place = (name, shown, None)
    short = path.suffix.lower() == ".shp"
    found, problems = match_headers(headers, table, place, given or {}, short)
    # A map's shapes give positions, so lon/lat need not stand beside them as text.
    problems += missing_columns(found, table, place, from_geometry=("lon", "lat"))
    cells = {c: _as_text(attributes.iloc[:, p]) for c, p in found.items()}
    source = Source(name, shown, datum, {c: headers[p] for c, p in found.items()})
    count = len(frame)
    shapes = frame.geometry.to_numpy()
    sheet = Sheet(
        table,
        pd.DataFrame(cells, index=range(count), dtype="str"),
        (source,),
        np.zeros(count, dtype=np.intp),
        np.arange(1, count + 1, dtype=np.intp),
    )
    crs = None if _geojson_without_crs(path) else frame.crs
    problems += _crs_problems(crs, datum, name, shown)
    faulty = any(p.code in ("check.crs_conflict", "check.crs_unsupported") for p in problems)
    shape_problems, good = _shape_problems(sheet, shapes)
    shapes = kept(shapes, good)
    geometry = None if faulty else _to_degrees(shapes, crs, datum)
    placed = Sheet(table, sheet.cells, sheet.sources, sheet.source, sheet.row, geometry)
    return placed, problems + shape_problems


def _features(path: Path, layer: str, encoding: str) -> gpd.GeoDataFrame:
    """Return the features of a layer as GDAL gives them."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)  # GDAL notes on ring order and fields
            frame = pyogrio.read_dataframe(path, layer=layer, encoding=_encoding(path, encoding))
    except (pyogrio.errors.DataSourceError, ValueError, LookupError) as error:
        raise UnreadableFile("unreadable_file", reason=str(error)) from None
    if len(frame) == 0 or not isinstance(frame, gpd.GeoDataFrame):
        raise UnreadableFile("empty_table" if len(frame) == 0 else "no_geometry")
    return frame


def _as_text(values: pd.Series) -> list[str]:
    missing = values.isna().to_numpy()
    return [
        "" if gone else cell_text(v.item() if hasattr(v, "item") else v).strip()
        for v, gone in zip(values.tolist(), missing.tolist(), strict=True)
    ]


def _geojson_without_crs(path: Path) -> bool:
    """Return whether a GeoJSON file names no system, which GDAL then takes to be WGS 84."""
    if path.suffix.lower() not in (".geojson", ".json"):
        return False
    with path.open("rb") as file:
        return b'"crs"' not in file.read(4096)


def _crs_problems(crs: CRS | None, datum: str, file: str, layer: str) -> list[Problem]:
    """Return the conflict between the system in the file and the declared datum, if any.

    Files in GCJ-02 or BD-09 have no system of their own and mostly claim to be WGS 84.
    """
    if crs is None or not datum:
        return []
    base = CRS(crs).geodetic_crs
    stated = "" if base is None or base.datum is None else base.datum.name
    chinese, world = _CHINESE_DATUM in stated, "World Geodetic System 1984" in stated
    fits = {
        "cgcs2000": chinese,
        "wgs84": world,
        "gcj02": world and crs.is_geographic,
        "bd09": world and crs.is_geographic,
    }[datum]
    if fits:
        return []
    code = "crs_conflict" if chinese or world else "crs_unsupported"
    return [Problem(f"check.{code}", file, layer, value=crs.name, details=(("datum", datum),))]


def _shape_problems(
    sheet: Sheet, shapes: npt.NDArray[Any]
) -> tuple[list[Problem], npt.NDArray[np.bool_]]:
    """Return what is wrong with the geometries, and which of them can be used."""
    empty = shapely.is_missing(shapes) | shapely.is_empty(shapes)
    kinds = shapely.get_type_id(shapes)
    allowed = _ALLOWED.get(sheet.table, ("polygon", "line", "point"))
    right = np.isin(kinds, [k for name in allowed for k in _WANTED[name]])
    wrong = ~empty & ~right
    invalid = right & ~empty & ~shapely.is_valid(shapes)
    # A road without a course runs straight between its ends.
    problems = [] if sheet.table == "roads" else sheet.faults("empty_geometry", empty)
    names = [g.geom_type for g in shapes[wrong]]
    problems += sheet.faults("wrong_geometry", wrong, values=names, wanted="/".join(allowed))
    reasons = shapely.is_valid_reason(shapes[invalid])
    problems += sheet.faults("invalid_geometry", invalid, values=reasons)
    return problems, right & ~empty & ~invalid


def _to_degrees(shapes: npt.NDArray[Any], crs: CRS | None, datum: str) -> npt.NDArray[Any]:
    """Return `shapes` in CGCS2000 degrees."""
    if crs is not None and CRS(crs).is_projected:
        base = CRS(crs).geodetic_crs
        shapes = gpd.GeoSeries(shapes, crs=crs).to_crs(base).to_numpy()
    if datum not in ("gcj02", "bd09"):
        return shapes

    def shifted(points: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        return np.column_stack(to_cgcs2000(points[:, 0], points[:, 1], datum))

    moved: npt.NDArray[Any] = shapely.transform(shapes, shifted)
    return moved
