"""The command that groups schools, and the profile that the next command reads."""

import json
import tomllib
from pathlib import Path

import pytest
from calls import run
from python_calamine import CalamineWorkbook

from districting.plan.plan_file import read_plan_of
from districting.plan.zone_plan import ZonePlan
from districting.sample import make_county, write_county


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("county")
    write_county(make_county(1, 2, 24), path)
    return path


def test_groups_go_into_a_profile_that_zones_are_proposed_with(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The printed groups, the JSON and the plan's groups are the same; the table is bilingual."""
    profile, plan = tmp_path / "组.toml", tmp_path / "片区.plan.toml"
    words = ("groups", folder, "--policy", "crosstown", "-o", profile, "--within", "20000")
    code, told, _ = run(capsys, *words, "--json")
    assert code == 0
    found = json.loads(told)
    assert found["bound"] <= found["objective"]
    assert found["status"] == "optimal"
    rules = tomllib.loads(profile.read_text(encoding="utf-8"))["rule"]
    rule = next(r for r in rules if r["use"] == "several_schools")
    assert rule["params"]["stages"] == ["primary"]
    assert len(rule["params"]["groups"]) == sum(s != g for s, g in found["groups"].items())
    made = run(capsys, "propose", "zones", folder, "--policy", profile, "-o", plan)
    assert made[0] == 0
    assert dict(read_plan_of(plan, ZonePlan).groups) == found["groups"]
    code, told, _ = run(capsys, "--lang", "en", *words)
    assert (code, "off the mean" in told, "times the distance" in told) == (0, True, True)
    assert "与均值相差" in run(capsys, *words)[1]


def test_no_groups_write_nothing(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "组.toml"
    words = ("groups", folder, "--policy", "taierzhuang", "-o", out)
    code, _, told = run(capsys, *words, "--within", "1")
    assert (code, out.exists()) == (3, False)
    assert "--within" in told
    assert run(capsys, *words, "--least", "4", "--most", "3")[0] == 2
    # A profile without the rule gains it, marked as no sentence of the document.
    assert run(capsys, *words, "--within", "20000")[0] == 0
    assert "比较条件" in run(capsys, "rules", out)[1]


def test_primaries_feed_junior_schools_that_share_a_zone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """多校对口 from groups to the list: an entry a group, whole graduates; uneven ones are told."""
    county, profile, plan = tmp_path / "县", tmp_path / "组.toml", tmp_path / "片区.plan.toml"
    write_county(make_county(4, 3, 60, records=True), county)
    words = ("groups", county, "--policy", "caoxian", "--stage", "junior", "--no-apart")
    code, told, _ = run(capsys, *words, "-o", profile, "--within", "30000", "--json")
    assert code == 0
    leads = json.loads(told)["groups"]
    assert len(leads) == 2
    at = ("--county", county, "--policy", profile)
    assert run(capsys, "propose", "zones", county, "--policy", profile, "-o", plan)[0] == 0
    made = read_plan_of(plan, ZonePlan)
    shared = made.feeders[made.feeders["way"] == "lottery"]
    assert set(shared["junior"]) == set(leads)
    code, told, _ = run(capsys, "verify", plan, *at)
    assert (code, "未完成" in told.splitlines()[1]) == (0, False)
    assert run(capsys, "document", "feeder-list", plan, *at, "-o", tmp_path / "表.xlsx")[0] == 0
    listed = CalamineWorkbook.from_path(tmp_path / "表.xlsx").get_sheet_by_index(0).to_python()
    lots = [row for row in listed if "派位" in row]
    assert len(lots) == shared["primary"].nunique()
    assert all(float(row[5]).is_integer() for row in lots)
    assert "、" in str(lots[0][0])
    strict = profile.read_text(encoding="utf-8").replace("tolerance = 5.0", "tolerance = 0.4")
    profile.write_text(strict.replace("part_hot", "tolerance = 0.4\npart_hot"), encoding="utf-8")
    assert "各校均值相差 -0.5" in run(capsys, "verify", plan, *at)[1]
