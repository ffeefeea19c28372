"""Zone plans of small counties: proven, kept to the rules, and explained where there is none."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from districting.county import County
from districting.errors import PolicyError
from districting.evaluate import nearest_zones, verify
from districting.model.zones import ZoneProblem
from districting.plan.plan_file import plan_text
from districting.plan.record import Lock, Status
from districting.plan.zone_plan import ZonePlan
from districting.policy import Clause, Policy, Strength, read_policy
from districting.policy.tier_words import tier_words
from districting.policy.zones import RULES, ZoneRule
from districting.proposing import propose, zone_tiers
from districting.read import read_county
from districting.sample import make_county
from districting.solve.stop import Stop
from districting.solve.zones import ZoneSolution, solve_zones
from grid_codes import village_code

TAIERZHUANG = Path(__file__).parents[2] / "data" / "geo" / "taierzhuang"


def _rule(name: str, strength: str, **params: object) -> ZoneRule:
    return RULES[name](clause=Clause("一", "试"), strength=Strength(strength), **params)


def _policy(*rules: ZoneRule) -> Policy:
    return Policy("试", "试", {}, rules=rules)


def _zones(county: County, policy: Policy, start: ZonePlan | None = None) -> ZonePlan:
    plan = propose(county, policy, "zones", start=start, seed=3).plan
    assert isinstance(plan, ZonePlan)
    return plan


@pytest.mark.parametrize(("seed", "profile"), [(1, "taierzhuang"), (2, "caoxian")])
def test_shipped_policies_give_sound_plans(seed: int, profile: str) -> None:
    """No must is broken, everything is assigned, the bound is below the objective, twice alike."""
    county, policy = make_county(seed, 3, 36, records=True), read_policy(profile)
    plan = _zones(county, policy)
    report = verify(county, plan, policy)
    assert report.ok
    assert report.complete
    record = plan.solver
    assert record is not None
    assert record.bound <= record.objective
    assert record.gap < 0.01
    assert sum(p.value for p in record.parts.values()) == record.objective
    assert plan_text(_zones(county, policy)) == plan_text(plan)


def test_a_lock_on_no_village_is_refused() -> None:
    """A plan file edited by hand may lock what is not there; it is named, not passed over."""
    county, policy = make_county(1, 2, 20), read_policy("taierzhuang")
    nearest = nearest_zones(county)
    wrong = replace(nearest, locks=(Lock("primary", "999", nearest.zones["primary"].iloc[0]),))
    with pytest.raises(PolicyError, match="999"):
        propose(county, policy, "zones", start=wrong)


def test_locks_are_kept_and_forbidden_schools_avoided() -> None:
    """A village that is locked to a school stays; one kept from its school goes elsewhere."""
    county, policy = make_county(1, 2, 20), read_policy("taierzhuang")
    free = _zones(county, policy)
    hosts = set(county.schools["village"])
    village = next(v for v in free.zones.index if v not in hosts)
    away = free.zones.loc[village, "primary"]
    kept = _zones(county, policy, free.forbid(county, [village], away, "学校要求"))
    assert kept.zones.loc[village, "primary"] != away
    held = _zones(county, policy, kept.lock(county, units=[village]).unlock(county, []))
    assert held.zones.loc[village, "primary"] == kept.zones.loc[village, "primary"]
    assert verify(county, held, policy).ok


@pytest.fixture(scope="module")
def row(grid_county: Callable[..., County]) -> County:
    """Six villages in a row, 10 primary children each; primaries at both ends with 30 seats."""
    schools = [{"at": 0, "seats_primary": 30}, {"at": 5, "seats_primary": 30}]
    return grid_county(1, 6, schools=schools)


BASIS = (("travel", "aim"), ("contiguous", "must"), ("locks", "must"))


def test_a_stage_without_school_is_left_open(row: County) -> None:
    """No junior school: primary zones are drawn, junior ones reported as missing."""
    policy = _policy(*(_rule(n, s) for n, s in BASIS), _rule("seats", "must"))
    plan = _zones(row, policy)
    assert list(plan.zones["primary"]) == ["S0"] * 3 + ["S1"] * 3
    assert set(plan.zones["junior"]) == {""}
    assert plan.solver is not None
    assert (plan.solver.status, plan.solver.objective) == (Status.OPTIMAL, 60_000.0)
    assert not verify(row, plan, policy).complete


def test_too_few_seats_are_named_with_the_number_wanted(row: County) -> None:
    """Hard seats that cannot hold: the clause, and the least number of seats to add."""
    short = row.with_tables(schools=row.schools.assign(seats_primary=[30, 25]))
    policy = _policy(*(_rule(n, s) for n, s in BASIS), _rule("seats", "must"))
    proposal = propose(short, policy, "zones")
    assert (proposal.plan, proposal.no_plan) == (None, True)
    text = proposal.explain()
    assert "学位够用" in text
    assert "成片" not in text
    assert "需 5 个（不论怎样划，不少于 5 个）：第1学校 5" in text


def test_a_village_larger_than_any_school_is_named(row: County) -> None:
    """Whole villages do not fit in parts: the village and the largest school are named."""
    villages = row.villages.assign(children_primary=[10, 40, 0, 0, 0, 10])
    policy = _policy(*(_rule(n, s) for n, s in BASIS), _rule("seats", "must"))
    text = propose(row.with_tables(villages=villages), policy, "zones").explain()
    assert "第1村委会 40 人（最多 30）" in text
    # Were zones not to hang together, 10 would do: villages 0 and 5 at one school, 1 at the other.
    assert "需 20 个（不论怎样划，不少于 20 个）" in text


def test_ways_that_are_too_long_are_named_with_the_metres(row: County) -> None:
    """A must on ways that the seats cannot keep: both clauses, and a way out by each."""
    uneven = row.with_tables(schools=row.schools.assign(seats_primary=[50, 10]))
    limit = _rule("rural_radius", "must", primary=3_000.0)
    policy = _policy(*(_rule(n, s) for n, s in BASIS), _rule("seats", "must"), limit)
    text = propose(uneven, policy, "zones").explain()
    assert "学位够用" in text
    assert "服务半径" in text
    assert "至少超出 1,000 米（最远一村超出 1,000 米）：第4村委会 1,000 米" in text
    assert "需 10 个（不论怎样划，不少于 10 个）：第1学校 10" in text


def test_tiers_are_served_one_after_another(row: County) -> None:
    """With the border first, no child crosses it however short the way; then travel decides."""
    towns = row.villages.assign(town=["370999101"] * 4 + ["370999102"] * 2)
    schools = row.schools.assign(town=["370999101", "370999102"], seats_primary=[90, 90])
    county = row.with_tables(villages=towns, schools=schools)
    county = county.with_tables(
        towns=county.towns.loc[["370999101", "370999101"]].set_axis(
            ["370999101", "370999102"], axis=0
        )
    )
    contiguous = _rule("contiguous", "must")
    cheap = _rule("town_border", "aim", weight=1.0)
    one = _policy(_rule("travel", "aim"), cheap, contiguous)
    two = _policy(_rule("travel", "aim", tier=2), cheap, contiguous)
    assert list(_zones(county, one).zones["primary"]) == ["S0"] * 3 + ["S1"] * 3
    served = _zones(county, two)
    assert list(served.zones["primary"]) == ["S0"] * 4 + ["S1"] * 2
    (border, border_came), (travel, travel_came) = tier_words(served)
    assert border == "小学第 1 档（片区不跨镇街）" and border_came.startswith("0，")
    assert travel.startswith("小学第 2 档（") and travel_came.startswith("70,000 人·米，")


def test_seats_in_a_tier_of_their_own_are_served_better_than_beside_ways() -> None:
    """With seats alone in the first tier their excess costs less than beside other aims."""
    county, policy = make_county(1, 2, 40), read_policy("taierzhuang")
    rules = tuple(
        replace(rule, tier=1 if rule.name == "seats" else 2) for rule in policy.of("zones")
        if isinstance(rule, ZoneRule)
    )  # fmt: skip
    first = replace(policy, rules=rules)
    beside = _zones(county, replace(first, rules=tuple(replace(r, tier=1) for r in rules))).solver
    alone = _zones(county, first).solver
    assert beside is not None and alone is not None
    seats = [tier for tier in alone.tiers if tier.gates == ("seats",)]
    assert sum(tier.value for tier in seats) < beside.parts["seats"].value
    assert all(tier.bound <= tier.value for tier in seats)


def test_a_tier_cut_short_leaves_the_plan_of_the_tier_before(
    row: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the first tier found keeps all that is held: it is the plan if the second finds none."""
    calls: list[ZoneSolution] = []

    def cut_short(problem: ZoneProblem, stop: Stop, seed: int) -> ZoneSolution:
        found = solve_zones(problem, stop, seed)
        if problem.sides:
            found = replace(found, status=Status.UNKNOWN, assignment=None, objective=np.nan)
        calls.append(found)
        return found

    monkeypatch.setattr(zone_tiers, "solve_zones", cut_short)
    policy = _policy(
        _rule("long_ways", "aim", tier=1),
        _rule("travel", "aim", tier=2),
        _rule("contiguous", "must"),
    )
    plan = _zones(row, policy)
    assert calls[2].assignment is None
    assert (plan.zones["primary"] != "").all()
    assert plan.solver is not None and plan.solver.status is Status.FEASIBLE
    assert plan.solver.bound <= plan.solver.objective


