"""The county and the policy as a plan for later years is held against."""

from __future__ import annotations

from dataclasses import replace

from districting.county import County
from districting.demand import county_in_year, entrants_only, project
from districting.plan.plan import Plan
from districting.plan.zone_plan import ZonePlan
from districting.policy.policy import Policy
from districting.policy.years import every_year, has_yearly_seats
from districting.policy.zones.seat_use import SeatUse
from districting.policy.zones.seats import ZoneSeats
from districting.terms import say


def in_plan_years(county: County, policy: Policy, plan: Plan) -> tuple[County, Policy]:
    """Return county and policy in the school years that a zone plan is for.

    Children of a later year are those entered for it, or projected by the medium variant; seats of
    a plan for several years hold in each of them. A plan for entrants meets the children of entry
    age; what seats the grades moving up leave hangs on the plans before it, so that rules on seats
    are left out. Other plans are held against the tables as they stand.
    """
    if not isinstance(plan, ZonePlan):
        return county, policy
    if plan.year > county.year or plan.entrants:
        last = max(plan.year, county.year)
        children = project(county, range(county.year, last + 1))
        county = county_in_year(county, children, last)
        county = entrants_only(county, children) if plan.entrants else county
    if plan.entrants:
        kept = tuple(r for r in policy.rules if not isinstance(r, ZoneSeats | SeatUse))
        return county, replace(policy, rules=kept)
    if len(plan.years) > 1 and has_yearly_seats(policy):
        policy = every_year(policy, len(plan.years))
    return county, policy


def told_years(county: County, plan: Plan) -> str:
    """Return which years' children a zone plan is held against; empty for the county's own year."""
    if not isinstance(plan, ZonePlan):
        return ""
    if plan.entrants:
        return say("years.verified_entrants", first=plan.year)
    if plan.years[-1] <= county.year:
        return ""
    key = "verified_year" if len(plan.years) == 1 else "verified_horizon"
    return say(f"years.{key}", first=plan.year, last=plan.years[-1])
