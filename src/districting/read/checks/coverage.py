"""Towns, cells and outline: that they fit together, and that villages lie in them."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from districting.errors import Problem
from districting.read.draft import Draft

BORDER_M = 100.0
"""Metres a point may lie outside its town or cell: borders are often drawn coarsely."""
OVERLAP_M2 = 100.0
"""Square metres two cells may share: a metre's slip along a hundred metres of border."""
GAP_M2 = 10_000.0
"""Square metres (one hectare) that may be missing from, or stick out of, the outline."""
OUTSIDE_M = 2000.0
"""Metres a village or school may lie outside the county."""

Shapes = npt.NDArray[Any]


def check_coverage(draft: Draft) -> list[Problem]:
    """Return faults of position and area; areas in m², distances in metres."""
    if draft.outline is None:
        return [Problem("check.no_land")] if draft.has("villages") else []
    problems: list[Problem] = []
    if "land" in draft.derived:
        problems.append(Problem("check.land_from_villages", severity="warning"))
    if draft.has("towns") and "towns" in draft.shapes:
        problems += _towns(draft)
    if draft.has("villages"):
        problems += _village_points(draft)
        if "cells" not in draft.derived:
            problems += _cells(draft)
    return problems


def _towns(draft: Draft) -> list[Problem]:
    frame, shapes = draft.frames["towns"], draft.shapes["towns"]
    problems: list[Problem] = []
    if draft.has("villages"):
        filled = frame["town"].isin(draft.frames["villages"]["town"]) | (frame["town"] == "")
        problems += draft.sheets["towns"].faults(
            "town_without_villages", ~filled.to_numpy(), "name"
        )
    if "towns" in draft.derived:
        return problems
    pairs = shapely.STRtree(shapes).query(shapes, predicate="intersects").T
    pairs = pairs[pairs[:, 0] < pairs[:, 1]]
    area = shapely.area(shapely.intersection(shapes[pairs[:, 0]], shapes[pairs[:, 1]]))
    over = area > GAP_M2
    return problems + draft.sheets["towns"].faults(
        "towns_overlap",
        pairs[over, 0],
        "name",
        other=frame["name"].to_numpy()[pairs[over, 1]],
        area=[f"{a:.0f}" for a in area[over]],
        tolerance=f"{GAP_M2:.0f}",
    )


def _village_points(draft: Draft) -> list[Problem]:
    """Return villages outside their town or their own cell.

    Those far outside the county are reported as such elsewhere, and only there.
    """
    frame, sheet = draft.frames["villages"], draft.sheets["villages"]
    points = draft.points("villages")
    near = ~(draft.metres_outside("villages") > OUTSIDE_M)
    problems: list[Problem] = []
    if draft.has("towns") and "towns" in draft.shapes and "towns" not in draft.derived:
        rows = draft.row_of("towns", "town", frame["town"])
        metres = shapely.distance(draft.shapes["towns"][rows], points)
        out = near & (rows >= 0) & (metres > BORDER_M)
        problems += _distant(draft, "village_outside_town", out, metres)
        near &= ~out
    cells = draft.shapes.get("villages")
    if cells is None:
        return problems
    lacking = shapely.is_missing(cells) | shapely.is_empty(cells)
    lacking &= ~shapely.is_missing(points) & near & draft.firsts("villages", "village")
    own = sheet.geometry is not None and "cells" not in draft.frames
    if not own:  # a village's own missing shape was reported when read
        problems += sheet.faults("village_without_cell", lacking, "name")
    if "cells" not in draft.derived:
        metres = shapely.distance(cells, points)
        out = near & (metres > BORDER_M)
        problems += _distant(draft, "point_outside_cell", out, metres)
    return problems


def _distant(
    draft: Draft, code: str, where: npt.NDArray[np.bool_], metres: npt.NDArray[np.float64]
) -> list[Problem]:
    told = [f"{m:.0f}" for m in metres[where]]
    return draft.sheets["villages"].faults(
        code, where, "name", metres=told, tolerance=f"{BORDER_M:.0f}"
    )


def _cells(draft: Draft) -> list[Problem]:
    cells = draft.shapes["villages"]
    present = ~shapely.is_missing(cells)
    if not present.any():
        return []
    clean = bool(shapely.coverage_is_valid(cells[present]))
    overlaps = [] if clean else _overlaps(draft, cells)
    problems = overlaps + _outside(draft, cells) + _islands(draft)
    if "outline" not in draft.derived and present.all():
        union = (shapely.coverage_union_all if clean else shapely.union_all)(cells)
        problems += _gaps(draft, union)
    return problems


def _overlaps(draft: Draft, cells: Shapes) -> list[Problem]:
    wrong = shapely.length(shapely.coverage_invalid_edges(cells)) > 0
    pairs = draft.touching
    pairs = pairs[wrong[pairs].any(axis=1)]
    area = shapely.area(shapely.intersection(cells[pairs[:, 0]], cells[pairs[:, 1]]))
    over = area > OVERLAP_M2
    names = draft.frames["villages"]["name"].to_numpy()
    return draft.sheets["villages"].faults(
        "cells_overlap",
        pairs[over, 0],
        "name",
        other=names[pairs[over, 1]],
        area=[f"{a:.0f}" for a in area[over]],
        tolerance=f"{OVERLAP_M2:.0f}",
    )


def _outside(draft: Draft, cells: Shapes) -> list[Problem]:
    if "outline" in draft.derived:
        return []
    shapely.prepare(draft.outline)
    edge = np.flatnonzero(~shapely.covers(draft.outline, cells) & ~shapely.is_missing(cells))
    area = shapely.area(shapely.difference(cells[edge], draft.outline))
    over = area > GAP_M2
    return draft.sheets["villages"].faults(
        "cell_outside_county",
        edge[over],
        "name",
        severity="warning",
        area=[f"{a:.0f}" for a in area[over]],
        tolerance=f"{GAP_M2:.0f}",
    )


def _gaps(draft: Draft, union: Any) -> list[Problem]:
    parts = shapely.get_parts(shapely.difference(draft.outline, union))
    parts = parts[shapely.area(parts) > GAP_M2]
    source = draft.sheets["cells" if "cells" in draft.sheets else "villages"].sources[0]
    middles = shapely.point_on_surface(parts)
    names = draft.frames["villages"]["name"].to_numpy()
    nearest = shapely.STRtree(draft.shapes["villages"]).nearest(middles)
    return [
        Problem(
            "check.coverage_gap",
            source.path,
            source.sheet,
            value=str(name),
            severity="warning",
            details=(("area", f"{area:.0f}"), ("tolerance", f"{GAP_M2:.0f}")),
        )
        for name, area in zip(names[nearest], shapely.area(parts), strict=True)
    ]


def _islands(draft: Draft) -> list[Problem]:
    """Return villages whose cell meets no other and that no bridge or ferry joins."""
    frame = draft.frames["villages"]
    if len(frame) < 2:
        return []
    joined = np.zeros(len(frame), dtype=bool)
    joined[draft.touching.ravel()] = True
    if draft.has("roads"):
        roads = draft.frames["roads"]
        links = roads[roads["kind"].isin(["bridge", "ferry"])]
        ends = links["from_node"].to_list() + links["to_node"].to_list()
        joined |= frame["village"].isin(ends).to_numpy()
    alone = ~joined & ~shapely.is_missing(draft.shapes["villages"])
    return draft.sheets["villages"].faults("village_island", alone, "name")