def test_schools_that_share_a_zone_are_one_in_the_plan(row: County) -> None:
    """The group's villages go to its leading school, with the seats of all."""
    policy = _policy(
        *(_rule(n, s) for n, s in BASIS),
        _rule("seats", "must"),
        _rule("several_schools", "must", groups={"第1学校": "第0学校"}),
    )
    plan = _zones(row, policy)
    assert set(plan.zones["primary"]) == {"S0"}
    assert dict(plan.groups) == {"S0": "S0", "S1": "S0"}
    broken = [f.text for f in verify(row, plan, policy).findings if f.outcome == "fail"]
    assert broken == [
        "初中：试验县全部公办学位 0，适龄儿童 30，总量即缺 30，怎样划片都有学校超员。"
    ]


def test_without_roads_the_places_are_named(row: County) -> None:
    """A village that no road reaches is named rather than a clause."""
    cut = row.with_tables(roads=row.roads[row.roads["to_node"] != village_code(3)])
    alone = cut.with_tables(schools=row.schools.iloc[:1])
    policy = _policy(*(_rule(n, s) for n, s in BASIS))
    text = propose(alone, policy, "zones").explain()
    assert "没有道路" in text
    assert "第3村委会、第4村委会、第5村委会" in text


def test_junior_zones_follow_feeders(grid_county: Callable[..., County]) -> None:
    """As a must the junior zone is the one that the primary feeds."""
    schools = [{"at": 0}, {"at": 3}, {"at": 1, "kind": "junior", "seats_junior": 50}]
    county = grid_county(1, 4, schools=[*schools, {"at": 2, "kind": "junior", "seats_junior": 50}])
    policy = _policy(_rule("travel", "aim"), _rule("feeder_alignment", "must"))
    crossed = _zones(county, policy).assign(county, "S0", "S3").assign(county, "S1", "S2")
    plan = _zones(county, policy, replace(crossed, locks=()))
    assert list(plan.zones["junior"]) == ["S3", "S3", "S2", "S2"]


