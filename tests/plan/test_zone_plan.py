"""Zone plans: round trip, edits that take the junior zone along, locks and forbidden schools."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import pandas as pd
import pytest

from districting.county import County
from districting.errors import PlanFileError
from districting.plan.plan_file import plan_text, read_plan_of, write_plan
from districting.plan.zone_plan import ZonePlan, feeder_table
from grid_codes import village_code


@pytest.fixture(scope="module")
def county(grid_county: Callable[..., County]) -> County:
    """Four villages in a row; primaries S0, S1 in the first two, junior schools S2, S3, a
    nine-year school S4 in the last; current zones and feeders."""
    kinds = ["primary", "primary", "junior", "junior", "nine_year"]
    schools = [{"at": at, "kind": kind} for at, kind in zip([0, 1, 2, 2, 3], kinds, strict=True)]
    bare = grid_county(1, 4, schools=schools)
    rows = [
        (village_code(v), stage, school)
        for v, pair in enumerate(["S0 S2", "S0 S2", "S1 S3", "S4 S4"])
        for stage, school in zip(["primary", "junior"], pair.split(), strict=True)
    ]
    return bare.with_tables(
        zones=pd.DataFrame(rows, columns=["village", "stage", "school"]),
        feeders=pd.DataFrame([("S0", "S2"), ("S1", "S3")], columns=["primary", "junior"]),
    )


@pytest.fixture(scope="module")
def plan(county: County) -> ZonePlan:
    current = county.current_zones
    assert current is not None
    return current


def test_current_zones_come_from_the_tables(county: County, plan: ZonePlan) -> None:
    """The county's zones and feeders are its current plan; without zones there is none."""
    assert list(plan.zones["primary"]) == ["S0", "S0", "S1", "S4"]
    assert plan.feeds() == {"S0": "S2", "S1": "S3"}
    none = county.tables["zones"].iloc[:0]
    assert county.with_tables(zones=none).current_zones is None


def test_written_plan_is_read_back(county: County, plan: ZonePlan, tmp_path: Path) -> None:
    """Zones, feeders by lot, groups, locks and forbidden schools survive the round trip."""
    feeders = feeder_table(
        [("S1", "S3", "lottery", 2027), ("S1", "S2", "lottery", 2027), ("S0", "S2", "direct", 2026)]
    )
    groups = MappingProxyType({"S2": "S2", "S3": "S2"})
    full = replace(plan, feeders=feeders, groups=groups, until=2028).lock(
        county, units=["S0", "第1村委会"]
    )
    full = full.forbid(county, ["第3村委会"], "S4", "学校要求")
    write_plan(full, tmp_path / "片区.plan.toml")
    back = read_plan_of(tmp_path / "片区.plan.toml", ZonePlan)
    assert plan_text(back) == plan_text(full)
    assert back.zones.equals(full.zones)
    assert back.feeders.equals(full.feeders)
    assert (back.locks, dict(back.groups)) == (full.locks, dict(groups))
    assert back.members("S2") == ("S2", "S3")
    assert back.members("S0") == ("S0",)
    assert sorted((k.unit_kind, k.to, k.forbid) for k in full.locks) == [
        ("feeder", "S2", False),
        ("junior", "S2", False),
        ("junior", "S4", True),
        ("primary", "S0", False),
        ("primary", "S4", True),
    ]


def test_a_village_takes_its_junior_zone_along(county: County, plan: ZonePlan) -> None:
    """A new primary brings its junior school, unless that zone is locked or none is fed."""
    village = village_code(1)
    moved = plan.assign(county, "第1村委会", "S1", "路近")
    assert tuple(moved.zones.loc[village]) == ("S1", "S3")
    assert (moved.parent, moved.reason, plan.zones.loc[village, "primary"]) == (
        "现行",
        "路近",
        "S0",
    )
    held = plan.lock(county, units=[village])
    unlocked = replace(held, locks=tuple(k for k in held.locks if k.unit_kind == "junior"))
    assert tuple(unlocked.assign(county, village, "S1").zones.loc[village]) == ("S1", "S2")
    assert tuple(plan.assign(county, village, "S3").zones.loc[village]) == ("S0", "S3")
    both = plan.assign(county, village, "S4")
    assert tuple(both.zones.loc[village]) == ("S4", "S4")
    only = plan.assign(county, village, "S4", stages=["junior"])
    assert tuple(only.zones.loc[village]) == ("S0", "S4")


def test_a_primary_is_fed_elsewhere_with_its_villages(county: County, plan: ZonePlan) -> None:
    """Feeding another junior school replaces the old feeder and moves the junior zone."""
    fed = plan.assign(county, "S0", "S3")
    assert fed.feeds() == {"S0": "S3", "S1": "S3"}
    assert list(fed.zones["junior"]) == ["S3", "S3", "S3", "S4"]
    assert set(fed.feeders["from_year"]) == {county.year}


def test_locks_hold_until_taken_off(county: County, plan: ZonePlan) -> None:
    """Locked villages and feeders stay; a town's locks hold its villages and its schools."""
    locked = plan.lock(county, town="370999101")
    assert len(locked.locks) == 4 * 2 + 2
    assert locked.locks == plan.lock(county, everything=True).locks
    for unit, school in ((village_code(0), "S1"), ("S0", "S3")):
        with pytest.raises(PlanFileError, match=unit):
            locked.assign(county, unit, school)
    freed = locked.unlock(county, [village_code(0)])
    assert freed.assign(county, village_code(0), "S1").zones.loc[village_code(0), "primary"] == "S1"
    assert locked.unlock(county).locks == ()


@pytest.mark.parametrize(
    ("unit", "school", "word"),
    [
        ("无此村", "S1", "无此村"),
        ("S0", "无此校", "无此校"),
        ("第0村委会", "第1村委会", "不是学校"),
        ("S2", "S3", "S2"),
    ],
)
def test_wrong_moves_are_refused(
    county: County, plan: ZonePlan, unit: str, school: str, word: str
) -> None:
    """Unknown units and schools, and stages that a school does not teach, are named."""
    with pytest.raises(PlanFileError, match=word):
        plan.assign(county, unit, school)


def test_an_unknown_way_of_feeding_is_refused() -> None:
    """Feeders are direct or by lot."""
    with pytest.raises(ValueError, match="其他"):
        feeder_table([("S0", "S2", "其他", 2026)])


def test_exemptions_carry_a_reason(plan: ZonePlan) -> None:
    """They are kept sorted, replaced place by place, and refused without a reason."""
    once = plan.exempt("seats", ["乙校", "甲校"], "在建")
    twice = once.exempt("seats", ["甲校"], "扩建")
    assert [(e.place, e.reason) for e in twice.exemptions] == [("乙校", "在建"), ("甲校", "扩建")]
    with pytest.raises(PlanFileError, match="理由"):
        plan.exempt("seats", ["*"], " ")
