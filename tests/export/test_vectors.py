"""GIS layers keep ids as text, marks as given, and coordinates in the datum they name."""

import json
import re
import sqlite3
from contextlib import closing
from pathlib import Path
from xml.etree import ElementTree

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pytest
import shapely

from districting.county import County
from districting.export import export
from districting.plan.district_plan import DistrictPlan


@pytest.fixture(scope="module")
def gpkg(county: County, plan: DistrictPlan, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("gis") / "方案.gpkg"
    export(plan, county, path)
    return path


def test_gpkg_has_its_layers_in_cgcs2000(gpkg: Path) -> None:
    """Districts, villages, schools and roads lie in EPSG:4490."""
    assert {name for name, kind in pyogrio.list_layers(gpkg) if kind} == {
        "districts", "villages", "schools", "roads",
    }  # fmt: skip
    assert pyogrio.read_info(gpkg, layer="villages")["crs"] == "EPSG:4490"


def test_villages_bear_district_union_and_marks(
    gpkg: Path, county: County, plan: DistrictPlan
) -> None:
    """Each village carries its district and union, its code as text, and where it is from."""
    villages = gpd.read_file(gpkg, layer="villages").set_index("village")
    assert villages["district"].to_dict() == plan.villages.to_dict()
    assert villages["union"].equals(
        plan.villages.map(plan.districts["union"]).reindex(villages.index)
    )
    assert pd.api.types.is_string_dtype(villages.index)
    assert {"name_q", "pos_q", "pop_q", "zone_q"} <= set(villages.columns)


def test_schools_lie_where_they_stand(gpkg: Path, county: County) -> None:
    """Projected back, school points are at their metres to the centimetre."""
    schools = gpd.read_file(gpkg, layer="schools").set_index("school").to_crs(county.crs)
    true = county.schools.loc[schools.index, ["x", "y"]].to_numpy()
    assert np.abs(shapely.get_coordinates(schools.geometry.to_numpy()) - true).max() < 0.01


def test_districts_cover_the_county(gpkg: Path, county: County) -> None:
    """The dissolved districts have the county's area and the plan's numbers."""
    districts = gpd.read_file(gpkg, layer="districts").to_crs(county.crs)
    assert districts.area.sum() == pytest.approx(county.villages.area.sum(), rel=1e-6)
    assert districts["villages"].sum() == len(county.villages)
    assert districts["notice"].str.contains("内部工作图").all()


def test_geojson_follows_its_standard(county: County, plan: DistrictPlan, tmp_path: Path) -> None:
    """Longitude first, no datum member, outer rings counter-clockwise, text ids."""
    export(plan, county, tmp_path / "方案.geojson")
    document = json.loads((tmp_path / "方案.geojson").read_text(encoding="utf-8"))
    assert "crs" not in document
    by_layer: dict[str, list[dict[str, object]]] = {}
    for feature in document["features"]:
        by_layer.setdefault(feature["properties"]["layer"], []).append(feature)
    assert len(by_layer["villages"]) == len(county.villages)
    assert all(isinstance(f["properties"]["village"], str) for f in by_layer["villages"])
    for feature in by_layer["districts"]:
        shape = shapely.geometry.shape(feature["geometry"])
        west, south, east, north = shape.bounds
        assert 116 < west < east < 118 and 34 < south < north < 36
        assert all(shapely.is_ccw(part.exterior) for part in shapely.get_parts(shape))


def test_equivalency_list_opens_as_chinese(
    county: County, plan: DistrictPlan, tmp_path: Path
) -> None:
    """The CSV has a byte order mark, and its codes come back as the text they are."""
    export(plan, county, tmp_path / "对应.csv")
    assert (tmp_path / "对应.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    rows = pd.read_csv(tmp_path / "对应.csv", dtype=str, encoding="utf-8-sig")
    assert dict(zip(rows["村居代码"], rows["学区"], strict=True)) == plan.villages.to_dict()


@pytest.mark.parametrize("ending", ["gpkg", "geojson", "csv", "xlsx"])
def test_same_plan_same_bytes(
    county: County, plan: DistrictPlan, tmp_path: Path, ending: str
) -> None:
    """Writing the same plan twice gives the same file."""
    first, second = tmp_path / f"a.{ending}", tmp_path / f"b.{ending}"
    export(plan, county, first)
    export(plan, county, second)
    assert first.read_bytes() == second.read_bytes()


def test_shapefiles_are_read_by_gdal_and_gb18030_programs(
    county: County, plan: DistrictPlan, tmp_path: Path
) -> None:
    """Fields have Chinese names of ten bytes at most; texts and shapes come back whole."""
    export(plan, county, tmp_path / "方案.shp")
    districts = gpd.read_file(tmp_path / "方案.shp", encoding="GB18030").set_index("学区")
    assert set(districts.index) == set(plan.districts.index)
    assert (tmp_path / "方案.cpg").read_text("ascii") == "GB18030"
    villages = gpd.read_file(tmp_path / "方案_村居.shp").set_index("村居代码")
    assert villages["学区"].to_dict() == plan.villages.to_dict()
    assert villages["名称"].to_dict() == county.villages["name"].to_dict()
    assert villages["小学适龄"].sum() == county.villages["children_primary"].sum()
    assert villages.crs is not None and "2000" in villages.crs.name
    area = villages.to_crs(county.crs).area.sum()
    assert area == pytest.approx(county.villages.area.sum(), rel=1e-6)
    schools = gpd.read_file(tmp_path / "方案_学校.shp")
    assert schools["学校代码"].tolist() == county.schools.index.tolist()
    told = pd.read_csv(tmp_path / "方案_字段说明.csv", encoding="utf-8-sig")
    fields = {(f, c) for f, c in told.iloc[:, :2].itertuples(index=False)}
    assert {("方案_村居.shp", c) for c in villages.columns.drop("geometry")} <= fields
    assert all(len(c.encode("gb18030")) <= 10 for c in told.iloc[:, 1])
    assert not list(tmp_path.glob("tmp*"))


def test_shapefiles_are_equal_for_equal_plans(
    county: County, plan: DistrictPlan, tmp_path: Path
) -> None:
    """No clock time goes into a DBF file."""
    for folder in ("a", "b"):
        export(plan, county, tmp_path / folder / "方案.shp")
    files = sorted(p.name for p in (tmp_path / "a").iterdir())
    assert all(
        (tmp_path / "a" / f).read_bytes() == (tmp_path / "b" / f).read_bytes() for f in files
    )


def test_kml_names_every_placemark(county: County, plan: DistrictPlan, tmp_path: Path) -> None:
    """Layers are folders with Chinese names; districts, villages and schools bear their names."""
    export(plan, county, tmp_path / "方案.kml")
    text = (tmp_path / "方案.kml").read_text(encoding="utf-8")
    assert all(f"<name>{title}</name>" in text for title in ("学区", "村居", "学校"))
    layers = [name for name, _ in pyogrio.list_layers(tmp_path / "方案.kml")]
    names = [set(gpd.read_file(tmp_path / "方案.kml", layer=n)["Name"]) for n in layers]
    expected = [
        set(plan.districts.index),
        set(county.villages["name"]),
        set(county.schools["name"]),
    ]
    assert names == expected
    ids = re.findall(r' id="([^"]+)"', text)
    assert len(ids) == len(set(ids)), "ids are unique, as KML asks"


def test_gpkg_brings_its_styles_along(gpkg: Path, plan: DistrictPlan) -> None:
    """Each layer has a default style that QGIS reads: a category for each district and kind."""
    with closing(sqlite3.connect(gpkg)) as base:
        rows = base.execute(
            "SELECT f_table_name, styleQML FROM layer_styles WHERE useAsDefault = 1"
        ).fetchall()
        kind = base.execute(
            "SELECT data_type FROM gpkg_contents WHERE table_name = 'layer_styles'"
        ).fetchone()
        geometry = dict(base.execute("SELECT table_name, column_name FROM gpkg_geometry_columns"))
    assert kind == ("attributes",) and set(geometry.values()) == {"geom"}
    styles = {name: ElementTree.fromstring(text) for name, text in rows}
    assert set(styles) == {"districts", "villages", "schools", "roads"}
    values = {c.get("value") for c in styles["districts"].iter("category")}
    assert values == set(plan.districts.index)
    for root in styles.values():
        named = {s.get("name") for s in root.iter("symbol")}
        assert {c.get("symbol") for c in root.iter("category")} <= named
