"""A small good county as text tables, and writers of it in every format that can be read.

Two towns of six villages each on a grid of 0.02 degrees; a primary school in either town, one
junior school, one kindergarten; roads along the grid; two current districts.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
import tomli_w
import xlsxwriter

from districting.read.datum import from_cgcs2000
from districting.read.schema import tables

STEP = 0.02
WEST, SOUTH = 117.40, 34.50
TOWNS = ("370405101", "370405102")
METRES = {"lon": 1836.0, "lat": 2219.0}  # a little over the distance between grid neighbours


def village_code(i: int) -> str:
    """Return the code of village i (0-11): 0-5 in the first town, 6-11 in the second."""
    return f"{TOWNS[i // 6]}{201 + i % 6:03d}"


def cell(i: int) -> shapely.Polygon:
    """Return the cell of village i: columns 0-2 by rows 0-1 of its town, towns side by side."""
    column, row = (i // 6) * 3 + i % 3, i % 6 // 3
    west, south = WEST + column * STEP, SOUTH + row * STEP
    return shapely.box(*(round(v, 6) for v in (west, south, west + STEP, south + STEP)))


def _villages() -> pd.DataFrame:
    centres = [cell(i).centroid for i in range(12)]
    return pd.DataFrame(
        {
            "village": [village_code(i) for i in range(12)],
            "name": [f"{w}村委会" for w in "甲乙丙丁戊己庚辛壬癸子丑"],
            "town": [TOWNS[i // 6] for i in range(12)],
            "kind": ["村委会"] * 12,
            "lon": [f"{c.x:.6f}" for c in centres],
            "lat": [f"{c.y:.6f}" for c in centres],
            "population": [str(1000 + 10 * i) for i in range(12)],
            "children_primary": [str(60 + i) for i in range(12)],
            "children_junior": [str(30 + i) for i in range(12)],
        }
    )


def _schools(villages: pd.DataFrame) -> pd.DataFrame:
    at = [0, 6, 4, 1]
    return pd.DataFrame(
        {
            "school": ["S1", "S2", "S3", "S4"],
            "name": ["甲小学", "庚小学", "戊中学", "乙幼儿园"],
            "kind": ["小学", "小学", "初中", "幼儿园"],
            "town": villages["town"].iloc[at].to_list(),
            "village": villages["village"].iloc[at].to_list(),
            "lon": villages["lon"].iloc[at].to_list(),
            "lat": villages["lat"].iloc[at].to_list(),
            "run_by": ["镇街"] * 4,
            "seats_preschool": ["0", "0", "0", "120"],
            "seats_primary": ["500", "500", "0", "0"],
            "seats_junior": ["0", "0", "600", "0"],
            "pupils_primary": ["380", "400", "0", "0"],
            "pupils_junior": ["0", "0", "420", "0"],
            "teachers": ["20", "21", "32", "8"],
            "backbone": ["2", "3", "5", "1"],
            "lead": ["是", "否", "是", "否"],
        }
    )


def _roads() -> pd.DataFrame:
    pairs = []
    for i in range(12):
        town, column, row = i // 6, i % 3, i % 6 // 3
        if column < 2:
            pairs.append((i, i + 1, "lon"))
        elif town == 0:
            pairs.append((i, i + 4, "lon"))  # across the town border
        if row == 0:
            pairs.append((i, i + 3, "lat"))
    return pd.DataFrame(
        {
            "road": [f"R{n:02d}" for n in range(len(pairs))],
            "from_node": [village_code(a) for a, _, _ in pairs],
            "to_node": [village_code(b) for _, b, _ in pairs],
            "metres": [f"{METRES[way] + 40:.0f}" for _, _, way in pairs],
            "kind": ["村道"] * len(pairs),
        }
    )


def good_tables() -> dict[str, pd.DataFrame]:
    """Return the tables as text, by name, with columns under their English names."""
    villages = _villages()
    schools = _schools(villages)
    units = [*villages["village"], *schools["school"]]
    towns = [*villages["town"], *schools["town"]]
    return {
        "towns": pd.DataFrame({"town": TOWNS, "name": ["东镇", "西镇"], "kind": ["镇", "镇"]}),
        "villages": villages,
        "schools": schools,
        "roads": _roads(),
        "districts": pd.DataFrame(
            {"district": ["东学区", "西学区"], "union": ["", ""], "town": list(TOWNS)}
        ),
        "members": pd.DataFrame(
            {
                "unit_kind": ["村居"] * 12 + ["学校"] * 4,
                "unit": units,
                "district": ["东学区" if t == TOWNS[0] else "西学区" for t in towns],
            }
        ),
    }


def good_shapes() -> dict[str, list[Any]]:
    """Return cells, towns and outline in degrees of CGCS2000."""
    cells = [cell(i) for i in range(12)]
    towns = [shapely.union_all(cells[:6]), shapely.union_all(cells[6:])]
    return {"cells": cells, "towns": towns, "outline": [shapely.union_all(towns)]}


def frame_of(shapes: list[Any], columns: dict[str, Any], epsg: int = 4490) -> gpd.GeoDataFrame:
    """Return shapes with attributes as a frame."""
    return gpd.GeoDataFrame(columns, geometry=list(shapes), crs=epsg)


def chinese(table: str, frame: pd.DataFrame) -> pd.DataFrame:
    """Return the frame under its Chinese headers."""
    known = tables()[table].columns
    return frame.rename(columns={c: known[c].zh for c in frame.columns if c in known})


def shifted(frame: pd.DataFrame, datum: str) -> pd.DataFrame:
    """Return the frame with its lon/lat given in `datum`."""
    lon, lat = from_cgcs2000(frame["lon"].astype(float), frame["lat"].astype(float), datum)
    return frame.assign(lon=[repr(v) for v in lon.tolist()], lat=[repr(v) for v in lat.tolist()])


def write_toml(folder: Path, files: list[dict[str, Any]], **county: Any) -> None:
    """Write ``county.toml`` for the tiny county."""
    top = {"code": "370405", "name": "台儿庄区", "year": 2026, **county}
    (folder / "county.toml").write_text(tomli_w.dumps({"county": top, "file": files}), "utf-8")


def write_workbook(path: Path, sheets: dict[str, list[list[Any]]]) -> None:
    """Write rows of cells (text or numbers) to the sheets of a workbook."""
    book = xlsxwriter.Workbook(path)
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        for r, row in enumerate(rows):
            for c, value in enumerate(row):
                if isinstance(value, str):
                    sheet.write_string(r, c, value)
                else:
                    sheet.write_number(r, c, value)
    book.close()


FILES: list[dict[str, Any]] = [
    {"path": "towns.gpkg", "table": "towns", "datum": "cgcs2000"},
    {"path": "villages.csv", "table": "villages", "datum": "cgcs2000"},
    {"path": "cells.gpkg", "table": "cells", "datum": "cgcs2000"},
    {"path": "outline.geojson", "table": "outline", "datum": "cgcs2000"},
    {"path": "schools.csv", "table": "schools", "datum": "cgcs2000"},
    {"path": "roads.csv", "table": "roads"},
    {"path": "districts.csv", "table": "districts"},
    {"path": "members.csv", "table": "members"},
]


def write_good(
    folder: Path,
    frames: dict[str, pd.DataFrame] | None = None,
    shapes: dict[str, list[Any]] | None = None,
    files: list[dict[str, Any]] | None = None,
) -> Path:
    """Write a county folder: CSV tables, towns and cells as GPKG, outline as GeoJSON."""
    frames, shapes = frames or good_tables(), shapes or good_shapes()
    for name, frame in frames.items():
        if name != "towns":
            frame.to_csv(folder / f"{name}.csv", index=False, encoding="utf-8-sig")
    towns = frames["towns"].to_dict("list")
    frame_of(shapes["towns"], towns).to_file(folder / "towns.gpkg")
    codes = np.array(
        [f"{TOWNS[i // 6 % 2]}{201 + i % 6 + i // 12 * 12}" for i in range(len(shapes["cells"]))]
    )
    frame_of(shapes["cells"], {"village": codes}).to_file(folder / "cells.gpkg")
    frame_of(shapes["outline"], {"name": ["区"]}).to_file(folder / "outline.geojson")
    write_toml(folder, FILES if files is None else files)
    return folder


def shifted_shape(shape: Any, datum: str) -> Any:
    """Return a shape with its coordinates given in `datum`."""
    return shapely.transform(shape, lambda p: np.column_stack(from_cgcs2000(*p.T, datum)))
