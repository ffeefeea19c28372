"""A county as it would be with a plan adopted: the plan's tables in place of the current ones."""

from __future__ import annotations

import pandas as pd

from districting.county import County
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
