"""Map sheets of attendance zones: the county, one town, or one school's zone."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
from matplotlib.figure import Figure

from districting.county import TEACHES, County
from districting.export.map_sheet import Titled, draw_map
from districting.export.part import part_of
from districting.export.summary import district_table
from districting.export.zone_areas import as_layout
from districting.plan.district_plan import DistrictPlan
from districting.plan.zone_plan import ZonePlan
from districting.terms import say


def draw_zone_map(
    plan: ZonePlan,
    county: County,
    policy: Titled | None = None,
    before: ZonePlan | None = None,
    size: str = "A3",
    stage: str = "primary",
) -> Figure:
    """Return the county's map sheet of the zones of one stage.

    Parameters
    ----------
    before : ZonePlan, optional
        Earlier zones: villages that change school are hatched.
    """
    title = say("zone_documents.map_title", county=county.name, stage=say(f"terms.{stage}"))
    old = None if before is None else as_layout(before, county, stage)
    shown = of_stage(county, stage)
    return draw_map(as_layout(plan, shown, stage), shown, policy, old, size, title, stage)


def draw_zone_part(
    plan: ZonePlan,
    county: County,
    villages: pd.Index,
    place: str,
    policy: Titled | None = None,
    stage: str = "primary",
    size: str = "A3",
) -> Figure:
    """Return a sheet of the zones around `villages` (codes): a town's, or a school's zone.

    Parameters
    ----------
    place : str
        Names the sheet.
    """
    whole, layout = of_stage(county, stage), as_layout(plan, county, stage)
    part = part_of(whole, villages)
    title = say(
        "zone_documents.map_part", county=county.name, place=place, stage=say(f"terms.{stage}")
    )
    shown, numbers = within(layout, part), district_table(whole, layout)
    return draw_map(shown, part, policy, None, size, title, stage, numbers)


def of_stage(county: County, stage: str) -> County:
    """Return the county with the schools of `stage` only."""
    return county.with_tables(schools=county.schools[county.schools["kind"].isin(TEACHES[stage])])


def within(layout: DistrictPlan, part: County) -> DistrictPlan:
    """Return the layout of the villages and schools that `part` of the county holds."""
    villages = layout.villages.reindex(part.villages.index)
    schools = layout.schools[layout.schools.index.isin(part.schools.index)]
    used = sorted({*villages, *schools} - {""})
    return replace(layout, villages=villages, schools=schools, districts=layout.districts.loc[used])
