"""Zone plans for later years: held against the children of those years, and saying so."""

import tomllib
from dataclasses import replace

import pandas as pd
import pytest

from districting.county import County
from districting.demand import project
from districting.demand.ages import AGES
from districting.evaluate import compare, measure, nearest_zones, robustness, verify
from districting.plan.plan_file import plan_from, plan_text
from districting.plan.zone_plan import ZonePlan
from districting.policy import Clause, Policy, Strength
from districting.policy.zones import RULES
from districting.proposing.explaining import explain_place
from districting.sample import make_county

LATER, LAST = 2029, 2031


@pytest.fixture(scope="module")
def county() -> County:
    return make_county(8, 3, 40, records=True)


@pytest.fixture(scope="module")
def plan(county: County) -> ZonePlan:
    return nearest_zones(county)


@pytest.fixture(scope="module")
def policy() -> Policy:
    seats = RULES["seats"](clause=Clause("一", "试"), strength=Strength.PRINCIPLE)
    return Policy("试", "试", {}, rules=(seats,))


def _loads(county: County, plan: ZonePlan, years: range) -> pd.DataFrame:
    """Return children by primary zone and year, straight from the projection."""
    rows = project(county, range(county.year, years[-1] + 1))
    rows = rows[rows["age"].isin(AGES["primary"]) & rows["year"].isin(years)]
    zone = rows["village"].map(plan.zones["primary"].to_dict())
    table: pd.DataFrame = rows.assign(zone=zone).pivot_table(
        index="zone", columns="year", values="count", aggfunc="sum", fill_value=0
    )
    return table


def _checked(county: County, plan: ZonePlan, policy: Policy) -> dict[str, float]:
    """Return the children that the check counts, by name of the primary zone."""
    found = [f.finding for f in verify(county, plan, policy).findings if f.rule != "structure"]
    mine = [f for f in found if f.details["stage"] == "小学" and f.place != (county.name,)]
    return {f.place[0]: float(f.number or 0.0) for f in mine}


def test_a_plan_for_a_later_year_meets_that_years_children(
    county: County, plan: ZonePlan, policy: Policy
) -> None:
    later = replace(plan, year=LATER)
    loads = _loads(county, plan, range(LATER, LATER + 1))[LATER]
    names = county.schools["name"]
    now, then = (_checked(county, p, policy) for p in (plan, later))
    assert then != now
    for school, load in loads.items():
        assert then[str(names[school])] == load
    assert "2029 学年" in str(verify(county, later, policy))
    assert verify(county, plan, policy).years == ""


def test_a_plan_for_several_years_meets_the_worst(
    county: County, plan: ZonePlan, policy: Policy
) -> None:
    """Each zone is held against its fullest year; stress shakes the plan's own year."""
    wide = replace(plan, until=LAST)
    loads = _loads(county, plan, range(county.year, LAST + 1)).max(axis=1)
    found = _checked(county, wide, policy)
    names = county.schools["name"]
    for school, load in loads.items():
        assert found[str(names[school])] == load
    report = verify(county, wide, policy)
    assert report.years.startswith(f"按 {county.year}—{LAST} 学年核验")
    assert {f.rule for f in report.findings} == {"structure", "seats_every_year"}
    hard = replace(policy, rules=(replace(policy.rules[0], strength=Strength.MUST),))
    later = replace(plan, year=LATER)
    stress = robustness(county, [later, plan], hard, draws=1).stress
    as_is = [len(verify(county, p, hard).table().query("verdict == 'fail'")) for p in (later, plan)]
    assert list(stress[stress["children"] == 1.0]["fails"]) == as_is
    assert as_is[0] != as_is[1]


def test_a_plan_for_entrants_meets_entry_age_and_the_seats_left(
    county: County, plan: ZonePlan, policy: Policy
) -> None:
    """Each zone's children are those who enter, its seats those that the plan records."""
    lead = str(plan.zones["primary"].iloc[0])
    new = replace(plan, year=LATER, entry_seats={"primary": {lead: 7}, "junior": {}})
    assert plan_from(tomllib.loads(plan_text(new))).entry_seats == new.entry_seats
    report = verify(county, new, policy)
    assert "入学年龄" in report.years
    rows = project(county, range(county.year, LATER + 1))
    aged = rows[(rows["year"] == LATER) & (rows["age"] == 6)].set_index("village")["count"]
    loads = aged.groupby(plan.zones["primary"].reindex(aged.index)).sum()
    found = _checked(county, new, policy)
    for school, load in loads.items():
        assert found[str(county.schools["name"][school])] == load
    mine = [f.finding for f in report.findings if f.finding.limit is not None]
    seats = {f.place[0]: f.limit for f in mine if f.details.get("stage") == "小学"}
    assert seats[str(county.schools["name"][lead])] == 7


def test_measures_comparisons_and_explanations_are_of_the_plans_year(
    county: County, plan: ZonePlan, policy: Policy
) -> None:
    """Children beside each zone are those of the plan's year, in whatever is said of the plan."""
    later = replace(plan, year=LATER, name="later")
    loads = _loads(county, plan, range(LATER, LATER + 1))[LATER]
    found = measure(county, later).zones.query("stage == 'primary'").set_index("zone")["children"]
    assert found.loc[loads.index].tolist() == loads.tolist()
    both = compare(county, [plan, later])
    assert "2029 学年" in str(both) and "2029" not in str(compare(county, [plan]))
    for measures in both.measures:
        assert measures.zones.equals(measure(county, later).zones)
    lead = str(loads.idxmax())
    told = explain_place(county, policy, later, lead)
    assert str(int(loads[lead])) in told
    assert told != explain_place(county, policy, plan, lead)
