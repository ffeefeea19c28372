"""The file of teachers' names: read from what offices write, and every fault in it told at once."""

from pathlib import Path
from types import SimpleNamespace

import openpyxl
import pytest

from districting.errors import DataError, Problem
from districting.export.names import read_names

ROSTER = ("T1", "T2", "T3")


def faults(path: Path, text: str) -> list[tuple[str, int | None, str]]:
    """Return code, row and value of the problems of a file that is refused."""
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DataError) as refused:
        read_names(path, ROSTER)
    return told(list(refused.value.problems))


def told(problems: list[Problem]) -> list[tuple[str, int | None, str]]:
    """Return code, row and value of problems that all say what is allowed and how to mend them."""
    assert all(p.what and p.allowed and p.mend and p.file for p in problems)
    return [(p.code.removeprefix("names."), p.row, p.value) for p in problems]


def test_files_as_offices_write_them(tmp_path: Path) -> None:
    """CSV of Excel in either encoding, or a workbook; spaces and other columns do no harm."""
    text = "序号,教师编号,姓 名\n1, T1 ,甲\n2,T2,乙\n,,\n"
    for encoding in ("utf-8-sig", "gb18030"):
        (tmp_path / "a.csv").write_text(text, encoding=encoding)
        names, warnings = read_names(tmp_path / "a.csv", ROSTER)
        assert (names["T1"], names["T2"], warnings) == ("甲", "乙", [])
    book = openpyxl.Workbook()
    for row in (("教师编号", "姓名"), (1001, "甲"), (1002, None)):
        book.active.append(row)
    book.save(tmp_path / "a.xlsx")
    names, warnings = read_names(tmp_path / "a.xlsx", ("1001", "1002"))
    assert names["1001"] == "甲" and told(warnings) == [("no_name", 3, "1002")]


def test_what_makes_a_file_useless_is_refused_all_at_once(tmp_path: Path) -> None:
    """A missing file or column; names without id and ids given twice, with what else is odd."""
    path = tmp_path / "a.csv"
    with pytest.raises(DataError) as refused:
        read_names(path, ROSTER)
    assert told(list(refused.value.problems)) == [("unreadable", None, "")]
    assert faults(path, "编号,名\nT1,甲\n") == [("column", 1, ""), ("column", 1, "")]
    assert faults(path, "教师编号,姓名\nT1,甲\n,丙\nT1,乙\nT9,\n") == [
        ("no_id", 3, "丙"),
        ("twice", 4, "T1"),
        ("no_name", 5, "T9"),
        ("unknown", 5, "T9"),
    ]


def test_teachers_of_the_plan_without_a_name_are_told(tmp_path: Path) -> None:
    """Whoever the plan has a row on, in whatever part, and is not in the file."""
    path = tmp_path / "a.csv"
    path.write_text("教师编号,姓名\nT1,甲\n", encoding="utf-8")
    body = {"visit": [{"teacher": "T1"}], "pair": [{"mentor": "T2", "mentee": "T3"}], "until": 2027}
    _, warnings = read_names(path, ROSTER, [SimpleNamespace(body=lambda: body)])
    assert told(warnings) == [("missing", None, "T2"), ("missing", None, "T3")]
    assert {p.severity for p in warnings} == {"warning"}
