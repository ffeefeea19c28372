"""Faults of the folder, its files, their headers and cells, one each."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pyogrio
import tiny
from breaking import Parts, V, case, cell, settings

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
