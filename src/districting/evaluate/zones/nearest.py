"""The plan by nearness alone, to hold others against where a county has no current zones."""

from __future__ import annotations

import numpy as np

from districting.county import County
from districting.graph import school_distances
from districting.plan.zone_plan import STAGES, ZonePlan, zone_table
from districting.terms import say


def nearest_zones(county: County) -> ZonePlan:
    """Return the plan in which every village goes to its nearest public school, whatever its seats.

    It is no proposal: seats, borders and contiguity are not looked at, and its name says so. Ties
    go to the school that comes first by id; villages that reach none stay open.
    """
    columns: dict[str, dict[str, str]] = {}
    for stage in STAGES:
        teaching = county.teaching(stage)
        ids = teaching.index[teaching["run_by"] != "private"]
        pairs = school_distances(county, ids)
        village, first = np.unique(pairs.village, return_index=True)
        named = ids[pairs.school[first]]
        columns[stage] = dict(zip(county.villages.index[village], named, strict=True))
    return ZonePlan(
        name=say("zone_measure.nearest_name"),
        county=county.code,
        year=county.year,
        zones=zone_table(columns, county.villages.index),
        inputs=county.inputs,
    )
