"""Write a county as a folder of files that :func:`districting.read.read_county` reads back."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy.typing as npt
import pandas as pd
import shapely
import tomli_w

from districting.county import County
from districting.read.schema import Column, Table, marks, tables
from districting.sample.degrees import degrees, in_degrees


def write_county(county: County, folder: str | Path, preface: str = "") -> None:
    """Write `county` into `folder`: CSV tables with Chinese headers, GeoJSON for polygons.

    Coordinates are CGCS2000 degrees. Roads are written without their course when it is straight.
    Each file is written under a temporary name and then put in place.

    Parameters
    ----------
    county : County
    folder : path
        Made when missing; files of the same names are replaced.
    preface : str
        Remarks for whoever opens ``county.toml``; they stand above it as comments.
    """
    target = Path(folder)
    target.mkdir(parents=True, exist_ok=True)
    files: list[dict[str, str]] = []
    _write_polygons(county, target, files)
    for name in ("villages", "schools", "roads"):
        _write_table(_with_degrees(county, name), tables()[name], target, files)
    for name, frame in county.tables.items():
        if len(frame):
            _write_table(frame, tables()[name], target, files)
    remarks = "".join(f"# {line}\n" for line in preface.splitlines())
    text = remarks + tomli_w.dumps(_settings(county, files)) + "".join(_provenance(county))
    _replace(target / "county.toml", text.encode())


def _settings(county: County, files: list[dict[str, str]]) -> dict[str, Any]:
    head: dict[str, Any] = {
        "code": county.code,
        "name": county.name,
        "year": county.year,
        "crs": county.crs,
    }
    for key in ("approval", "layout_note"):
        if getattr(county, key):
            head[key] = getattr(county, key)
    return {"county": head, "file": files}


def _provenance(county: County) -> Iterator[str]:
    """Yield the provenance sections, one line a column."""
    table = ""
    for (name, column), mark in sorted(county.provenance.items()):
        if name != table:
            table = name
            yield f"\n[provenance.{name}]\n"
        entry = tomli_w.dumps({"mark": mark.mark, "source": mark.source})
        yield f"{column} = {{ {', '.join(entry.splitlines())} }}\n"


def _write_polygons(county: County, target: Path, files: list[dict[str, str]]) -> None:
    towns = _for_file(pd.DataFrame(county.towns), tables()["towns"])
    village = tables()["villages"].columns["village"]
    layers = {
        "outline": (pd.DataFrame({"name": [county.name]}), county.outline),
        "towns": (towns, county.towns.geometry),
        "cells": (pd.DataFrame({village.zh: county.villages.index}), county.villages.geometry),
    }
    for name, (frame, shapes) in layers.items():
        content = geojson(frame, in_degrees(shapes.to_numpy(), county.crs))
        _replace(target / f"{name}.geojson", content.encode())
        files.append({"path": f"{name}.geojson", "table": name, "datum": "cgcs2000"})


def geojson(frame: pd.DataFrame, shapes: npt.NDArray[Any]) -> str:
    """Return a GeoJSON text, one line a feature, without naming a system: the datum is declared."""
    lines = []
    for row, shape in zip(frame.to_dict("records"), shapes, strict=True):
        values = json.dumps(row, ensure_ascii=False)
        place = json.dumps(shapely.geometry.mapping(shape), separators=(",", ":"))
        lines.append(f'{{"type":"Feature","properties":{values},"geometry":{place}}}')
    return '{"type":"FeatureCollection","features":[\n' + ",\n".join(lines) + "\n]}\n"


def _with_degrees(county: County, name: str) -> pd.DataFrame:
    frame = pd.DataFrame(county.table(name)).drop(columns="geometry", errors="ignore")
    if "lon" in tables()[name].columns:
        lon, lat = degrees(frame["x"].to_numpy(), frame["y"].to_numpy(), county.crs)
        frame = frame.assign(lon=lon, lat=lat)
    return frame


def _write_table(
    frame: pd.DataFrame, table: Table, target: Path, files: list[dict[str, str]]
) -> None:
    text = _for_file(frame, table).to_csv(index=False, lineterminator="\n")
    path = target / f"{table.en}.csv"
    _replace(path, b"\xef\xbb\xbf" + text.encode("utf-8"))
    entry = {"path": path.name, "table": table.name}
    if "lon" in table.columns:
        entry["datum"] = "cgcs2000"
    files.append(entry)


def _for_file(frame: pd.DataFrame, table: Table) -> pd.DataFrame:
    """Return the documented columns of `frame` with Chinese headers and words."""
    named = [n for n in frame.index.names if n is not None]
    flat = frame.reset_index() if named else frame
    return pd.DataFrame(
        {c.zh: _words(flat[c.name], c) for c in table.columns.values() if c.name in flat}
    )


def _words(values: pd.Series, column: Column) -> pd.Series:
    if column.dtype == "enum":
        return values.map(dict(column.values)).fillna("")
    if column.dtype == "bool":
        return values.map({True: "是", False: "否"})
    if column.dtype == "mark":
        return values.map(dict(marks())).fillna("")
    if column.dtype == "date":
        days: pd.Series = values.dt.strftime("%Y-%m-%d").fillna("")
        return days
    return values


def _replace(path: Path, content: bytes) -> None:
    temporary = path.with_name(f".{path.name}.tmp")
    temporary.write_bytes(content)
    temporary.replace(path)
