"""Files are written whole or not at all, each by its ending."""

from dataclasses import dataclass, replace
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from districting.county import County
from districting.export import ExportError, export, write_comparison, write_tables
from districting.export.export import TABLES
from districting.plan.district_plan import DistrictPlan


def test_unknown_ending_writes_nothing(county: County, plan: DistrictPlan, tmp_path: Path) -> None:
    """One unknown ending among several is refused with the allowed ones, before any writing."""
    with pytest.raises(
        ExportError, match=r"\.docm.*\.pdf \.png \.svg \.gpkg \.geojson \.csv \.xlsx"
    ):
        export(plan, county, tmp_path / "a.csv", tmp_path / "b.docm")
    assert list(tmp_path.iterdir()) == []


def test_folder_is_made_and_nothing_else_left(
    county: County, plan: DistrictPlan, tmp_path: Path
) -> None:
    """Missing folders are made; only the files asked for stand in them; capital endings count."""
    written = export(plan, county, tmp_path / "成果" / "一.CSV", str(tmp_path / "成果" / "一.xlsx"))
    assert written == [tmp_path / "成果" / "一.CSV", tmp_path / "成果" / "一.xlsx"]
    assert sorted((tmp_path / "成果").iterdir()) == sorted(written)


def test_a_failure_leaves_the_old_file(
    county: County, plan: DistrictPlan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When writing breaks off, the earlier file stands untouched and no scrap remains."""
    target = tmp_path / "a.csv"
    target.write_text("old")

    def broken(plan: DistrictPlan, county: County, path: Path) -> None:
        path.write_text("half")
        raise OSError("disk full")

    monkeypatch.setitem(TABLES["districts"], "csv", broken)
    with pytest.raises(OSError, match="disk full"):
        export(plan, county, target)
    assert target.read_text() == "old" and list(tmp_path.iterdir()) == [target]


def test_plan_of_another_county_is_refused(
    county: County, plan: DistrictPlan, tmp_path: Path
) -> None:
    """A plan is not drawn on another county's villages."""
    with pytest.raises(ExportError, match="370405"):
        export(replace(plan, county="370405"), county, tmp_path / "a.csv")


@dataclass
class _Comparison:
    frame: pd.DataFrame

    def sheets(self) -> dict[str, pd.DataFrame]:
        return {"指标对比": self.frame, "甲" * 40: self.frame, "甲" * 41: self.frame}


def test_comparison_becomes_a_sheet(county: County, tmp_path: Path) -> None:
    """Numbers stay numbers, words words, and gaps stay empty."""
    frame = pd.DataFrame({"指标": ["平均路程", "学区数"], "现行": [1.86, 9.0]})
    frame["甲案"] = [1.72, None]
    write_comparison(_Comparison(frame), county, tmp_path / "对比.xlsx")
    book = openpyxl.load_workbook(tmp_path / "对比.xlsx")
    assert book.sheetnames == ["指标对比", "甲" * 31, "甲" * 29 + " 2"]
    sheet = book.worksheets[0]
    rows = [[c.value for c in row] for row in sheet.iter_rows(2, 4)]
    assert rows == [["指标", "现行", "甲案"], ["平均路程", 1.86, 1.72], ["学区数", 9, None]]


def test_named_index_becomes_columns(county: County, tmp_path: Path) -> None:
    """Index levels with a name are written; sheet names lose what Excel forbids."""
    frame = pd.DataFrame({"村": [3]}, index=pd.Index(["甲学区"], name="学区"))
    write_tables({"变动[村/校]": frame}, county, tmp_path / "t.xlsx", title="变动一览")
    sheet = openpyxl.load_workbook(tmp_path / "t.xlsx").worksheets[0]
    assert sheet.title == "变动 村 校 "
    assert [c.value for c in sheet[3]] == ["甲学区", 3] and sheet["A1"].value == "变动一览"
