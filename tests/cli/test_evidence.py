"""Commands on evidence: assess, gaps, scorecard, share, feedback, each with JSON and Excel."""

import json
from pathlib import Path

import openpyxl
import pytest
from calls import run

from districting.plan.plan_file import write_plan
from districting.plan.rotation_plan import RotationPlan, move_table, new_move
from districting.read import read_county
from districting.sample import equipped, make_county, staffed, write_county


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a county folder of two towns with records, staff and facilities."""
    path = tmp_path_factory.mktemp("county")
    write_county(equipped(staffed(make_county(2, 2, 16, records=True), 2), 2), path)
    return path


@pytest.mark.parametrize(
    ("words", "sheets"),
    [
        (["assess"], {"逐项结论", "七项资源表", "差异系数测算表·小学", "佐证清单"}),
        (["assess", "--close"], {"补齐总量", "轮岗对调建议", "轮岗可达目标"}),
        (["gaps", "--plan", "现行"], {"差异系数（按学生加权）", "全部数值"}),
        (["scorecard", "--profile", "caoxian"], {"考核排名", "捆绑考核表", "校长考核折算"}),
        (["share"], {"资源共享台账", "共享课表", "受益面"}),
        (["feedback"], {"各小学汇总"}),
    ],
)
def test_each_command_prints_json_and_writes_its_sheets(
    capsys: pytest.CaptureFixture[str],
    folder: Path,
    tmp_path: Path,
    words: list[str],
    sheets: set[str],
) -> None:
    """The same call prints a report or JSON, and the Excel file holds the sheets it is for."""
    out = tmp_path / "a.xlsx"
    command, *rest = words
    code, text, err = run(capsys, command, folder, *rest, "-o", out)
    assert code == 0, err
    assert str(out) in text
    assert sheets <= set(openpyxl.load_workbook(out, read_only=True).sheetnames)
    code, text, err = run(capsys, command, folder, *rest, "--json")
    assert code == 0, err
    assert isinstance(json.loads(text), list)


def test_gaps_after_moves_of_a_file(
    capsys: pytest.CaptureFixture[str], folder: Path, tmp_path: Path
) -> None:
    """Moves by file add a state; an unknown teacher is an error with the file's name."""
    teachers = (folder / "teachers.csv").read_text(encoding="utf-8-sig").splitlines()
    rows = [line.split(",") for line in teachers[1:] if ",小学," in line]
    other = next(r[1] for r in rows if r[1] != rows[0][1])
    moves = tmp_path / "moves.csv"
    moves.write_text(f"教师编号,交流单位标识码\n{rows[0][0]},{other}\n", encoding="utf-8")
    code, out, err = run(capsys, "gaps", folder, "--moves", moves)
    assert code == 0, err
    assert "轮岗后" in out
    moves.write_text(f"教师编号,交流单位标识码\n没有此人,{other}\n", encoding="utf-8")
    code, _, err = run(capsys, "gaps", folder, "--moves", moves)
    assert code == 2
    assert "moves.csv" in err


def test_gaps_after_a_rotation_plan(
    capsys: pytest.CaptureFixture[str], folder: Path, tmp_path: Path
) -> None:
    """A rotation plan is a state like a layout: the county with its teachers moved."""
    county = read_county(folder)
    backbone = county.tables["teachers"].query("honour == 'county' and stage == 'primary'")
    teacher = backbone.iloc[0].to_dict()
    here = county.teaching("primary").index
    other = str(here[here != teacher["school"]][0])
    moves = move_table([new_move(teacher, other, county.year)])
    plan = RotationPlan(name="轮岗甲", county=county.code, year=county.year, moves=moves)
    write_plan(plan, tmp_path / "r.plan.toml")
    code, out, err = run(capsys, "gaps", folder, "--plan", tmp_path / "r.plan.toml", "--json")
    assert code == 0, err
    rows = [r for r in json.loads(out) if (r["id"], r["level"]) == ("RES-02", "school")]
    now, then = (
        next(r["variation"] for r in rows if r["state"] == s and r["stage"] == "primary")
        for s in ("现行", "轮岗甲")
    )
    assert now != then


def test_an_unknown_profile_names_the_shipped_ones(
    capsys: pytest.CaptureFixture[str], folder: Path
) -> None:
    """A wrong name is a wrong call, and the message says which names there are."""
    code, _, err = run(capsys, "scorecard", folder, "--profile", "nowhere")
    assert code == 2
    assert "taierzhuang" in err
