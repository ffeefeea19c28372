"""The counties shipped with the package are what their README says they are."""

from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import shapely

from districting.county import County
from districting.graph import adjacency, components, village_distances
from districting.read import check_county, read_county
from districting.read.annex import read_annex
from districting.read.schema import tables

ROOT = Path(__file__).parents[2] / "data" / "geo"
NAMES = ("taierzhuang", "caoxian")


@cache
def _county(name: str) -> County:
    return read_county(ROOT / name)


def _parts(county: County, labels: pd.Series) -> int:
    codes = pd.factorize(labels)[0].astype(np.int64)
    return int(components(codes, adjacency(county).edges).max()) + 1


@pytest.mark.parametrize("name", NAMES)
def test_a_shipped_county_has_no_faults(name: str) -> None:
    """The checks find neither error nor warning."""
    assert [p.what for p in check_county(ROOT / name)] == []


@pytest.mark.parametrize("name", NAMES)
def test_cells_tile_the_county(name: str) -> None:
    """Cells are single polygons without slivers that leave no gap and no overlap."""
    county = _county(name)
    cells = county.villages.geometry.to_numpy()
    assert shapely.coverage_is_valid(cells)
    assert (shapely.get_type_id(cells) == shapely.GeometryType.POLYGON).all()
    assert shapely.area(cells).sum() == pytest.approx(county.outline.iloc[0].area, rel=1e-9)
    roundness = 4 * np.pi * shapely.area(cells) / shapely.length(cells) ** 2
    assert roundness.min() > 0.35
    assert shapely.area(cells).min() > 200_000


@pytest.mark.parametrize("name", NAMES)
def test_towns_and_current_districts_are_in_one_piece(name: str) -> None:
    """Every town and every current district is connected at village level."""
    county = _county(name)
    plan = county.current_plan
    assert plan is not None
    assert _parts(county, county.villages["town"]) == len(county.towns)
    assert _parts(county, plan.villages) == len(plan.districts)
    assert (plan.villages != "").all() and (plan.schools != "").all()


@pytest.mark.parametrize("name", NAMES)
def test_every_school_stands_in_its_district(name: str) -> None:
    """A school lies in its village's cell, and its village in the school's district."""
    county = _county(name)
    plan, schools = county.current_plan, county.schools
    assert plan is not None
    home = plan.villages[schools.loc[plan.schools.index, "village"]]
    assert (home.to_numpy() == plan.schools.to_numpy()).all()
    cells = county.villages.geometry.loc[schools["village"]].to_numpy()
    assert shapely.contains_xy(cells, schools["x"], schools["y"]).all()


@pytest.mark.parametrize("name", NAMES)
def test_every_village_is_on_the_roads(name: str) -> None:
    """From the first village every other can be reached."""
    assert np.isfinite(village_distances(_county(name), np.array([0]))).all()


@pytest.mark.parametrize("name", NAMES)
def test_every_column_says_where_it_comes_from(name: str) -> None:
    """Each column of each table with rows bears a mark with its source; row marks are filled."""
    county = _county(name)
    for table, definition in tables().items():
        frame = county.table(table)
        if not len(frame):
            continue
        for column in definition.columns:
            if column.endswith("_q"):
                assert (frame[column] != "").all(), (table, column)
                continue
            mark = county.provenance[(table, column)]
            assert mark.source, (table, column)
            if mark.mark == "row":
                assert mark.source in definition.columns
    for column in ("lon", "lat", "geometry"):
        assert county.provenance[("villages", column)].mark == "synthetic"


@pytest.mark.parametrize("name", NAMES)
def test_records_agree_with_the_main_tables(name: str) -> None:
    """Ages add up to stages, classes to seats; every school with pupils has its resources."""
    county = _county(name)
    ages, villages = county.tables["children"], county.villages
    for stage, span in (("preschool", (3, 5)), ("primary", (6, 11)), ("junior", (12, 14))):
        sums = ages[ages["age"].between(*span)].groupby("village")["count"].sum()
        assert (sums == villages[f"children_{stage}"]).all()
    seats = county.tables["classes"].groupby("school")["seats"].sum()
    taught = county.schools[county.schools["kind"] != "kindergarten"]
    assert (seats == taught["seats_primary"] + taught["seats_junior"]).all()
    assert set(county.tables["resources"]["school"]) == set(taught.index)


def test_taierzhuang_has_its_documented_counts() -> None:
    """6 towns, 217 villages, 59 institutions: 46 primary, 6 junior, 7 kindergartens."""
    county = _county("taierzhuang")
    assert (county.code, county.name) == ("370405", "台儿庄区")
    assert len(county.villages) == 217 and county.villages.index.str.startswith("370405").all()
    assert dict(county.towns["name"]) == {
        "370405001": "运河街道",
        "370405100": "邳庄镇",
        "370405101": "张山子镇",
        "370405102": "泥沟镇",
        "370405103": "涧头集镇",
        "370405104": "马兰屯镇",
    }
    assert county.villages["name"]["370405101237"] == "侯孟前村委会"
    kinds = county.schools["kind"].value_counts().to_dict()
    assert kinds == {"primary": 46, "kindergarten": 7, "junior": 6}
    assert county.villages["population"].sum() == pytest.approx(305_100, abs=3)
    by_town = county.villages.groupby("town")[["population", "children_primary"]].sum()
    assert by_town.loc["370405103", "population"] == 66_817
    assert by_town.loc["370405101", "children_primary"] == 2231


