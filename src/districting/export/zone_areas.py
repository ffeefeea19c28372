"""Attendance zones as areas: the layout that map sheets draw, and the layers for GIS programs."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import geopandas as gpd
import pandas as pd

from districting.county import County
from districting.export.gis_styles import area_style, county_styles, embed_styles
from districting.export.provenance import notices
from districting.export.regions import dissolve, district_colours
from districting.export.shapefile import save_shapefiles
from districting.export.vectors import DATUM, save_geojson, save_gpkg, save_kml, save_list
from districting.plan.district_plan import DistrictPlan
from districting.plan.zone_plan import STAGES, ZonePlan
from districting.terms import say


def zone_names(plan: ZonePlan, county: County, stage: str) -> pd.Series:
    """Return the name of each village's zone of `stage`: its school's, or its schools' together.

    Schools of one name are told apart by town, within a town by id.
    """
    names = county.schools["name"].to_dict()

    def title(leader: str) -> str:
        return "、".join(str(names.get(s, s)) for s in plan.members(leader)) if leader else ""

    zones = plan.zones[stage].reindex(county.villages.index).fillna("")
    titles = {leader: title(str(leader)) for leader in zones.unique()}
    towns = county.schools["town"].map(county.towns["name"]).to_dict()
    for place in (towns, {leader: leader for leader in titles}):
        seen = Counter(titles.values())
        for leader, name in titles.items():
            if seen[name] > 1:
                where = place.get(leader, "")
                titles[leader] = say("export.same_name", name=name, place=where)
    return zones.map(titles).astype("str").rename("zone")


def as_layout(plan: ZonePlan, county: County, stage: str) -> DistrictPlan:
    """Return the zones of `stage` as areas with their schools, for what draws layouts.

    Each school stands in its own zone whatever village it lies in; schools of other stages and
    those without a zone belong to none.
    """
    villages = zone_names(plan, county, stage)
    used = sorted(set(villages) - {""})
    of = plan.zones[stage].reindex(county.villages.index).fillna("")
    title = dict(zip(of, villages, strict=True))
    schools = {s: title[lead] for lead in title if lead for s in plan.members(lead)}
    home = county.villages["town"].groupby(villages).agg(["first", "nunique"]).reindex(used)
    districts = pd.DataFrame(
        {
            "union": "",
            "town": home["first"].where(home["nunique"] == 1, "").astype(str).to_numpy(),
            "seat": "",
        },
        index=pd.Index(used, name="district", dtype="str"),
    )
    return DistrictPlan(
        name=plan.name,
        county=plan.county,
        year=plan.year,
        districts=districts,
        villages=villages.rename("district"),
        schools=pd.Series(schools, dtype="str", name="district").sort_index().rename_axis("school"),
        policy=plan.policy,
        inputs=plan.inputs,
    )


def zone_table(plan: ZonePlan, county: County, stage: str) -> pd.DataFrame:
    """Return one row a zone of `stage`.

    Returns
    -------
    pandas.DataFrame
        Indexed by the leading school's id, sorted: ``zone`` (names), ``town`` (of the leading
        school), ``villages`` (count), ``children`` (of the stage, living there), ``seats`` (of all
        its schools), ``surplus``, ``feeder`` (names of the junior schools that its primaries feed).
    """
    zones = plan.zones[stage].reindex(county.villages.index).fillna("")
    schools, leaders = county.schools, sorted(set(zones) - {""})
    table = pd.DataFrame(index=pd.Index(leaders, name="school", dtype="str"))
    titles = dict(zip(zones, zone_names(plan, county, stage), strict=True))
    table["zone"] = [titles[s] for s in leaders]
    table["town"] = schools["town"].reindex(leaders).map(county.towns["name"]).fillna("").to_numpy()
    table["villages"] = zones.value_counts().reindex(leaders).to_numpy()
    children = county.villages[f"children_{stage}"].groupby(zones).sum()
    table["children"] = children.reindex(leaders).to_numpy()
    seats = schools[f"seats_{stage}"].fillna(0).to_dict()
    table["seats"] = [int(sum(seats.get(m, 0) for m in plan.members(s))) for s in leaders]
    table["surplus"] = table["seats"] - table["children"]
    fed, names = plan.feeders.groupby("primary")["junior"].agg(list).to_dict(), schools["name"]
    named = {j: str(names.get(j, j)) for j in plan.feeders["junior"].unique()}
    table["feeder"] = [
        "、".join(dict.fromkeys(
            named[j] for s in plan.members(lead) for j in fed.get(s, [])
        ))
        for lead in leaders
    ]  # fmt: skip
    return table


def zone_layers(plan: ZonePlan, county: County) -> dict[str, gpd.GeoDataFrame]:
    """Return the layers ``zones_primary``, ``zones_junior``, ``villages`` and ``schools``.

    In EPSG:4490; ids are text; provenance columns are kept; zones bear the numbers of
    :func:`zone_table` and the notices.
    """
    layers: dict[str, gpd.GeoDataFrame] = {}
    villages = county.villages.drop(columns=["x", "y"])
    for stage in STAGES:
        zones = plan.zones[stage].reindex(villages.index).fillna("")
        villages = villages.assign(**{f"school_{stage}": zones.to_numpy()})
        table = zone_table(plan, county, stage)
        if table.empty:
            continue
        table = table.assign(plan=plan.name, year=plan.year, notice=" ".join(notices(county)))
        shapes = dissolve(county.villages, zones).reindex(table.index)
        layers[f"zones_{stage}"] = gpd.GeoDataFrame(table, geometry=shapes, crs=county.crs)
    layers["villages"] = gpd.GeoDataFrame(villages, crs=county.crs)
    schools = county.schools.drop(columns=["x", "y"])
    points = gpd.points_from_xy(county.schools["x"], county.schools["y"])
    layers["schools"] = gpd.GeoDataFrame(schools, geometry=points, crs=county.crs)
    return {name: layer.reset_index().to_crs(DATUM) for name, layer in layers.items()}


def zone_rows(plan: ZonePlan, county: County) -> pd.DataFrame:
    """Return the list village → school, as planners read it, with the codes as text."""
    villages = county.villages
    towns = villages["town"].map(county.towns["name"]).fillna(villages["town"])
    rows = pd.DataFrame(
        {
            say("export.column.village"): villages.index.astype(str),
            say("export.column.village_name"): villages["name"],
            say("terms.town"): towns,
        },
        index=villages.index,
    )
    for stage in STAGES:
        zones = plan.zones[stage].reindex(villages.index).fillna("")
        rows[say(f"zone_documents.code_{stage}")] = zones.astype(str)
        rows[say(f"zone_documents.school_{stage}")] = zone_names(plan, county, stage)
        rows[say(f"export.column.children_{stage}")] = villages[f"children_{stage}"]
    return rows.reset_index(drop=True)


def write_zone_gpkg(plan: ZonePlan, county: County, path: Path) -> None:
    """Write the layers of :func:`zone_layers` to a GeoPackage, with the styles of QGIS."""
    layers = zone_layers(plan, county)
    save_gpkg(layers, path)
    styles = county_styles()
    for stage in STAGES:
        if f"zones_{stage}" in layers:
            colours = district_colours(county, as_layout(plan, county, stage))
            styles[f"zones_{stage}"] = area_style("zone", colours)
    embed_styles(path, styles, list(layers))


def write_zone_kml(plan: ZonePlan, county: County, path: Path) -> None:
    """Write zones, villages and schools to a KML file; every placemark bears its name."""
    save_kml(zone_layers(plan, county), {f"zones_{s}": "zone" for s in STAGES}, path)


def write_zone_shapefiles(plan: ZonePlan, county: County, path: Path) -> list[Path]:
    """Write the layers of :func:`zone_layers` as shapefiles; return all files."""
    return save_shapefiles(zone_layers(plan, county), path)


def write_zone_geojson(plan: ZonePlan, county: County, path: Path) -> None:
    """Write the layers of :func:`zone_layers` to one GeoJSON file."""
    save_geojson(zone_layers(plan, county), path, plan.name)


def write_zone_rows(plan: ZonePlan, county: County, path: Path) -> None:
    """Write the list village → school as CSV."""
    save_list(zone_rows(plan, county), path)
