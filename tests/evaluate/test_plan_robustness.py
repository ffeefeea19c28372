"""Plans under uncertain numbers: who beats whom how often, and what a shift breaks."""

from collections.abc import Callable
from dataclasses import replace
from types import MappingProxyType

import numpy as np
import pandas as pd
import pytest

from districting.county import County, Mark
from districting.errors import PlanFileError
from districting.evaluate import robustness
from districting.evaluate.perturbed import with_children
from districting.plan.zone_plan import ZonePlan, zone_table
from districting.policy.policy import Policy
from districting.policy.rule import Clause, Strength
from districting.policy.zones.seats import ZoneSeats
from districting.terms import using_language
from grid_codes import village_code

SYNTHETIC = {("villages", "children_primary"): "synthetic", ("roads", "metres"): "assumed"}


def marked(county: County, marks: dict[tuple[str, str], str]) -> County:
    found = {place: Mark(mark) for place, mark in marks.items()}
    return replace(county, provenance=MappingProxyType(found))


@pytest.fixture(scope="module")
def county(grid_county: Callable[..., County]) -> County:
    """Four villages in a row, 1 km apart; primaries with 21 seats at both ends."""
    schools = [
        {"at": 0, "seats_primary": 21},
        {"at": 3, "seats_primary": 21},
        {"at": 1, "kind": "junior", "seats_primary": 0, "seats_junior": 99},
    ]
    labels = ["甲", "甲", "乙", "乙"]
    return marked(grid_county(1, 4, schools=schools, labels=labels), SYNTHETIC)


def zones(county: County, primary: str, name: str) -> ZonePlan:
    codes = [village_code(i) for i in range(4)]
    columns = {
        "primary": dict(zip(codes, primary.split(), strict=True)),
        "junior": dict.fromkeys(codes, "S2"),
    }
    return ZonePlan(name=name, county=county.code, year=2026, zones=zone_table(columns))


def primary_row(pairs: pd.DataFrame, measure: str) -> pd.Series:
    (row,) = [r for _, r in pairs.iterrows() if (r.measure, r.stage) == (measure, "primary")]
    return row


def test_a_dominated_plan_always_loses(county: County) -> None:
    """Swapped schools make every way longer whatever the draw."""
    near, far = zones(county, "S0 S0 S1 S1", "近"), zones(county, "S1 S1 S0 S0", "远")
    row = primary_row(robustness(county, [near, far], draws=10, seed=1).pairs, "zone_travel_mean")
    assert (row.a, row.b, row.a_better, row.b_better) == ("近", "远", 1.0, 0.0)
    assert row.low <= row.difference <= row.high < 0
    assert row.high - row.low > 50.0


def test_plans_that_hang_on_the_draw_share_it(county: County) -> None:
    """Village 1 or village 2 crosses over: a fair coin, tossed by the draw."""
    left, right = zones(county, "S0 S1 S1 S1", "左"), zones(county, "S0 S0 S0 S1", "右")
    row = primary_row(robustness(county, [left, right], draws=24).pairs, "zone_travel_mean")
    assert 0.2 < row.a_better < 0.8
    assert row.low < 0 < row.high


def test_identical_plans_never_beat_each_other(county: County) -> None:
    plan = county.current_plan
    pairs = robustness(county, [plan, plan], draws=5).pairs.dropna()
    assert len(pairs)
    assert (pairs[["a_better", "b_better", "difference", "low", "high"]] == 0).all(axis=None)


def test_same_seed_same_table_and_other_seed_another(county: County) -> None:
    plans = [zones(county, "S0 S0 S1 S1", "近"), zones(county, "S1 S1 S0 S0", "远")]
    once, again, other = (robustness(county, plans, draws=5, seed=s).pairs for s in (3, 3, 4))
    pd.testing.assert_frame_equal(once, again)
    assert not once.equals(other)


def test_only_assumed_and_synthetic_numbers_are_drawn(county: County) -> None:
    """Official numbers stay; where rows carry their own marks only the marked rows move."""
    plans = [zones(county, "S0 S0 S1 S1", "近"), zones(county, "S1 S1 S0 S0", "远")]
    sure = robustness(marked(county, dict.fromkeys(SYNTHETIC, "official")), plans, draws=5)
    assert sure.perturbed == ()
    row = primary_row(sure.pairs, "zone_travel_mean")
    assert row.low == row.high == row.difference == -2000.0
    villages = county.villages.assign(pop_q=["synthetic", "official", "official", "official"])
    by_row = {("villages", "children_primary"): Mark("row", "pop_q")}
    mixed = replace(county.with_tables(villages=villages), provenance=MappingProxyType(by_row))
    assert robustness(mixed, plans, draws=2).perturbed == ("villages.children_primary",)


def test_stress_names_the_must_that_more_children_break(county: County) -> None:
    """20 children on 21 seats hold at 0.9 and 1.0, and 22 at 1.1 do not."""
    rule = ZoneSeats(clause=Clause("三", "学位够用。"), strength=Strength.MUST)
    policy = Policy("p", "测试", {"zh": "测试", "en": "test"}, rules=(rule,))
    plan = zones(county, "S0 S0 S1 S1", "近")
    found = robustness(county, [plan], policy, draws=1)
    broken = found.stress.set_index("children")["broken"]
    assert rule.title in broken[1.1]
    assert rule.title not in broken[1.0]
    assert rule.title not in broken[0.9]
    with using_language("en"):
        assert "× 1.1" in str(found)


def test_children_are_scaled_in_both_tables(county: County) -> None:
    ages = pd.DataFrame({"village": [village_code(0)], "year": [2026], "age": [7], "count": [10]})
    scaled = with_children(county.with_tables(children=ages), np.array([1.5, 1.0, 1.0, 0.0]))
    assert scaled.villages["children_primary"].tolist() == [15, 10, 10, 0]
    assert scaled.tables["children"]["count"].tolist() == [15]
    assert county.villages["children_primary"].tolist() == [10, 10, 10, 10]


def test_faults_are_told(county: County) -> None:
    with pytest.raises(ValueError, match="draw"):
        robustness(county, [county.current_plan], draws=0)
    with pytest.raises(ValueError, match="plan"):
        robustness(county, [])
    with pytest.raises(PlanFileError):
        robustness(county, [county.current_plan, zones(county, "S0 S0 S1 S1", "近")])