@settings(max_examples=12, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    towns=st.integers(1, 3),
    villages=st.integers(4, 14),
    river=st.booleans(),
    strict=st.booleans(),
)
def test_any_county_gets_a_sound_plan_or_a_reason(
    seed: int, towns: int, villages: int, river: bool, strict: bool
) -> None:
    """Every plan passes its check and its bound; where hard seats leave none, a clause is named."""
    county = make_county(seed, towns, villages, river=river, villages_per_junior=6.0)
    children = county.villages["children_primary"].copy()
    children.iloc[seed % villages] = 0
    county = county.with_tables(villages=county.villages.assign(children_primary=children))
    policy = _policy(
        *(_rule(n, s) for n, s in BASIS),
        _rule("whole_village", "must"),
        _rule("seats", "must" if strict else "principle"),
        _rule("town_border", "principle"),
    )
    proposal = propose(county, policy, "zones", seed=seed)
    if proposal.plan is None:
        assert strict
        assert "学位够用" in proposal.explain()
        return
    report = verify(county, proposal.plan, policy)
    assert report.ok
    assert report.complete
    record = proposal.plan.solver
    assert record is not None
    assert record.bound <= record.objective


def test_zones_too_large_to_list_are_proven() -> None:
    """Some schools of 台儿庄 may take 92 villages: zones cannot be listed, arcs can be left out."""
    county = read_county(TAIERZHUANG)
    record = _zones(county, read_policy("taierzhuang")).solver
    assert record is not None and record.status is Status.OPTIMAL
    assert record.objective * (1 - 1e-6) <= record.bound <= record.objective
