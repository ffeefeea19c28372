"""Edits of districts and zones as the page asks for them, on places by their keys on the map."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from districting.county import County
from districting.errors import PlanFileError
from districting.plan.district_plan import DistrictPlan
from districting.plan.plan import Plan
from districting.plan.zone_plan import ZonePlan
from districting.terms import say

Unit = tuple[str, str]


def unit_of(county: County, key: str) -> Unit:
    """Return (``village`` or ``school``, id) of a key: ``v`` or ``s`` and the row in the county.

    Raises
    ------
    PlanFileError
        If the county has no such row.
    """
    tables = {"v": ("village", county.villages), "s": ("school", county.schools)}
    kind, table = tables.get(key[:1], ("", county.villages))
    row = key[1:]
    if not kind or not (row.isascii() and row.isdigit()) or int(row) >= len(table):
        raise PlanFileError(say("workbench.unknown_place", value=key))
    return kind, str(table.index[int(row)])


def where(plan: Plan, unit: Unit, stage: str) -> str:
    """Return the id of the area a unit is in: the district, or the leading school of its zone."""
    kind, name = unit
    if isinstance(plan, DistrictPlan):
        return str((plan.villages if kind == "village" else plan.schools).get(name, ""))
    assert isinstance(plan, ZonePlan)
    if kind == "school":
        return plan.feeds().get(name, "")
    return str(plan.zones[stage].get(name, ""))


def assign(
    county: County, plan: Plan, keys: Sequence[str], to: str, source: str, stage: str
) -> tuple[Plan, int, int]:
    """Return `plan` with places put into the area `to`, how many were, and how many stay.

    Those that stay are locked, barred from `to`, or not in the area `source` where one is given.
    Of zones, only that of `stage` changes, and what follows from it.

    Raises
    ------
    PlanFileError
        If a place or `to` is unknown.
    """
    moved: list[str] = []
    stay = 0
    held = {(k.unit_kind, k.unit) for k in plan.locks if not k.forbid}
    held |= {(k.unit_kind, k.unit) for k in plan.locks if k.forbid and k.to == to}
    for unit in dict.fromkeys(unit_of(county, key) for key in keys):
        at = where(plan, unit, stage)
        if at == to:
            continue
        if (source and at != source) or held & set(_with(county, plan, unit, stage)):
            stay += 1
        else:
            moved.append(unit[1])
    if not moved:
        return plan, 0, stay
    if isinstance(plan, ZonePlan):
        return plan.assign(county, moved, to, stages=[stage]), len(moved), stay
    return plan.assign(county, moved, to), len(moved), stay


def _with(county: County, plan: Plan, unit: Unit, stage: str) -> Iterable[Unit]:
    """Yield what a lock on would keep `unit` where it is."""
    kind, name = unit
    if isinstance(plan, ZonePlan):
        yield ("feeder" if kind == "school" else stage), name
        return
    yield unit
    if kind == "village":
        here = county.schools.index[county.schools["village"] == name]
        yield from (("school", str(s)) for s in here)


def lock(county: County, plan: Plan, keys: Sequence[str], town: str, reason: str) -> Plan:
    """Return `plan` with places, a town, or (neither given) everything locked."""
    if keys:
        units = [unit_of(county, key)[1] for key in keys]
        return plan.lock(county, units=units, reason=reason)
    return plan.lock(county, town=town or None, everything=not town, reason=reason)


def forbid(county: County, plan: Plan, keys: Sequence[str], away: str, reason: str) -> Plan:
    """Return `plan` whose places solvers may put anywhere but into the area `away`."""
    return plan.forbid(county, [unit_of(county, key)[1] for key in keys], away, reason)


def unlock(county: County, plan: Plan, keys: Sequence[str], town: str) -> Plan:
    """Return `plan` without the locks on places, on a town, or (neither given) on anything."""
    if keys:
        return plan.unlock(county, [unit_of(county, key)[1] for key in keys])
    if not town:
        return plan.unlock(county)
    tables = (county.villages, county.schools)
    return plan.unlock(county, [u for t in tables for u in t.index[t["town"] == town]])
