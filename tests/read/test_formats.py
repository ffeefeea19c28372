"""The same county read from every kind of file gives the same county."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
import tiny
from breaking import Parts

from districting.county import County
from districting.read import check_county, read_county

V = tiny.village_code
HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> County:
    return read_county(tiny.write_good(tmp_path_factory.mktemp("good")))


def _same(county: County, good: County, metres: float = 0.01) -> None:
    """Assert that two counties agree; shapes to within `metres`."""
    for name in ("villages", "schools"):
        one, other = county.table(name), good.table(name)
        kept = [c for c in one.columns if c not in ("geometry", "lon", "lat", "x", "y")]
        pd.testing.assert_frame_equal(pd.DataFrame(one[kept]), pd.DataFrame(other[kept]))
        apart = np.hypot(one["x"] - other["x"], one["y"] - other["y"])
        assert apart.max() < metres
    pd.testing.assert_frame_equal(
        pd.DataFrame(county.roads.drop(columns="geometry")),
        pd.DataFrame(good.roads.drop(columns="geometry")),
    )
    for a, b in ((county.villages, good.villages), (county.towns, good.towns)):
        assert list(a.index) == list(b.index)
        assert shapely.hausdorff_distance(a.geometry.values, b.geometry.values).max() < metres
    plans = county.current_plan, good.current_plan
    assert plans[0] is not None and plans[1] is not None
    pd.testing.assert_series_equal(plans[0].villages, plans[1].villages)


def _read_without_problems(folder: Path) -> County:
    assert check_county(folder) == []
    return read_county(folder)


def _as_csv(parts: Parts, folder: Path, encoding: str, chinese: bool) -> None:
    for name, frame in parts.frames.items():
        if name != "towns":
            shown = tiny.chinese(name, frame) if chinese else frame
            shown.to_csv(folder / f"{name}.csv", index=False, encoding=encoding)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_csv_in_any_encoding(encoding: str, good: County, tmp_path: Path) -> None:
    """Chinese headers and words come through, with and without a byte order mark."""
    parts = Parts()
    parts.after = lambda folder: _as_csv(parts, folder, encoding, chinese=True)
    _same(_read_without_problems(parts.write(tmp_path)), good)


def test_tabs_and_semicolons(good: County, tmp_path: Path) -> None:
    """Other separators are seen."""
    parts = Parts()

    def after(folder: Path) -> None:
        parts.frames["roads"].to_csv(folder / "roads.csv", index=False, sep="\t")
        parts.frames["schools"].to_csv(folder / "schools.csv", index=False, sep=";")

    parts.after = after
    _same(_read_without_problems(parts.write(tmp_path)), good)


def _numbers(frame: pd.DataFrame, columns: list[str]) -> list[list[Any]]:
    """Return header and rows, with the named columns as numbers."""
    rows: list[list[Any]] = [list(frame.columns)]
    for record in frame.to_dict("records"):
        rows.append([float(v) if c in columns else v for c, v in record.items()])
    return rows


def test_ids_kept_as_numbers_come_back_as_text(good: County, tmp_path: Path) -> None:
    """A workbook that shows 3.70405E+11 still gives the twelve digits."""
    parts = Parts()
    sheets = {}
    for name, zh in (("villages", "村居"), ("roads", "道路"), ("members", "现行学区成员")):
        frame = tiny.chinese(name, parts.frames.pop(name))
        ids = [c for c in frame if str(frame[c].iloc[0]).isdigit()]
        sheets[zh] = _numbers(frame, ids if name != "members" else [])
        parts.entry(name)["path"] = "数据.xlsx"
    parts.after = lambda folder: tiny.write_workbook(folder / "数据.xlsx", sheets)
    county = _read_without_problems(parts.write(tmp_path))
    assert county.villages.index[0] == "370405101201"
    _same(county, good)


def test_old_workbooks(good: County, tmp_path: Path) -> None:
    """The .xls format of old programs is read, numbers for ids included."""
    parts = Parts()
    parts.entry("villages")["path"] = "villages.xls"
    parts.after = lambda folder: shutil.copy(HERE / "files" / "villages.xls", folder)
    _same(_read_without_problems(parts.write(tmp_path)), good)


def test_exponents_that_kept_all_digits_are_written_out(good: County, tmp_path: Path) -> None:
    """A CSV saved from a spreadsheet may show an exponent and still hold every digit."""
    parts = Parts()
    frame = parts.frames["villages"]
    frame["village"] = [f"{c[0]}.{c[1:]}E+11" for c in frame["village"]]
    frame["town"] = frame["town"] + ".0"
    _same(_read_without_problems(parts.write(tmp_path)), good)


def test_headers_in_any_spelling(good: County, tmp_path: Path) -> None:
    """Full-width forms, spaces, stars, units in brackets and older names are understood."""
    parts = Parts()
    spelt = {
        "village": "村 居 代 码＊",
        "name": "村名",
        "population": "常住人口（人）",
        "lon": "Longitude",
        "lat": "ＬＡＴ",
        "children_primary": "6-11岁人口",
    }
    parts.frames["villages"] = parts.frames["villages"].rename(columns=spelt)
    _same(_read_without_problems(parts.write(tmp_path)), good)


def test_headers_given_in_the_county_file(good: County, tmp_path: Path) -> None:
    """A heading that nobody could guess is mapped by hand."""
    parts = Parts()
    parts.frames["roads"] = parts.frames["roads"].rename(columns={"metres": "里程"})
    parts.entry("roads")["columns"] = {"里程": "metres"}
    _same(_read_without_problems(parts.write(tmp_path)), good)


def test_a_title_above_the_header(tmp_path: Path) -> None:
    """Rows keep the numbers that the planner's program shows, titles and blank rows included."""
    parts = Parts()
    roads = parts.frames.pop("roads")
    roads.loc[0, "metres"] = "x"
    rows = [["全区道路表"], [""], list(roads.columns), [""], *roads.to_numpy().tolist()]
    parts.entry("roads")["path"] = "roads.xlsx"
    parts.after = lambda folder: tiny.write_workbook(folder / "roads.xlsx", {"道路": rows})
    (problem,) = check_county(parts.write(tmp_path))
    assert (problem.code, problem.row) == ("check.not_a_number", 5)


