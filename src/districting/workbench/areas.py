"""The areas of the plan on the desk as the page draws them, with the numbers it shows at once."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import shapely

from districting.county import TEACHES, County
from districting.export.page.layers import Layer
from districting.export.page.shapes import Grid, grid_of, simplified
from districting.export.page.write import area_table
from districting.plan.plan import Plan
from districting.plan.zone_plan import ZonePlan


class Outlines:
    """Outlines of areas in the units of the map, each dissolved once."""

    def __init__(self, county: County) -> None:
        self.grid: Grid = grid_of(county)
        self._cells = simplified(county, self.grid).geometry.to_numpy()
        self._sound = bool(shapely.coverage_is_valid(self._cells))
        self._known: dict[bytes, tuple[str, int, int]] = {}

    def of(self, rows: np.ndarray) -> tuple[str, int, int]:
        """Return path, x and y of the name, of the area that villages `rows` make up."""
        key = rows.tobytes()
        if key not in self._known:
            cells = self._cells[rows]
            whole = (
                shapely.coverage_union_all(cells)
                if self._sound
                else shapely.union_all(shapely.make_valid(cells))
            )
            point = self.grid.place(shapely.get_coordinates(shapely.point_on_surface(whole)))[0]
            self._known[key] = (self.grid.path(whole), int(point[0]), int(point[1]))
        return self._known[key]


def layer_state(
    county: County, plan: Plan, layer: Layer, number: int, outlines: Outlines
) -> dict[str, Any]:
    """Return a layer for the page.

    Returns
    -------
    dict
        ``title``; ``kind``; ``areas`` (a list of ``id``, ``name``, ``fill``, ``d``, ``x``, ``y``);
        ``villages``, ``schools`` (place in ``areas`` by row in the county, -1 for none); ``ways``
        (kilometres by stage and village row, null where no school is reached); ``table`` (HTML);
        ``targets`` (``id`` and ``name`` of everything that places can be put into).
    """
    names = list(layer.colours)
    order = pd.Index(names, dtype="str")
    villages = order.get_indexer(pd.Index(layer.villages.reindex(county.villages.index).fillna("")))
    schools = order.get_indexer(pd.Index(layer.schools.reindex(county.schools.index).fillna("")))
    ids = _ids(plan, layer, names, villages)
    areas = []
    for i, name in enumerate(names):
        rows = np.flatnonzero(villages == i)
        d, x, y = outlines.of(rows) if len(rows) else ("", 0, 0)
        areas.append(
            {"id": ids[i], "name": name, "fill": layer.colours[name], "d": d, "x": x, "y": y}
        )
    return {
        "title": layer.title,
        "kind": layer.kind,
        "areas": areas,
        "villages": villages.tolist(),
        "schools": schools.tolist(),
        "ways": {stage: _kilometres(metres.to_numpy()) for stage, metres in layer.ways.items()},
        "table": area_table(layer, number),
        "targets": _targets(county, plan, layer, ids, names),
    }


def _ids(plan: Plan, layer: Layer, names: Sequence[str], villages: np.ndarray) -> list[str]:
    """Return the id of each area: its name, or the leading school of the zone."""
    if not isinstance(plan, ZonePlan):
        return list(names)
    lead = plan.zones[layer.kind].reindex(layer.villages.index).fillna("").to_numpy()
    first = dict(zip(villages[::-1].tolist(), lead[::-1].tolist(), strict=True))
    return [str(first[i]) for i in range(len(names))]


def _targets(
    county: County, plan: Plan, layer: Layer, ids: Sequence[str], names: Sequence[str]
) -> list[dict[str, str]]:
    found = [{"id": i, "name": n} for i, n in zip(ids, names, strict=True)]
    if isinstance(plan, ZonePlan):
        table = county.schools
        public = (table["run_by"] != "private") & table["kind"].isin(TEACHES[layer.kind])
        shared = {s for s, lead in plan.groups.items() if lead != s}
        rest = table["name"][public].drop([*{*ids, *shared} & set(table.index[public])])
        found += [{"id": str(i), "name": str(n)} for i, n in rest.items()]
    return found


def _kilometres(metres: np.ndarray) -> list[float | None]:
    return [m if math.isfinite(m) else None for m in np.round(metres / 1000.0, 2).tolist()]
