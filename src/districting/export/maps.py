"""Every map by name: the sheet, the themes, and pairs of them."""

from __future__ import annotations

from pathlib import Path

from districting.county import County
from districting.errors import DistrictingError
from districting.export.files import replacing
from districting.export.map_sheet import Titled, draw_map, save_map
from districting.export.paper import SIZES
from districting.export.theme_map import draw_pair, draw_theme
from districting.export.themes import THEMES
from districting.plan.district_plan import DistrictPlan
from districting.terms import say

SHEET = "sheet"
NAMES = (SHEET, *THEMES)
FORMS = ("pdf", "png", "svg")
STAGES = ("primary", "junior")


class MapError(DistrictingError):
    """A map cannot be drawn as asked."""


def write_map(
    name: str,
    plan: DistrictPlan,
    county: County,
    path: str | Path,
    policy: Titled | None = None,
    before: DistrictPlan | None = None,
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
        Of travel and seats.

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
    with replacing(path) as temporary:
        if name == SHEET:
            figure = draw_map(plan, county, policy, before, size)
        elif before is not None:
            figure = draw_pair(name, before, plan, county, policy, stage, size)
        else:
            figure = draw_theme(name, plan, county, policy, stage, size)
        save_map(figure, temporary, form, f"{plan.county}-{plan.name}-{name}-{stage}")