def _shapefile(frame: gpd.GeoDataFrame, path: Path, encoding: str, code_page: bool = True) -> None:
    frame.to_file(path, encoding=encoding)
    if not code_page:
        path.with_suffix(".cpg").unlink()


@pytest.mark.parametrize("code_page", [True, False])
@pytest.mark.parametrize("encoding", ["GB18030", "UTF-8"])
def test_shapefiles(encoding: str, code_page: bool, good: County, tmp_path: Path) -> None:
    """Chinese attributes are read with the code page stated or found out; cut names are known."""
    parts = Parts()
    parts.entry("towns")["path"] = "towns.shp"
    parts.entry("cells")["path"] = "cells.shp"

    def after(folder: Path) -> None:
        towns = tiny.chinese("towns", parts.frames["towns"]).to_dict("list")
        frame = tiny.frame_of(parts.shapes["towns"], towns)
        if encoding == "UTF-8":  # ten bytes hold three characters, so give whole short names
            frame = frame.rename(
                columns={"镇街代码": "town", "镇街名称": "name", "镇街类别": "kind"}
            )
        _shapefile(frame, folder / "towns.shp", encoding, code_page)
        codes = {"village": [V(i) for i in range(12)]}
        cells = tiny.frame_of(parts.shapes["cells"], codes)
        _shapefile(cells, folder / "cells.shp", encoding, code_page)

    parts.after = after
    county = _read_without_problems(parts.write(tmp_path))
    _same(county, good)
    assert "towns.dbf" in county.inputs


