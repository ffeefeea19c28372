"""``[policy.limits]``: aims and prices of district rules bounded from above (epsilon-constraints).

The rule keeps its weight or price; the bound is a must under the rule's own name, in the unit of
its measure, so that a conflict names the rule and says by how much the bound has to give way.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from districting.county import County
from districting.model.district_view import DistrictView
from districting.model.partition import Aim, AimLimit, Constraint
from districting.plan.district_plan import DistrictPlan
from districting.policy.districts.tables import complete, rounding, verdict_of
from districting.policy.policy import Policy
from districting.policy.rule import DistrictRule, Finding, Strength
from districting.terms import say

NAME = "limits"


def bounded_rules(policy: Policy) -> Iterator[tuple[DistrictRule, float]]:
    """Yield the district rules that the policy bounds, each with its bound."""
    for rule in policy.of("districts"):
        if rule.name in policy.limits and isinstance(rule, DistrictRule):
            yield rule, policy.limits[rule.name]


def may_be_bounded(rule: DistrictRule) -> bool:
    """Return whether the rule has an amount to bound: a must has bounds of its own."""
    return rule.strength is not Strength.MUST and bool(rule.counted)


def aim_limits(
    policy: Policy, view: DistrictView, parts: Mapping[str, Sequence[Constraint | Aim]]
) -> Iterator[AimLimit]:
    """Yield the bounds as constraints.

    Parameters
    ----------
    parts : Mapping of str to sequence
        What each rule, by name, yielded.
    """
    for rule, most in bounded_rules(policy):
        terms = tuple(rule.amounts(view, parts[rule.name]))
        if terms:
            yield AimLimit(rule.name, NAME, terms, most)


def limit_findings(
    policy: Policy, county: County, plan: DistrictPlan
) -> Iterator[tuple[DistrictRule, Finding, str]]:
    """Yield each bounded rule, whether its amount, counted anew, keeps the bound, and the text."""
    for rule, most in bounded_rules(policy):
        number, whole = rule.amount(county, plan), complete(county, plan)
        verdict = verdict_of(whole and number <= most + rounding(most, number), mendable=not whole)
        finding = Finding(rule.name, verdict, (county.name,), number, most)
        told = {"place": county.name, "what": rule.title, "number": number, "limit": most}
        unit = say(f"limits.unit.{rule.name}", measure=_measure(rule))
        yield rule, finding, say(f"limits.{verdict}", unit=unit, **told)


def _measure(rule: DistrictRule) -> str:
    word = getattr(rule, "measure", "")
    return say(f"limits.measure.{word}") if word else ""
