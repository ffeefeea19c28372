"""The small county on which every district rule is tried, its layouts, and what trying takes."""

from typing import Any

from labelled import labellings

from districting.plan.district_plan import DistrictPlan
from districting.policy import Clause, DistrictRule, Policy, Strength
from districting.policy.districts import RULES

N = 6
ALL = [x for x in labellings(N) if max(x) < 3]
"""Layouts of six villages with up to three districts."""
SEATS = ("junior", "primary", "kindergarten")
Plans = dict[tuple[int, ...], DistrictPlan]
Seated = tuple[tuple[int, ...], list[int], DistrictPlan]
TOWN = "within_town"
PER_TOWN = ("districts_per_town", {"many_schools": 5})


def a_rule(name: str, params: dict[str, Any], strength: Strength = Strength.MUST) -> DistrictRule:
    """Return the rule of that name."""
    return RULES[name](clause=Clause("", "试"), strength=strength, **params)


def policy_of(rules: list[DistrictRule]) -> Policy:
    """Return the policy of these rules alone."""
    return Policy("试", "试", {}, seat_kinds=("junior", "primary"), rules=tuple(rules))