def test_projected_files(good: County, tmp_path: Path) -> None:
    """Files in a projected system of CGCS2000 are brought back to degrees."""
    parts = Parts()

    def after(folder: Path) -> None:
        for name in ("towns", "cells"):
            path = folder / f"{name}.gpkg"
            frame = gpd.read_file(path).to_crs(4527)
            path.unlink()
            frame.to_file(path)

    parts.after = after
    _same(_read_without_problems(parts.write(tmp_path)), good)


@pytest.mark.parametrize("datum", ["gcj02", "bd09"])
def test_shifted_coordinates_are_brought_back(datum: str, good: County, tmp_path: Path) -> None:
    """Points and shapes in a web map's datum end where they belong."""
    parts = Parts()
    for name in ("villages", "schools"):
        parts.frames[name] = tiny.shifted(parts.frames[name], datum)
        parts.entry(name)["datum"] = datum
    parts.shapes["cells"] = [tiny.shifted_shape(c, datum) for c in parts.shapes["cells"]]
    parts.entry("cells").update(path="cells.geojson", datum=datum)

    def after(folder: Path) -> None:
        codes = {"village": [V(i) for i in range(12)]}
        frame = tiny.frame_of(parts.shapes["cells"], codes, epsg=4326)
        frame.to_file(folder / "cells.geojson", COORDINATE_PRECISION=12)

    parts.after = after
    _same(_read_without_problems(parts.write(tmp_path)), good)


def test_a_datum_for_each_row(good: County, tmp_path: Path) -> None:
    """A column may name the datum row by row, in words."""
    parts = Parts()
    frame = parts.frames["villages"]
    moved = tiny.shifted(frame, "gcj02")
    odd = np.arange(12) % 2 == 1
    frame["坐标系"] = np.where(odd, "火星坐标", "CGCS2000")
    for column in ("lon", "lat"):
        frame[column] = np.where(odd, moved[column], frame[column])
    del parts.entry("villages")["datum"]
    _same(_read_without_problems(parts.write(tmp_path)), good)


def test_tables_found_by_name(good: County, tmp_path: Path) -> None:
    """Without any [[file]], files and sheets called after tables are found."""
    parts = Parts()
    parts.files = []

    def after(folder: Path) -> None:
        text = (folder / "county.toml").read_text("utf-8")
        (folder / "county.toml").write_text(text + '\n[datum]\ndefault = "cgcs2000"\n', "utf-8")
        (folder / "roads.csv").unlink()
        roads = tiny.chinese("roads", parts.frames["roads"])
        rows = [list(roads.columns), *roads.to_numpy().tolist()]
        tiny.write_workbook(folder / "全部.xlsx", {"道路": rows, "说明": [["x"]]})
        (folder / "outline.geojson").rename(folder / "县界.geojson")
        (folder / "readme.txt").write_text("x", "utf-8")

    parts.after = after
    _same(_read_without_problems(parts.write(tmp_path)), good)


def test_a_table_in_two_files(good: County, tmp_path: Path) -> None:
    """Files of one table, one a town, are put together; faults keep their own file and row."""
    parts = Parts()
    whole = parts.frames.pop("villages")
    parts.entry("villages")["path"] = "east.csv"
    parts.files.append({"path": "west.csv", "table": "村居", "datum": "wgs84"})

    def after(folder: Path) -> None:
        whole[:6].to_csv(folder / "east.csv", index=False)
        tiny.chinese("villages", whole[6:]).to_csv(folder / "west.csv", index=False)

    parts.after = after
    _same(_read_without_problems(parts.write(tmp_path)), good)
    whole.loc[8, "population"] = "x"
    after(tmp_path)
    (problem,) = check_county(tmp_path)
    assert (problem.file, problem.row, problem.column) == ("west.csv", 4, "常住人口")


