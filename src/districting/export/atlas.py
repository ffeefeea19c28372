"""An atlas: one PDF with a map sheet for each town, district or school's zone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.backends.backend_pdf import PdfPages

from districting.county import County
from districting.export.files import ExportError, replacing
from districting.export.map_sheet import Titled, draw_map
from districting.export.paper import SIZES
from districting.export.part import part_of
from districting.export.summary import district_table
from districting.export.typeface import drawing_context
from districting.export.zone_areas import zone_names
from districting.export.zone_map import draw_zone_part, within
from districting.plan.district_plan import DistrictPlan
from districting.plan.plan import Plan
from districting.plan.zone_plan import STAGES, ZonePlan
from districting.terms import say

GROUPS = {"districts": ("district", "town"), "zones": ("school", "town")}
"""What the sheets of an atlas are about, by kind of plan; the first is the usual one."""


def write_atlas(
    plan: Plan,
    county: County,
    path: str | Path,
    policy: Titled | None = None,
    by: str = "",
    places: Sequence[str] = (),
    stage: str = "primary",
    size: str = "A3",
) -> int:
    """Write the sheets of `plan` to one PDF and return how many there are.

    Parameters
    ----------
    plan : DistrictPlan or ZonePlan
    by : {"", "district", "town", "school"}
        What a sheet is about: a district (of district plans), a school's zone (of zone plans), or
        a town; the first by default.
    places : sequence of str
        Names of the districts, towns or schools wanted; all by default.
    stage : {"primary", "junior"}
        Of zone plans.
    size : {"A3", "A4"}
        Names of villages need A3.

    Raises
    ------
    ExportError
        If plans of this kind have no such sheets, the file is no PDF, or a place, stage or size is
        unknown; the message lists those allowed.
    """
    if Path(path).suffix.lower() != ".pdf":
        raise ExportError(say("atlas.only_pdf", path=path))
    for value, known_words in ((stage, STAGES), (size, tuple(SIZES))):
        if value not in known_words:
            raise ExportError(say("themes.bad_value", value=value, known="、".join(known_words)))
    allowed = GROUPS.get(plan.kind, ())
    by = by or (allowed[0] if allowed else "")
    if by not in allowed:
        raise ExportError(say("atlas.unknown_group", value=by, allowed="、".join(allowed)))
    labels = _labels(plan, county, by, stage)
    known = sorted(set(labels) - {""})
    unknown = [p for p in places if p not in known]
    if unknown:
        told = "、".join(known[:30])
        raise ExportError(say("atlas.unknown_place", value="、".join(unknown), allowed=told))
    wanted = list(places) or known
    with replacing(Path(path)) as temporary, drawing_context(f"{plan.county}-{plan.name}"):
        about = {"CreationDate": None, "Creator": "districting", "Producer": None}
        with PdfPages(temporary, metadata=about) as book:
            for place, villages in _parts(labels, wanted):
                figure = _sheet(plan, county, villages, place, policy, stage, size)
                book.savefig(figure)
                plt.close(figure)
    return len(wanted)


def _labels(plan: Plan, county: County, by: str, stage: str) -> pd.Series:
    """Return the name of the sheet that each village belongs to."""
    if by == "town":
        towns: pd.Series = county.villages["town"].map(county.towns["name"]).fillna("")
        return towns
    if isinstance(plan, ZonePlan):
        return zone_names(plan, county, stage)
    assert isinstance(plan, DistrictPlan)
    return plan.villages


def _parts(labels: pd.Series, wanted: Sequence[str]) -> Iterator[tuple[str, pd.Index]]:
    for place in wanted:
        yield place, labels.index[labels == place]


def _sheet(
    plan: Plan,
    county: County,
    villages: pd.Index,
    place: str,
    policy: Titled | None,
    stage: str,
    size: str,
) -> plt.Figure:
    if isinstance(plan, ZonePlan):
        return draw_zone_part(plan, county, villages, place, policy, stage, size)
    assert isinstance(plan, DistrictPlan)
    part = part_of(county, villages)
    title = say("atlas.district_title", county=county.name, place=place)
    numbers = district_table(county, plan)
    return draw_map(within(plan, part), part, policy, None, size, title, numbers=numbers)
