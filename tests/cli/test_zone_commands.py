"""Zones by the command line: propose, verify, explain, compare, edit, why."""

import json
from pathlib import Path

import pytest
from calls import run

from districting.county import County, Mark
from districting.plan.plan_file import read_plan_of
from districting.plan.zone_plan import ZonePlan
from districting.read import read_county
from districting.sample import make_county, write_county


@pytest.fixture(scope="module")
def county() -> County:
    return make_county(4, 2, 16)


@pytest.fixture(scope="module")
def folder(county: County, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a county folder of two towns, without current zones."""
    path = tmp_path_factory.mktemp("county")
    write_county(county, path)
    return path


def test_from_folder_to_plan_and_back(
    capsys: pytest.CaptureFixture[str], folder: Path, county: County, tmp_path: Path
) -> None:
    """A proposed zone plan verifies, explains itself, compares, and can be edited."""
    plan = tmp_path / "片区.plan.toml"
    code, out, _ = run(capsys, "propose", "zones", folder, "--policy", "taierzhuang", "-o", plan)
    assert (code, "间隙" in out) == (0, True)
    at = ("--county", folder)
    assert run(capsys, "verify", plan, *at)[0] == 0
    village = str(county.villages.index[0])
    code, out, _ = run(capsys, "explain", plan, village, *at)
    assert code == 0
    assert out.startswith("小学：")
    table = json.loads(run(capsys, "compare", "就近", plan, *at, "--json")[1])
    moved = next(r for r in table if r["measure"] == "zone_moved_children")
    assert moved["就近基线"] is None
    assert "就近基线" in run(capsys, "--lang", "zh", "compare", "nearest", plan, *at)[1]
    assert run(capsys, "evaluate", plan, *at)[0] == 0
    kept, excused = tmp_path / "乙.plan.toml", tmp_path / "丙.plan.toml"
    school = read_plan_of(plan, ZonePlan).zones.loc[village, "primary"]
    run(capsys, "edit", "lock", plan, village, "--forbid", school, "-o", kept, *at)
    assert read_plan_of(kept, ZonePlan).locks[0].forbid
    reason = ("--reason", "在建")
    assert run(capsys, "edit", "exempt", kept, "seats", "*", *reason, "-o", excused)[0] == 0
    assert "例外" in run(capsys, "verify", excused, *at)[1]


def test_a_plan_is_the_next_ones_current(
    capsys: pytest.CaptureFixture[str], folder: Path, county: County, tmp_path: Path
) -> None:
    """--zones: moved children are counted, priced and explained against the plan of last year."""
    last, plan = tmp_path / "去年.plan.toml", tmp_path / "今年.plan.toml"
    at, policy = ("--county", folder), ("--policy", "taierzhuang")
    run(capsys, "propose", "zones", folder, *policy, "-o", last)
    village = next(v for v in county.villages.index if v not in set(county.schools["village"]))
    school = read_plan_of(last, ZonePlan).zones.loc[village, "primary"]
    held = tmp_path / "锁定.plan.toml"
    run(capsys, "edit", "lock", last, village, "--forbid", school, "-o", held, *at)
    words = ("propose", "zones", folder, *policy, "--from", held, "--zones", last, "-o", plan)
    assert run(capsys, *words)[0] == 0
    was, now = (read_plan_of(p, ZonePlan).zones["primary"] for p in (last, plan))
    children = float(county.villages["children_primary"][was != now].sum())
    assert was[village] != now[village]

    def moved(*more: object) -> float | None:
        rows = json.loads(run(capsys, "verify", plan, *at, "--json", *more)[1])
        return next(r["number"] for r in rows if r["rule"] == "stability")

    assert moved() is None
    assert moved("--zones", last) == pytest.approx(children / 6)  # one entry of six grades
    assert "少动现行片区" in run(capsys, "explain", plan, village, *at, "--zones", last)[1]
    assert "少动现行片区" not in run(capsys, "explain", plan, village, *at)[1]


def test_words_for_plans_that_are_not_there(
    capsys: pytest.CaptureFixture[str], folder: Path
) -> None:
    """Without current zones the message says what to compare with; kinds do not mix."""
    code, _, err = run(capsys, "compare", "现行", "就近", "--county", folder)
    assert code == 2
    assert "就近" in err


def test_why_names_the_clause_and_what_it_takes(
    capsys: pytest.CaptureFixture[str], folder: Path, tmp_path: Path
) -> None:
    """A policy that no plan can meet leaves with code 3 and tells how far off it is."""
    profile = tmp_path / "严.toml"
    profile.write_text(
        '[policy]\nname = "严"\ntitle = "严"\n'
        '[[rule]]\nkind = "zones"\nuse = "travel"\ntext = "就近"\nstrength = "aim"\n'
        '[[rule]]\nkind = "zones"\nuse = "rural_radius"\ntext = "一百米"\nstrength = "must"\n'
        "params = { primary = 100.0 }\n",
        encoding="utf-8",
    )
    code, _, err = run(capsys, "why", folder, "--policy", profile, "--kind", "zones")
    assert code == 3
    assert "服务半径：一百米" in err
    assert "至少超出" in err


def test_a_kept_plan_becomes_the_countys_current_zones(
    capsys: pytest.CaptureFixture[str], folder: Path, tmp_path: Path
) -> None:
    """A folder with its zones, said to be assumed, that checks clean; the plan moves nobody."""
    last, new = tmp_path / "去年.plan.toml", tmp_path / "来年"
    run(capsys, "propose", "zones", folder, "--policy", "taierzhuang", "-o", last)
    code, out, _ = run(capsys, "edit", "adopt", last, "-o", new, "--county", folder)
    assert (code, "假定" in out) == (0, True)
    assert run(capsys, "check", new)[0] == 0
    county = read_county(new)
    assert county.provenance["zones", "school"] == Mark("assumed", "去年")
    assert county.current_zones is not None
    assert county.current_zones.zones.equals(read_plan_of(last, ZonePlan).zones)
    table = json.loads(run(capsys, "compare", "现行", last, "--county", new, "--json")[1])
    moved = next(r for r in table if r["measure"] == "zone_moved_children")
    assert moved["去年"] == 0
