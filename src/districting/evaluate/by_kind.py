"""Measure and compare plans of any kind that has measures."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, overload

from districting.county import County
from districting.errors import PlanFileError
from districting.evaluate.compare import Comparison, compare_districts
from districting.evaluate.measure import Measures, measure_districts
from districting.evaluate.measures.ground import Ground
from districting.evaluate.plan_years import in_plan_year
from districting.evaluate.staff_compare import StaffComparison, compare_staff
from districting.evaluate.zones import (
    ZoneComparison,
    ZoneMeasures,
    compare_zones,
    measure_zones,
)
from districting.plan.district_plan import DistrictPlan
from districting.plan.plan import Plan
from districting.plan.posts_plan import PostsPlan
from districting.plan.rotation_plan import RotationPlan
from districting.plan.teaching_plan import TeachingPlan
from districting.plan.zone_plan import ZonePlan
from districting.policy.policy import Policy
from districting.terms import say

MEASURERS: Mapping[str, tuple[Callable[..., Any], Callable[..., Any]]] = {
    "districts": (measure_districts, compare_districts),
    "zones": (measure_zones, compare_zones),
}
"""What measures and what compares plans, by kind."""
STAFF = (RotationPlan.kind, TeachingPlan.kind, PostsPlan.kind)
"""Kinds that are compared by what the checks of their rules find."""


@overload
def measure(county: County, plan: DistrictPlan, ground: Ground | None = None) -> Measures: ...
@overload
def measure(county: County, plan: ZonePlan, ground: Ground | None = None) -> ZoneMeasures: ...
def measure(county: County, plan: Plan, ground: Ground | None = None) -> Any:
    """Measure `plan` on the raw tables of `county`, a zone plan on the children of its own year.

    Parameters
    ----------
    county : County
    plan : DistrictPlan or ZonePlan
    ground : Ground, optional
        ``survey(county)``, to share the work between plans of one county.

    Raises
    ------
    PlanFileError
        If plans of this kind are not measured.
    """
    here = in_plan_year(county, plan)
    if here is not county and ground is not None:
        ground = replace(ground, county=here)
    return _of(plan.kind)[0](here, plan, ground)


@overload
def compare(
    county: County, plans: Sequence[DistrictPlan], policy: Policy | None = None
) -> Comparison: ...
@overload
def compare(
    county: County, plans: Sequence[ZonePlan], policy: Policy | None = None
) -> ZoneComparison: ...
@overload
def compare(
    county: County, plans: Sequence[Plan], policy: Policy | None = None
) -> Comparison | ZoneComparison | StaffComparison: ...
def compare(county: County, plans: Sequence[Plan], policy: Policy | None = None) -> Any:
    """Measure `plans` on one scale and list what the others move against the first.

    Parameters
    ----------
    county : County
    plans : sequence of plans of one kind
        The first is the one to hold the others against, as a rule the current plan.
    policy : Policy, optional
        Counts broken rules as well; plans of staff are measured by it, the first one's by default.

    Raises
    ------
    ValueError
        If there are no plans.
    PlanFileError
        If plans of this kind are not measured, or the plans are not of one kind.
    """
    kind = _alike(plans)
    return (compare_staff if kind in STAFF else _of(kind)[1])(county, plans, policy)


def one_kind(plans: Sequence[Plan]) -> str:
    """Return the kind that all `plans` are of, one that has measures; raises as `compare` does."""
    kind = _alike(plans)
    _of(kind)
    return kind


def _alike(plans: Sequence[Plan]) -> str:
    if not plans:
        raise ValueError("at least one plan is needed")
    kind = plans[0].kind
    for plan in plans:
        if plan.kind != kind:
            raise PlanFileError(
                say("plan.other_kind", path=plan.name, found=plan.kind, wanted=kind)
            )
    return kind


def _of(kind: str) -> tuple[Callable[..., Any], Callable[..., Any]]:
    if kind not in MEASURERS:
        allowed = "、".join(MEASURERS)
        raise PlanFileError(say("plan.not_measured", value=kind, allowed=allowed))
    return MEASURERS[kind]
