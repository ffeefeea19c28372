"""Explaining a zone plan at a village and at a school."""

from collections.abc import Callable
from dataclasses import replace

import networkx as nx
import numpy as np
import pytest

from districting.county import County
from districting.errors import PlanFileError
from districting.evaluate import nearest_zones
from districting.plan.zone_plan import ZonePlan, feeder_table, zone_table
from districting.policy import Clause, Policy, Strength
from districting.policy.zone_build import zone_model
from districting.policy.zones import RULES, ZoneRule
from districting.proposing.explaining import explain_place, explain_places
from districting.proposing.zone_moves import Moves, positions
from districting.sample import make_county
from grid_codes import village_code


def _rule(name: str, strength: str, **params: object) -> ZoneRule:
    return RULES[name](clause=Clause("", "试"), strength=Strength(strength), **params)


POLICY = Policy(
    "试",
    "试",
    {},
    rules=(
        _rule("travel", "aim"),
        _rule("seats", "principle", price=100.0, steep=500.0, share=0.1),
        _rule("contiguous", "must"),
        _rule("locks", "must"),
    ),
)


@pytest.fixture(scope="module")
def county(grid_county: Callable[..., County]) -> County:
    """Five villages in a row with 10 children each; primaries at both ends, 30 seats each."""
    schools = [{"at": 0, "seats_primary": 30}, {"at": 4, "seats_primary": 30}]
    return grid_county(1, 5, schools=[*schools, {"at": 2, "kind": "junior", "seats_junior": 9}])


def _plan(county: County, primary: str) -> ZonePlan:
    columns = {
        "primary": dict(zip(county.villages.index, primary.split(), strict=True)),
        "junior": {village_code(0): "S2"},
    }
    zones = zone_table(columns, county.villages.index)
    return ZonePlan(name="试", county=county.code, year=2026, zones=zones)


def _told(county: County, plan: ZonePlan, place: str) -> str:
    return explain_place(county, POLICY, plan, place)


def test_a_village_learns_of_the_nearer_school(county: County) -> None:
    """Its way, the load of its school, who attends the nearer one, and what moving would save."""
    text = _told(county, _plan(county, "S0 S0 S0 S0 S1"), "第3村委会")
    assert "第3村委会 → 第0学校，3,000 米，步行 45 分钟；学位 30，应入学 40，超 10" in text
    assert "第1学校近 2,000 米：学位 30，应入学 10，余 20，由第4村委会 10 人就读" in text
    # 3 of the 10 in excess at 100, 7 at 500; 10 children walk 2,000 m less
    assert "改划到第1学校（1,000 米）反而更好：总代价少 23,800 人·米" in text
    assert "上学路程之和最短 -20,000；学位够用 -3,800" in text
    assert "初中：第3村委会尚未划定学校" in text


def test_the_next_best_says_whom_it_costs_what(county: County) -> None:
    """A village at its nearest school learns how much further and how much fuller the next is."""
    text = _told(county, _plan(county, "S0 S0 S0 S1 S1"), "第2村委会")
    assert "近" not in text
    assert "次优：第1学校（2,000 米）。若改划，本村 10 名儿童每人路程 +0 米，该校超员 0 人" in text


def test_what_stands_against_a_nearer_school_is_named(county: County) -> None:
    """A lock that keeps a village away, and zones that would fall apart."""
    plan = _plan(county, "S0 S0 S0 S0 S1")
    kept = plan.forbid(county, ["第3村委会"], "S1", "试")
    assert "不许：锁定的片区不动" in _told(county, kept, "第3村委会")
    cut = _told(county, _plan(county, "S1 S1 S1 S1 S1"), "第1村委会")
    assert "第0学校近 2,000 米" in cut
    assert "单独改划会使第0村委会与学校不相连" in cut
    # 10 children walk 2,000 m less; of 50 children at 30 seats 3 cost 100 each, 10 of the rest 500
    assert "本村不能单独改划。代价最小的是第0学校（1,000 米），但单独改划会使第0村委会" in cut
    assert "本村 10 名儿童每人路程 -2,000 米，该校超员 0 人，总代价 -25,000 人·米" in cut


def test_the_county_learns_what_is_full_and_why_children_pass_their_nearest(
    county: County,
) -> None:
    """Seats short and free; villages that pass their nearest school by what stands against it."""
    text = _told(county, _plan(county, "S0 S0 S0 S0 S1"), county.name)
    assert "小学：1 所学校超员，共超 10 人：第0学校超 10；其余学校空余学位 20 个。" in text
    assert "1 个村居的 10 名儿童不入最近的学校，每人平均多走 2,000 米" in text
    assert "· 总代价不增——1 个村居，10 人" in text
    kept = _plan(county, "S0 S0 S0 S0 S1").forbid(county, ["第3村委会"], "S1", "试")
    assert "· 不许：锁定的片区不动——1 个村居，10 人" in _told(county, kept, "全县")
    cut = _told(county, _plan(county, "S1 S1 S1 S1 S1"), "全县")
    assert "2 个村居的 20 名儿童不入最近的学校" in cut and "· 会断开片区——" in cut
    near = _told(county, _plan(county, "S0 S0 S0 S1 S1"), "county")
    assert "没有学校超员，空余学位 10 个" in near and "每个村居都入最近的学校" in near
    assert "初中：1 所学校超员" not in near


