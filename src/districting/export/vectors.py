"""Files for GIS programs: GPKG, GeoJSON, KML, and the equivalency list as CSV.

Coordinates leave as longitude and latitude: GPKG in CGCS2000 (EPSG:4490), GeoJSON in CRS84 as its
standard (RFC 7946) asks. The two differ by centimetres, so the numbers are the same.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pyogrio
import shapely

from districting.county import County
from districting.export.distribution_table import village_rows
from districting.export.gis_styles import area_style, county_styles, embed_styles
from districting.export.provenance import notices
from districting.export.regions import dissolve, district_colours
from districting.export.summary import district_table
from districting.plan.district_plan import DistrictPlan
from districting.terms import say

DATUM = "EPSG:4490"
DECIMALS = 7
"""Decimals of degrees in GeoJSON: about a centimetre."""


def district_layers(plan: DistrictPlan, county: County) -> dict[str, gpd.GeoDataFrame]:
    """Return the layers ``districts``, ``villages``, ``schools`` and ``roads`` in EPSG:4490.

    Every row of villages and schools bears ``district`` and ``union``; ids are text; provenance
    columns are kept; ``districts`` bears the numbers of :func:`district_table` and the notices.
    """
    table = district_table(county, plan).assign(plan=plan.name, year=plan.year)
    table["notice"] = " ".join(notices(county))
    shapes = dissolve(county.villages, plan.villages).reindex(table.index)
    union = plan.districts["union"]

    def placed(frame: pd.DataFrame, of: pd.Series) -> pd.DataFrame:
        district = of.reindex(frame.index).fillna("")
        return frame.assign(district=district, union=district.map(union).fillna(""))

    schools = placed(county.schools.drop(columns=["x", "y"]), plan.schools)
    points = gpd.points_from_xy(county.schools["x"], county.schools["y"])
    villages = placed(county.villages.drop(columns=["x", "y"]), plan.villages)
    roads = county.roads[county.roads.geometry.notna()]
    found = {
        "districts": gpd.GeoDataFrame(table, geometry=shapes, crs=county.crs),
        "villages": gpd.GeoDataFrame(villages, crs=county.crs),
        "schools": gpd.GeoDataFrame(schools, geometry=points, crs=county.crs),
        "roads": gpd.GeoDataFrame(roads, crs=county.crs),
    }
    ids = {"districts": "district", "villages": "village", "schools": "school", "roads": "road"}
    return {
        name: layer.rename_axis(ids[name]).reset_index().to_crs(DATUM)
        for name, layer in found.items()
        if len(layer)
    }


@contextmanager
def _fixed_clock() -> Iterator[None]:
    """Keep the time of writing out of GPKG files, so that equal plans give equal content."""
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": "2020-01-01T00:00:00.000Z"})
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": None})


def write_gpkg(plan: DistrictPlan, county: County, path: Path) -> None:
    """Write the layers to a GeoPackage, with the styles that QGIS shows them in."""
    layers = district_layers(plan, county)
    save_gpkg(layers, path)
    areas = area_style("district", district_colours(county, plan))
    embed_styles(path, {**county_styles(), "districts": areas}, list(layers))


def save_gpkg(layers: Mapping[str, gpd.GeoDataFrame], path: Path) -> None:
    """Write named layers to a GeoPackage."""
    with _fixed_clock():
        for name, layer in layers.items():
            layer.to_file(path, layer=name, driver="GPKG", engine="pyogrio")


def write_kml(plan: DistrictPlan, county: County, path: Path) -> None:
    """Write districts, villages and schools to a KML file; every placemark bears its name."""
    layers = district_layers(plan, county)
    save_kml({k: layers[k] for k in layers if k != "roads"}, {"districts": "district"}, path)


def save_kml(layers: Mapping[str, gpd.GeoDataFrame], titles: Mapping[str, str], path: Path) -> None:
    """Write named layers to a KML file; placemarks bear the column of `titles`, else ``name``."""
    for name, frame in layers.items():
        layer = frame.to_crs("OGC:CRS84")
        title = layer[titles.get(name, "name")]
        flat = layer.drop(columns="name", errors="ignore").assign(Name=title)
        told = {"NAME": say(f"export.layer.{name}")}
        form: dict[str, Any] = {"driver": "LIBKML", "layer": name, "append": path.exists()}
        pyogrio.write_dataframe(flat, path, layer_options=told, **form)


def write_geojson(plan: DistrictPlan, county: County, path: Path) -> None:
    """Write districts, villages and schools to one GeoJSON file; ``layer`` tells them apart."""
    layers = district_layers(plan, county)
    save_geojson({k: layers[k] for k in layers if k != "roads"}, path, plan.name)


def save_geojson(layers: Mapping[str, gpd.GeoDataFrame], path: Path, name: str) -> None:
    """Write named layers to one GeoJSON file; the property ``layer`` tells them apart."""
    features = []
    for title, frame in layers.items():
        layer = frame.assign(layer=title)
        layer.geometry = _as_standard(layer.geometry)
        features += list(layer.iterfeatures(na="drop", drop_id=True))
    document = {"type": "FeatureCollection", "name": name, "features": features}
    path.write_text(json.dumps(document, ensure_ascii=False) + "\n", encoding="utf-8")


def _as_standard(shapes: gpd.GeoSeries) -> gpd.GeoSeries:
    """Return shapes with rounded coordinates and outer rings counter-clockwise (RFC 7946)."""
    rounded = shapely.transform(shapes.to_numpy(), lambda xy: xy.round(DECIMALS))
    return gpd.GeoSeries(shapely.orient_polygons(rounded), shapes.index, crs=shapes.crs)


def write_equivalency(plan: DistrictPlan, county: County, path: Path) -> None:
    """Write the list village → district as CSV that Excel and WPS open as Chinese (UTF-8, BOM)."""
    save_list(village_rows(county, plan), path)


def save_list(rows: pd.DataFrame, path: Path) -> None:
    """Write rows as CSV that Excel and WPS open as Chinese (UTF-8 with BOM, text in quotes)."""
    style: dict[str, Any] = {"quoting": csv.QUOTE_NONNUMERIC, "lineterminator": "\r\n"}
    rows.to_csv(path, index=False, encoding="utf-8-sig", **style)
