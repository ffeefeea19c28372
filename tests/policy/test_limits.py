"""Bounds from the profile on the aims of districts: model and check hold the same amount."""

from dataclasses import replace
from typing import Any

import pytest
from labelled import value
from rule_trial import SEATS, TOWN, Seated, a_rule, policy_of

from districting.county import County
from districting.errors import PolicyError
from districting.evaluate import verify
from districting.model.district_view import district_view
from districting.model.partition import AimLimit, Band, Unmixed
from districting.policy import Policy, Strength, district_problem, read_policy
from districting.policy.districts import RULES
from districting.policy.limits import may_be_bounded
from districting.terms import LANGUAGES, using_language

AIM, PRINCIPLE = Strength.AIM, Strength.PRINCIPLE
TIES = {"together": (("第0村委会", "第4村委会", "第2村委会"),)}
THREE = ("district_count", {"least": 3, "most": 3})
BOUNDED: list[tuple[str, dict[str, Any], Strength]] = [
    ("near_home", {"stages": ("primary", "junior")}, AIM),
    ("near_home", {"cost": "metres", "further_max": 1500.0}, AIM),
    ("compact", {}, AIM),
    ("compact", {"measure": "border"}, AIM),
    ("compact", {"measure": "inertia"}, AIM),
    ("stability", {}, AIM),
    ("stability", {"measure": "schools"}, PRINCIPLE),
    ("balance", {"scope": "county"}, AIM),
    ("balance", {"scope": "county", "measure": "teachers"}, AIM),
    ("seat_travel", {}, AIM),
    ("seat_travel", {"furthest": 1500.0}, PRINCIPLE),
    ("quality_balance", {"scope": "county"}, AIM),
    ("quality_balance", {"form": "spread", "scope": "county"}, AIM),
    ("staff_balance", {}, AIM),
    ("staff_balance", {"form": "spread"}, AIM),
    ("seats_inside", {"stages": ("primary", "junior"), "slack": 20.0}, AIM),
    ("seats_inside", {}, PRINCIPLE),
    (TOWN, {}, PRINCIPLE),
    ("whole_zones", {}, AIM),
    ("tied_villages", TIES, PRINCIPLE),
]


def bounded(rule: Any, most: float) -> Policy:
    """Return the policy of the rule with a bound on it, districts three in number."""
    return replace(policy_of([rule, a_rule(*THREE)]), limits={rule.name: most})


@pytest.mark.parametrize(("name", "params", "strength"), BOUNDED)
def test_the_model_bounds_what_the_check_counts(
    county: County, seated: list[Seated], name: str, params: dict[str, Any], strength: Strength
) -> None:
    """Over all layouts of three districts, for a bound that some of them keep."""
    rule = a_rule(name, params, strength)
    layouts = [s for s in seated if max(s[0]) == 2][::4]
    amounts = [rule.amount(county, plan) for _, _, plan in layouts]
    most = (min(amounts) + max(amounts)) / 2
    policy = replace(bounded(rule, most), seat_kinds=SEATS)
    problem, view = district_problem(county, policy, None)
    (limit,) = problem.of(AimLimit)
    assert (limit.gate, limit.upper) == (name, most)
    assert list(view.seats) == list(district_view(county, seats=SEATS).seats)
    kept = 0
    for (labels, seats, plan), amount in zip(layouts, amounts, strict=True):
        total = sum(weight(t) * value(t, labels, seats) for t in limit.terms)
        assert total == pytest.approx(amount, rel=1e-9, abs=1e-6)
        found = [f for f in verify(county, plan, policy).findings if f.rule == f"{name}#limit"]
        assert [str(f.outcome) for f in found] == ["pass" if amount <= most + 1e-9 else "fail"]
        kept += str(found[0].outcome) == "pass"
    assert kept > 0
    assert min(amounts) == max(amounts) or kept < len(layouts)


def weight(term: Any) -> float:
    """Return what an amount of the term is multiplied by."""
    return float(term.price if isinstance(term, Band | Unmixed) else term.weight)


def test_every_aim_that_is_measured_over_the_plan_can_be_bounded() -> None:
    """The others have bounds of their own, or a number of schools that districts lack."""
    counted = {name for name, params, strength in BOUNDED}
    for name in RULES:
        try:
            rule = a_rule(name, {}, AIM)
        except (PolicyError, TypeError):
            continue
        assert may_be_bounded(rule) == (name in counted), name


def test_the_profile_names_what_it_may_bound(tmp_path: Any) -> None:
    """Unknown rules, musts, and what is no number are told at once, with what may be bounded."""
    profile = """
    [policy]
    name = "x"
    title = "x"
    [policy.limits]
    seat_travel = 1800
    compact = -1
    contiguous = 3
    nearby = "4"
    [[rule]]
    use = "seat_travel"
    text = "近"
    strength = "aim"
    [[rule]]
    use = "compact"
    text = "紧凑"
    strength = "aim"
    [[rule]]
    use = "contiguous"
    text = "成片"
    strength = "must"
    """
    path = tmp_path / "x.toml"
    path.write_text(profile, encoding="utf-8")
    for lang in LANGUAGES:
        with using_language(lang), pytest.raises(PolicyError) as caught:
            read_policy(path)
        faults = str(caught.value).splitlines()
        assert len(faults) == 4
        assert sum("compact" in f for f in faults) == 2
    good = profile.replace("compact = -1", "compact = 1").replace("contiguous = 3", "")
    path.write_text(good.replace('nearby = "4"', ""), encoding="utf-8")
    assert dict(read_policy(path).limits) == {"seat_travel": 1800, "compact": 1}
