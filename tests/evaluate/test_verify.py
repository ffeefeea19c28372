"""Verification: structure, verdicts by strength, exceptions with reasons."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import ClassVar

import pandas as pd
import pytest

from districting.evaluate import Outcome, verify
from districting.plan.record import Exemption, ObjectivePart, SolverRecord, Status, TierRecord
from districting.policy.districts.contiguous import Contiguity
from districting.policy.policy import Policy
from districting.policy.rule import Clause, Strength
from districting.terms import using_language

CLAUSE = Clause("二（一）", "合理划分联区、学区范围。")


def policy_of(*strengths: Strength) -> Policy:
    rules = tuple(Contiguity(clause=CLAUSE, strength=s) for s in strengths)
    return Policy("p", "测试办法", {"zh": "测试办法", "en": "test policy"}, rules=rules)


@pytest.fixture
def apart(grid_county):
    """Return a county whose district 甲 is in two pieces."""
    return grid_county(1, 3, schools=[{"at": 1}], labels=["甲", "乙", "甲"])


def outcome_of(report, rule):
    table = report.table()
    return table[table["rule"] == rule]["verdict"].tolist()


def test_a_whole_plan_is_met(grid_county):
    county = grid_county(1, 3, schools=[{"at": 1}], labels=["甲", "甲", "乙"])
    report = verify(county, county.current_plan, policy_of(Strength.MUST))
    assert report.ok and report.complete
    assert set(report.table()["verdict"]) == {"pass"}


@pytest.mark.parametrize(
    ("strength", "outcome", "ok"),
    [
        (Strength.MUST, Outcome.FAIL, False),
        (Strength.PRINCIPLE, Outcome.UNEXCUSED, True),
        (Strength.AIM, Outcome.SHORT, True),
    ],
)
def test_what_a_broken_rule_means_depends_on_its_strength(apart, strength, outcome, ok):
    report = verify(apart, apart.current_plan, policy_of(strength))
    assert outcome_of(report, "contiguous") == ["pass", str(outcome)]
    assert report.ok is ok


@pytest.mark.parametrize("place", ["甲", "*"])
def test_a_recorded_reason_excuses_a_principle(apart, place):
    reason = "隔河，已论证"
    plan = replace(apart.current_plan, exemptions=(Exemption("contiguous", place, reason),))
    report = verify(apart, plan, policy_of(Strength.PRINCIPLE))
    assert outcome_of(report, "contiguous") == ["pass", "exempt"]
    assert "例外（已记录理由）" in str(report) and reason in str(report)


@pytest.mark.parametrize(
    "exemption",
    [
        Exemption("contiguous", "乙", "别处"),
        Exemption("within_town", "甲", "别的规则"),
        Exemption("contiguous", "甲", ""),
    ],
)
def test_an_exception_for_something_else_or_without_reason_excuses_nothing(apart, exemption):
    plan = replace(apart.current_plan, exemptions=(exemption,))
    report = verify(apart, plan, policy_of(Strength.PRINCIPLE))
    assert outcome_of(report, "contiguous") == ["pass", "unexcused"]


def test_a_must_cannot_be_excused(apart):
    plan = replace(apart.current_plan, exemptions=(Exemption("contiguous", "*", "不行"),))
    assert not verify(apart, plan, policy_of(Strength.MUST)).ok


def test_unassigned_villages_and_schools_leave_the_plan_unfinished(grid_county):
    county = grid_county(1, 3, schools=[{"at": 1}], labels=["甲", "", ""])
    report = verify(county, county.current_plan, policy_of())
    left = report.table().query("verdict == 'incomplete'")
    assert left["number"].tolist() == [2, 1]
    assert left["limit"].tolist() == [3, 1]
    assert report.ok and not report.complete
    assert "未完成" in report.headline()


def change(plan, **parts):
    return replace(plan, **parts)


@pytest.mark.parametrize(
    ("fault", "part"),
    [
        (lambda p: replace(p, county="370000"), "370000"),
        (lambda p: replace(p, villages=pd.concat([p.villages, pd.Series({"9": "甲"})])), "9"),
        (lambda p: replace(p, schools=pd.concat([p.schools, pd.Series({"X7": "甲"})])), "X7"),
        (lambda p: replace(p, districts=p.districts.drop("乙")), "乙"),
    ],
)
def test_a_plan_that_does_not_know_its_county_is_broken(apart, fault, part):
    plan = apart.current_plan
    report = verify(apart, fault(plan), policy_of())
    assert [f.finding.place for f in report.findings if f.outcome is Outcome.FAIL] == [(part,)]
    assert not report.ok


def test_a_county_school_in_a_district_is_broken(grid_county):
    county = grid_county(1, 2, schools=[{"at": 0, "run_by": "county"}], labels=["甲", "乙"])
    plan = replace(county.current_plan, schools=pd.Series({"S0": "甲"}))
    assert not verify(county, plan, policy_of()).ok


def test_a_school_apart_from_its_village_is_worth_a_look(apart):
    plan = apart.current_plan.assign(apart, "第0学校", "甲")
    report = verify(apart, plan, policy_of())
    assert report.counts[Outcome.SHORT] == 1
    assert "第0学校" in str(report)
    assert report.ok


def test_changed_input_files_are_named(apart):
    county = replace(apart, inputs=MappingProxyType({"villages.csv": "new", "roads.csv": "same"}))
    old = MappingProxyType({"villages.csv": "old", "roads.csv": "same"})
    report = verify(county, replace(apart.current_plan, inputs=old), policy_of())
    (short,) = (f for f in report.findings if f.outcome is Outcome.SHORT)
    assert short.finding.place == ("villages.csv",)


@pytest.mark.parametrize(
    ("record", "faults"),
    [
        (SolverRecord(Status.FEASIBLE, 100.0, 90.0, 0.1), 0),
        (SolverRecord(Status.FEASIBLE, 100.0, 110.0, -0.1), 1),
        (SolverRecord(Status.OPTIMAL, 100.0, 90.0, 0.0), 1),
        (SolverRecord(Status.OPTIMAL, 5.0, 5.0, 0.0, {"a": ObjectivePart(2.0, "m", 2.5)}), 0),
        (SolverRecord(Status.OPTIMAL, 5.0, 5.0, 0.0, {"a": ObjectivePart(2.0, "m", 1.0)}), 1),
        (SolverRecord(Status.FEASIBLE, 5.0, 5.0, 0.0, tiers=(TierRecord(("a",), 3.0, 2.0),)), 0),
        (SolverRecord(Status.FEASIBLE, 5.0, 5.0, 0.0, tiers=(TierRecord(("a",), 2.0, 3.0),)), 1),
    ],
)
def test_the_solvers_claims_must_agree(apart, record, faults):
    report = verify(apart, replace(apart.current_plan, solver=record), policy_of())
    assert report.counts[Outcome.SHORT] == (1 if faults else 0)
    claims = [len(f.finding.place) for f in report.findings if f.outcome is Outcome.SHORT]
    assert sum(claims) == faults


def test_one_line_a_rule_with_its_worst_outcome(apart):
    table = verify(apart, apart.current_plan, policy_of(Strength.MUST)).summary()
    row = table.set_index("rule").loc["contiguous"]
    assert (row["verdict"], row["pass"], row["fail"], row["clause"]) == ("fail", 1, 1, "二（一）")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_printed_report_tells_place_and_clause_in_both_languages(apart, language):
    with using_language(language):
        report = verify(apart, apart.current_plan, policy_of(Strength.MUST))
        text = str(report)
        failed = [f.text for f in report.findings if f.outcome is Outcome.FAIL]
    assert failed and all(t in text for t in failed)
    assert "二（一）" in text and report.headline() != ""


@dataclass(frozen=True, kw_only=True)
class ManyFaults(Contiguity):
    """Finds the same fault at many places."""

    name: ClassVar[str] = "contiguous"

    def check(self, county, plan) -> Iterator:
        """Repeat the first fault."""
        faults = [f for f in super().check(county, plan) if f.verdict != "pass"]
        yield from faults * 50


def test_long_lists_are_cut_in_print_and_whole_in_the_table(apart):
    policy = replace(policy_of(), rules=(ManyFaults(clause=CLAUSE, strength=Strength.MUST),))
    report = verify(apart, apart.current_plan, policy)
    assert outcome_of(report, "contiguous") == ["fail"] * 50
    assert str(report).count("[不符合]") == 12
    assert "38" in str(report)
