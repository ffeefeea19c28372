"""Feeders proposed with zone plans: sound, in step with the zones, phased, explained if none."""

from collections.abc import Callable
from dataclasses import replace

import pandas as pd
import pytest

from districting.county import County
from districting.evaluate import verify
from districting.model.feeders import FeederProblem
from districting.plan.plan_file import plan_text
from districting.plan.record import Lock, Status
from districting.plan.zone_plan import ZonePlan
from districting.policy import Clause, Policy, Strength, read_policy
from districting.policy.zones import RULES, ZoneRule
from districting.proposing import feeders, propose
from districting.proposing.explaining import explain_place
from districting.sample import make_county
from districting.solve.feeders import FeederSolution, solve_feeders
from districting.solve.stop import Stop


def _rule(name: str, strength: str = "must", **params: object) -> ZoneRule:
    return RULES[name](clause=Clause("一", "试"), strength=Strength(strength), **params)


def _policy(*rules: ZoneRule) -> Policy:
    base = (_rule("whole_village"), _rule("travel", "aim"), _rule("feeder_single"))
    return Policy("试", "试", {}, rules=(*base, *rules))


@pytest.fixture(scope="module")
def row(grid_county: Callable[..., County]) -> County:
    """Six villages in a row, 30 children of 12 to 14 each; a primary in each, juniors at both ends.

    Every junior school has 45 seats in its entry grade; all feed the first one now.
    """
    schools: list[dict[str, object]] = [{"at": k} for k in range(6)]
    both = {"kind": "junior", "seats_primary": 0, "seats_junior": 135}
    schools += [{"at": 0, **both}, {"at": 5, **both}]
    county = grid_county(1, 6, schools=schools, children_junior=30)
    zones = [(v, "primary", f"S{k}") for k, v in enumerate(county.villages.index)]
    feeders = [(f"S{k}", "S6") for k in range(6)]
    return county.with_tables(
        zones=pd.DataFrame(zones, columns=["village", "stage", "school"]),
        feeders=pd.DataFrame(feeders, columns=["primary", "junior"]),
        children=pd.DataFrame(columns=["village", "year", "age", "count"]),
    )


def _plan(county: County, policy: Policy) -> ZonePlan:
    plan = propose(county, policy, "zones", seed=1).plan
    assert isinstance(plan, ZonePlan)
    return plan


def test_junior_zones_are_unions_of_primary_zones() -> None:
    """Every village's junior is the one that its primary feeds; no must is broken; twice alike."""
    county, policy = make_county(4, 3, 36, records=True), read_policy("caoxian")
    plan = _plan(county, policy)
    report = verify(county, plan, policy)
    assert report.ok
    assert report.complete
    assert (plan.zones["primary"].map(plan.feeds()) == plan.zones["junior"]).all()
    assert plan.solver is not None
    assert plan.solver.bound <= plan.solver.objective
    assert sum(p.value for p in plan.solver.parts.values()) == plan.solver.objective
    assert plan_text(_plan(county, policy)) == plan_text(plan)


def test_seats_split_the_row(row: County) -> None:
    """Three primaries of ten graduates go to each end where seats are hard."""
    plan = _plan(row, _policy(_rule("feeder_capacity"), _rule("feeder_contiguous")))
    assert [plan.feeds()[f"S{k}"] for k in range(6)] == ["S6"] * 3 + ["S7"] * 3


def test_a_village_is_told_that_its_junior_school_follows(row: County) -> None:
    """With both ways to another one: the feeder of its primary, or a primary with another."""
    policy = _policy(_rule("feeder_capacity", "principle", price=1))
    plan = _plan(row, policy)
    assert plan.feeds()["S2"] == "S6" and plan.feeds()["S3"] == "S7"
    told = explain_place(row, policy, plan, str(row.villages.index[2])).splitlines()
    assert any("第2学校对口第6学校" in line for line in told)
    other, moved = told[-2:]
    assert "第7学校改为对口" in other and "30 名初中生" in other and "超员 0 人" in other
    assert "改入第3学校" in moved and "改入第7学校" in moved


def test_phased_feeders_of_a_county_are_proven() -> None:
    """Feeders over three years, with entry seats and unions, come with a proof of optimality."""
    county, policy = make_county(4, 3, 60, records=True), read_policy("caoxian")
    percent = {str(county.year + y): p for y, p in enumerate((40, 70, 100))}
    phased = replace(policy, rules=(*policy.rules, _rule("feeder_coverage", percent=percent)))
    plan = _plan(county, phased)
    assert plan.solver is not None
    assert plan.solver.status is Status.OPTIMAL
    assert len(set(plan.feeders["from_year"])) > 1
    assert verify(county, plan, phased).ok


def test_coverage_grows_year_by_year(row: County) -> None:
    """Feeders begin as late as is dear, but the share asked for is reached each year."""
    percent = {"2026": 0, "2027": 50, "2028": 100}
    policy = _policy(_rule("feeder_coverage", percent=percent), _rule("feeder_capacity", years=3))
    first = row.year
    plan = _plan(row, policy)
    assert verify(row, plan, policy).ok
    assert set(plan.feeders["from_year"]) <= {first, first + 1, first + 2}


def test_missing_seats_are_counted(row: County) -> None:
    """60 graduates and 45 + 9 seats: the clause is named, and six seats would do."""
    schools = row.schools.copy()
    schools.loc["S7", "seats_junior"] = 27
    short = row.with_tables(schools=schools)
    proposal = propose(short, _policy(_rule("feeder_capacity")), "zones")
    assert proposal.plan is None
    assert proposal.no_plan
    told = proposal.explain()
    assert "初中起始年级学位容纳对口毕业生" in told
    assert "共增加 6 个学位" in told


def test_a_search_cut_short_claims_no_conflict(
    row: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a pattern and without a proof it says so, and with how many seats there is one."""
    schools = row.schools.copy()
    schools.loc["S7", "seats_junior"] = 27

    def cut_short(problem: FeederProblem, stop: Stop, seed: int = 0) -> FeederSolution:
        found = solve_feeders(problem, stop, seed)
        return replace(found, status=Status.UNKNOWN, conflict=()) if found.conflict else found

    monkeypatch.setattr(feeders, "solve_feeders", cut_short)
    short = row.with_tables(schools=schools)
    proposal = propose(short, _policy(_rule("feeder_capacity")), "zones")
    assert proposal.plan is None
    assert not proposal.no_plan
    told = proposal.explain()
    assert "不能同时成立" not in told
    assert "没有证明不存在" in told
    assert "共增加 6 个学位" in told


def test_pairs_closed_for_one_primary_are_named(row: County) -> None:
    """A primary kept from both juniors is named with the rule that closes its pairs."""
    start = row.current_zones
    assert start is not None
    locks = tuple(Lock("feeder", "S2", j, forbid=True) for j in ("S6", "S7"))
    proposal = propose(
        row, _policy(_rule("feeder_locks")), "zones", start=replace(start, locks=locks)
    )
    assert proposal.plan is None
    assert "第2学校" in proposal.explain()
