"""Attendance zones as units: the plan keeps them, and whatever reads the plan holds to them."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from districting.cli.main import main
from districting.county import County
from districting.errors import PolicyError
from districting.evaluate import verify
from districting.plan.district_plan import DistrictPlan
from districting.plan.plan_file import read_plan, write_plan
from districting.plan.zone_plan import ZonePlan
from districting.policy import Policy, read_policy
from districting.proposing import propose
from districting.proposing.ensemble import ensemble
from districting.proposing.explaining import explain_place
from districting.proposing.units import in_units, told_units
from districting.sample import make_county, write_county
from districting.solve.stop import Stop


@pytest.fixture(scope="module")
def county() -> County:
    return make_county(3, towns=3, villages=48)


@pytest.fixture(scope="module")
def policy() -> Policy:
    return read_policy("taierzhuang_free")


@pytest.fixture(scope="module")
def zones(county: County) -> ZonePlan:
    found = propose(county, read_policy("starter"), "zones", stop=Stop(20.0, gap=0.05), seed=1)
    assert isinstance(found.plan, ZonePlan)
    return replace(found.plan, name="片区")


def free(policy: Policy) -> Policy:
    """Return the policy with three districts of any size, so that a small county has a layout."""
    kept = [r for r in policy.rules if r.name not in ("size_limits", "zone_units")]
    count = policy.rule("district_count")
    kept[kept.index(count)] = replace(count, least=3, most=3)  # type: ignore[call-arg]
    return replace(policy, rules=tuple(kept))


@pytest.fixture(scope="module")
def plan(county: County, policy: Policy, zones: ZonePlan) -> DistrictPlan:
    start = in_units(county, free(policy), "zones", zones)
    found = propose(county, free(policy), start=start, stop=Stop(20.0, gap=0.05), seed=1)
    assert isinstance(found.plan, DistrictPlan)
    return found.plan


def test_the_plan_keeps_its_zones_and_is_held_to_them(
    county: County, policy: Policy, plan: DistrictPlan, zones: ZonePlan, tmp_path: Path
) -> None:
    """Through the file and under a policy that does not name the rule; one village moved breaks."""
    write_plan(plan, tmp_path / "甲.plan.toml")
    read = read_plan(tmp_path / "甲.plan.toml")
    assert isinstance(read, DistrictPlan)
    assert read.units is not None
    assert read.units.zone.to_dict() == zones.zones["primary"].to_dict()
    report = verify(county, read, free(policy))
    assert report.ok
    told = [f for f in report.findings if f.rule == "zone_units"]
    assert [str(f.outcome) for f in told] == ["pass"]
    assert "片区" in told[0].text
    sizes = read.units.zone.value_counts()
    village = read.units.zone.index[read.units.zone == sizes.index[0]][0]
    other = next(d for d in read.districts.index if d != read.villages[village])
    broken = verify(county, read.assign(county, village, other), free(policy))
    assert any(f.rule == "zone_units" and str(f.outcome) == "fail" for f in broken.findings)
    assert "48 个村居" in told_units(county, replace(read, units=None))


def test_a_move_is_that_of_the_zone(county: County, policy: Policy, plan: DistrictPlan) -> None:
    """Explained with its villages, and the rule on units is not broken by it."""
    assert plan.units is not None
    sizes = plan.units.zone.value_counts()
    village = plan.units.zone.index[plan.units.zone == sizes.index[0]][0]
    text = explain_place(county, free(policy), plan, village)
    assert f"{sizes.iloc[0]} 个村居" in text
    assert "以招生片区为单元" not in text


def test_layouts_beside_it_are_of_the_same_units(
    county: County, policy: Policy, plan: DistrictPlan
) -> None:
    """Every sampled layout keeps every zone whole."""
    assert plan.units is not None
    found = ensemble(county, free(policy), 40, 1, plan=plan, stop=Stop(20.0))
    zone = plan.units.zone.reindex(county.villages.index)
    for layout in found.sample.labels:
        of = {z: set(layout[np.flatnonzero(zone == z)]) for z in zone.unique()}
        assert all(len(districts) == 1 for districts in of.values())


def test_zones_count_town_by_town_where_districts_do_not_cross(
    county: County, zones: ZonePlan
) -> None:
    """And are whole where crossing has a price; villages are units again when asked for."""
    strict = in_units(county, read_policy("starter"), "zones", zones)
    loose = in_units(county, read_policy("taierzhuang_free"), "junior_zones", zones)
    assert strict.units is not None
    assert loose.units is not None
    assert (strict.units.by_town, loose.units.by_town) == (True, False)
    assert (strict.units.stage, loose.units.stage) == ("primary", "junior")
    back = in_units(county, read_policy("starter"), "villages", None, strict)
    assert back.units is None
    with pytest.raises(PolicyError, match="zones"):
        in_units(county, read_policy("starter"), "towns", zones)
    with pytest.raises(PolicyError, match="--zones"):
        in_units(make_county(3, towns=2, villages=12), read_policy("starter"), "zones")


def test_from_the_command_line(
    county: County, zones: ZonePlan, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Zones by file, units by word; what they are is printed."""
    write_county(county, tmp_path / "县")
    write_plan(zones, tmp_path / "片区.plan.toml")
    words = ["propose", "districts", tmp_path / "县", "--policy", "starter", "--units", "zones"]
    words += ["--zones", tmp_path / "片区.plan.toml", "-o", tmp_path / "甲.plan.toml"]
    with pytest.raises(SystemExit) as left:
        main([str(w) for w in words])
    assert left.value.code == 0
    assert "片区的" in capsys.readouterr().out
    made = read_plan(tmp_path / "甲.plan.toml")
    assert isinstance(made, DistrictPlan)
    assert made.units is not None
    words[1] = "zones"
    with pytest.raises(SystemExit) as refused:
        main([str(w) for w in words])
    assert refused.value.code == 2
