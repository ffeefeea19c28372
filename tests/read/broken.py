"""Ways to break the tiny county, one fault each, and where the fault must be reported."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd
import pyogrio
import shapely
import tiny
from shapely.affinity import translate

T0, T1 = tiny.TOWNS
V = tiny.village_code


@dataclass
class Parts:
    """The tiny county before it is written; `after` works on the folder."""

    frames: dict[str, pd.DataFrame] = field(default_factory=tiny.good_tables)
    shapes: dict[str, list[Any]] = field(default_factory=tiny.good_shapes)
    files: list[dict[str, Any]] = field(default_factory=lambda: [dict(f) for f in tiny.FILES])
    after: Callable[[Path], Any] = lambda folder: None

    def entry(self, table: str) -> dict[str, Any]:
        return next(f for f in self.files if f["table"] == table)

    def set(self, table: str, row: int, **values: str) -> None:
        for column, value in values.items():
            if column not in self.frames[table]:
                self.frames[table][column] = ""
            self.frames[table].loc[row, column] = value

    def add(self, table: str, **columns: list[str]) -> None:
        """Append rows; a table that was absent is declared too."""
        rows = pd.DataFrame(columns)
        if table in self.frames:
            rows = pd.concat([self.frames[table], rows], ignore_index=True).fillna("")
        else:
            self.files.append({"path": f"{table}.csv", "table": table})
        self.frames[table] = rows

    def drop(self, table: str, rows: list[int]) -> None:
        self.frames[table] = self.frames[table].drop(rows).reset_index(drop=True)

    def remove(self, table: str) -> None:
        """Take the table's file away altogether."""
        self.files = [f for f in self.files if f["table"] != table]
        self.frames.pop(table, None)

    def long_roads(self) -> None:
        """Make roads long enough for any place a village is moved to."""
        self.frames["roads"]["metres"] = "99999"

    def write(self, folder: Path) -> Path:
        tiny.write_good(folder, self.frames, self.shapes, self.files)
        self.after(folder)
        return folder


@dataclass(frozen=True)
class Case:
    """One fault: how to make it, what must be said where, and what else follows from it."""

    code: str
    change: Callable[[Parts], Any]
    file: str = ""
    row: int | None = None
    column: str = ""
    value: str = ""
    sheet: str = ""
    count: int = 1
    also: frozenset[str] = frozenset()


CASES: list[Case] = []


def case(code: str, also: str = "", **place: Any) -> Callable[[Callable[[Parts], Any]], Any]:
    """Register a way to break the county."""

    def register(change: Callable[[Parts], Any]) -> Callable[[Parts], Any]:
        CASES.append(Case(code, change, also=frozenset(also.split()), **place))
        return change

    return register


def cell(
    code: str, table: str, at: int, column: str, value: str, also: str = "", **more: Any
) -> None:
    """Register a fault made by one wrong cell; it is reported at that cell."""
    place = {"file": f"{table}.csv", "row": at + 2, "column": column, "value": value, **more}

    def change(parts: Parts) -> None:
        parts.set(table, at, **{column: value})

    CASES.append(Case(code, change, also=frozenset(also.split()), **place))


def settings(code: str, text: str, **place: Any) -> None:
    """Register a fault of county.toml, made by adding to or replacing its text."""

    def after(folder: Path) -> None:
        path = folder / "county.toml"
        old, new = text.split("→") if "→" in text else ("[county]", text)
        path.write_text(path.read_text("utf-8").replace(old, new), "utf-8")

    def change(parts: Parts) -> None:
        parts.after = after

    CASES.append(Case(code, change, file="county.toml", **place))


# --- the folder and its files -----------------------------------------------------------------
settings("county_file_syntax", "[county")
settings("bad_section", "[county]→datum = 'wgs84'\n[county]", column="datum")
settings("county_key_missing", 'name = "台儿庄区"→', column="county.name")
settings("bad_county_code", '"370405"→"37040"', column="county.code", value="37040")
settings("bad_year", "2026→1926", column="county.year", value="1926")
settings("bad_land", "2026→2026\nland = 'sea'", column="county.land", value="sea")
settings("bad_crs", "2026→2026\ncrs = 'EPSG:4490'", column="county.crs", value="EPSG:4490")
settings(
    "unknown_mark",
    "[county]→[provenance.towns]\nname = 'sure'\n[county]",
    column="provenance.towns.name",
    value="sure",
)
settings("unknown_table", 'table = "roads"→table = "山川"', column="file 6.table", value="山川")
settings("unknown_datum", "[county]→[datum]\nroads = 'xian80'\n[county]", column="datum.roads",
         value="xian80")  # fmt: skip


