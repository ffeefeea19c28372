"""Unions of a free layout: pairs that border each other, the cheapest of all pairings."""

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest

from districting.county import County
from districting.errors import PolicyError
from districting.evaluate import verify
from districting.plan.district_plan import DistrictPlan
from districting.policy import Policy, Strength, read_policy
from districting.policy.rule import Verdict
from districting.proposing.propose import propose
from districting.proposing.unions import paired, union_names
from districting.sample import make_county
from districting.solve.stop import Stop


@pytest.fixture(scope="module")
def county() -> County:
    return make_county(3, 3, 40)


@pytest.fixture(scope="module")
def policy() -> Policy:
    whole = read_policy("taierzhuang_free")
    changed = {"size_limits": {"children_min": 0, "children_max": 10**6}}
    changed["district_count"] = {"least": 5, "most": 5}
    rules = tuple(replace(r, **changed.get(r.name, {})) for r in whole.rules)
    return replace(whole, rules=rules)


@pytest.fixture(scope="module")
def plan(county: County, policy: Policy) -> DistrictPlan:
    found = propose(county, policy, "districts", stop=Stop(30, gap=0.01), seed=1, name="x").plan
    assert isinstance(found, DistrictPlan)
    return found


def test_five_districts_form_two_unions_and_one_stands_alone(
    county: County, policy: Policy, plan: DistrictPlan
) -> None:
    sizes = plan.districts["union"].value_counts()
    assert sizes[""] == 1
    assert sorted(sizes.drop("")) == [2, 2]
    assert plan.solver is not None
    assert plan.solver.parts["paired_unions"].value >= 2_000_000
    assert plan.solver.bound <= plan.solver.objective
    rule = policy.rule("paired_unions", "districts")
    verdicts = [f.verdict for f in rule.check(county, plan)]
    assert sorted(verdicts) == [Verdict.FAIL] + 4 * [Verdict.PASS]
    assert verify(county, plan, policy).ok


def test_no_other_pairing_is_cheaper(county: County, policy: Policy, plan: DistrictPlan) -> None:
    """Against every way to leave one district alone and pair the other four."""
    names = list(plan.districts.index)
    labels = np.array([names.index(d) for d in plan.villages.reindex(county.villages.index)])
    seats = county.villages.index.get_indexer(plan.districts["seat"])
    rule = policy.rule("paired_unions", "districts")
    price, alone = rule.prices(county, labels, seats)
    costs = [3 * alone[0] + price[a, b] for a, b in combinations(range(5), 2)]
    for a, b, c, d in combinations(range(5), 4):
        pairs = (((a, b), (c, d)), ((a, c), (b, d)), ((a, d), (b, c)))
        costs += [alone[0] + price[p] + price[q] for p, q in pairs]
    found = paired(county, policy, labels, seats)
    assert found is not None
    assert found.objective == pytest.approx(min(costs))


def test_three_in_a_union_and_districts_apart_are_found(
    county: County, policy: Policy, plan: DistrictPlan
) -> None:
    rule = policy.rule("paired_unions", "districts")
    table = plan.districts.assign(union="甲联区")
    findings = [*rule.check(county, replace(plan, districts=table))]
    assert {f.verdict for f in findings} == {Verdict.FAIL}
    assert "甲联区" in rule.explain(findings[0])


def test_unions_in_one_town_have_different_names(
    county: County, policy: Policy, plan: DistrictPlan
) -> None:
    names = list(plan.districts.index)
    labels = np.array([names.index(d) for d in plan.villages.reindex(county.villages.index)])
    seats = county.villages.index.get_indexer(plan.districts["seat"])
    found = paired(county, policy, labels, seats)
    assert found is not None
    table = plan.districts.reset_index().assign(town=county.towns.index[0])
    given = union_names(county, table, found, None)
    assert len(set(given)) == 3


def test_it_is_a_principle_only() -> None:
    rule = read_policy("taierzhuang_free").rule("paired_unions", "districts")
    with pytest.raises(PolicyError):
        replace(rule, strength=Strength.MUST)
