"""For every rule: the layouts its constraints allow are the layouts its check lets pass."""

from collections.abc import Callable
from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np
import pandas as pd
import pytest
from labelled import accepts, plan_of, value
from rule_trial import ALL, PER_TOWN, SEATS, TOWN, Plans, a_rule, policy_of

from districting.county import County
from districting.errors import PlanFileError, PolicyError
from districting.model.district_view import district_view
from districting.model.partition import Aim, AimLimit, AssignCost
from districting.plan.record import Lock
from districting.plan.zone_units import ZoneUnits
from districting.policy import (
    DistrictRule,
    Finding,
    Strength,
    Verdict,
    district_problem,
)

HARD: list[list[tuple[str, dict[str, Any]]]] = [
    [(TOWN, {})],
    [("contiguous", {})],
    [("district_count", {"least": 2, "most": 3})],
    [(TOWN, {}), PER_TOWN],
    [(TOWN, {}), ("districts_per_town", {"many_schools": 5, "with_kindergartens": False})],
    [(TOWN, {}), ("districts_per_town", {"many_schools": 99, "exceptions": {"101镇": 2}})],
    [(TOWN, {}), ("one_district_per_town", {})],
    [("size_limits", {"institutions_min": 2, "institutions_max": 4})],
    [("size_limits", {"pupils_max": 300, "teachers_min": 8})],
    [(TOWN, {}), PER_TOWN, ("balance", {"tolerance": 0.3})],
    [(TOWN, {}), PER_TOWN, ("balance", {"tolerance": 0.5, "measure": "institutions"})],
    [
        ("district_count", {"least": 2, "most": 2}),
        ("balance", {"scope": "county", "tolerance": 0.2}),
    ],
    [
        ("district_count", {"least": 2, "most": 2}),
        ("balance", {"scope": "county", "tolerance": 0.4, "measure": "pupils"}),
    ],
    [
        ("district_count", {"least": 3, "most": 3}),
        ("balance", {"scope": "county", "tolerance": 0.5}),
    ],
    [("membership", {})],
    [("lead_school", {"scope": "district"})],
    [("lead_school", {"scope": "district", "partners": False})],
    [(TOWN, {}), ("lead_school", {"scope": "union"})],
    [("director_candidate", {})],
    [("director_candidate", {"at_seat": True})],
    [("junior_per_district", {})],
    [("junior_per_district", {"kinds": ("primary",), "least": 2})],
    [("junior_reachable", {"scope": "district"})],
    [("junior_reachable", {"scope": "district", "alternatives": {"102镇": "区直初中"}})],
    [(TOWN, {}), ("junior_reachable", {"scope": "union"})],
    [("quality_balance", {"scope": "town", "tolerance": 4.0})],
    [("quality_balance", {"scope": "county", "tolerance": 6.0})],
    [("seats_inside", {"stages": ("primary", "junior"), "slack": 30.0})],
    [("size_limits", {"children_min": 60, "children_max": 250})],
    [("district_count", {"least": 2, "most": 3, "each": 5.0})],
    [("junior_per_district", {"alternatives": {"102镇": "区直初中"}})],
    [("quality_balance", {"scope": "county", "form": "range", "lowest": 55.0, "highest": 70.0})],
    [("quality_balance", {"scope": "county", "form": "spread", "tolerance": 6.0})],
    [("staff_balance", {"tolerance": 0.3})],
    [(TOWN, {}), ("staff_balance", {"scope": "town", "tolerance": 0.5})],
    [("staff_balance", {"indicator": "backbone_share", "tolerance": 0.4})],
    [("staff_balance", {"form": "range", "lowest": 4.0, "highest": 12.0})],
    [("staff_balance", {"form": "spread", "tolerance": 5.0})],
    [("compact", {"limit": 3.0})],
    [("compact", {"measure": "border", "limit": 2000.0})],
    [("near_home", {"stages": ("primary", "junior"), "limit": 60.0})],
    [
        (
            "tied_villages",
            {
                "together": (("第0村委会", "第4村委会"),),
                "apart": (("第1村委会", "第5村委会", "第3村委会"),),
            },
        )
    ],
    [("whole_zones", {})],
    [("whole_zones", {"stage": "junior"})],
    [("locks", {})],
]


@pytest.mark.parametrize("wanted", HARD, ids=lambda w: "+".join(n for n, _ in w))
def test_constraints_allow_what_checks_let_pass(
    county: County,
    plans: Plans,
    found_by: Callable[[DistrictRule], list[list[Finding]]],
    wanted: list[tuple[str, dict[str, Any]]],
) -> None:
    """Over all layouts of up to three districts, model and checker agree."""
    rules = [a_rule(name, params) for name, params in wanted]
    start = plan_of(county, (0, 0, 1, 2, 2, 2), names=["甲", "乙", "丙"])
    start = replace(start, locks=(Lock("village", start.villages.index[0], "甲"),))
    problem, view = district_problem(county, policy_of(rules), start)
    hard = [p for p in problem.parts if not isinstance(p, Aim)]
    for labels, *by_rule in zip(plans, *map(found_by, rules), strict=True):
        model = all(accepts(p, view, labels) for p in hard)
        found = [f for own in by_rule for f in own]
        checker = not any(f.verdict is Verdict.FAIL for f in found)
        assert model == checker, (labels, [r.explain(f) for r, f in _broken(rules, found)])


