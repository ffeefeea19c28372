"""The distribution table in the shape of 台儿庄's annex."""

import csv
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest

from districting.county import County
from districting.export import export
from districting.export.distribution_table import distribution_rows
from districting.plan.district_plan import DistrictPlan
from districting.read import read_county

TEXTS = Path(__file__).parents[1] / "texts"


def annex_lines() -> list[tuple[str, str, str]]:
    """Return the published rows: union cell, district cell, schools; line breaks taken out."""
    with (TEXTS / "annex_as_published.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = [[re.sub(r"\s", "", c) for c in row] for row in csv.reader(stream)]
    return [(row[0], row[1], row[2]) for row in rows[2:]]


@pytest.fixture(scope="module")
def annex_book(annex_county: County, tmp_path_factory: pytest.TempPathFactory) -> openpyxl.Workbook:
    path = tmp_path_factory.mktemp("table") / "分布表.xlsx"
    listed = list(dict.fromkeys(d or u for u, d, _ in annex_lines()))
    order = {name: place for place, name in enumerate(listed, 1)}
    districts = annex_county.tables["districts"]
    central = annex_county.schools["name"].str.contains("镇中心")
    made = annex_county.with_tables(
        districts=districts.assign(order=districts["district"].map(order)),
        schools=annex_county.schools.assign(central=central),
    )
    current = made.current_plan
    assert current is not None
    export(current, replace(made, name="台儿庄区"), path)
    return openpyxl.load_workbook(path)


def test_table_equals_the_annex(annex_book: openpyxl.Workbook) -> None:
    """Re-read, the table holds the annex's rows: names, order and all 59 schools."""
    sheet = annex_book["分布表"]
    written = [tuple(c.value or "" for c in row[:3]) for row in sheet.iter_rows(3, 11)]
    published = annex_lines()
    # 运办学区 stands alone: in the annex's text it shares a blank cell with the row above.
    alone = [("运办学区", "", s) if d == "运办学区" else (u, d, s) for u, d, s in published]
    assert [(u, d) for u, d, _ in written] == [(u, d) for u, d, _ in alone]
    assert [s for _, _, s in written] == [s for _, _, s in alone]
    assert sum(len(s.split("、")) for _, _, s in written) == 59


def test_county_data_gives_the_annex() -> None:
    """The current plan of the committed 台儿庄 data gives the published rows, in their order."""
    taierzhuang = read_county(Path(__file__).parents[2] / "data" / "geo" / "taierzhuang")
    current = taierzhuang.current_plan
    assert current is not None
    rows = distribution_rows(taierzhuang, current)
    published = [(d or u, s) for u, d, s in annex_lines()]
    assert list(zip(rows["district"], rows["schools"], strict=True)) == published


def test_title_and_header(annex_book: openpyxl.Workbook) -> None:
    """Title and column heads read as in the annex."""
    sheet = annex_book["分布表"]
    assert sheet["A1"].value == "台儿庄区镇（街）教育联区、学区分布表"
    assert [sheet.cell(2, c).value for c in (1, 3, 4)] == ["名称项目", "所辖校（园）", "备注"]


def test_unions_span_their_districts(annex_book: openpyxl.Workbook) -> None:
    """A union's cell covers its districts; a district without a union covers both columns."""
    merged = {str(area) for area in annex_book["分布表"].merged_cells.ranges}
    assert {"A4:A5", "A6:A7", "A8:A9"} <= merged
    assert {"A1:D1", "A2:B2", "A3:B3", "A10:B10", "A11:B11"} <= merged


def test_page_is_set_up_for_print(annex_book: openpyxl.Workbook) -> None:
    """The sheet prints on A4, one page wide, with the notice at its foot."""
    sheet = annex_book["分布表"]
    assert int(sheet.page_setup.paperSize) == 9 and sheet.page_setup.fitToHeight == 0
    assert "内部工作图，不得公开" in sheet.oddFooter.left.text
    assert sheet["A12"].value.startswith("内部工作图，不得公开")


def test_numbers_add_up(annex_book: openpyxl.Workbook) -> None:
    """The second sheet counts schools by kind for each district, with totals as formulas."""
    sheet = annex_book["汇总"]
    heads = [c.value for c in sheet[1]]
    by_name = {row[2].value: row for row in sheet.iter_rows(2, 10)}
    counts = {
        h: [row[heads.index(h)].value for row in by_name.values()]
        for h in ("初中", "小学", "幼儿园")
    }
    assert {h: sum(c) for h, c in counts.items()} == {"初中": 6, "小学": 46, "幼儿园": 7}
    assert by_name["张山子镇学区"][heads.index("校（园）数")].value == 10
    assert sheet.cell(11, heads.index("小学") + 1).value.startswith("=SUM(")


def test_villages_keep_codes_as_text(annex_book: openpyxl.Workbook, annex_county: County) -> None:
    """The third sheet lists each village with its district; codes are text."""
    rows = list(annex_book["村居"].iter_rows(2, values_only=True))
    current = annex_county.current_plan
    assert current is not None
    assert {r[0]: r[3] for r in rows} == current.villages.to_dict()


def test_new_districts_follow_their_town(
    county: County, plan: DistrictPlan, tmp_path: Path
) -> None:
    """Renamed districts stay in their towns' order, union beside union."""
    renamed = {name: f"新{name}" for name in plan.districts.index[:3]}
    changed = replace(
        plan,
        districts=plan.districts.rename(index=renamed).sort_index(),
        villages=plan.villages.replace(renamed),
        schools=plan.schools.replace(renamed),
    )
    export(changed, county, tmp_path / "t.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "t.xlsx")["汇总"]
    towns = [row[0].value for row in sheet.iter_rows(2, 1 + len(plan.districts))]
    assert towns == sorted(towns, key=towns.index)
    assert len(dict.fromkeys(towns)) == len(county.towns)


def test_schools_in_no_district_stand_last(
    grid_county: Callable[..., County], tmp_path: Path
) -> None:
    """An incomplete plan lists the schools it leaves out in a row of their own."""
    made = grid_county(1, 3, [{"at": 0}, {"at": 2}], labels=["甲学区", "甲学区", ""])
    current = made.current_plan
    assert current is not None
    export(current, made, tmp_path / "t.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "t.xlsx")["分布表"]
    assert [sheet.cell(4, c).value for c in (1, 3)] == ["（未划入学区）", "第1学校"]
