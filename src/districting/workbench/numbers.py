"""The numbers of a plan that stay on screen, and what changed since the plan was opened."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from districting.county import County
from districting.evaluate import measure
from districting.evaluate.measure import item_rows, printed
from districting.evaluate.measures.compactness import cut
from districting.evaluate.measures.ground import Ground, labels_of
from districting.evaluate.measures.item import Item
from districting.evaluate.measures.quality import quality, quality_items
from districting.evaluate.measures.size import size, size_items
from districting.evaluate.measures.travel import travel, travel_items
from districting.export.page.layers import Layer
from districting.plan.district_plan import DistrictPlan
from districting.plan.plan import Plan
from districting.plan.zone_plan import ZonePlan
from districting.terms import say

FURTHER = 1000.0
"""Metres by which a way must change for its children to count as better or worse off."""
EXTRA = ("children_spread", "without_junior")


def measured(ground: Ground, plan: Plan) -> tuple[Item, ...]:
    """Return the numbers of a plan that can be had at once; outlines of districts cannot."""
    if isinstance(plan, ZonePlan):
        return measure(ground.county, plan, ground).items
    assert isinstance(plan, DistrictPlan)
    labels = labels_of(ground.county, plan)
    pairs, _ = cut(ground, labels)
    return (
        *travel_items(travel(ground, labels)),
        *size_items(size(ground, labels)),
        *quality_items(quality(ground, labels)),
        Item("cut_pairs", float(pairs), "pairs", "lower", leading=True),
    )


def beside(before: Sequence[Item], now: Sequence[Item]) -> list[dict[str, Any]]:
    """Return the leading numbers of two plans as rows for the page.

    Returns
    -------
    list of dict
        ``title``, ``unit``, ``before``, ``now`` (figures as a planner reads them, ``—`` for none),
        ``rise`` (1 where it rose, -1 where it fell, 0 else) and ``gain`` (1 where that is better,
        -1 where worse, 0 where neither).
    """
    shown = [[i for i in items if i.leading or i.name in EXTRA] for items in (before, now)]
    table = item_rows({"before": shown[0], "now": shown[1]})
    text = printed(table)
    rows = []
    for better, (_, row), old, new in zip(
        table["better"], text.iterrows(), table["before"], table["now"], strict=True
    ):
        same = row["before"] == row["now"] or np.isnan(new - old)
        rise = 0 if same else int(np.sign(new - old))
        rows.append(
            {
                "title": row[say("evaluate.column.measure")],
                "unit": row[say("evaluate.column.unit")],
                "before": _figure(row["before"]),
                "now": _figure(row["now"]),
                "rise": rise,
                "gain": rise * {"higher": 1, "lower": -1}.get(better, 0),
            }
        )
    return rows


def _figure(value: float) -> str:
    if np.isnan(value):
        return "—"
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.10g}"


@dataclass(frozen=True, eq=False)
class Effect:
    """What a layer's areas gained, lost and did to ways, against an earlier state of the layer.

    Parameters
    ----------
    title : str
    villages, schools : pandas.DataFrame
        Those in another area, by code or id: ``row`` (in the county), ``name``, ``town``,
        ``before``, ``after``; villages with ``children``.
    share : float
        Children in moved villages, % of all.
    further, nearer : dict of str to int
        By stage: children whose way is longer, or shorter, by more than :data:`FURTHER`.
    """

    title: str
    villages: pd.DataFrame
    schools: pd.DataFrame
    share: float
    further: dict[str, int]
    nearer: dict[str, int]


def effect(county: County, before: Layer, now: Layer) -> Effect:
    """Return what changed between two states of a layer."""
    stages = ("primary", "junior") if now.kind == "district" else (now.kind,)
    table = county.villages
    counts = {s: table[f"children_{s}"].fillna(0).to_numpy() for s in (*stages, *now.ways)}
    children = np.sum([counts[s] for s in stages], axis=0)
    villages = _moved(table, before.villages, now.villages, county)
    villages["children"] = children[villages["row"].to_numpy(dtype=np.int64)].astype(int)
    further, nearer = {}, {}
    for stage in now.ways:
        was, is_ = before.ways[stage].to_numpy(), now.ways[stage].to_numpy()
        with np.errstate(invalid="ignore"):  # no way before and none now: no change
            change = np.nan_to_num(is_, nan=np.inf) - np.nan_to_num(was, nan=np.inf)
        change = np.nan_to_num(change, nan=0.0, posinf=np.inf, neginf=-np.inf)
        further[stage] = int(counts[stage][change > FURTHER].sum())
        nearer[stage] = int(counts[stage][change < -FURTHER].sum())
    return Effect(
        now.title,
        villages,
        _moved(county.schools, before.schools, now.schools, county),
        float(100.0 * villages["children"].sum() / max(children.sum(), 1.0)),
        further,
        nearer,
    )


def _moved(table: Any, before: pd.Series, now: pd.Series, county: County) -> pd.DataFrame:
    old, new = (
        side.reindex(table.index).fillna("").to_numpy(dtype=object) for side in (before, now)
    )
    rows = np.flatnonzero(old != new)
    here = table.iloc[rows]
    return pd.DataFrame(
        {
            "row": rows,
            "name": here["name"].to_numpy(),
            "town": here["town"].map(county.towns["name"]).fillna("").to_numpy(),
            "before": old[rows],
            "after": new[rows],
        }
    )


def effect_state(found: Effect) -> dict[str, Any]:
    """Return an effect for the page, places by their keys on the map."""
    villages = found.villages.assign(key="v" + found.villages["row"].astype(str))
    schools = found.schools.assign(key="s" + found.schools["row"].astype(str))
    columns = ["key", "name", "town", "before", "after"]
    return {
        "title": found.title,
        "villages": villages[[*columns, "children"]].to_dict("records"),
        "schools": schools[columns].to_dict("records"),
        "children": int(found.villages["children"].sum()),
        "share": round(found.share, 1),
        "further": {say(f"terms.{s}"): n for s, n in found.further.items()},
        "nearer": {say(f"terms.{s}"): n for s, n in found.nearer.items()},
    }
