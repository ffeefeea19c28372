"""Seats that hold in every year: what the model allows and costs is what the check finds."""

from collections.abc import Callable
from dataclasses import replace
from itertools import product

import numpy as np
import pandas as pd
import pytest

from districting.county import County
from districting.plan.zone_plan import ZonePlan, zone_table
from districting.policy import Clause, Policy, Strength, Verdict
from districting.policy.zone_build import zone_model
from districting.policy.zones import RULES
from districting.proposing import propose
from districting.solve.zones.solution import seat_prices


def _rule(strength: Strength, **params: object):
    return RULES["seats_every_year"](clause=Clause("", "试"), strength=strength, **params)


@pytest.fixture(scope="module")
def county(grid_county: Callable[..., County]) -> County:
    """Four villages in a row, a primary at each end; more children to come in the second half."""
    schools = [{"at": 0, "seats_primary": 130}, {"at": 3, "seats_primary": 80}]
    made = grid_county(1, 4, schools=schools, children_primary=[30, 30, 30, 30])
    rows = [
        (v, 2026, age, 5 + (place * (11 - age) if age < 7 else 0))
        for place, v in enumerate(made.villages.index)
        for age in range(3, 15)
    ]
    none = pd.DataFrame(columns=["village", "stage", "school"])
    children = pd.DataFrame(rows, columns=["village", "year", "age", "count"])
    feeders = pd.DataFrame(columns=["primary", "junior"])
    return made.with_tables(children=children, zones=none, feeders=feeders)


@pytest.mark.parametrize("strength", [Strength.MUST, Strength.PRINCIPLE])
@pytest.mark.parametrize("years", [1, 2, 4])
def test_model_and_check_agree(county: County, strength: Strength, years: int) -> None:
    """Over all assignments: loads by hand, the model's arrays, and the check say the same."""
    rule = _rule(strength, years=years)
    model = zone_model(county, Policy("试", "试", {}, rules=(rule,)), "primary")
    problem, seen = model.problem(), set()
    table = county.tables["children"].set_index(["village", "age"])["count"]
    for zones in product(range(2), repeat=4):
        named = dict(zip(model.view.units, model.view.leads[list(zones)], strict=True))
        plan = ZonePlan(
            name="试",
            county=county.code,
            year=2026,
            zones=zone_table({"primary": named, "junior": {}}),
        )
        over = [0, 0]
        for later in range(years):
            load = [0, 0]
            for v, z in zip(county.villages.index, zones, strict=True):
                ages = range(6 - later, 12 - later)
                load[z] += 30 if later == 0 else int(sum(table[v, a] for a in ages))
            over = [max(o, have - q) for o, have, q in zip(over, load, (130, 80), strict=True)]
        findings = list(rule.judge(county, plan, "primary"))
        broken = [f for f in findings if f.verdict is Verdict.FAIL]
        assert [f.details["over"] for f in findings] == over
        assert bool(broken) == any(over)
        if strength is Strength.PRINCIPLE:
            paid = int(seat_prices(problem, np.array(zones)).sum())
            assert paid == sum(f.details["cost"] for f in findings)
        seen.add(bool(broken))
    assert seen == {True, False} or years == 4


def test_the_plan_looks_ahead(county: County) -> None:
    """With this year's seats alone the ways decide; with coming years the far half is split."""
    base = (
        RULES["whole_village"](clause=Clause("", "试"), strength=Strength.MUST),
        RULES["travel"](clause=Clause("", "试"), strength=Strength.AIM),
    )
    found = []
    for years in (1, 6):
        rule = _rule(Strength.PRINCIPLE, price=9000.0, steep=9000.0, years=years)
        plan = propose(county, Policy("试", "试", {}, rules=(*base, rule)), "zones").plan
        assert isinstance(plan, ZonePlan) and plan.solver is not None
        assert plan.solver.bound <= plan.solver.objective
        ahead = replace(rule, years=6)
        found.append(sum(f.details["over"] for f in ahead.judge(county, plan, "primary")))
    assert found[1] < found[0]
