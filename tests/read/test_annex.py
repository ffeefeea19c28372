"""The published 学区分布表, with merged cells and a district that stands under a strange union."""

import csv
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
import xlsxwriter

from districting.county import County
from districting.errors import DataError
from districting.read.annex import annex_rows, read_annex

PUBLISHED = Path(__file__).parents[1] / "texts" / "annex_as_published.csv"


def _rows() -> list[list[str]]:
    with PUBLISHED.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


def _csv(path: Path, rows: list[list[str]], encoding: str = "utf-8") -> Path:
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file).writerows(rows)
    return path


def _expected(county: County) -> pd.DataFrame:
    return county.tables["districts"].sort_values("district").reset_index(drop=True)


def test_annex_of_taierzhuang(annex_county: County) -> None:
    """59 schools, 9 districts, 3 unions; 运办学区 is its own, though 泥沟's union is above it."""
    annex = read_annex(PUBLISHED, annex_county)
    assert len(annex.members) == annex.members["unit"].nunique() == 59
    assert len(annex.districts) == 9
    assert annex.districts["union"].nunique() == 3 + 1  # and none
    pd.testing.assert_frame_equal(
        annex.districts, _expected(annex_county), check_like=True, check_dtype=False
    )
    unions = annex.districts.set_index("district")["union"]
    assert unions["兰城学区"] == "泥沟镇教育联区"
    assert unions["运办学区"] == ""
    current = annex_county.tables["members"]
    current = current[current["unit_kind"] == "school"].set_index("unit")["district"]
    assert (annex.members.set_index("unit")["district"] == current.sort_index()).all()


def test_annex_says_what_it_inferred(annex_county: County) -> None:
    """Every blank union cell is accounted for; the one under a strange union names both towns."""
    found = read_annex(PUBLISHED, annex_county).inferred
    assert [p.code for p in found] == ["annex.union_continued"] * 3 + ["annex.union_left"]
    assert found[-1].row == 10
    assert "运河街道" in found[-1].what
    assert "泥沟镇教育联区" in found[-1].what
    assert all(p.severity == "warning" and p.mend and p.allowed for p in found)


def test_workbook_with_merged_cells_reads_the_same(annex_county: County, tmp_path: Path) -> None:
    """XLSX as bureaus make it: title over four columns, unions merged downwards."""
    path = tmp_path / "分布表.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        rows = _rows()
        sheet.merge_range(0, 0, 0, 3, rows[0][0])
        sheet.merge_range(1, 0, 1, 1, rows[1][0])
        for number, row in enumerate(rows[1:], 1):
            for column, text in enumerate(row):
                if text and (number, column) != (1, 0):
                    sheet.write_string(number, column, text)
        sheet.merge_range(3, 0, 4, 0, rows[3][0])
        sheet.merge_range(2, 0, 2, 1, rows[2][0])
    pd.testing.assert_frame_equal(
        read_annex(path, annex_county).members, read_annex(PUBLISHED, annex_county).members
    )
    assert len(annex_rows(path)) == 9


def test_other_encodings_and_one_name_column(annex_county: County, tmp_path: Path) -> None:
    """GB18030 text, and a list without unions (one name column), read as well."""
    whole = read_annex(_csv(tmp_path / "gb.csv", _rows(), "gb18030"), annex_county)
    assert len(whole.members) == 59
    single = [[r[1] or r[0], *r[2:]] for r in _rows()[1:]]
    one = read_annex(_csv(tmp_path / "one.csv", single), annex_county)
    assert set(one.districts["union"]) == {""}
    assert len(one.inferred) == 0


def _broken(change: Callable[[list[list[str]]], None]) -> list[list[str]]:
    rows = _rows()
    change(rows)
    return rows


def _set(row: int, column: int, text: str) -> Callable[[list[list[str]]], None]:
    def change(rows: list[list[str]]) -> None:
        rows[row][column] = text

    return change


@pytest.mark.parametrize(
    ("change", "code", "row"),
    [
        (_set(9, 2, "西关小学、张庄小学、运办幼儿园"), "annex.unknown_school", 10),
        (_set(9, 2, "西关小学、张庄小学、霍庄小学"), "annex.school_twice", 10),
        (_set(9, 2, "西关小学、西关小学"), "annex.school_twice", 10),
        (_set(9, 1, "兰城学区"), "annex.district_twice", 10),
        (_set(9, 2, ""), "annex.no_schools", 10),
        (_set(1, 2, "学校"), "annex.no_header", None),
    ],
)
def test_faults_name_row_and_value(
    annex_county: County,
    tmp_path: Path,
    change: Callable[[list[list[str]]], None],
    code: str,
    row: int | None,
) -> None:
    """Each fault has its own message with file, row and how to mend it."""
    path = _csv(tmp_path / "表.csv", _broken(change))
    with pytest.raises(DataError) as caught:
        read_annex(path, annex_county)
    problem = caught.value.problems[0]
    assert (problem.code, problem.file) == (code, "表.csv")
    assert problem.row == row
    assert problem.what
    assert problem.allowed
    assert problem.mend


def test_namesakes_are_told_apart_by_their_town(annex_county: County, tmp_path: Path) -> None:
    """Of two schools of one name, the one in the town of the row's other schools is meant."""
    schools = annex_county.schools.copy()
    twin = schools[schools["name"] == "西关小学"].copy()
    other = schools[schools["name"] == "姚庄小学"].iloc[0]
    twin.index = pd.Index(["S99"], name="school")
    twin["town"], twin["village"] = other["town"], other["village"]
    county = annex_county.with_tables(schools=pd.concat([schools, twin]).sort_index())
    annex = read_annex(PUBLISHED, county)
    assert [p.value for p in annex.inferred if p.code == "annex.not_listed"] == ["西关小学"]
    alone = _broken(_set(9, 2, "西关小学"))
    with pytest.raises(DataError, match="西关小学"):
        read_annex(_csv(tmp_path / "alone.csv", alone), county)


def test_missing_file_and_sheet(annex_county: County, tmp_path: Path) -> None:
    """A file that is not there, is no workbook, or lacks the sheet is refused in words."""
    bad = tmp_path / "坏.xlsx"
    bad.write_bytes(b"no workbook")
    for path in (tmp_path / "没有.csv", bad):
        with pytest.raises(DataError) as caught:
            read_annex(path, annex_county)
        assert caught.value.problems[0].code == "annex.unreadable"
    path = tmp_path / "一.xlsx"
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet("学区")
    with pytest.raises(DataError) as caught:
        read_annex(path, annex_county, sheet="名单")
    assert caught.value.problems[0].code == "annex.no_sheet"