def _broken(rules: list[DistrictRule], found: list[Any]) -> list[tuple[DistrictRule, Any]]:
    by_name = {r.name: r for r in rules}
    return [(by_name[f.rule], f) for f in found if f.verdict is Verdict.FAIL]


def test_some_layouts_pass_and_some_fail(county: County) -> None:
    """The comparison is not empty: most rules part the layouts in two."""
    parted = 0
    for wanted in HARD:
        rules = [a_rule(name, params) for name, params in wanted]
        problem, view = district_problem(county, policy_of(rules), None)
        hard = [p for p in problem.parts if not isinstance(p, Aim)]
        allowed = sum(all(accepts(p, view, x) for p in hard) for x in ALL)
        parted += 0 < allowed < len(ALL)
    assert parted >= len(HARD) - 8


def test_locks_hold_the_names_they_are_locked_to(county: County) -> None:
    """The model keeps locked units together or apart exactly where some naming passes the check."""
    villages = county.villages.index
    school = county.schools.index[0]
    locks = (
        Lock("village", villages[0], "甲"),
        Lock("village", villages[1], "甲"),
        Lock("village", villages[5], "乙"),
    )
    rule = a_rule("locks", {})
    start = replace(plan_of(county, (0, 0, 0, 0, 0, 1), names=["甲", "乙"]), locks=locks)
    view = district_view(county, start)
    parts = list(rule.constrain(view))
    for labels in ALL:
        names = [f"学区{k}" for k in range(max(labels) + 1)]
        names[labels[0]] = "甲"
        if labels[5] != labels[0]:
            names[labels[5]] = "乙"
        plan = plan_of(county, labels, locks=locks, names=names)
        checker = all(f.verdict is Verdict.PASS for f in rule.check(county, plan))
        assert checker == all(accepts(p, view, labels) for p in parts)
    home = str(county.schools.loc[school, "village"])
    other = next(v for v in villages if v != home)
    tied = replace(start, locks=(Lock("school", school, "甲"), Lock("village", other, "甲")))
    (part,) = rule.constrain(district_view(county, tied))
    assert sorted(villages[u] for u in part.pairs[0]) == sorted([home, other])


LIMITS: list[tuple[str, dict[str, Any]]] = [
    ("stability", {"limit": 90.0}),
    ("stability", {"measure": "schools", "limit": 2.0}),
    ("compact", {"measure": "inertia", "limit": 5.0}),
    ("seat_travel", {"furthest": 2000.0}),
    ("seat_travel", {"mean": 900.0}),
]


@pytest.mark.parametrize(("name", "params"), LIMITS)
def test_bounds_that_know_the_seat_part_layouts_as_checks_do(
    county: County, name: str, params: dict[str, Any]
) -> None:
    """With every choice of seats, a must with a limit allows what its check lets pass."""
    rule = a_rule(name, params)
    view = district_view(county, seats=SEATS)
    parts = list(rule.constrain(view))
    verdicts = set()
    for labels in ALL[::8]:
        inside = [np.flatnonzero(np.array(labels)[view.seats] == k) for k in range(max(labels) + 1)]
        for seats in product(*(s.tolist() for s in inside)):
            model = True
            for part in parts:
                if isinstance(part, AimLimit):
                    model &= value(part.terms[0], labels, list(seats)) <= part.upper + 1e-9
                else:
                    assert isinstance(part, AssignCost)
                    model &= bool(np.isfinite(value(part, labels, list(seats))))
            plan = plan_of(county, labels, [view.units[view.seats[j]] for j in seats])
            checker = all(f.verdict is Verdict.PASS for f in rule.check(county, plan))
            assert model == checker, (labels, seats)
            verdicts.add(model)
    assert verdicts == {True, False}


def test_given_seats_are_the_seats_of_layouts_that_pass(county: County) -> None:
    """With every choice of seats, model and check let pass those named, each once."""
    view = district_view(county, seats=SEATS)
    named = [str(county.villages["name"].iloc[view.seats[j]]) for j in (0, 2)]
    rule = a_rule("given_seats", {"places": tuple(named)})
    cost, count = rule.constrain(view)
    assert isinstance(cost, AssignCost)
    verdicts = set()
    for labels in ALL[::8]:
        inside = [np.flatnonzero(np.array(labels)[view.seats] == k) for k in range(max(labels) + 1)]
        for seats in product(*(s.tolist() for s in inside)):
            model = np.isfinite(value(cost, labels, list(seats))) and accepts(count, view, labels)
            plan = plan_of(county, labels, [view.units[view.seats[j]] for j in seats])
            checker = all(f.verdict is Verdict.PASS for f in rule.check(county, plan))
            assert model == checker, (labels, seats)
            verdicts.add(model)
    assert verdicts == {True, False}
    with pytest.raises(PolicyError, match="驻地"):
        list(rule.constrain(replace(view, seats=view.seats[:1])))


