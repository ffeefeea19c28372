"""Positions that cannot be: far from the county, on top of each other, in another datum."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from districting.errors import Problem
from districting.read.checks.coverage import OUTSIDE_M
from districting.read.datum import from_cgcs2000, to_cgcs2000
from districting.read.draft import Draft, to_metres

_SURE = 0.95
_BETTER_BY = 0.05
_ENOUGH = 5
_TRIED = ("cgcs2000", "gcj02", "bd09")


def check_positions(draft: Draft) -> list[Problem]:
    """Return positions outside the county, shared by villages, or in a wrongly stated datum."""
    problems: list[Problem] = []
    for name in ("villages", "schools"):
        if draft.has(name):
            metres = draft.metres_outside(name)
            far = metres > OUTSIDE_M
            km = [f"{m / 1000:.1f}" for m in metres[far]]
            problems += draft.sheets[name].faults("outside_county", far, "lon", km=km)
            problems += _datum(draft, name)
    if draft.has("villages"):
        problems += _shared(draft)
    return problems


def _shared(draft: Draft) -> list[Problem]:
    frame, sheet = draft.frames["villages"], draft.sheets["villages"]
    seen = frame[frame["x"].notna() & ~frame.duplicated("village")]
    again = seen.index[seen.duplicated(["lon", "lat"])].to_numpy()
    rows = pd.Series(seen.index, index=seen.index)
    first = rows.groupby([seen["lon"], seen["lat"]]).transform("min").loc[again].to_numpy(int)
    return sheet.faults("same_position", again, "lon", first=sheet.row[first])


def _datum(draft: Draft, name: str) -> list[Problem]:
    """Compare how many points fall into their own cell (or town) under each datum."""
    places = _places(draft, name)
    sheet, frame = draft.sheets[name], draft.frames[name]
    if places is None or "lon" not in sheet.cells.columns:
        return []
    problems: list[Problem] = []
    for position, source in enumerate(sheet.sources):
        lon, lat = (frame[c].to_numpy() for c in ("lon", "lat"))
        here = (sheet.source == position) & np.isfinite(lon) & ~shapely.is_missing(places)
        if not source.datum or here.sum() < _ENOUGH:
            continue
        stated = "cgcs2000" if source.datum == "wgs84" else source.datum
        raw = from_cgcs2000(lon[here], lat[here], stated)
        share = {d: _share_inside(draft, *to_cgcs2000(*raw, d), places[here]) for d in _TRIED}
        best = max(_TRIED, key=lambda d: share[d])
        gain = share[best] - share[stated]
        if share[best] >= _SURE and gain >= _BETTER_BY and gain * here.sum() >= _ENOUGH:
            told = {
                "stated": source.datum,
                "share": f"{share[stated]:.0%}",
                "better": best,
                "better_share": f"{share[best]:.0%}",
            }
            problems.append(
                Problem(
                    "check.probably_wrong_datum",
                    source.path,
                    source.sheet,
                    severity="warning",
                    details=tuple(told.items()),
                )
            )
    return problems


def _places(draft: Draft, name: str) -> npt.NDArray[Any] | None:
    """Return the area each point must lie in: its village's cell if that was drawn, or its town."""
    frame = draft.frames[name]
    if "cells" not in draft.derived and "villages" in draft.shapes:
        if name == "villages":
            return draft.shapes["villages"]
        table, rows = "villages", draft.row_of("villages", "village", frame["village"])
    elif "towns" not in draft.derived and "towns" in draft.shapes and draft.has("towns"):
        table, rows = "towns", draft.row_of("towns", "town", frame["town"])
    else:
        return None
    areas = draft.shapes[table][rows]
    areas[rows < 0] = None
    return areas


def _share_inside(
    draft: Draft,
    lon: npt.NDArray[np.float64],
    lat: npt.NDArray[np.float64],
    places: npt.NDArray[Any],
) -> float:
    x, y = to_metres(draft.settings.crs).transform(lon, lat)
    return float(np.mean(shapely.intersects_xy(places, x, y)))
