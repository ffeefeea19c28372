"""Schools opened, closed, merged, resized: tables, zones redrawn around the change, effects."""

from dataclasses import replace

import pytest

from districting.county import County
from districting.errors import PlanFileError
from districting.evaluate.what_if import effect
from districting.plan.record import Status
from districting.plan.zone_plan import ZonePlan
from districting.policy import Clause, Policy, Strength, read_policy
from districting.policy.zones import RULES
from districting.proposing import propose
from districting.proposing.school_changes import changed, closing, merging, opening, resizing
from districting.proposing.what_if import what_if
from districting.sample import make_county


@pytest.fixture(scope="module")
def county() -> County:
    return make_county(6, 4, 60, records=True)


@pytest.fixture(scope="module")
def policy() -> Policy:
    return read_policy("taierzhuang")


@pytest.fixture(scope="module")
def plan(county: County, policy: Policy) -> ZonePlan:
    made = propose(county, policy, "zones", seed=1).plan
    assert isinstance(made, ZonePlan)
    return made


def _primaries(county: County) -> list[str]:
    table = county.schools
    return [str(s) for s in table.index[(table["kind"] == "primary") & (table["run_by"] == "town")]]


def test_a_closed_school_is_forgotten_everywhere(county: County) -> None:
    school = _primaries(county)[0]
    after = changed(county, closing(county, school))
    assert school not in after.schools.index
    for name, table in after.tables.items():
        assert not (table.astype(str) == school).any().any(), name
    assert school in county.schools.index


def test_merged_schools_keep_seats_pupils_and_classes(county: County) -> None:
    gone, kept = _primaries(county)[:2]
    after = changed(county, merging(county, gone, kept))
    assert len(after.schools) == len(county.schools) - 1
    for column in ("seats_primary", "pupils_primary"):
        assert after.schools[column].sum() == county.schools[column].sum()
    for column in ("classes", "pupils", "seats"):
        assert after.tables["classes"][column].sum() == county.tables["classes"][column].sum()


def test_a_new_school_fits_the_table(county: County) -> None:
    village = county.villages.index[7]
    change = opening(county, f"{village}:nine_year:270+150")
    after = changed(county, change)
    assert (after.schools.dtypes == county.schools.dtypes).all()
    row = after.schools.loc[change.school]
    assert (row["seats_primary"], row["seats_junior"], row["village"]) == (270, 150, village)
    assert opening(after, f"{village}:primary:45").school != change.school


@pytest.mark.parametrize(
    "text", ["x", "{v}:university:9", "{v}:primary:many", "{v}:nine_year:90", "{s}:primary:90"]
)
def test_bad_openings_are_refused(county: County, text: str) -> None:
    given = text.format(v=county.villages.index[0], s=county.schools.index[0])
    with pytest.raises(PlanFileError):
        opening(county, given)


def test_bad_changes_are_refused(county: County) -> None:
    primary = _primaries(county)[0]
    junior = str(county.teaching("junior").index[0])
    for text in (primary, f"{primary}:junior:90", f"{primary}:ninety", "无此校:90"):
        with pytest.raises(PlanFileError):
            resizing(county, text)
    for pair in ((primary, primary), (primary, junior)):
        with pytest.raises(PlanFileError):
            merging(county, *pair)
    with pytest.raises(PlanFileError):
        closing(county, str(county.villages.index[0]))


def test_closing_moves_only_villages_around(county: County, policy: Policy, plan: ZonePlan) -> None:
    """All villages of the closed school move, none outside the freed zones, and effects add up."""
    school = _primaries(county)[2]
    answer = what_if(county, policy, plan, [closing(county, school)], seed=1)
    after = answer.proposal.plan
    assert isinstance(after, ZonePlan)
    assert answer.proposal.solution.status in (Status.OPTIMAL, Status.FEASIBLE)
    assert answer.free["primary"] < len(county.villages)
    assert not (after.zones == school).any().any()
    moved = after.zones["primary"] != plan.zones["primary"]
    assert moved[plan.zones["primary"] == school].all()
    assert moved.sum() <= answer.free["primary"]
    assert after.locks == plan.locks
    found = effect((county, plan), (answer.county, after))
    children = county.villages["children_primary"]
    table = found.measures.set_index(["measure", "stage"])
    assert table.loc[("affected", "primary"), "after"] == children[moved].sum()
    assert table.loc[("seats", "primary"), "change"] == -county.schools["seats_primary"][school]
    assert set(found.villages["village"][found.villages["stage"] == "primary"]) == set(
        moved.index[moved]
    )
    primary = found.schools[found.schools["stage"] == "primary"]
    assert (primary["load_before"] - primary["load_after"]).sum() == 0
    assert all(len(t.columns) for t in found.sheets().values())


def test_opening_relieves(county: County, policy: Policy, plan: ZonePlan) -> None:
    """A new school with many seats takes its village; nobody beyond the seats is added."""
    village = str(county.villages["children_primary"].idxmax())
    change = opening(county, f"{village}:primary:900")
    answer = what_if(county, policy, plan, [change], seed=1)
    after = answer.proposal.plan
    assert isinstance(after, ZonePlan)
    assert change.school in set(after.zones["primary"])
    measures = effect((county, plan), (answer.county, after)).compared
    over = measures[(measures["measure"] == "zone_over") & (measures["stage"] == "primary")]
    assert over[after.name].item() <= over[plan.name].item()


def test_schools_that_are_to_stay(county: County, plan: ZonePlan) -> None:
    """The rule names the school by name or id, and fails once it is gone or without seats."""
    school = _primaries(county)[0]
    name = str(county.schools["name"][school])
    rule = RULES["schools_kept"](clause=Clause("", "试"), strength=Strength.MUST, schools=(name,))
    assert rule.keeps(county, school)
    verdicts = [
        {f.verdict.value for f in rule.check(c, plan)}
        for c in (
            county,
            changed(county, closing(county, school)),
            changed(county, replace(resizing(county, f"{school}:0"))),
        )
    ]
    assert verdicts == [{"pass"}, {"fail"}, {"fail"}]


def test_junior_zones_follow_feeders_after_a_closure() -> None:
    """Under feeder rules the moved villages take the junior of their new primary; others stay."""
    county, policy = make_county(4, 3, 36, records=True), read_policy("caoxian")
    before = propose(county, policy, "zones", seed=1).plan
    assert isinstance(before, ZonePlan)
    hosts = set(county.schools["village"][county.teaching("junior").index])
    used = set(before.zones["primary"])
    school = next(
        s for s in _primaries(county) if s in used and county.schools["village"][s] not in hosts
    )
    answer = what_if(county, policy, before, [closing(county, school)], seed=1)
    after = answer.proposal.plan
    assert isinstance(after, ZonePlan)
    assert (after.zones["primary"].map(after.feeds()) == after.zones["junior"]).all()
    assert not after.locks