def test_forbidden_units_stay_out_of_the_named_district(county: County) -> None:
    """The model parts a forbidden unit from the district's seat; the check looks at the name."""
    villages = county.villages.index
    start = plan_of(county, (0, 0, 0, 1, 1, 1), seats=[villages[1], ""], names=["甲", "乙"])
    barred = start.forbid(county, [villages[2], villages[3]], "甲", "路远")
    assert [(k.unit, k.to, k.forbid) for k in barred.locks] == [
        (villages[2], "甲", True),
        (villages[3], "甲", True),
    ]
    rule = a_rule("locks", {})
    view = district_view(county, barred)
    parts = list(rule.constrain(view))
    for labels in ALL:
        names = [f"学区{k}" for k in range(max(labels) + 1)]
        names[labels[1]] = "甲"
        plan = plan_of(county, labels, locks=barred.locks, names=names)
        checker = all(f.verdict is Verdict.PASS for f in rule.check(county, plan))
        model = all(accepts(p, view, labels) for p in parts)
        assert model == checker == (labels[2] != labels[1] != labels[3])
    with pytest.raises(PlanFileError, match="驻地"):
        start.forbid(county, [villages[1]], "甲")
    with pytest.raises(PlanFileError, match="不得划入"):
        barred.assign(county, villages[3], "甲")
    assert barred.assign(county, villages[3], "乙").villages[villages[3]] == "乙"
    again = barred.forbid(county, [villages[3]], "甲", "再议")
    assert len(again.locks) == 2


@pytest.mark.parametrize("by_town", [False, True])
def test_zones_that_a_plan_keeps_stay_whole(county: County, by_town: bool) -> None:
    """As units of the plan, over all layouts; one zone lies in two towns, one village in none."""
    villages = county.villages.index
    zone = pd.Series(["S1", "S1", "S2", "S2", "S2"], villages[:5])
    units = ZoneUnits("primary", by_town, "片区", zone)
    rule = a_rule("zone_units", {})
    start = replace(plan_of(county, (0, 0, 1, 2, 2, 2)), units=units)
    problem, view = district_problem(county, policy_of([]), start)
    (tied,) = problem.parts
    allowed = 0
    for labels in ALL:
        plan = replace(plan_of(county, labels), units=units)
        checker = all(f.verdict is Verdict.PASS for f in rule.check(county, plan))
        assert accepts(tied, view, labels) == checker
        allowed += checker
    assert allowed == (14 if by_town else 5)
    assert list(rule.constrain(district_view(county))) == []
    with pytest.raises(PolicyError):
        a_rule("zone_units", {}, Strength.AIM)


def test_places_that_the_county_lacks_are_all_named(county: County) -> None:
    """Unknown towns and villages in a profile's parameters stop the work, in one message."""
    rules = [
        a_rule("junior_reachable", {"alternatives": {"101镇": "区直初中", "运河街道": "区直初中"}}),
        a_rule("districts_per_town", {"exceptions": {"沟镇": 2}}),
        a_rule("junior_per_district", {"alternatives": {"泥镇": "区直初中"}}),
        a_rule("tied_villages", {"together": (("无此村", "第1村委会"),)}),
    ]
    with pytest.raises(PolicyError) as caught:
        district_problem(county, policy_of(rules), None)
    for word in ("运河街道", "沟镇", "泥镇", "无此村"):
        assert word in str(caught.value)
    assert "第1村委会" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "params", "strength"),
    [
        ("compact", {}, Strength.MUST),
        ("compact", {"measure": "roundness"}, Strength.AIM),
        ("stability", {}, Strength.MUST),
        ("stability", {"measure": "people"}, Strength.AIM),
        ("near_home", {}, Strength.MUST),
        ("seat_travel", {"limit": 3000.0}, Strength.MUST),
        ("seat_travel", {"stages": ("senior",)}, Strength.AIM),
        ("quality_balance", {"form": "range"}, Strength.AIM),
        ("quality_balance", {"form": "spread"}, Strength.PRINCIPLE),
        ("quality_balance", {"form": "range", "lowest": 70.0, "highest": 60.0}, Strength.MUST),
        ("staff_balance", {"indicator": "age"}, Strength.AIM),
        ("staff_balance", {"scope": "village"}, Strength.AIM),
        ("tied_villages", {"apart": (("a", "b"),)}, Strength.PRINCIPLE),
        ("whole_zones", {"stage": "senior"}, Strength.MUST),
    ],
)
def test_parameters_that_mean_nothing_are_refused(
    name: str, params: dict[str, Any], strength: Strength
) -> None:
    """A must without a limit, unknown words, and forms that have no price."""
    with pytest.raises(PolicyError):
        a_rule(name, params, strength)
