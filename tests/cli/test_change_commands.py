"""``what-if`` and ``propose zones --years`` on the shipped county, and faults of their options."""

from pathlib import Path

import openpyxl
import pytest
import typer
from calls import TAIERZHUANG, run

from districting.cli.years import year_range
from districting.plan.plan_file import read_plan


def test_one_map_for_years_and_a_closed_school(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """The robust plan is written; closing a school in it is told, warned of and written."""
    plan, after, book = tmp_path / "甲.plan.toml", tmp_path / "乙.plan.toml", tmp_path / "乙.xlsx"
    words = ("propose", "zones", TAIERZHUANG, "--policy", "taierzhuang", "--years", "2026-2027")
    code, out, _ = run(capsys, *words, "--robust", "-o", plan)
    assert code == 0
    assert "2026—2027" in out
    _, out, _ = run(capsys, "verify", plan, "--county", TAIERZHUANG)
    assert "按 2026—2027 学年核验" in out
    words = (
        "what-if",
        TAIERZHUANG,
        "--policy",
        "taierzhuang",
        "--plan",
        plan,
        "--close",
        "李沟小学",
    )
    code, out, _ = run(capsys, *words, "-o", after, "-o", book)
    assert code == 0
    assert "须先听取意见：李沟小学" in out
    assert "改变学校的儿童" in out
    assert "李沟小学" not in after.read_text(encoding="utf-8")
    assert read_plan(after).parent == "甲"
    assert "变动影响" in openpyxl.load_workbook(book, read_only=True).sheetnames


def test_years_need_a_way(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """--years alone, and years gone by, are wrong calls."""
    head = (
        "propose",
        "zones",
        TAIERZHUANG,
        "--policy",
        "taierzhuang",
        "-o",
        tmp_path / "x.plan.toml",
    )
    assert run(capsys, *head, "--years", "2026-2027")[0] == 2
    assert run(capsys, *head, "--years", "2020-2021", "--robust")[0] == 2


@pytest.mark.parametrize("text", ["soon", "2031-2026", "2019-2020", "2026-2099"])
def test_years_that_mean_nothing_are_refused(text: str) -> None:
    with pytest.raises(typer.BadParameter):
        year_range(text, 2026)


def test_years_are_read() -> None:
    assert year_range("2026-2028", 2026) == range(2026, 2029)
    assert year_range("2027", 2026) == range(2027, 2028)


def test_what_if_needs_a_change(capsys: pytest.CaptureFixture[str]) -> None:
    """Without a change, or with an unknown school, nothing is solved."""
    head = ("what-if", TAIERZHUANG, "--policy", "taierzhuang")
    assert run(capsys, *head)[0] == 2
    code, _, told = run(capsys, *head, "--merge", "李沟小学")
    assert code == 2 and "用法有误：“李沟小学”应写成 被并校:接收校" in told
