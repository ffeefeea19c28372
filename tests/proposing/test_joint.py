"""Primary zones and feeders together, against all plans of tiny counties."""

from collections.abc import Callable
from itertools import product
from typing import Any

import numpy as np
import pandas as pd
import pytest

from districting.county import County
from districting.errors import PolicyError
from districting.evaluate import verify
from districting.model.feeder_words import feeder_problem
from districting.plan.record import Status
from districting.plan.zone_plan import ZonePlan
from districting.policy import Clause, Policy, Strength
from districting.policy.feeder_build import feeder_model
from districting.policy.rule import Verdict
from districting.policy.zone_build import zone_model
from districting.policy.zones import RULES, ZoneRule
from districting.proposing import propose
from districting.proposing.zones import blank_plan, with_stage
from districting.solve.feeders import price_feeders, solve_feeders

SEEDS = (0, 1, 2, 8)


def _rule(name: str, strength: str = "must", **params: object) -> ZoneRule:
    return RULES[name](clause=Clause("一", "试"), strength=Strength(strength), **params)


BASE = (_rule("whole_village"), _rule("travel", "aim"), _rule("seats", "principle"))
POLICY = Policy(
    "试",
    "试",
    {},
    rules=(
        *BASE,
        _rule("long_ways", "aim"),
        _rule("feeder_single"),
        _rule("feeder_capacity", "principle", years=2),
        _rule("feeder_inside_district", "principle"),
        _rule("feeder_stability", "aim"),
    ),
)

CONTIGUOUS = Policy(
    "片",
    "片",
    {},
    rules=(
        *(r for r in POLICY.rules if r.name not in ("feeder_inside_district", "long_ways")),
        _rule("contiguous", stages=("primary",)),
        _rule("feeder_contiguous"),
        _rule("feeder_inside_district"),
    ),
)


def _county(grid_county: Callable[..., County], seed: int) -> County:
    """Six villages, two or three primaries, two juniors; the children of 12 vary by village."""
    random = np.random.default_rng(seed)
    count = 2 + seed % 2
    spots = random.permutation(5 if count == 3 else 6)
    size = len(spots)
    schools: list[dict[str, Any]] = [
        {"at": int(spots[k]), "seats_primary": int(random.integers(40, 200))} for k in range(count)
    ]
    schools += [
        {
            "at": int(random.integers(size)),
            "kind": "junior",
            "seats_primary": 0,
            "seats_junior": int(random.integers(100, 300)),
        }
        for _ in range(2)
    ]
    made = grid_county(
        1,
        size,
        schools=schools,
        labels=[["甲", "乙"][int(random.integers(2))] for _ in range(size)],
        children_primary=random.integers(10, 60, size),
        children_junior=random.integers(10, 60, size),
    )
    rows = [
        (v, 2026, age, int(random.integers(0, 30)))
        for v in made.villages.index
        for age in range(10, 15)
    ]
    zones = [(v, "primary", f"S{random.integers(count)}") for v in made.villages.index]
    feeders = [(f"S{p}", f"S{count + random.integers(2)}") for p in range(count)]
    return made.with_tables(
        zones=pd.DataFrame(zones, columns=["village", "stage", "school"]),
        feeders=pd.DataFrame(feeders, columns=["primary", "junior"]),
        children=pd.DataFrame(rows, columns=["village", "year", "age", "count"]),
    )


def _optimum(county: County, policy: Policy) -> float:
    """Return the least price of any primary zones with any feeders on them."""
    start = county.current_zones
    model = zone_model(county, policy, "primary", start)
    empty = blank_plan(county, policy, start, "")
    rules = [r for r in policy.of("zones") if r.name == "contiguous"]
    priced = [
        (sum(p.value for p in model.costs(np.array(zones)).values()), zones)
        for zones in product(range(model.view.m), repeat=model.view.n)
    ]
    best = np.inf
    for primary, zones in sorted(priced):
        if primary >= best:
            break
        assignment = np.array(zones)
        plan = with_stage(empty, model, "primary", assignment)
        if any(f.verdict is Verdict.FAIL for r in rules for f in r.judge(county, plan, "primary")):
            continue
        view, parts = feeder_model(county, policy, plan)
        problem = feeder_problem(view, parts)
        if problem.contiguous:
            best = min(best, primary + np.nan_to_num(solve_feeders(problem).objective, nan=np.inf))
            continue
        starts = list(product(range(problem.starts), repeat=view.n))
        for targets, begun in product(product(range(view.m), repeat=view.n), starts):
            fed = price_feeders(problem, np.array(targets), np.array(begun))
            best = min(best, primary + sum(p.value for p in fed.values()))
    return float(best)


def _solved(county: County, policy: Policy, joint: bool) -> ZonePlan:
    plan = propose(county, policy, "zones", joint=joint).plan
    assert isinstance(plan, ZonePlan)
    assert plan.solver is not None
    assert sum(p.value for p in plan.solver.parts.values()) == plan.solver.objective
    return plan


@pytest.mark.parametrize("policy", [POLICY, CONTIGUOUS], ids=["free", "contiguous"])
def test_is_the_optimum(grid_county: Callable[..., County], policy: Policy) -> None:
    """The joint plan is the best of all plans, proven; one stage after the other often is not."""
    better = 0
    for seed in SEEDS:
        county = _county(grid_county, seed)
        optimum = _optimum(county, policy)
        plan = _solved(county, policy, True)
        sequential = _solved(county, policy, False).solver
        joint = plan.solver
        assert joint is not None
        assert sequential is not None
        assert optimum * (1 - 1e-6) <= joint.bound <= joint.objective == optimum
        assert joint.status is Status.OPTIMAL
        report = verify(county, plan, policy)
        assert report.ok, [f.text for f in report.findings if f.finding.verdict is Verdict.FAIL]
        better += optimum < sequential.objective
    assert better > 0


def test_the_bound_of_feeders_that_may_wait_holds(grid_county: Callable[..., County]) -> None:
    """It lies below the best of all plans, and counts the ways of both stages."""
    phased = _rule("feeder_coverage", percent={"2026": 0, "2027": 100})
    policy = Policy("年", "年", {}, rules=(*POLICY.rules, phased))
    for seed in (0, 2):
        county = _county(grid_county, seed)
        optimum = _optimum(county, policy)
        joint = _solved(county, policy, True).solver
        assert joint is not None
        assert 0.6 * optimum <= joint.bound <= optimum <= joint.objective


def test_other_plans_are_refused(grid_county: Callable[..., County]) -> None:
    """Only zone plans under feeder rules have two stages to join."""
    county = _county(grid_county, 0)
    with pytest.raises(PolicyError):
        propose(county, Policy("试", "试", {}, rules=BASE), "zones", joint=True)
    with pytest.raises(PolicyError):
        propose(county, POLICY, "districts", joint=True)
