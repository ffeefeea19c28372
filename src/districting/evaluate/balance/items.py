"""The items beside the seven indicators: computed from tables, reported, or shown by documents."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

from districting.county import County
from districting.evaluate.balance import guarantee, staff
from districting.evaluate.balance.reading import Reading, share_reading
from districting.evaluate.balance.standard import Item, Standard
from districting.evaluate.held import held, of_year

COMPUTED: Mapping[str, Callable[[County, Item, Standard], Iterator[Reading]]] = MappingProxyType(
    {
        "special_rooms": guarantee.special_rooms,
        "school_size": guarantee.school_size,
        "class_size": guarantee.class_size,
        "large_classes": guarantee.large_classes,
        "near_home": guarantee.near_home,
        "training_hours": staff.training_hours,
        "certificates": staff.certificates,
        "rotation": staff.rotation,
    }
)
"""Computations by the name a standard calls them by."""


def judge_items(county: County, standard: Standard) -> list[tuple[Item, Reading]]:
    """Return every item of `standard` with its readings, in the standard's order."""
    told = of_year(held(county, "evidence"), county.year)
    shown = {str(row["item"]): row for row in told.to_dict("records")}
    found = []
    for item in standard.item:
        row = shown.get(item.id)
        if item.how in COMPUTED:
            found += [(item, reading) for reading in COMPUTED[item.how](county, item, standard)]
        elif item.how == "reported":
            found.append((item, _reported(item, row)))
        else:
            found.append((item, _documented(row)))
    return found


def _reported(item: Item, row: Mapping[Hashable, Any] | None) -> Reading:
    """Judge a reported number; one that nobody confirmed stays open."""
    number = float("nan") if row is None else float(row["value"])
    if "below" in item.limits:
        limit = item.limits["below"]
        if number != number:
            return Reading("incomplete", limit=limit, note="not_reported")
        met = number < limit
        reading = Reading("pass" if met else "fail", number, limit, 0.0 if met else number - limit)
    else:
        reading = share_reading(number, item.limits["least"])
        if number != number:
            return Reading("incomplete", limit=reading.limit, note="not_reported")
    if row is not None and not row["confirmed"] and reading.verdict == "pass":
        return Reading("incomplete", number, reading.limit, note="not_confirmed")
    return reading


def _documented(row: Mapping[Hashable, Any] | None) -> Reading:
    """Judge by documents: a reported 0 says that it is not so, a confirmed document that it is."""
    if row is not None and row["value"] == 0:
        return Reading("fail", note="reported_not")
    if row is None or not row["document"]:
        return Reading("incomplete", note="no_document")
    if not row["confirmed"]:
        return Reading("incomplete", note="not_confirmed")
    return Reading("pass")
