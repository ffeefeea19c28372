"""The zone list names the villages that change school, against the county's current zones."""

from collections.abc import Callable
from dataclasses import replace

import pandas as pd

from districting.county import County
from districting.export.documents.document import Table
from districting.export.documents.zone_changes import changes
from districting.plan.zone_plan import ZonePlan


def test_moved_villages_are_named_with_both_schools(grid_county: Callable[..., County]) -> None:
    """One village of three changes; without current zones there is nothing to say."""
    county = grid_county(1, 3, schools=[{"at": 0}, {"at": 2}], children_primary=[10, 20, 30])
    codes = list(county.villages.index)
    rows = [(v, "primary", s) for v, s in zip(codes, ("S0", "S0", "S1"), strict=True)]
    zoned = county.with_tables(zones=pd.DataFrame(rows, columns=["village", "stage", "school"]))
    plan = zoned.current_zones
    assert plan is not None
    table = plan.zones.copy()
    table.loc[codes[1], "primary"] = "S1"
    after: ZonePlan = replace(plan, zones=table)
    primary, junior = changes(after, zoned)
    told = primary.blocks[0]
    assert isinstance(told, Table)
    names = zoned.schools["name"]
    row = told.frame[["village", "children", "before", "after"]].to_numpy().tolist()
    assert row == [[zoned.villages["name"][codes[1]], 20, names["S0"], names["S1"]]]
    assert not isinstance(junior.blocks[0], Table)
    assert not list(changes(after, county))