@case("no_county_file", file="county.toml")
def _(p: Parts) -> None:
    p.after = lambda folder: (folder / "county.toml").unlink()


@case("file_not_found", file="county.toml", column="file 6.path", value="roads2.csv",
      also="table_missing")  # fmt: skip
def _(p: Parts) -> None:
    p.entry("roads")["path"] = "roads2.csv"
    p.after = lambda folder: (folder / "roads.csv").unlink()


@case("unknown_file_kind", file="roads.docx", value=".docx")
def _(p: Parts) -> None:
    p.entry("roads")["path"] = "roads.docx"
    p.after = lambda folder: (folder / "roads.csv").rename(folder / "roads.docx")


@case("missing_datum", file="villages.csv")
def _(p: Parts) -> None:
    del p.entry("villages")["datum"]


@case("missing_datum", file="cells.gpkg", sheet="cells")
def _(p: Parts) -> None:
    del p.entry("cells")["datum"]


@case("unknown_datum", file="villages.csv", row=3, column="坐标系", value="老坐标")
def _(p: Parts) -> None:
    p.set("villages", 1, 坐标系="老坐标")


@case("table_missing", value="道路")
def _(p: Parts) -> None:
    p.remove("roads")


@case("table_missing", value="现行学区")
def _(p: Parts) -> None:
    p.remove("districts")


@case("table_twice", file="现行学区.csv")
def _(p: Parts) -> None:
    p.files.remove(p.entry("districts"))
    p.after = lambda folder: (folder / "现行学区.csv").write_bytes(
        (folder / "districts.csv").read_bytes()
    )


@case("unreadable_file", file="cells.gpkg")
def _(p: Parts) -> None:
    p.after = lambda folder: (folder / "cells.gpkg").write_bytes(b"not a database")


@case("unreadable_file", file="roads.xlsx")
def _(p: Parts) -> None:
    p.entry("roads")["path"] = "roads.xlsx"
    p.after = lambda folder: (folder / "roads.xlsx").write_bytes(b"not a workbook")


@case("bad_encoding", file="roads.csv")
def _(p: Parts) -> None:
    p.after = lambda folder: (folder / "roads.csv").write_bytes(b"\x80\xff\xff\n")


@case("sheet_not_found", file="roads.xlsx", value="道路")
def _(p: Parts) -> None:
    p.entry("roads")["path"] = "roads.xlsx"
    p.after = lambda folder: tiny.write_workbook(
        folder / "roads.xlsx", {"甲": [["a"]], "乙": [["b"]]}
    )


@case("layer_not_found", file="cells.gpkg", sheet="村", value="村")
def _(p: Parts) -> None:
    p.entry("cells")["layer"] = "村"


@case("empty_table", file="roads.csv")
def _(p: Parts) -> None:
    p.after = lambda folder: (folder / "roads.csv").write_text(" , \n", "utf-8")


@case("empty_table", file="roads.csv")
def _(p: Parts) -> None:
    p.frames["roads"] = p.frames["roads"].head(0)


@case("no_geometry", file="cells.gpkg")
def _(p: Parts) -> None:
    def after(folder: Path) -> None:
        (folder / "cells.gpkg").unlink()
        pyogrio.write_dataframe(pd.DataFrame({"village": [V(0)]}), folder / "cells.gpkg")

    p.after = after


# --- headers ----------------------------------------------------------------------------------
@case("missing_column", file="villages.csv", row=1, column="常住人口")
def _(p: Parts) -> None:
    del p.frames["villages"]["population"]


@case("missing_column", file="schools.csv", row=1, column="学校标识码")
def _(p: Parts) -> None:
    """Classes and members name schools: that none is found says nothing new."""
    del p.frames["schools"]["school"]


@case("duplicate_column", file="villages.csv", row=1, column="人口", value="人口")
def _(p: Parts) -> None:
    p.set("villages", 0, 人口="1")


@case("unknown_column", file="villages.csv", row=1, column="备注", value="备注")
def _(p: Parts) -> None:
    p.set("villages", 0, 备注="x")


@case("score_column", file="schools.csv", row=1, column="平均成绩", value="平均成绩")
def _(p: Parts) -> None:
    p.set("schools", 0, 平均成绩="91")


