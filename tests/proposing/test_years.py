"""A plan a year: each builds on the last, moved children are counted, entrants only where asked."""

from dataclasses import replace
from itertools import pairwise

import pytest

from districting.county import County
from districting.demand import Outlook, project
from districting.errors import PolicyError
from districting.plan.zone_plan import ZonePlan
from districting.policy import Policy, read_policy
from districting.policy.years import every_year
from districting.proposing.sequence import moved_children, propose_years
from districting.sample import make_county

SHRINKING = Outlook("own", -0.2, 0.95)


@pytest.fixture(scope="module")
def county() -> County:
    return make_county(8, 3, 40, records=True)


def _policy(weight: float) -> Policy:
    policy = read_policy("taierzhuang")
    rules = [
        replace(r, weight=weight) if (r.kind, r.name) == ("zones", "stability") else r
        for r in policy.rules
    ]
    return replace(policy, rules=tuple(rules))


def _run(county: County, policy: Policy, **options: object) -> list[tuple[County, ZonePlan]]:
    years = range(county.year + 1, county.year + 4)
    steps = list(propose_years(county, policy, years, outlook=SHRINKING, seed=1, **options))
    found = []
    for (here, proposal), year in zip(steps, years, strict=True):
        assert isinstance(proposal.plan, ZonePlan)
        assert here.year == proposal.plan.year == year
        found.append((here, proposal.plan))
    return found


def test_dear_changes_are_not_made(county: County) -> None:
    """The dearer a change, the fewer children move; each plan names the one before."""
    moved = {}
    for weight in (0.0, 1e6):
        steps = _run(county, _policy(weight))
        pairs = pairwise(steps)
        moved[weight] = sum(
            sum(moved_children(here, before, plan).values()) for (_, before), (here, plan) in pairs
        )
        assert steps[1][1].parent == steps[0][1].name
    assert moved[1e6] == 0 <= moved[0.0]


def test_entrants_are_children_of_entry_age(county: County) -> None:
    """With children at school staying, each year's children are those who enter."""
    aged = project(county, range(county.year, county.year + 4), SHRINKING)
    for here, plan in _run(county, _policy(300.0), entrants=True):
        due = aged[(aged["year"] == here.year) & (aged["age"] == 6)]["count"].sum()
        assert here.villages["children_primary"].sum() == due
        assert here.schools["seats_primary"].sum() < county.schools["seats_primary"].sum()
        assert plan.solver is not None and plan.solver.bound <= plan.solver.objective
        assert sum(plan.entry_seats["primary"].values()) == here.schools["seats_primary"].sum()


def test_a_policy_without_seats_cannot_hold_them_for_years() -> None:
    policy = read_policy("taierzhuang")
    longer = every_year(policy, 4)
    assert longer.rule("seats_every_year", "zones").clause == policy.rule("seats", "zones").clause
    with pytest.raises(PolicyError):
        every_year(longer, 4)
