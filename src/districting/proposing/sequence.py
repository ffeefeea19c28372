"""A zone plan a year, each made from the one before; moved children cost what the policy says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pandas as pd

from districting.county import County
from districting.demand import catchment, county_in_year, enrolment, entrants_only, project
from districting.demand.ages import GRADES
from districting.demand.cohort import VARIANTS, Outlook
from districting.plan.adopt import with_zones
from districting.plan.zone_plan import STAGES, ZonePlan
from districting.policy.policy import Policy
from districting.proposing.proposal import Proposal
from districting.proposing.propose import propose
from districting.solve.stop import Stop
from districting.terms import say


def propose_years(
    county: County,
    policy: Policy,
    years: range,
    *,
    start: ZonePlan | None = None,
    outlook: Outlook = VARIANTS["medium"],
    entrants: bool = False,
    stop: Stop | None = None,
    seed: int = 0,
    name: str = "",
) -> Iterator[tuple[County, Proposal]]:
    """Propose a zone plan for every year, each with the year before as its current zones.

    Parameters
    ----------
    county : County
    policy : Policy
        Its stability rule prices the children whose school changes from one year to the next.
    years : range
    start : ZonePlan, optional
        Zones before the first year; the county's current ones by default.
    outlook : Outlook
        Variant of the projection.
    entrants : bool
        Zones for entrants only (老生老办法): children at school stay where they are, so the
        children are those of entry age and the seats those that the grades moving up leave over.
    stop : Stop, optional
        Shared out over the years.
    seed : int
    name : str
        The year is added.

    Yields
    ------
    (County, Proposal)
        The county of that year and its plan. The sequence ends with the first year without a plan.
    """
    stop = stop or Stop()
    children = project(county, range(county.year, years[-1] + 1), outlook)
    before = start or county.current_zones
    for place, year in enumerate(years):
        here = _in_year(county, children, year, before, entrants)
        title = say("years.plan_name", name=name or say("plan.proposal_name"), year=year)
        share = stop.share(1.0 / (len(years) - place), stop.gap)
        proposal = propose(here, policy, "zones", start=before, stop=share, seed=seed, name=title)
        if proposal.plan is None:
            yield here, proposal
            return
        assert isinstance(proposal.plan, ZonePlan)
        before = replace(proposal.plan, entry_seats=_seats(here) if entrants else {})
        yield here, replace(proposal, plan=before)


def _in_year(
    county: County, children: pd.DataFrame, year: int, before: ZonePlan | None, entrants: bool
) -> County:
    """Return the county of `year`, with `before` as its current zones."""
    here = county_in_year(county, children, year)
    if entrants:
        here = _entry(here, county, children, before)
    return here if before is None else with_zones(here, before)


def moved_children(county: County, before: ZonePlan | None, after: ZonePlan) -> dict[str, int]:
    """Return the children of `county` whose school is another than before, by stage."""
    if before is None:
        return dict.fromkeys(STAGES, 0)
    moved = {}
    for stage in STAGES:
        was = before.zones[stage].reindex(after.zones.index).fillna("")
        changed = after.zones.index[(was != "") & (was != after.zones[stage])]
        moved[stage] = int(county.villages.loc[changed, f"children_{stage}"].fillna(0).sum())
    return moved


def _seats(county: County) -> dict[str, dict[str, int]]:
    """Return the seats of the county's schools by stage and school id."""
    columns = {stage: county.schools[f"seats_{stage}"].fillna(0).astype(int) for stage in STAGES}
    return {stage: {str(s): int(n) for s, n in seats.items()} for stage, seats in columns.items()}


def _entry(here: County, county: County, children: pd.DataFrame, before: ZonePlan | None) -> County:
    """Return the county of entrants: children of entry age, and the seats left for them."""
    span = range(county.year, here.year + 1)
    rolls = enrolment(county, children, span, catchment(county, before))
    now = rolls[rolls["year"] == here.year]
    schools = here.schools.copy()
    for stage in STAGES:
        first = GRADES[stage][0]
        entry = now[(now["stage"] == stage) & (now["grade"] == first)].set_index("school")
        schools[f"seats_{stage}"] = (
            entry["entry_seats"].reindex(schools.index).fillna(0).astype("int64")
        )
    return replace(entrants_only(here, children), schools=schools)
