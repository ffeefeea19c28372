"""What leaves of a zone plan: lists, layers, sheets and documents, in step with one another."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import geopandas as gpd
import pandas as pd
import pytest

from districting.county import County
from districting.demand.catchment import nearest_school
from districting.export import ExportError, export
from districting.export.atlas import write_atlas
from districting.export.documents import Material, find_recipe
from districting.export.maps import MapError, write_map
from districting.export.part import part_of
from districting.export.zone_areas import as_layout, zone_layers, zone_names, zone_rows, zone_table
from districting.export.zone_map import draw_zone_part
from districting.plan.zone_plan import ZonePlan, feeder_table
from districting.plan.zone_plan import zone_table as zones_of
from districting.policy import read_policy
from districting.sample import make_county
from districting.terms import say


@pytest.fixture(scope="module")
def county() -> County:
    return make_county(3, 2, 24)


@pytest.fixture(scope="module")
def plan(county: County) -> ZonePlan:
    zones = {s: nearest_school(county, s).to_dict() for s in ("primary", "junior")}
    schools = county.schools
    junior = schools["village"].map(zones["junior"])
    primaries = schools.index[schools["kind"] == "primary"]
    rows = [(p, junior[p], "direct", 2026) for p in primaries]
    return ZonePlan(
        name="就近",
        county=county.code,
        year=county.year,
        zones=zones_of(zones, county.villages.index),
        feeders=feeder_table(rows),
        policy="taierzhuang",
    )


def test_lists_layers_and_tables_count_the_same_children(county: County, plan: ZonePlan) -> None:
    """Every child of the county stands once in the list, the layer and the table."""
    whole = county.villages["children_primary"].sum()
    assert zone_table(plan, county, "primary")["children"].sum() == whole
    assert zone_layers(plan, county)["zones_primary"]["children"].sum() == whole
    rows = zone_rows(plan, county)
    assert len(rows) == len(county.villages)
    document = find_recipe("zone-list").build(Material(county, (plan,), read_policy("taierzhuang")))
    assert document.tables()[0].totals()["children"] == whole
    assert document.tables()[0].totals()["villages"] == len(county.villages)


def test_files_open_in_gdal_and_areas_tile_the_county(
    county: County, plan: ZonePlan, tmp_path: Path
) -> None:
    """GPKG and GeoJSON read back; the zones of a stage cover the county without overlap."""
    export(plan, county, tmp_path / "a.gpkg", tmp_path / "a.geojson", tmp_path / "a.csv")
    zones = gpd.read_file(tmp_path / "a.gpkg", layer="zones_primary").to_crs(county.crs)
    assert zones.area.sum() == pytest.approx(county.villages.area.sum(), rel=1e-4)
    assert set(gpd.read_file(tmp_path / "a.geojson")["layer"]) >= {"zones_primary", "zones_junior"}
    listed = pd.read_csv(tmp_path / "a.csv", dtype=str, encoding="utf-8-sig")
    assert set(listed.iloc[:, 0]) == set(county.villages.index)


def test_shapefiles_and_kml_of_zones_open_in_gdal(
    county: County, plan: ZonePlan, tmp_path: Path
) -> None:
    """Zones of both stages come back with Chinese fields, whole areas and their names."""
    export(plan, county, tmp_path / "片区.shp", tmp_path / "片区.kml")
    for stage, file in (("primary", "片区"), ("junior", "片区_初中片区")):
        table = zone_table(plan, county, stage)
        layer = gpd.read_file(tmp_path / f"{file}.shp", encoding="GB18030").set_index("学校代码")
        assert layer["片区"].to_dict() == table["zone"].to_dict()
        assert layer["适龄儿童"].to_dict() == table["children"].to_dict()
        assert layer["学位余缺"].to_dict() == table["surplus"].to_dict()
        area = layer.to_crs(county.crs).area.sum()
        assert area == pytest.approx(county.villages.area.sum(), rel=1e-4)
        named = gpd.read_file(tmp_path / "片区.kml", layer=say(f"export.layer.zones_{stage}"))
        assert sorted(named["Name"]) == sorted(table["zone"])
    villages = gpd.read_file(tmp_path / "片区_村居.shp").set_index("村居代码")
    assert villages["所属小学"].to_dict() == plan.zones["primary"].to_dict()
    told = pd.read_csv(tmp_path / "片区_字段说明.csv", encoding="utf-8-sig")
    assert {"片区.shp", "片区_初中片区.shp", "片区_村居.shp"} <= set(told.iloc[:, 0])


def test_zone_layers_bring_their_styles_along(
    county: County, plan: ZonePlan, tmp_path: Path
) -> None:
    """Each layer of the GeoPackage has a default style; zones are told apart by name."""
    export(plan, county, tmp_path / "a.gpkg")
    with closing(sqlite3.connect(tmp_path / "a.gpkg")) as base:
        rows = base.execute("SELECT f_table_name, styleQML FROM layer_styles WHERE useAsDefault")
        styles = {name: ElementTree.fromstring(text) for name, text in rows}
    assert set(styles) == {"zones_primary", "zones_junior", "villages", "schools"}
    for stage in ("primary", "junior"):
        root = styles[f"zones_{stage}"]
        renderer = root.find("renderer-v2")
        assert renderer is not None and renderer.get("attr") == "zone"
        values = {c.get("value") for c in root.iter("category")}
        assert values == set(zone_table(plan, county, stage)["zone"])


def test_a_shared_zone_bears_the_names_of_all_its_schools(county: County, plan: ZonePlan) -> None:
    """Schools that share a zone stand in one area, with their seats together."""
    lead, other = county.schools.index[county.schools["kind"] == "primary"][:2]
    zones = plan.zones.assign(primary=plan.zones["primary"].replace(other, lead))
    shared = replace(plan, zones=zones, groups={lead: lead, other: lead})
    table = zone_table(shared, county, "primary")
    names, seats = county.schools["name"], county.schools["seats_primary"]
    assert names[other] in table.loc[lead, "zone"]
    assert table.loc[lead, "seats"] == seats[lead] + seats[other]
    layout = as_layout(shared, county, "primary")
    assert layout.schools[other] == layout.schools[lead]


def test_zones_of_schools_of_one_name_stay_apart(county: County, plan: ZonePlan) -> None:
    """Two schools of one name have two zones, told apart by town or, within a town, by id."""
    whole = zone_table(plan, county, "primary")
    schools = county.schools.assign(name="中心小学")
    table = zone_table(plan, county.with_tables(schools=schools), "primary")
    assert table["zone"].is_unique and len(table) == len(whole)
    layout = as_layout(plan, county.with_tables(schools=schools), "primary")
    assert len(layout.districts) == len(whole)


def test_atlas_has_a_sheet_for_each_town_or_the_named_school(
    county: County, plan: ZonePlan, tmp_path: Path
) -> None:
    """By town one page each; by school only the named one; unknown places are named."""
    assert write_atlas(plan, county, tmp_path / "t.pdf", by="town") == len(county.towns)
    pages = (tmp_path / "t.pdf").read_bytes().count(b"/Type /Page ")
    assert pages == len(county.towns)
    school = zone_table(plan, county, "primary")["zone"].iloc[0]
    assert write_atlas(plan, county, tmp_path / "s.pdf", places=[school]) == 1
    with pytest.raises(ExportError, match="没有这所"):
        write_atlas(plan, county, tmp_path / "n.pdf", places=["没有这所"])
    with pytest.raises(ExportError, match="district"):
        write_atlas(plan, county, tmp_path / "n.pdf", by="district")
    with pytest.raises(ExportError, match="PDF"):
        write_atlas(plan, county, tmp_path / "n.png", by="town")
    with pytest.raises(ExportError, match="senior"):
        write_atlas(plan, county, tmp_path / "n.pdf", by="town", stage="senior")
    assert not list(tmp_path.glob("n.*"))


def test_a_sheet_of_a_part_counts_whole_zones(county: County, plan: ZonePlan) -> None:
    """Zones that reach beyond the sheet of one village keep all their children in its table."""
    part = county.villages.index[:1]
    figure = draw_zone_part(plan, county, part, "试", None, "primary")
    lines: dict[float, list[str]] = {}
    for text in figure.axes[0].texts:
        lines.setdefault(text.get_position()[1], []).append(text.get_text())
    children = county.villages["children_primary"].groupby(zone_names(plan, county, "primary"))
    shown = part_of(county, part).villages.index
    reach = {n: len(inside.difference(shown)) for n, inside in children.groups.items()}
    rows = [line for line in lines.values() if line[0] in reach and len(line) == 3]
    assert any(reach[name] for name, *_ in rows)
    for name, _, count in rows:
        assert count == f"{children.sum()[name]:,}"


@pytest.mark.parametrize("name", ["sheet", "travel", "seats", "quality"])
def test_maps_of_zones_by_name(county: County, plan: ZonePlan, tmp_path: Path, name: str) -> None:
    """Every map of districts is there for the zones of a stage, beside another plan as well."""
    other = replace(plan, name="乙")
    write_map(name, plan, county, tmp_path / "a.svg", None, other, "junior")
    text = (tmp_path / "a.svg").read_text(encoding="utf-8")
    assert "初中" in text if name != "quality" else "办学质量" in text


def test_a_map_compares_plans_of_one_kind(county: County, plan: ZonePlan, tmp_path: Path) -> None:
    """Zones beside districts are refused, and nothing is written."""
    with pytest.raises(MapError, match="同类"):
        write_map("travel", plan, county, tmp_path / "a.svg", None, county.current_plan)
    assert not list(tmp_path.iterdir())


def test_atlas_of_districts(county: County, tmp_path: Path) -> None:
    """District plans are printed by district, too."""
    current = county.current_plan
    assert current is not None
    count = write_atlas(current, county, tmp_path / "d.pdf")
    assert count == len(current.districts)


def test_open_villages_and_unfed_primaries_are_named(county: County, plan: ZonePlan) -> None:
    """The documents say what is not settled yet."""
    loose = plan.zones.copy()
    loose.loc[loose.index[0], "primary"] = ""
    unfinished = replace(plan, zones=loose, feeders=plan.feeders.iloc[1:])
    material = Material(county, (unfinished,))
    told = _text(find_recipe("zone-list").build, material)
    assert county.villages["name"].iloc[0] in told
    primary = county.schools["name"][plan.feeders["primary"].iloc[0]]
    assert primary in _text(find_recipe("feeder-list").build, material)


def _text(build: Callable[[Material], object], material: Material) -> str:
    document = build(material)
    blocks = [b for s in document.sections for b in s.blocks]  # type: ignore[attr-defined]
    return " ".join(getattr(b, "text", "") for b in blocks)


def test_entrants_of_a_later_year_are_projected(county: County, plan: ZonePlan) -> None:
    """The children of 10 enter junior schools in two years; the list says that it projects them."""
    rows = [(v, county.year, age, 2 + age) for v in county.villages.index for age in range(6, 15)]
    ages = pd.DataFrame(rows, columns=["village", "year", "age", "count"])
    county, ahead = county.with_tables(children=ages), replace(plan, year=county.year + 2)
    for made in (plan, ahead):
        build = find_recipe("zone-list").build
        totals = build(Material(county, (made,))).tables()[1].totals()
        age = 12 - (made.year - county.year)
        assert totals["entrants"] == len(county.villages) * (2 + age)
        assert ("推算" in _text(build, Material(county, (made,)))) == (made is ahead)


def test_feeder_rows_of_two_juniors_never_share_a_cell(county: County, plan: ZonePlan) -> None:
    """Juniors with as many seats keep cells of their own; each adds its graduates up."""
    schools = county.schools.assign(seats_junior=300.0)
    table = find_recipe("feeder-list").build(Material(replace(county, schools=schools), (plan,)))
    rows = table.tables()[0]
    names = [c.key for c in rows.columns]
    assert len(set(rows.frame["junior"])) > 1
    for column in ("seats", "coming", "left"):
        assert rows.runs(names.index(column)) == rows.runs(names.index("junior"))
    by_junior = rows.frame.groupby("junior")
    assert (by_junior["graduates"].sum() == by_junior["coming"].first()).all()
    assert (rows.frame["left"] == 100 - rows.frame["coming"]).all()


def test_totals_agree_between_the_documents_of_zones(county: County, plan: ZonePlan) -> None:
    """Children, villages, seats and graduates add up alike in every paper that counts them."""
    material = Material(county, (plan,), read_policy("taierzhuang"))
    made = {n: find_recipe(n).build(material) for n in ("zone-list", "seat-balance", "feeder-list")}
    rows, balances = zone_rows(plan, county), made["seat-balance"].tables()[::2]
    zones = made["zone-list"].tables()
    assert len(zones) == len(balances) == 2
    for stage, table, by_year in zip(("primary", "junior"), zones, balances, strict=True):
        totals, whole = table.totals(), county.villages[f"children_{stage}"].sum()
        assert totals["children"] == whole == rows[say(f"export.column.children_{stage}")].sum()
        assert totals["villages"] == len(rows)
        used = plan.zones[stage].unique()
        assert totals["seats"] == county.schools[f"seats_{stage}"].loc[used].sum()
        first = by_year.frame[by_year.frame["year"] == str(plan.year)]
        # The balance counts schools without a village too; they can only add seats.
        assert first["seats"].sum() >= totals["seats"]
    feeding = county.schools.loc[plan.feeders["primary"].unique()]
    graduates = made["feeder-list"].tables()[0].totals()["graduates"]
    assert graduates == pytest.approx(feeding["pupils_primary"].sum() / 6, abs=len(feeding))


def test_seats_by_year_add_up_over_schools(county: County, plan: ZonePlan) -> None:
    """The table by year is the sum of the table by school and year."""
    by_year, by_school = find_recipe("seat-balance").build(Material(county, (plan,))).tables()[:2]
    for column in ("pupils", "seats", "surplus"):
        assert by_year.frame[column].sum() == by_school.frame[column].sum()
