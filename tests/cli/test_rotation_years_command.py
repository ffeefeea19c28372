"""Rotation plans of several years on the command line."""

import json
from pathlib import Path

import pytest
from calls import run

from districting.plan.plan_file import read_plan_of
from districting.plan.rotation_plan import RotationPlan
from districting.sample import make_county, staffed, write_county


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("county")
    write_county(staffed(make_county(4, towns=2, villages=20, records=True), 4), path)
    return path


def test_two_years_from_folder_to_paper(
    capsys: pytest.CaptureFixture[str], folder: Path, tmp_path: Path
) -> None:
    """Each year is told as it is done; the plan verifies and prints."""
    path, policy = tmp_path / "中期.plan.toml", ("--policy", "taierzhuang")
    words = ("propose", "rotation", folder, *policy, "--years", "2", "-o", path)
    code, out, err = run(capsys, *words)
    assert (code, err) == (0, "")
    assert "2026 学年：年初" in out and "2027 学年：年初" in out and "下界" in out
    plan = read_plan_of(path, RotationPlan)
    assert plan.years == range(2026, 2028)
    assert run(capsys, "verify", path, "--county", folder, *policy)[0] == 0
    sheet = tmp_path / "中期.xlsx"
    words = ("document", "轮岗中期规划表", path, "-o", sheet, "--county", folder, *policy)
    assert run(capsys, *words)[0] == 0 and sheet.stat().st_size > 5000


def test_years_as_numbers(capsys: pytest.CaptureFixture[str], folder: Path, tmp_path: Path) -> None:
    """JSON has a line a year; years that mean nothing, or another kind's, are refused."""
    path = tmp_path / "a.plan.toml"
    head = ("propose", "rotation", folder, "--policy", "taierzhuang", "-o", path)
    told = json.loads(run(capsys, *head, "--years", "2027-2028", "--json")[1])
    assert [y["year"] for y in told["years"]] == [2027, 2028] and told["short"] == ""
    assert told["bound"] <= told["objective"]
    for years in ("1", "9", "2026-2036", "明年"):
        assert run(capsys, *head, "--years", years)[0] == 2
    assert run(capsys, *head, "--years", "2", "--robust")[0] == 2
