"""One plan to many files, each by its ending."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from districting.county import County
from districting.errors import DistrictingError
from districting.export.distribution_table import write_distribution
from districting.export.files import replacing
from districting.export.map_sheet import Titled, draw_map, save_map
from districting.export.vectors import write_equivalency, write_geojson, write_gpkg
from districting.plan.district_plan import DistrictPlan
from districting.terms import say

MAPS = ("pdf", "png", "svg")
TABLES: dict[str, Callable[[DistrictPlan, County, Path], None]] = {
    "gpkg": write_gpkg,
    "geojson": write_geojson,
    "csv": write_equivalency,
    "xlsx": write_distribution,
}


class ExportError(DistrictingError):
    """A file cannot be written as asked."""


def export(
    plan: DistrictPlan,
    county: County,
    *paths: str | Path,
    policy: Titled | None = None,
    before: DistrictPlan | None = None,
    size: str = "A3",
) -> list[Path]:
    """Write `plan` to each of `paths`; the ending says what: map, GIS layers, list or table.

    ``.pdf .png .svg`` are the map sheet, ``.gpkg .geojson`` the layers, ``.csv`` the list village →
    district, ``.xlsx`` the distribution table. Each file is written under a temporary name and
    then put in place; equal plans give equal files.

    Parameters
    ----------
    policy : object with a ``title``, optional
        Named on the map.
    before : DistrictPlan, optional
        Map what changed since this plan.
    size : {"A3", "A4"}
        Paper of the map sheet.

    Raises
    ------
    ExportError
        If an ending is unknown (nothing is written then), or the plan is of another county.
    """
    targets = [Path(p) for p in paths]
    for path in targets:
        if path.suffix.lower().lstrip(".") not in (*MAPS, *TABLES):
            allowed = " ".join(f".{ending}" for ending in (*MAPS, *TABLES))
            raise ExportError(say("export.unknown_ending", path=path, allowed=allowed))
    if plan.county != county.code:
        raise ExportError(say("export.other_county", plan=plan.county, county=county.code))
    figure = None
    for path in targets:
        form = path.suffix.lower().lstrip(".")
        with replacing(path) as temporary:
            if form in TABLES:
                TABLES[form](plan, county, temporary)
            else:
                figure = figure or draw_map(plan, county, policy, before, size)
                save_map(figure, temporary, form, f"{plan.county}-{plan.name}")
    return targets