def test_taierzhuang_keeps_the_quoted_areas_and_directions() -> None:
    """Town areas are near the gazetteers' and the towns lie where they say."""
    towns = _county("taierzhuang").towns.set_index("name").geometry
    for name, quoted in (("运河街道", 16.8), ("涧头集镇", 120.0), ("张山子镇", 113.9)):
        assert towns[name].area / 1e6 == pytest.approx(quoted, rel=0.1)
    middle = towns.centroid
    assert middle["张山子镇"].x == middle.x.min()
    assert middle["涧头集镇"].y == middle.y.min()
    assert towns["涧头集镇"].touches(towns["张山子镇"])
    assert towns["运河街道"].touches(towns["邳庄镇"])
    assert towns["运河街道"].touches(towns["马兰屯镇"])


def test_taierzhuang_current_layout_is_the_annex() -> None:
    """The published table, read afresh, gives the shipped districts, unions and members."""
    county = _county("taierzhuang")
    annex = read_annex(ROOT / "taierzhuang" / "annex.csv", county)
    members = county.tables["members"]
    shipped = members[members["unit_kind"] == "school"].set_index("unit")["district"]
    read = annex.members.set_index("unit")["district"]
    assert shipped.to_dict() == read.to_dict()
    columns = ["district", "union", "town"]
    districts = county.tables["districts"][columns].sort_values("district")
    pd.testing.assert_frame_equal(
        districts.reset_index(drop=True),
        annex.districts[columns].sort_values("district").reset_index(drop=True),
    )


def test_taierzhuang_village_districts_follow_the_code_order() -> None:
    """In each town of two districts one cut in code order parts them, but for 林桥's committee."""
    county = _county("taierzhuang")
    plan = county.current_plan
    assert plan is not None
    two = {"泥沟镇": "泥沟学区", "涧头集镇": "涧头学区", "马兰屯镇": "马兰学区"}
    for code, name in county.towns["name"].items():
        here = county.villages["town"] == code
        rural = county.villages.index[here & (county.villages["kind"] == "village")]
        first = (
            plan.villages[rural] == two.get(name, plan.villages[rural[0]])
            if len(rural)
            else pd.Series(dtype=bool)
        ).to_numpy()
        assert (np.diff(first.astype(int)) <= 0).all()
    assert plan.villages["370405104001"] == "彭楼学区"


def test_taierzhuang_marks_what_it_could_not_match() -> None:
    """Four primary schools without a village of their name are marked synthetic in place."""
    schools = _county("taierzhuang").schools
    odd = schools.loc[schools["pos_q"] == "synthetic", "name"]
    assert set(odd) == {"核桃园小学", "前马家小学", "新庄小学", "插花小学"}
    assert set(schools["name_q"]) == {"official"}


def test_taierzhuang_has_seats_for_its_children_outside_the_urban_street() -> None:
    """Rural towns have seats enough; the urban street depends on schools run by the county."""
    county = _county("taierzhuang")
    for stage in ("primary", "junior"):
        seats = county.schools.groupby("town")[f"seats_{stage}"].sum()
        children = county.villages.groupby("town")[f"children_{stage}"].sum()
        rural = seats.index != "370405001"
        assert (seats[rural] >= children[rural]).all()
        assert seats["370405001"] < children["370405001"]


def test_every_union_and_single_district_has_a_lead_school() -> None:
    """Each union, or district outside unions, has one lead school or more."""
    for name in NAMES:
        county = _county(name)
        plan = county.current_plan
        assert plan is not None
        union = plan.districts["union"]
        group = union.where(union != "", union.index.to_series())[plan.schools]
        lead = county.schools.loc[plan.schools.index, "lead"]
        assert lead.groupby(group.to_numpy()).any().all()


def test_caoxian_has_its_documented_counts() -> None:
    """26 towns, 807 villages, 300 primaries and points, 39 juniors, 12,000 teachers."""
    county = _county("caoxian")
    assert (len(county.towns), len(county.villages)) == (26, 807)
    assert "演示布局" in county.layout_note
    kinds = county.schools["kind"].value_counts()
    assert kinds["primary"] + kinds["teaching_point"] == 300
    assert (kinds["junior"], kinds["kindergarten"]) == (39, 26)
    assert (
        county.teaching("primary")["teachers"].sum() + county.teaching("junior")["teachers"].sum()
        == 12_000
    )
    assert county.villages["population"].sum() == 1_384_282
    assert county.schools["pupils_primary"].sum() == pytest.approx(138_000, rel=0.01)
    assert county.schools["pupils_junior"].sum() == pytest.approx(69_000, rel=0.01)


def test_caoxian_has_a_junior_school_at_every_town_seat() -> None:
    """Each town is one district and has exactly one junior school marked as at its seat."""
    county = _county("caoxian")
    juniors = county.teaching("junior")
    assert (juniors[juniors["town_seat"]].groupby("town").size() == 1).all()
    assert set(juniors.loc[juniors["town_seat"], "town"]) == set(county.towns.index)
    assert len(county.tables["districts"]) == 26
    assert list(county.schools.loc[county.schools["name_q"] == "quoted", "name"]) == [
        "桃源集镇中学"
    ]
