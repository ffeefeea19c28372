"""The county and the policy as a plan for later years is held against."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from districting.county import County
from districting.demand import county_in_year, entrants_only, project
from districting.plan.plan import Plan
from districting.plan.zone_plan import STAGES, ZonePlan
from districting.policy.policy import Policy
from districting.policy.years import every_year, has_yearly_seats
from districting.terms import say


def in_plan_years(county: County, policy: Policy, plan: Plan) -> tuple[County, Policy]:
    """Return county and policy in the school years that a zone plan is for.

    Children of a later year are those entered for it, or projected by the medium variant; seats of
    a plan for several years hold in each of them. A plan for entrants meets the children of entry
    age with the seats left that it records. Other plans are held against the tables as they stand.
    """
    county = in_plan_year(county, plan)
    if isinstance(plan, ZonePlan) and len(plan.years) > 1 and has_yearly_seats(policy):
        policy = every_year(policy, len(plan.years))
    return county, policy


def in_plan_year(county: County, plan: Plan) -> County:
    """Return the county in the first school year of a zone plan; see :func:`in_plan_years`."""
    if isinstance(plan, ZonePlan) and _elsewhen(county, plan):
        last = max(plan.year, county.year)
        children = project(county, range(county.year, last + 1))
        county = county_in_year(county, children, last)
        if plan.entry_seats:
            county = _with_seats(entrants_only(county, children), plan)
    return county


def _elsewhen(county: County, plan: ZonePlan) -> bool:
    """Whether a plan is for other children than those in the county's table of villages."""
    return plan.year > county.year or bool(plan.entry_seats)


def _with_seats(county: County, plan: ZonePlan) -> County:
    """Return `county` with the seats left that the plan records; none where it records none."""
    schools = county.schools.copy()
    for stage in STAGES:
        left = pd.Series(dict(plan.entry_seats.get(stage, {})), dtype="int64")
        schools[f"seats_{stage}"] = left.reindex(schools.index).fillna(0).astype("int64")
    return replace(county, schools=schools)


def told_years(county: County, plan: Plan) -> str:
    """Return which years' children a zone plan is held against; empty for the county's own year."""
    if not isinstance(plan, ZonePlan):
        return ""
    if plan.entry_seats:
        return say("years.verified_entrants", first=plan.year)
    if plan.years[-1] <= county.year:
        return ""
    key = "verified_year" if len(plan.years) == 1 else "verified_horizon"
    return say(f"years.{key}", first=plan.year, last=plan.years[-1])


def told_count(county: County, plan: Plan) -> str:
    """Return which children `plan` is measured on; empty for the county's as they stand."""
    if not isinstance(plan, ZonePlan) or not _elsewhen(county, plan):
        return ""
    return say("years.counted_entrants" if plan.entry_seats else "years.counted", year=plan.year)
