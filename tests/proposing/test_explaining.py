"""Explaining a zone plan at a village and at a school."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from districting.county import County
from districting.errors import PlanFileError
from districting.plan.zone_plan import ZonePlan, zone_table
from districting.policy import Policy
from districting.proposing.explaining import explain_place
from grid_codes import village_code

POLICY = Policy("试", "试", {})


@pytest.fixture(scope="module")
def county(grid_county: Callable[..., County]) -> County:
    """Five villages in a row with 10 children each; primaries at both ends, 30 seats each."""
    schools = [{"at": 0, "seats_primary": 30}, {"at": 4, "seats_primary": 30}]
    return grid_county(1, 5, schools=[*schools, {"at": 2, "kind": "junior", "seats_junior": 9}])


@pytest.fixture(scope="module")
def plan(county: County) -> ZonePlan:
    codes = [village_code(i) for i in range(5)]
    primary = dict(zip(codes, ["S0", "S0", "S0", "S0", "S1"], strict=True))
    zones = zone_table({"primary": primary, "junior": {codes[0]: "S2"}}, county.villages.index)
    return ZonePlan(name="试", county=county.code, year=2026, zones=zones)


def test_a_village_learns_of_the_nearer_school(county: County, plan: ZonePlan) -> None:
    """Its way, the load of its school, and who attends the nearer one."""
    text = explain_place(county, POLICY, plan, "第3村委会")
    assert "第3村委会 → 第0学校，3,000 米，步行 45 分钟；学位 30，应入学 40，超 10" in text
    assert "第1学校近 2,000 米：学位 30，应入学 10，余 20，由第4村委会 10 人就读" in text
    assert "初中：第3村委会尚未划定学校" in text


def test_a_school_learns_of_its_zone(county: County, plan: ZonePlan) -> None:
    """Seats, children and villages; a junior school says nothing of the primary stage."""
    assert explain_place(county, POLICY, plan, "S1").startswith("小学：第1学校：学位 30，应入学 10")
    assert explain_place(county, POLICY, plan, "S2") == (
        "初中：第2学校：学位 9，应入学 5，余 4；片区：第0村委会 5 人。"
    )


def test_shared_zones_count_their_seats_together(county: County, plan: ZonePlan) -> None:
    """A school of the own group is no nearer school, and its seats count with the zone's."""
    shared = replace(plan, groups={"S0": "S0", "S1": "S0"}).assign(county, "第4村委会", "S0")
    text = explain_place(county, POLICY, shared, "第3村委会")
    assert "学位 60，应入学 50，余 10" in text
    assert "近" not in text


def test_kinds_without_explanation_and_unknown_places(county: County, plan: ZonePlan) -> None:
    """Both are named in the error."""
    with pytest.raises(PlanFileError, match="无此村"):
        explain_place(county, POLICY, plan, "无此村")
    layout = type("Other", (), {"kind": "posts"})()
    with pytest.raises(PlanFileError, match="posts"):
        explain_place(county, POLICY, layout, "第0村委会")
