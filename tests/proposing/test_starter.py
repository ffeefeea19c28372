"""The starter profile serves any county, for every kind of plan."""

import pytest

from districting.county import County
from districting.evaluate import verify
from districting.policy import read_policy
from districting.proposing.propose import propose
from districting.sample import make_county, staffed
from districting.solve.stop import Stop


@pytest.fixture(scope="module")
def county() -> County:
    return staffed(make_county(5, towns=3, villages=48, records=True), 5)


@pytest.mark.parametrize("kind", ["districts", "zones", "rotation", "teaching", "posts"])
def test_every_kind_of_plan_is_proposed_and_holds(county: County, kind: str) -> None:
    policy = read_policy("starter")
    assert policy.of(kind), kind
    proposal = propose(county, policy, kind, stop=Stop(60, gap=0.01), seed=1, name="x")
    assert proposal.plan is not None, proposal.explain()
    report = verify(county, proposal.plan, policy)
    assert report.ok, str(report)