@case("personal_column", file="teachers.csv", row=1, column="姓名", value="姓名")
def _(p: Parts) -> None:
    p.set("schools", 3, teachers="1")
    p.add("teachers", teacher=["T1"], school=["S4"], stage=["学前"], subject=["综合"], 姓名=["某"])


@case("row_too_long", file="roads.csv", row=3, value="多余")
def _(p: Parts) -> None:
    def after(folder: Path) -> None:
        lines = (folder / "roads.csv").read_text("utf-8-sig").split("\n")
        lines[2] += ",多余"
        (folder / "roads.csv").write_text("\n".join(lines), "utf-8-sig")

    p.after = after


# --- cells ------------------------------------------------------------------------------------
cell("missing_value", "villages", 2, "population", "")
cell("not_a_number", "villages", 2, "population", "一千人")
cell("not_a_number", "roads", 0, "metres", "1.9km")
cell("not_whole", "villages", 2, "children_primary", "60.5")
cell("negative", "villages", 2, "children_junior", "-3")
cell("too_large", "schools", 1, "quality", "120")
cell("unknown_word", "schools", 0, "run_by", "乡里")
cell("not_yes_no", "schools", 0, "lead", "也许")
cell("unknown_mark", "villages", 4, "pos_q", "听说")
cell("bad_id", "towns", 0, "town", "37040510", file="towns.gpkg", sheet="towns", row=1,
     also="unknown_town")  # fmt: skip
cell("bad_id", "villages", 0, "village", "3704O5101201",
     also="unknown_village unknown_member unknown_node")  # fmt: skip
cell("id_lost_digits", "villages", 0, "village", "3.70405E+11",
     also="unknown_village unknown_member unknown_node")  # fmt: skip


@case(
    "too_small",
    also="children_not_counted",
    file="children.csv",
    row=2,
    column="year",
    value="1999",
)
def _(p: Parts) -> None:
    p.add("children", village=[V(0)], year=["1999"], age=["6"], count=["3"])


@case("not_a_date", file="teachers.csv", row=2, column="born", value="八五年三月")
def _(p: Parts) -> None:
    p.set("schools", 3, teachers="1")
    p.add(
        "teachers", teacher=["T1"], school=["S4"], stage=["学前"], subject=["综合"],
        born=["八五年三月"],
    )  # fmt: skip


@case("id_lost_digits", file="roads.xlsx", sheet="道路", row=2, column="路段编号",
      value="3.70405103201e+17")  # fmt: skip
def _(p: Parts) -> None:
    p.entry("roads")["path"] = "roads.xlsx"
    roads = tiny.chinese("roads", p.frames.pop("roads"))
    rows = [list(roads.columns), *roads.to_numpy().tolist()]
    rows[1][0] = 370405103201000012
    p.after = lambda folder: tiny.write_workbook(folder / "roads.xlsx", {"道路": rows})


@case("duplicate_id", file="villages.csv", row=14, column="village", value=V(3))
def _(p: Parts) -> None:
    p.add("villages", **{c: [v] for c, v in p.frames["villages"].iloc[3].items() if c != "name"},
          name=["又一村委会"])  # fmt: skip


@case("children_empty", file="children.csv")
def _(p: Parts) -> None:
    p.add("children", village=[], year=[], age=[], count=[])


@case("children_not_counted", file="children.csv")
def _(p: Parts) -> None:
    rest = range(1, len(p.frames["villages"]))
    columns = {"year": "2026", "age": "6", "count": "3"}
    p.add(
        "children", village=[V(i) for i in rest], **{k: [v] * len(rest) for k, v in columns.items()}
    )


@case("duplicate_id", also="children_not_counted", file="children.csv", row=3, column="village",
      value=f"{V(0)} 2026 6")  # fmt: skip
def _(p: Parts) -> None:
    p.add("children", village=[V(0)] * 2, year=["2026"] * 2, age=["6"] * 2, count=["3", "4"])


cell("duplicate_name", "villages", 4, "name", "甲村委会")

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


# --- schools ----------------------------------------------------------------------------------
NAMED = {"file": "schools.csv", "row": 2, "value": "甲小学"}


def school(code: str, column: str, given: str, also: str = "", **more: str) -> None:
    """Register a fault of the first school, reported under its name."""

    def change(parts: Parts) -> None:
        parts.set("schools", 0, **{column: given}, **more)

    CASES.append(Case(code, change, **NAMED, column=column, also=frozenset(also.split())))


