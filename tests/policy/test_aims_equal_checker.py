"""For every rule: what the model pays for is what the check measures."""

from typing import Any

import pytest
from labelled import accepts, value
from rule_trial import ALL, PER_TOWN, SEATS, TOWN, Plans, Seated, a_rule, policy_of

from districting.county import County
from districting.model.district_view import district_view
from districting.model.partition import Aim, Band, PairCut, Unmixed
from districting.policy import Clause, Strength, Verdict, district_problem
from districting.policy.districts import RULES

AIMS: list[tuple[str, dict[str, Any], str]] = [
    ("near_home", {"stages": ("primary", "junior")}, "number"),
    ("near_home", {"cost": "metres", "further_max": 1500.0}, "child_metres"),
    ("compact", {}, "number"),
    ("seat_travel", {}, "child_metres"),
    ("quality_balance", {"scope": "county"}, "pupil_points"),
    ("quality_balance", {"scope": "town"}, "pupil_points"),
    ("stability", {}, "number"),
    ("stability", {"measure": "schools"}, "number"),
    ("stability", {"measure": "pupils"}, "number"),
    ("compact", {"measure": "border"}, "number"),
    ("compact", {"measure": "inertia"}, "number"),
    ("seat_travel", {"stages": ("junior",)}, "child_metres"),
    ("quality_balance", {"form": "spread", "scope": "county"}, "number"),
    ("staff_balance", {}, "points_off"),
    ("staff_balance", {"indicator": "backbone_share", "scope": "town"}, "points_off"),
    ("staff_balance", {"form": "spread"}, "number"),
    ("seats_inside", {"stages": ("primary", "junior")}, "missing"),
]


@pytest.mark.parametrize(("name", "params", "measure"), AIMS)
def test_aims_measure_what_checks_measure(
    county: County, seated: list[Seated], name: str, params: dict[str, Any], measure: str
) -> None:
    """An aim's value on a layout is the sum of the numbers that its check reports."""
    rule = a_rule(name, params, Strength.AIM)
    parts = list(rule.constrain(district_view(county, seats=SEATS)))
    assert all(isinstance(p, Aim | Band) for p in parts)
    assert parts
    compared = 0
    for labels, seats, plan in seated:
        silent = ("no_index", "no_base")
        found = [f for f in rule.check(county, plan) if f.details.get("message") not in silent]
        assert all(f.verdict is Verdict.PASS for f in found)
        checked = sum(f.number if measure == "number" else f.details[measure] for f in found)
        assert checked == pytest.approx(sum(value(p, labels, seats) for p in parts), abs=1e-6)
        compared += 1
    assert compared > 5


def test_ways_beyond_the_furthest_are_priced_as_a_principle(
    county: County, seated: list[Seated]
) -> None:
    """The model pays for the children that the check counts."""
    rule = a_rule("seat_travel", {"furthest": 1500.0, "price": 3.0}, Strength.PRINCIPLE)
    view = district_view(county, seats=SEATS)
    beyond, _ = rule.constrain(view)
    assert beyond.weight == 3.0
    counted = set()
    for labels, seats, plan in seated[::3]:
        found = [*rule.check(county, plan)]
        checked = sum(f.details["beyond"] for f in found)
        assert checked == pytest.approx(value(beyond, labels, seats))
        assert all((f.verdict is Verdict.FAIL) == (f.details["beyond"] > 0) for f in found)
        counted.add(round(checked))
    assert len(counted) > 2


def test_a_tie_as_a_principle_costs_each_village_that_leaves(county: County, plans: Plans) -> None:
    """The price counts the places outside the district of the first of their list."""
    words = {"together": (("第0村委会", "第4村委会", "第2村委会"),)}
    rule = RULES["tied_villages"](
        clause=Clause("", "试"), strength=Strength.PRINCIPLE, price=7.0, **words
    )
    (part,) = rule.constrain(district_view(county))
    assert isinstance(part, PairCut)
    assert part.weight == 7.0
    for labels, plan in plans.items():
        (finding,) = rule.check(county, plan)
        assert finding.number == value(part, labels, [])


def test_zones_split_at_a_price(county: County, plans: Plans) -> None:
    """As a principle, each further district of a zone costs the price."""
    rule = RULES["whole_zones"](clause=Clause("", "试"), strength=Strength.PRINCIPLE, price=7.0)
    (part,) = rule.constrain(district_view(county))
    for labels, plan in plans.items():
        found = [f for f in rule.check(county, plan) if f.limit]
        assert value(part, labels, []) == sum(f.number - f.limit for f in found)


@pytest.mark.parametrize("measure", ["children", "institutions", "pupils"])
def test_balance_aims_at_the_town_mean(county: County, plans: Plans, measure: str) -> None:
    """The deviations that the model adds up are those that the check reports."""
    wanted = [(TOWN, {}), PER_TOWN]
    rules = [a_rule(n, p) for n, p in wanted]
    rule = a_rule("balance", {"measure": measure}, Strength.AIM)
    problem, view = district_problem(county, policy_of([*rules, rule]), None)
    aims = [p for p in problem.parts if isinstance(p, Aim)]
    hard = [p for p in problem.parts if not isinstance(p, Aim)]
    layouts = [x for x in ALL if all(accepts(p, view, x) for p in hard)]
    assert layouts
    for labels in layouts:
        found = list(rule.check(county, plans[labels]))
        off = sum(abs(f.number - f.limit) for f in found)
        assert off == pytest.approx(sum(value(p, labels, []) for p in aims), abs=1e-6)


def test_principles_are_priced_and_aims_weighed(county: County) -> None:
    """A principle costs its price for each violation, an aim its weight; a must has no price."""
    view = district_view(county)
    for strength, price in ((Strength.MUST, None), (Strength.PRINCIPLE, 7.0), (Strength.AIM, 3.0)):
        rule = RULES[TOWN](clause=Clause("", "试"), strength=strength, price=7.0, weight=3.0)
        (part,) = rule.constrain(view)
        assert isinstance(part, Unmixed)
        assert part.price == price
    assert value(part, (0, 0, 1, 1, 1, 1), []) == 1.0