def test_unfinished_plans_and_schools_out_of_reach(county: County) -> None:
    """Prices need a whole plan; a school without zones is named."""
    whole = _plan(county, "S0 S0 S0 S1 S1")
    part = replace(whole, zones=whole.zones.replace({"primary": {"S1": ""}}))
    assert "尚未划完" in _told(county, part, "第0村委会")
    wrong = replace(whole, zones=whole.zones.replace({"primary": {"S1": "S2"}}))
    assert "或不是公办学校" in _told(county, wrong, "第3村委会")


def test_a_school_learns_of_its_zone(county: County) -> None:
    """Seats, children and villages; a junior school says nothing of the primary stage."""
    plan = _plan(county, "S0 S0 S0 S0 S1")
    assert _told(county, plan, "S1").startswith("小学：第1学校：学位 30，应入学 10")
    assert (
        _told(county, plan, "S2") == "初中：第2学校：学位 9，应入学 5，余 4；片区：第0村委会 5 人。"
    )


def test_shared_zones_count_their_seats_together(county: County) -> None:
    """A school of the own group is no nearer school, and its seats count with the zone's."""
    shared = replace(_plan(county, "S0 S0 S0 S0 S0"), groups={"S0": "S0", "S1": "S0"})
    several = _rule("several_schools", "must", groups={"S1": "S0"})
    policy = replace(POLICY, rules=(*POLICY.rules, several))
    text = explain_place(county, policy, shared, "第3村委会")
    assert "学位 60，应入学 50，余 10" in text
    assert "第0学校、第1学校，2,000 米" in text
    assert "近" not in text


def test_kinds_without_explanation_and_unknown_places(county: County) -> None:
    """Both are named in the error."""
    with pytest.raises(PlanFileError, match="无此村"):
        _told(county, _plan(county, "S0 S0 S0 S0 S1"), "无此村")
    layout = type("Other", (), {"kind": "other"})()
    with pytest.raises(PlanFileError, match="other"):
        explain_place(county, POLICY, layout, "第0村委会")


def test_all_places_are_told_as_each_alone(county: County) -> None:
    """What is reckoned once for all gives the words of one place by itself."""
    plan = _plan(county, "S0 S0 S1 S0 S1")
    told = explain_places(county, POLICY, plan)
    assert list(told.index) == [*county.villages.index, *county.schools.index]
    assert all(text == _told(county, plan, place) for place, text in told.items())


def test_moves_cost_what_the_model_says() -> None:
    """Price and cut villages of every single move are those of the moved plan as a whole."""
    made = make_county(5, towns=2, villages=16)
    plan = nearest_zones(made)
    model = zone_model(made, POLICY, "primary", plan, primary=plan)
    assignment, view = positions(model, plan), model.view
    moves, graph = Moves(model, assignment), nx.Graph(view.edges.tolist())
    before, seen = model.costs(assignment), 0
    for village in range(view.n):
        for move in moves.of(village):
            moved = assignment.copy()
            moved[village] = move.zone
            after = model.costs(moved)
            change = {g: after[g].value - before[g].value for g in after}
            assert move.change == {g: c for g, c in change.items() if c}
            off: set[int] = set()
            for zone in (move.zone, assignment[village]):
                home = int(view.host[zone])
                inside = set(np.flatnonzero(moved == zone).tolist()) | {home}
                off |= inside - nx.node_connected_component(graph.subgraph(inside), home)
            own = assignment[village]
            off |= {village} if view.host[own] == village and view.seats[own] > 0 else set()
            assert move.cut == tuple(sorted(off))
            seen += 1
    assert seen > 40


def test_a_fed_junior_zone_is_told_as_such(grid_county: Callable[..., County]) -> None:
    """Villages pass a nearer junior school because their primary school feeds another."""
    juniors = [{"at": at, "kind": "junior", "seats_junior": 90} for at in (0, 4)]
    county = grid_county(1, 5, schools=[{"at": 2, "seats_primary": 90}, *juniors])
    zones = dict.fromkeys(county.villages.index, "S0"), dict.fromkeys(county.villages.index, "S2")
    table = zone_table(dict(zip(("primary", "junior"), zones, strict=True)), county.villages.index)
    fed = feeder_table([("S0", "S2", "direct", 2026)])
    plan = ZonePlan(name="试", county=county.code, year=2026, zones=table, feeders=fed)
    assert "· 初中随小学对口，不单独改划——2 个村居，10 人" in _told(county, plan, "全县")
