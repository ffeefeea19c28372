"""What a layout is made of: villages, or the attendance zones of a plan."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from districting.county import County
from districting.errors import PolicyError
from districting.plan.district_plan import DistrictPlan, empty_plan
from districting.plan.plan import Plan
from districting.plan.zone_plan import ZonePlan
from districting.plan.zone_units import ZoneUnits
from districting.policy.districts.within_town import WithinTown
from districting.policy.policy import Policy
from districting.policy.rule import Strength
from districting.terms import say

STAGES = {"zones": "primary", "junior_zones": "junior"}
"""Stage by the word for its zones as units."""
UNITS = ("villages", *STAGES)


def in_units(
    county: County,
    policy: Policy,
    units: str,
    zones: ZonePlan | None = None,
    start: Plan | None = None,
) -> DistrictPlan:
    """Return the plan to start from with `units` as what layouts are made of.

    Layouts proposed from it, sampled around it or checked against it keep every zone whole, and
    the plans that come of it keep the zones. Where districts must not cross towns, a zone in
    several towns is one unit in each.

    Parameters
    ----------
    county : County
    policy : Policy
    units : {"villages", "zones", "junior_zones"}
        ``zones`` are those of primary schools.
    zones : ZonePlan, optional
        The county's current zones by default.
    start : DistrictPlan, optional
        The current layout by default.

    Raises
    ------
    PolicyError
        If `units` is another word, `start` is no district plan, or there are no such zones.

    Examples
    --------
    >>> import districting as dt
    >>> county, policy = dt.make_county(seed=1, towns=2, villages=12), dt.read_policy("starter")
    >>> zones = dt.propose(county, policy, "zones", seed=1).plan
    >>> start = dt.in_units(county, policy, "zones", zones)
    >>> plan = dt.propose(county, policy, "districts", start=start, seed=1).plan
    >>> dt.verify(county, plan, policy).ok
    True
    """
    if units not in UNITS:
        raise PolicyError(say("units.unknown", value=units, allowed="、".join(UNITS)))
    start = start or county.current_plan or empty_plan(county)
    if not isinstance(start, DistrictPlan):
        raise PolicyError(
            say("plan.other_kind", path=start.name, found=start.kind, wanted=DistrictPlan.kind)
        )
    if units == "villages":
        return replace(start, units=None)
    zones = zones or county.current_zones
    zone = pd.Series(dtype="str") if zones is None else zones.zones[STAGES[units]]
    zone = zone[zone != ""].sort_index()
    if zones is None or zone.empty:
        raise PolicyError(say("units.no_zones", stage=say(f"terms.{STAGES[units]}")))
    by_town = any(
        isinstance(rule, WithinTown) and rule.strength is Strength.MUST
        for rule in policy.of("districts")
    )
    return replace(start, units=ZoneUnits(STAGES[units], by_town, zones.name, zone))


def told_units(county: County, plan: DistrictPlan) -> str:
    """Return what the layout is made of, in words."""
    units = plan.units
    villages = county.villages
    if units is None:
        return say("units.villages", count=len(villages))
    zone = units.zone[units.zone.index.isin(villages.index)]
    parts = pd.DataFrame({"zone": zone, "town": villages["town"].reindex(zone.index)})
    across = parts.groupby("zone")["town"].nunique()
    count = len(parts.drop_duplicates()) if units.by_town else len(across)
    some = {"source": units.source, "stage": say(f"terms.{units.stage}")}
    names = county.schools["name"].reindex(across.index[across > 1])
    told = [say("units.zones", zones=len(across), count=count, **some)]
    if len(names):
        key = "units.by_town" if units.by_town else "units.across"
        told.append(say(key, count=len(names), names="、".join(names)))
    if len(zone) < len(villages):
        told.append(say("units.alone", count=len(villages) - len(zone)))
    return "".join(told)