school("school_without_seats", "seats_primary", "0")
school("seats_of_other_stage", "seats_junior", "5")
school("pupils_of_other_stage", "pupils_junior", "5")
school("backbone_exceeds_teachers", "backbone", "21")
school("lead_and_weak", "weak", "是", lead="是")
school("school_in_other_town", "town", T1, also="member_outside_town")
school("school_outside_village", "village", V(0), lat="34.5300")


@case("children_exceed_population", file="villages.csv", row=2, column="name", value="甲村委会")
def _(p: Parts) -> None:
    p.set("villages", 0, population="50")


@case("class_wrong_grade", file="classes.csv", row=3, column="grade", value="甲小学")
def _(p: Parts) -> None:
    p.add(
        "classes", school=["S1"] * 2, year=["2026"] * 2, grade=["6", "7"], classes=["1"] * 2,
        pupils=["40"] * 2, seats=["45"] * 2,
    )  # fmt: skip


# --- the current plan -------------------------------------------------------------------------
def _no_towns(p: Parts) -> None:
    p.frames["districts"]["town"] = ""


@case("member_twice", file="members.csv", row=18, column="unit", value=V(0))
def _(p: Parts) -> None:
    p.add("members", unit_kind=["村居"], unit=[V(0)], district=["东学区"])


@case("member_in_two_districts", file="members.csv", row=18, column="unit", value="S1")
def _(p: Parts) -> None:
    _no_towns(p)
    p.add("members", unit_kind=["学校"], unit=["S1"], district=["西学区"])


@case("unknown_member", file="members.csv", row=18, column="unit", value="S1")
def _(p: Parts) -> None:
    p.add("members", unit_kind=["村居"], unit=["S1"], district=["东学区"])


@case("member_not_town_school", file="members.csv", row=14, column="unit", value="S1")
def _(p: Parts) -> None:
    p.set("schools", 0, run_by="民办")


@case("district_twice", file="districts.csv", row=4, column="district", value="东学区")
def _(p: Parts) -> None:
    p.add("districts", district=["东学区"], union=["甲联区"], town=[T0])


@case("empty_district", file="districts.csv", row=4, column="district", value="南学区")
def _(p: Parts) -> None:
    p.add("districts", district=["南学区"], union=[""], town=[T0])


@case("village_without_district", file="villages.csv", row=4, column="name", value="丙村委会")
def _(p: Parts) -> None:
    p.drop("members", [2])


@case("school_without_district", file="schools.csv", row=2, column="name", value="甲小学")
def _(p: Parts) -> None:
    p.drop("members", [12])


@case("member_outside_town", file="members.csv", row=14, column="unit", value="S1",
      also="school_district_differs")  # fmt: skip
def _(p: Parts) -> None:
    p.set("members", 12, district="西学区")


@case("school_district_differs", file="schools.csv", row=2, column="name", value="甲小学")
def _(p: Parts) -> None:
    _no_towns(p)
    p.set("members", 12, district="西学区")


@case("union_across_towns", file="districts.csv", row=2, column="union", value="大联区")
def _(p: Parts) -> None:
    p.frames["districts"]["union"] = "大联区"


@case("district_in_pieces", file="districts.csv", row=3, column="district", value="西学区",
      also="school_district_differs")  # fmt: skip
def _(p: Parts) -> None:
    _no_towns(p)
    p.set("members", 0, district="西学区")


@case("bad_hours", file="facilities.csv", row=2, column="hours", value="下午")
def _(p: Parts) -> None:
    p.add("facilities", facility=["F1"], school=["S1"], kind=["音乐教室"], hours=["下午"])


@case("zone_wrong_stage", file="zones.csv", row=3, column="school", value="甲小学")
def _(p: Parts) -> None:
    p.add("zones", village=[V(0)] * 2, stage=["小学", "初中"], school=["S1", "S1"])


@case("unknown_school", file="zones.csv", row=2, column="school", value="S9")
def _(p: Parts) -> None:
    p.add("zones", village=[V(0)], stage=["小学"], school=["S9"])


@case("name_for_code", file="zones.csv", row=2, column="school", value="庚小学")
def _(p: Parts) -> None:
    p.add("zones", village=[V(0)], stage=["小学"], school=["庚小学"])


@case("feeder_wrong_kind", file="feeders.csv", row=2, column="junior", value="庚小学")
def _(p: Parts) -> None:
    p.add("feeders", primary=["S1"], junior=["S2"])
