"""Explain a plan at one place: each kind of plan has a file of its own that knows how."""

from __future__ import annotations

from importlib import import_module

from districting.county import County
from districting.errors import PlanFileError
from districting.plan.plan import Plan
from districting.policy.policy import Policy
from districting.terms import say

EXPLAINERS = {
    "districts": "district_place",
    "rotation": "rotation_teacher",
    "zones": "zone_place",
}
"""Kinds of plans, and the module here whose ``explain(county, policy, plan, place)`` tells why the
plan is as it is there."""


def explain_place(county: County, policy: Policy, plan: Plan, place: str) -> str:
    """Return why `plan` is as it is at `place`, as text in the current language.

    Parameters
    ----------
    county : County
    policy : Policy
        The policy whose rules forbid and price.
    plan : Plan
    place : str
        Code, id or name of a village or school; for a district plan also a district or the county,
        for a rotation plan a teacher's id.

    Raises
    ------
    PlanFileError
        If plans of this kind have no explanation, or `place` is unknown or ambiguous.
    """
    if plan.kind not in EXPLAINERS:
        allowed = "、".join(EXPLAINERS)
        raise PlanFileError(say("explain.unknown_kind", value=plan.kind, allowed=allowed))
    module = import_module(f"districting.proposing.{EXPLAINERS[plan.kind]}")
    text: str = module.explain(county, policy, plan, place)
    return text
