"""Every map by name: the sheet, the themes, and pairs of them."""

from __future__ import annotations

from pathlib import Path

from matplotlib.figure import Figure

from districting.county import County
from districting.errors import DistrictingError
from districting.export.files import replacing
from districting.export.map_sheet import Titled, draw_map, save_map
from districting.export.paper import SIZES
from districting.export.theme_map import draw_pair, draw_theme
from districting.export.themes import THEMES
from districting.export.zone_areas import as_layout
from districting.export.zone_map import draw_zone_map, of_stage
from districting.plan.district_plan import DistrictPlan
from districting.plan.plan import Plan
from districting.plan.zone_plan import STAGES, ZonePlan
from districting.terms import say

SHEET = "sheet"
NAMES = (SHEET, *THEMES)
FORMS = ("pdf", "png", "svg")


class MapError(DistrictingError):
    """A map cannot be drawn as asked."""


def write_map(
    name: str,
    plan: Plan,
    county: County,
    path: str | Path,
    policy: Titled | None = None,
    before: Plan | None = None,
    stage: str = "primary",
    size: str = "A3",
) -> None:
    """Write one map to `path`.

    Parameters
    ----------
    name : {"sheet", "travel", "quality", "seats"}
    before : DistrictPlan, optional
        The sheet marks what changed since this plan; a theme stands beside the same theme of it.
    stage : {"primary", "junior"}
        Of travel and seats; of every map of zones.

    Raises
    ------
    MapError
        If there is no such map, stage or paper, or the ending does not fit.
    """
    path = Path(path)
    form = path.suffix.lower().lstrip(".")
    if name not in NAMES:
        raise MapError(say("themes.unknown", name=name, known="、".join(NAMES)))
    for value, known in ((stage, STAGES), (size, tuple(SIZES))):
        if value not in known:
            raise MapError(say("themes.bad_value", value=value, known="、".join(known)))
    if form not in FORMS:
        allowed = " ".join(f".{f}" for f in FORMS)
        raise MapError(say("themes.ending", path=path, allowed=allowed))
    if before is not None and before.kind != plan.kind:
        raise MapError(say("themes.two_kinds"))
    with replacing(path) as temporary:
        figure = _figure(name, plan, county, policy, before, stage, size)
        save_map(figure, temporary, form, f"{plan.county}-{plan.name}-{name}-{stage}")


def _figure(
    name: str,
    plan: Plan,
    county: County,
    policy: Titled | None,
    before: Plan | None,
    stage: str,
    size: str,
) -> Figure:
    """Draw a map; themes show zones as districts that have the schools of their stage."""
    if name == SHEET:
        if isinstance(plan, ZonePlan) and (before is None or isinstance(before, ZonePlan)):
            return draw_zone_map(plan, county, policy, before, size, stage)
        earlier = None if before is None else _layout(before, county, stage)
        return draw_map(_layout(plan, county, stage), county, policy, earlier, size)
    if isinstance(plan, ZonePlan):
        county = of_stage(county, stage)
    shown = _layout(plan, county, stage)
    if before is not None:
        return draw_pair(name, _layout(before, county, stage), shown, county, policy, stage, size)
    return draw_theme(name, shown, county, policy, stage, size)


def _layout(plan: Plan, county: County, stage: str) -> DistrictPlan:
    """Return the areas of `plan` as a district plan.

    Raises
    ------
    MapError
        If the plan has no areas.
    """
    if isinstance(plan, ZonePlan):
        return as_layout(plan, county, stage)
    if not isinstance(plan, DistrictPlan):
        raise MapError(say("themes.no_areas", plan=plan.name))
    return plan
