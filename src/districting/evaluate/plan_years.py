"""The county and the policy as a plan for later years is held against."""

from __future__ import annotations

from districting.county import County
from districting.demand import county_in_year, project
from districting.plan.plan import Plan
from districting.plan.zone_plan import ZonePlan
from districting.policy.policy import Policy
from districting.policy.years import every_year, has_yearly_seats
from districting.terms import say


def in_plan_years(county: County, policy: Policy, plan: Plan) -> tuple[County, Policy]:
    """Return county and policy in the school years that a zone plan is for.

    Children of a later year are those entered for it, or projected by the medium variant; seats of
    a plan for several years hold in each of them. Other plans, and those for the county's own year,
    are held against the tables as they stand.
    """
    if not isinstance(plan, ZonePlan):
        return county, policy
    if plan.year > county.year:
        children = project(county, range(county.year, plan.year + 1))
        county = county_in_year(county, children, plan.year)
    if len(plan.years) > 1 and has_yearly_seats(policy):
        policy = every_year(policy, len(plan.years))
    return county, policy


def told_years(county: County, plan: Plan) -> str:
    """Return which years' children a zone plan is held against; empty for the county's own year."""
    if not isinstance(plan, ZonePlan) or plan.years[-1] <= county.year:
        return ""
    key = "verified_year" if len(plan.years) == 1 else "verified_horizon"
    return say(f"years.{key}", first=plan.year, last=plan.years[-1])
