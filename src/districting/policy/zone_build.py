"""From county and policy to the zone model of one stage."""

from __future__ import annotations

import numpy as np

from districting.county import TEACHES, County
from districting.model.zone_view import Floats, zone_view
from districting.model.zone_words import ZoneModel
from districting.plan.zone_plan import ZonePlan
from districting.policy.needs import rules_for
from districting.policy.policy import Policy
from districting.policy.zones.base import ZoneRule
from districting.policy.zones.several_schools import SeveralSchools
from districting.policy.zones.way_limit import WayLimit


def zone_model(
    county: County,
    policy: Policy,
    stage: str,
    start: ZonePlan | None = None,
    *,
    primary: ZonePlan | None = None,
    stretch: float = 1.0,
) -> ZoneModel:
    """Return the zone model of `stage` under `policy`.

    Parameters
    ----------
    county : County
    policy : Policy
    stage : {"primary", "junior"}
    start : ZonePlan, optional
        Plan to start from; its locks hold. The current zones by default.
    primary : ZonePlan, optional
        Where the primary zones and feeders are that the junior stage looks at; `start` by default.
    stretch : float
        Keep forbidden arcs of up to so many times the length that a must on ways allows, for
        explanations; arcs beyond it do not appear at all.

    Raises
    ------
    PolicyError
        If the policy has no zone rules, or a rule needs a column that the county lacks.
    """
    rules = zone_rules(county, policy)
    start = county.current_zones if start is None else start
    reach = way_reach(county, policy, stage)
    view = zone_view(
        county,
        stage,
        start,
        groups=shared_schools(county, policy, stage),
        reach=None if reach is None else reach * stretch,
        primary=primary or start,
    )
    return ZoneModel(view, tuple(part for rule in rules for part in rule.constrain(view)))


def zone_rules(county: County, policy: Policy) -> tuple[ZoneRule, ...]:
    """Return the zone rules of `policy`.

    Raises
    ------
    PolicyError
        If there are none, or one needs a column that the county lacks.
    """
    return tuple(r for r in rules_for(county, policy, "zones") if isinstance(r, ZoneRule))


def way_reach(county: County, policy: Policy, stage: str) -> Floats | None:
    """Return the metres that no way to a school of the zone may exceed, by village.

    None where `policy` has no rule on ways; inf where it has no must on them.
    """
    limits = [r.reach(county, stage) for r in policy.of("zones") if isinstance(r, WayLimit)]
    return np.min(limits, axis=0) if limits else None


def shared_schools(county: County, policy: Policy, stage: str) -> dict[str, str]:
    """Return the leading school of every school that shares a zone of `stage`."""
    kinds = county.schools["kind"]
    return {
        school: lead
        for rule in policy.of("zones")
        if isinstance(rule, SeveralSchools) and stage in rule.stages
        for school, lead in rule.shared(county).items()
        if kinds[school] in TEACHES[stage] and kinds[lead] in TEACHES[stage]
    }
