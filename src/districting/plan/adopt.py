"""A county as it would be with a plan adopted: the plan's tables in place of the current ones."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256
from types import MappingProxyType

import pandas as pd

from districting.county import County, Mark
from districting.plan.plan_file import plan_text
from districting.plan.rotation_plan import RotationPlan
from districting.plan.zone_plan import STAGES, ZonePlan


def with_zones(county: County, plan: ZonePlan) -> County:
    """Return `county` with the zones and direct feeders of `plan` as its current ones.

    Villages without a school of a stage have no row for it, as in a county folder.
    """
    rows = [
        (village, stage, school)
        for stage in STAGES
        for village, school in plan.zones[stage].items()
        if school
    ]
    zones = pd.DataFrame(rows, columns=["village", "stage", "school"])
    feeders = pd.DataFrame(sorted(plan.feeds().items()), columns=["primary", "junior"])
    return county.with_tables(
        zones=zones.sort_values(["village", "stage"], ignore_index=True), feeders=feeders
    )


def as_current(county: County, plan: ZonePlan) -> County:
    """Return `county` as with :func:`with_zones`, its zones and feeders marked as assumed.

    For a county whose zones are not on record: what was planned or announced is taken for them.
    """
    adopted, mark = with_zones(county, plan), Mark("assumed", plan.name)
    new = {(t, str(c)): mark for t in ("zones", "feeders") for c in adopted.tables[t]}
    marks = {**county.provenance, **new}
    return replace(adopted, provenance=MappingProxyType(marks))


def with_moves(county: County, plan: RotationPlan) -> County:
    """Return `county` with its teachers where the moves of the plan's own year lead.

    Who moves teaches there what the plan says; a first subject not taught becomes the second one.
    The plan joins the county's inputs, so that a plan made after it tells if it has changed.
    """
    staff = county.tables["teachers"].set_index("teacher")
    moves = plan.in_year().set_index("teacher")
    moves = moves[moves.index.isin(staff.index)]
    own = staff.loc[moves.index, "subject"]
    taught = moves["subject"].where(moves["subject"] != "", own)
    staff.loc[moves.index, "school"] = moves["to_school"]
    staff.loc[moves.index, "subject"] = taught
    if "subject_2" in staff:
        second = staff.loc[moves.index, "subject_2"]
        staff.loc[moves.index, "subject_2"] = second.where(taught == own, own)
    digest = sha256(plan_text(plan).encode()).hexdigest()
    inputs = {**county.inputs, f"{plan.name}.plan.toml": digest}
    moved = county.with_tables(teachers=staff.reset_index())
    return replace(moved, inputs=MappingProxyType(inputs))
