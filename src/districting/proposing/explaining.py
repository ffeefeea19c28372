"""Explain a plan at one place: each kind of plan has a file of its own that knows how."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module

import pandas as pd

from districting.county import County
from districting.errors import PlanFileError
from districting.plan.plan import Plan
from districting.policy.policy import Policy
from districting.solve.stop import Progress, silent
from districting.terms import say

EXPLAINERS = {
    "districts": "district_place",
    "posts": "posts_office",
    "rotation": "rotation_teacher",
    "teaching": "teaching_visits",
    "zones": "zone_place",
}
"""Kinds of plans, and the module here whose ``explain(county, policy, plan, place, progress)``
tells why the plan is as it is there."""

WHOLE = ("全县", "全区", "county")
"""Words for the layout as a whole; the county's own name does as well."""

AREAS = ("districts", "zones")
"""Kinds of plans that are explained at every village and school at once."""


def is_whole(county: County, place: str) -> bool:
    """Return whether `place` means the county as a whole."""
    return place in (*WHOLE, county.code, county.name)


def cost_lines(policy: Policy, kind: str, changes: Mapping[str, tuple[float, str]]) -> list[str]:
    """Return what a change costs, a line a rule, each in its own unit.

    Parameters
    ----------
    changes : Mapping of str to (float, str)
        Change and unit by gate; none where both plans are equally good.
    """
    lines = []
    for gate, (value, unit) in changes.items():
        words = {"title": policy.rule(gate, kind).title, "unit": say(f"{kind}.why.unit.{unit}")}
        lines.append(say("explain.cost", number=f"{value:+,.4g}", **words))
    return lines or [say("explain.equal")]


def explain_place(
    county: County, policy: Policy, plan: Plan, place: str, progress: Progress = silent
) -> str:
    """Return why `plan` is as it is at `place`, as text in the current language.

    Parameters
    ----------
    county : County
    policy : Policy
        The policy whose rules forbid and price.
    plan : Plan
    place : str
        Code, id or name of a village or school, or the county; for a district plan also a district,
        for a plan of staff a teacher's id, for one of posts a union, district or ``place/post``.
    progress : Progress
        Called where something is solved anew, like the limits of the whole.

    Raises
    ------
    PlanFileError
        If plans of this kind have no explanation, or `place` is unknown or ambiguous.
    """
    if plan.kind not in EXPLAINERS:
        allowed = "、".join(EXPLAINERS)
        raise PlanFileError(say("explain.unknown_kind", value=plan.kind, allowed=allowed))
    module = import_module(f"districting.proposing.{EXPLAINERS[plan.kind]}")
    text: str = module.explain(county, policy, plan, place, progress)
    return text


def explain_places(county: County, policy: Policy, plan: Plan) -> pd.Series:
    """Return why `plan` is as it is at every village and school, in the current language.

    The problem is built once, so that a county takes seconds; each text is that of
    :func:`explain_place`.

    Parameters
    ----------
    county : County
    policy : Policy
    plan : Plan
        Of one of :data:`AREAS`.

    Returns
    -------
    pandas.Series of str
        Indexed by village codes, then school ids.

    Raises
    ------
    PlanFileError
        If plans of this kind are not explained by place, or a district plan is unfinished.
    """
    if plan.kind not in AREAS:
        allowed = "、".join(AREAS)
        raise PlanFileError(say("explain.unknown_kind", value=plan.kind, allowed=allowed))
    tell = import_module(f"districting.proposing.{EXPLAINERS[plan.kind]}").teller(
        county, policy, plan
    )
    told = {unit: tell("village", unit) for unit in county.villages.index}
    told |= {unit: tell("school", unit) for unit in county.schools.index}
    return pd.Series(told, dtype="str")
