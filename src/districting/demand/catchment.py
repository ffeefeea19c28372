"""Which school the children of each village enter, and which junior a primary's graduates enter."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import pandas as pd

from districting.county import County
from districting.demand.ages import SCHOOL_STAGES
from districting.graph.travel import school_distances
from districting.plan.zone_plan import ZonePlan, current_zones, feeder_table


@dataclass(frozen=True, eq=False)
class Catchment:
    """Where children enter school.

    Parameters
    ----------
    zones : pandas.DataFrame
        Indexed by village in county order; columns ``primary``, ``junior``: school ids, ``""``
        where no road leads to any.
    nearest : pandas.DataFrame
        Same shape, bool: whether the nearest school stands in for a zone that is not drawn.
    feeders : pandas.DataFrame
        As a zone plan has them; empty where graduates go by junior zones.
    groups : Mapping of str to str
        School → leading school of the zone that it shares.
    """

    zones: pd.DataFrame
    nearest: pd.DataFrame
    feeders: pd.DataFrame
    groups: Mapping[str, str]


def catchment(county: County, plan: ZonePlan | None = None) -> Catchment:
    """Return the school of each village by stage.

    Parameters
    ----------
    county : County
    plan : ZonePlan, optional
        The county's current zones by default. Villages that it does not place enter the nearest
        school by road with seats of the stage, which is an assumption.
    """
    plan = current_zones(county) if plan is None else plan
    zones = pd.DataFrame("", index=county.villages.index, columns=list(SCHOOL_STAGES), dtype=object)
    if plan is not None:
        zones.update(plan.zones.astype(object))
    nearest = zones == ""
    for stage in SCHOOL_STAGES:
        if nearest[stage].any():
            zones[stage] = zones[stage].mask(nearest[stage], nearest_school(county, stage))
    if plan is None:
        return Catchment(zones, nearest, feeder_table([]), MappingProxyType({}))
    return Catchment(zones, nearest, plan.feeders, plan.groups)


def nearest_school(county: County, stage: str) -> pd.Series:
    """Return the nearest school with seats of `stage` by village; ``""`` where no road leads."""
    teaching = county.teaching(stage)
    ids = teaching.index[teaching[f"seats_{stage}"] > 0]
    pairs = school_distances(county, ids)
    village, first = np.unique(pairs.village, return_index=True)
    found = np.full(len(county.villages), "", dtype=object)
    found[village] = ids.to_numpy()[pairs.school[first]]
    return pd.Series(found, index=county.villages.index)