def _villages_as(parts: Parts, kind: Callable[[Any], Any]) -> None:
    """Give the villages as one vector file, without cells and lon/lat columns."""
    parts.files = [f for f in parts.files if f["table"] != "cells"]
    parts.entry("villages")["path"] = "villages.gpkg"
    columns = parts.frames.pop("villages").drop(columns=["lon", "lat"]).to_dict("list")
    shapes = [kind(c) for c in parts.shapes["cells"]]

    def after(folder: Path) -> None:
        (folder / "cells.gpkg").unlink()
        tiny.frame_of(shapes, columns).to_file(folder / "villages.gpkg")

    parts.after = after


def test_villages_as_polygons(good: County, tmp_path: Path) -> None:
    """One vector file gives cells, and positions inside them."""
    parts = Parts()
    _villages_as(parts, lambda cell: cell)
    county = _read_without_problems(parts.write(tmp_path))
    _same(county, good, metres=1.0)
    assert ("villages", "geometry") not in county.provenance


def test_villages_as_points(good: County, tmp_path: Path) -> None:
    """Points alone give cells derived town by town, and say so."""
    parts = Parts()
    _villages_as(parts, lambda cell: cell.centroid)
    county = _read_without_problems(parts.write(tmp_path))
    assert county.provenance[("villages", "geometry")].mark == "derived"
    assert set(county.villages["zone_q"]) == {"derived"}
    assert county.villages.area.sum() == pytest.approx(county.outline.area.sum(), rel=1e-9)
    own = county.towns.geometry.reindex(county.villages["town"]).buffer(0.01).to_numpy()
    inside = shapely.covers(own, county.villages.geometry.to_numpy())
    assert inside.all()


def test_towns_without_outline_are_derived_from_cells(good: County, tmp_path: Path) -> None:
    """A plain table of towns takes its shapes from the cells, and so does the county."""
    parts = Parts()
    parts.files = [f for f in parts.files if f["table"] != "outline"]
    parts.entry("towns").update(path="towns.csv")
    frame = parts.frames["towns"]

    def after(folder: Path) -> None:
        (folder / "outline.geojson").unlink()
        frame.to_csv(folder / "towns.csv", index=False)

    parts.after = after
    county = _read_without_problems(parts.write(tmp_path))
    _same(county, good)
    assert county.provenance[("towns", "geometry")].mark == "derived"
    assert county.outline.area.sum() == pytest.approx(good.outline.area.sum(), rel=1e-9)


def test_road_courses_are_kept(good: County, tmp_path: Path) -> None:
    """A road with a course keeps it; one without runs straight and is marked derived."""
    parts = Parts()
    columns = parts.frames.pop("roads")
    places = dict(zip(parts.frames["villages"]["village"], parts.shapes["cells"], strict=True))
    lines = [
        shapely.LineString([places[a].centroid, places[a].boundary.centroid, places[b].centroid])
        for a, b in zip(columns["from_node"], columns["to_node"], strict=True)
    ]
    lines[0] = None
    parts.entry("roads").update(path="roads.geojson", datum="wgs84")
    parts.after = lambda folder: tiny.frame_of(lines, columns.to_dict("list"), 4326).to_file(
        folder / "roads.geojson"
    )
    county = _read_without_problems(parts.write(tmp_path))
    _same(county, good)
    assert [len(line.coords) for line in county.roads.geometry[:3]] == [2, 3, 3]
    assert county.provenance[("roads", "geometry")].mark == "derived"


def test_what_is_not_given_is_empty_and_typed(good: County) -> None:
    """Absent optional columns and tables exist, empty, so that nobody has to ask."""
    assert good.villages["children_preschool"].isna().all()
    assert not good.schools["central"].any()
    teachers = good.table("teachers")
    assert len(teachers) == 0
    assert str(teachers["born"].dtype) == "datetime64[s]"
    assert good.table("zones").columns.to_list() == ["village", "stage", "school"]


def test_a_county_states_its_inputs(good: County) -> None:
    """Every file read has its SHA-256, the county file included."""
    assert set(good.inputs) == {"county.toml", *(f["path"] for f in tiny.FILES)}
    assert all(len(digest) == 64 for digest in good.inputs.values())
