"""GIS layers keep ids as text, marks as given, and coordinates in the datum they name."""

import json
from pathlib import Path

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
    assert {name for name, _ in pyogrio.list_layers(gpkg)} == {
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
