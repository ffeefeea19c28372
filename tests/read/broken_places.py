"""Faults of references, coordinates, shapes and roads, one each."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import shapely
import tiny
from breaking import CASES, T0, T1, Case, Parts, V, case, cell
from shapely.affinity import translate

# --- references -------------------------------------------------------------------------------
cell("unknown_town", "villages", 0, "town", "370405109", also="village_code_differs")
cell("unknown_village", "schools", 0, "village", "370405109201")
cell("unknown_school", "schools", 0, "partner", "S9")
cell("unknown_district", "members", 0, "district", "中学区", also="school_district_differs")


@case("unknown_village", file="cells.gpkg", sheet="cells", row=13, column="village",
      value="370405101213", )  # fmt: skip
def _(p: Parts) -> None:
    p.shapes["cells"].append(shapely.box(117.2, 34.5, 117.21, 34.51))


@case("town_outside_county", file="towns.gpkg", sheet="towns", row=1, column="town", value=T0,
      count=2)  # fmt: skip
def _(p: Parts) -> None:
    def after(folder: Path) -> None:
        path = folder / "county.toml"
        path.write_text(path.read_text("utf-8").replace('"370405"', '"370406"'), "utf-8")

    p.after = after


@case("village_code_differs", file="villages.csv", row=2, column="village", value="370405109201")
def _(p: Parts) -> None:
    new = "370405109201"
    p.frames = {name: frame.replace(V(0), new) for name, frame in p.frames.items()}

    def after(folder: Path) -> None:
        codes = [new, *(V(i) for i in range(1, 12))]
        tiny.frame_of(p.shapes["cells"], {"village": codes}).to_file(folder / "cells.gpkg")

    p.after = after


# --- coordinates and shapes -------------------------------------------------------------------
def place(code: str, lon: str, lat: str, also: str = "", **more: Any) -> None:
    """Register a fault made by the position of the first village."""

    def change(parts: Parts) -> None:
        parts.set("villages", 0, lon=lon, lat=lat)
        parts.long_roads()

    told = {"file": "villages.csv", "row": 2, "column": "lon", "value": f"{lon}, {lat}", **more}
    CASES.append(Case(code, change, also=frozenset(also.split()), **told))


place("coordinates_zero", "0.0", "0.0")
place("coordinates_swapped", "34.51", "117.41")
place("coordinates_in_metres", "537650.0", "3820310.5")
place("coordinates_impossible", "17.41", "34.51")
place("outside_county", "117.3", "34.51", value="117.3")
place("same_position", "117.43", "34.51", row=3, value="117.430000", also="point_outside_cell")


@case("probably_wrong_datum", file="villages.csv", also="point_outside_cell village_outside_town")
def _(p: Parts) -> None:
    p.frames["villages"] = tiny.shifted(p.frames["villages"], "bd09")


@case(
    "crs_conflict", file="cells.gpkg", sheet="cells", value="China Geodetic Coordinate System 2000"
)
def _(p: Parts) -> None:
    p.entry("cells")["datum"] = "gcj02"


@case("crs_unsupported", file="cells.gpkg", sheet="cells", value="Beijing 1954")
def _(p: Parts) -> None:
    p.after = lambda folder: tiny.frame_of(
        p.shapes["cells"], {"village": [V(i) for i in range(12)]}, epsg=4214
    ).to_file(folder / "cells.gpkg")


@case("wrong_geometry", file="cells.gpkg", sheet="cells", row=1, value="Point",
      also="village_without_cell")  # fmt: skip
def _(p: Parts) -> None:
    p.shapes["cells"][0] = p.shapes["cells"][0].centroid


@case("empty_geometry", file="cells.gpkg", sheet="cells", row=1, also="village_without_cell")
def _(p: Parts) -> None:
    p.shapes["cells"][0] = None


@case("invalid_geometry", file="cells.gpkg", sheet="cells", row=1,
      value="Self-intersection[117.41 34.51]", also="village_without_cell")  # fmt: skip
def _(p: Parts) -> None:
    w, s, e, n = p.shapes["cells"][0].bounds
    p.shapes["cells"][0] = shapely.Polygon([(w, s), (e, n), (e, s), (w, n)])


@case("coordinates_impossible", file="outline.geojson", row=1,
      value="34.5, 117.4 – 34.54, 117.52")  # fmt: skip
def _(p: Parts) -> None:
    p.shapes["outline"] = [shapely.box(34.5, 117.4, 34.54, 117.52)]


def _without_borders(p: Parts) -> None:
    p.files = [f for f in p.files if f["table"] not in ("cells", "outline", "towns")]
    p.files.append({"path": "towns.csv", "table": "towns"})

    def after(folder: Path) -> None:
        p.frames["towns"].to_csv(folder / "towns.csv", index=False)
        for name in ("towns.gpkg", "cells.gpkg", "outline.geojson"):
            (folder / name).unlink()

    p.after = after


case("no_land")(_without_borders)


@case("land_from_villages")
def _(p: Parts) -> None:
    _without_borders(p)
    before = p.after

    def after(folder: Path) -> None:
        before(folder)
        path = folder / "county.toml"
        text = path.read_text("utf-8").replace("[county]", "[county]\nland = 'villages'")
        path.write_text(text, "utf-8")

    p.after = after


# --- towns, cells, outline --------------------------------------------------------------------
@case("village_outside_town", file="villages.csv", row=4, column="name", value="丙村委会")
def _(p: Parts) -> None:
    p.set("villages", 2, lon="117.4620")
    p.long_roads()


@case("point_outside_cell", file="villages.csv", row=2, column="name", value="甲村委会")
def _(p: Parts) -> None:
    p.set("villages", 0, lat="34.5220")
    p.long_roads()


@case("village_without_cell", file="villages.csv", row=13, column="name", value="丑村委会")
def _(p: Parts) -> None:
    p.shapes["cells"].pop()


@case("cells_overlap", file="villages.csv", row=2, column="name", value="甲村委会")
def _(p: Parts) -> None:
    w, s, e, n = p.shapes["cells"][0].bounds
    p.shapes["cells"][0] = shapely.box(w, s, e + 0.002, n)


@case("coverage_gap", file="cells.gpkg", sheet="cells", value="甲村委会")
def _(p: Parts) -> None:
    w, s, e, n = p.shapes["cells"][0].bounds
    p.shapes["cells"][0] = shapely.box(w + 0.001, s, e, n)


@case("cell_outside_county", file="villages.csv", row=2, column="name", value="甲村委会")
def _(p: Parts) -> None:
    w, s, e, n = p.shapes["cells"][0].bounds
    p.shapes["cells"][0] = shapely.box(w - 0.002, s, e, n)


@case("towns_overlap", file="towns.gpkg", sheet="towns", row=1, column="name", value="东镇")
def _(p: Parts) -> None:
    w, s, e, n = p.shapes["towns"][0].bounds
    p.shapes["towns"][0] = shapely.box(w, s, e + 0.002, n)


@case("town_without_villages", file="towns.gpkg", sheet="towns", row=3, column="name", value="南镇")
def _(p: Parts) -> None:
    p.add("towns", town=["370405103"], name=["南镇"], kind=["镇"])
    p.shapes["towns"].append(shapely.box(117.4, 34.4, 117.5, 34.5))


@case("village_island", file="villages.csv", row=13, column="name", value="丑村委会",
      also="district_in_pieces")  # fmt: skip
def _(p: Parts) -> None:
    p.shapes["cells"][11] = translate(p.shapes["cells"][11], 0.05)
    p.shapes["towns"][1] = shapely.union_all(p.shapes["cells"][6:])
    p.shapes["outline"] = [shapely.union_all(p.shapes["cells"])]
    p.set("villages", 11, lon=f"{float(p.frames['villages']['lon'][11]) + 0.05:.6f}")
    p.long_roads()


# --- roads ------------------------------------------------------------------------------------
cell("unknown_node", "roads", 0, "to_node", "370405101999")
cell("road_without_length", "roads", 0, "metres", "0")
cell("road_too_short", "roads", 0, "metres", "1.9")


@case("road_to_itself", file="roads.csv", row=18, column="to_node", value=V(3))
def _(p: Parts) -> None:
    p.add("roads", road=["R99"], from_node=[V(3)], to_node=[V(3)], metres=["10"], kind=["村道"])


@case("village_without_road", file="villages.csv", row=5, column="name", value="丁村委会",
      also="no_reachable_school")  # fmt: skip
def _(p: Parts) -> None:
    roads = p.frames["roads"]
    ends = (roads["from_node"] == V(3)) | (roads["to_node"] == V(3))
    p.drop("roads", list(roads.index[ends]))


def _cut(p: Parts) -> None:
    roads = p.frames["roads"]
    across = roads["from_node"].str.startswith(T0) & roads["to_node"].str.startswith(T1)
    p.drop("roads", list(roads.index[across]))


case("village_unreachable", file="villages.csv", row=8, column="name", value="庚村委会", count=6,
     also="no_reachable_school")(_cut)  # fmt: skip
case("no_reachable_school", file="villages.csv", row=8, column="name", value="庚村委会", count=6,
     also="village_unreachable")(_cut)  # fmt: skip


@case("stage_without_school", file="schools.csv")
def _(p: Parts) -> None:
    p.drop("schools", [2])
    p.drop("members", [14])
