"""One plan to many files, each by its ending."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
from matplotlib.figure import Figure

from districting.county import County
from districting.export.distribution_table import write_distribution
from districting.export.documents import Material, find_recipe, write_document
from districting.export.files import ExportError, replacing
from districting.export.map_sheet import draw_map, save_map
from districting.export.page import KINDS, write_page
from districting.export.rotation_list import write_rotation_list
from districting.export.shapefile import write_shapefiles
from districting.export.vectors import write_equivalency, write_geojson, write_gpkg, write_kml
from districting.export.zone_areas import (
    write_zone_geojson,
    write_zone_gpkg,
    write_zone_kml,
    write_zone_rows,
    write_zone_shapefiles,
)
from districting.export.zone_map import draw_zone_map
from districting.plan.plan import Plan
from districting.policy.policy import Policy
from districting.terms import say

if TYPE_CHECKING:
    from districting.proposing.front import Front

PICTURES = ("pdf", "png", "svg")
MAPS: Mapping[str, Callable[..., Figure]] = {"districts": draw_map, "zones": draw_zone_map}
"""By kind of plan: the map sheet, drawn from plan, county, policy, plan before, paper size."""

TABLES: Mapping[str, Mapping[str, Callable[[Any, County, Path], None]]] = {
    "districts": {
        "gpkg": write_gpkg,
        "geojson": write_geojson,
        "csv": write_equivalency,
        "xlsx": write_distribution,
        "kml": write_kml,
    },
    "zones": {
        "gpkg": write_zone_gpkg,
        "geojson": write_zone_geojson,
        "csv": write_zone_rows,
        "kml": write_zone_kml,
    },
    "rotation": {"csv": write_rotation_list},
}
"""By kind of plan and ending: what writes the file."""

SETS: Mapping[str, Mapping[str, Callable[[Any, County, Path], list[Path]]]] = {
    "districts": {"shp": write_shapefiles},
    "zones": {"shp": write_zone_shapefiles},
}
"""By kind of plan and ending: what writes several files beside each other."""

PAPERS: Mapping[str, str] = {
    "districts": "statement",
    "zones": "zone-list",
    "posts": "posts-list",
    "teaching": "teaching-list",
    "rotation": "rotation-list",
}
"""By kind of plan: the document that ``.docx`` is, and ``.xlsx`` where no other table is."""


def export(
    plan: Plan,
    county: County,
    *paths: str | Path,
    policy: Policy | None = None,
    before: Plan | None = None,
    size: str = "A3",
    beside: Sequence[Plan] = (),
    told: Sequence[pd.Series] = (),
    front: Front | None = None,
) -> list[Path]:
    """Write `plan` to each of `paths`; the ending says what: map, GIS layers, list or table.

    ``.pdf .png .svg`` are the map sheet, ``.gpkg .geojson .kml .shp`` the layers, ``.csv`` the list
    village → district (of zone plans: school), ``.xlsx`` the distribution table, ``.docx`` the
    statement of the plan; of other kinds of plan both are the document named in :data:`PAPERS`.
    ``.html`` is the page for the browser, of districts or zones.
    Each file is written under a temporary name and then put in place; equal plans give equal files.

    Parameters
    ----------
    policy : Policy, optional
        Named on the map; the statement needs it.
    before : DistrictPlan, optional
        Map what changed since this plan.
    size : {"A3", "A4"}
        Paper of the map sheet.
    beside : sequence of Plan
        Up to three more plans, of districts or zones, that the page shows beside `plan`.
    told : sequence of pandas.Series
        Explanations of `plan` and of those beside it, in this order, for the page; see
        :func:`districting.proposing.explaining.explain_places`.
    front : Front, optional
        The choice that the page draws as a scatter, its plans as further layers.

    Raises
    ------
    ExportError
        If an ending is unknown (nothing is written then), the plan is of another county, or more
        is to be shown beside it and no page is asked for.
    """
    targets = [Path(p) for p in paths]
    tables = TABLES.get(plan.kind, {})
    papers = tuple(e for e in ("docx", "xlsx") if plan.kind in PAPERS and e not in tables)
    sets = SETS.get(plan.kind, {})
    pages = ("html",) if plan.kind in KINDS else ()
    endings = (*(PICTURES if plan.kind in MAPS else ()), *tables, *sets, *papers, *pages)
    for path in targets:
        if path.suffix.lower().lstrip(".") not in endings:
            allowed = " ".join(f".{ending}" for ending in endings)
            raise ExportError(say("export.unknown_ending", path=path, allowed=allowed))
    if plan.county != county.code:
        raise ExportError(say("export.other_county", plan=plan.county, county=county.code))
    if (beside or front) and not any(path.suffix.lower() == ".html" for path in targets):
        raise ExportError(say("page.only_pages"))
    figure = None
    for path in targets:
        form = path.suffix.lower().lstrip(".")
        if form in sets:
            sets[form](plan, county, path)
            continue
        with replacing(path) as temporary:
            if form in tables:
                tables[form](plan, county, temporary)
            elif form in pages:
                write_page((plan, *beside), county, temporary, told, front)
            elif form in papers:
                material = Material(county, (plan,), policy)
                write_document(find_recipe(PAPERS[plan.kind]), material, temporary)
            else:
                figure = figure or MAPS[plan.kind](plan, county, policy, before, size)
                save_map(figure, temporary, form, f"{plan.county}-{plan.name}")
    return targets
