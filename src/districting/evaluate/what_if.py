"""What a change to the schools does: zones before and after, held against each other."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from districting.county import County
from districting.demand.enrolment import ClassSizes
from districting.evaluate.compare import distinct
from districting.evaluate.measure import item_rows, printed
from districting.evaluate.zones.measure import measure_zones
from districting.graph.travel import WALK, WALK_JUNIOR
from districting.plan.zone_plan import ZonePlan
from districting.policy.zones.base import sharing, ways
from districting.terms import say

STAGES = ("primary", "junior")
WALKING = {"primary": WALK, "junior": WALK_JUNIOR}
FURTHER_M = 1000.0
"""Metres by which a way must grow or shrink for a child to count as worse or better off."""


@dataclass(frozen=True, eq=False)
class Effect:
    """What :func:`effect` found.

    Parameters
    ----------
    compared, leading : pandas.DataFrame
        The measures of both plans, each on its own county, as plans are compared: all of them, and
        the leading ones.
    measures : pandas.DataFrame
        ``measure`` (key), ``stage``, ``before``, ``after``, ``change``; NaN where a side has none.
    villages : pandas.DataFrame
        Villages whose school changes: ``village``, ``name``, ``stage``, ``children``, ``from``,
        ``to`` (names), ``metres_before``, ``metres_after``.
    schools : pandas.DataFrame
        Zones whose load, seats or classes change: ``school`` (names), ``stage`` and ``load``,
        ``seats``, ``over``, ``classes``, ``rooms``, each ``…_before`` and ``…_after``.
    """

    compared: pd.DataFrame
    leading: pd.DataFrame
    measures: pd.DataFrame
    villages: pd.DataFrame
    schools: pd.DataFrame

    def sheets(self, short: bool = False) -> dict[str, pd.DataFrame]:
        """Return the tables with titles and headings in the current language.

        Parameters
        ----------
        short : bool
            Whether the leading measures will do.
        """
        measures = self.measures.copy()
        measures["measure"] = [say(f"what_if.measure.{m}") for m in measures["measure"]]
        compared = {
            say("evaluate.sheet.measures"): printed(self.leading if short else self.compared)
        }
        tables = {"measures": measures, "schools": self.schools, "villages": self.villages}
        own = {say(f"what_if.sheet.{name}"): _headed(table) for name, table in tables.items()}
        return compared | own


def _headed(table: pd.DataFrame) -> pd.DataFrame:
    shown = table.assign(stage=[say(f"terms.{s}") for s in table["stage"]])
    return shown.rename(columns={c: say(f"what_if.column.{c}") for c in shown.columns})


def effect(
    before: tuple[County, ZonePlan],
    after: tuple[County, ZonePlan],
    sizes: ClassSizes | None = None,
) -> Effect:
    """Return what changes between two counties with the same villages, each with its zones.

    Parameters
    ----------
    before, after : tuple of County and ZonePlan
    sizes : ClassSizes, optional

    Raises
    ------
    ValueError
        If the villages differ.
    """
    if not before[0].villages.index.equals(after[0].villages.index):
        raise ValueError("the two counties have different villages")
    sizes = sizes or ClassSizes()
    measures, villages, schools = [], [], []
    for stage in STAGES:
        one, other = (ways(*side, stage) for side in (before, after))
        zones = [_zones(*side, stage, sizes) for side in (before, after)]
        moved = (one["zone"] != other["zone"]).to_numpy()
        measures.append(_measures(stage, one, other, zones, moved))
        villages.append(_moved(stage, one, other, moved, before, after))
        schools.append(_loads(stage, *zones))
    names = distinct([before[1].name, after[1].name])
    items = {n: measure_zones(*side).items for n, side in zip(names, (before, after), strict=True)}
    tables = [pd.concat(parts, ignore_index=True) for parts in (measures, villages, schools)]
    return Effect(item_rows(items), item_rows(items, leading=True), *tables)


def _zones(county: County, plan: ZonePlan, stage: str, sizes: ClassSizes) -> pd.DataFrame:
    """Return load, seats, children beyond them, classes and rooms of every zone, by its leader."""
    children = county.villages[f"children_{stage}"].fillna(0).to_numpy(dtype=np.int64)
    zone = plan.zones[stage].reindex(county.villages.index).fillna("").to_numpy()
    sums = pd.Series(children).groupby(zone).sum()
    groups = sharing(plan, county, stage)
    names, seats = county.schools["name"], county.schools[f"seats_{stage}"].fillna(0)
    load = np.array([int(sums.get(lead, 0)) for lead in groups], dtype=np.int64)
    room = np.array([int(seats[s].sum()) for s in groups.values()], dtype=np.int64)
    size = sizes.of(stage)
    table = {
        "school": ["、".join(str(names[s]) for s in group) for group in groups.values()],
        "load": load,
        "seats": room,
        "over": np.maximum(load - room, 0),
        "classes": -(-load // size),
        "rooms": room // size,
    }
    return pd.DataFrame(table, index=pd.Index(list(groups), dtype="object"))


def _measures(
    stage: str,
    one: pd.DataFrame,
    other: pd.DataFrame,
    zones: list[pd.DataFrame],
    moved: np.ndarray[tuple[int], np.dtype[np.bool_]],
) -> pd.DataFrame:
    children = one["children"].to_numpy(dtype=float)
    pair = [t["metres"].to_numpy(dtype=float) for t in (one, other)]
    means = [_mean(metres, children * moved) for metres in pair]
    minutes = [round(float(WALKING[stage].minutes(m)), 1) for m in means]
    with np.errstate(invalid="ignore"):
        grown = pair[1] - pair[0]
    rows: list[tuple[str, float, float]] = [
        ("affected", np.nan, float(children[moved].sum())),
        ("metres_affected", means[0], means[1]),
        ("minutes_affected", minutes[0], minutes[1]),
        ("further", np.nan, float(children[grown > FURTHER_M].sum())),
        ("nearer", np.nan, float(children[grown < -FURTHER_M].sum())),
    ]
    for name in ("seats", "classes", "rooms"):
        rows.append((name, float(zones[0][name].sum()), float(zones[1][name].sum())))
    frame = pd.DataFrame(rows, columns=["measure", "before", "after"])
    frame.insert(1, "stage", stage)
    return frame.assign(change=frame["after"] - frame["before"])


def _mean(metres: np.ndarray[tuple[int], np.dtype[np.float64]], weight: object) -> float:
    """Return the weighted mean of the ways that there are, NaN without weight."""
    w = np.where(np.isfinite(metres), np.asarray(weight, dtype=float), 0.0)
    total = float(w.sum())
    return float((np.where(w > 0, metres, 0.0) * w).sum() / total) if total else float("nan")


def _moved(
    stage: str,
    one: pd.DataFrame,
    other: pd.DataFrame,
    moved: np.ndarray[tuple[int], np.dtype[np.bool_]],
    before: tuple[County, ZonePlan],
    after: tuple[County, ZonePlan],
) -> pd.DataFrame:
    names = [side[0].schools["name"] for side in (before, after)]
    frame = pd.DataFrame(
        {
            "village": one.index[moved],
            "name": one["name"][moved].to_numpy(),
            "stage": stage,
            "children": one["children"][moved].to_numpy(),
            "from": one["zone"][moved].map(names[0]).fillna("").to_numpy(),
            "to": other["zone"][moved].map(names[1]).fillna("").to_numpy(),
            "metres_before": one["metres"][moved].to_numpy(),
            "metres_after": other["metres"][moved].to_numpy(),
        }
    )
    ways_ = ["metres_before", "metres_after"]
    frame[ways_] = frame[ways_].replace(np.inf, np.nan)
    return frame.sort_values(["children", "village"], ascending=[False, True], ignore_index=True)


def _loads(stage: str, one: pd.DataFrame, other: pd.DataFrame) -> pd.DataFrame:
    """Return the zones that differ; a zone that is not there has zeros."""
    both = one.add_suffix("_before").join(other.add_suffix("_after"), how="outer")
    both["school"] = both["school_after"].fillna(both["school_before"])
    numbers = ["load", "seats", "over", "classes", "rooms"]
    columns = [f"{n}_{side}" for n in numbers for side in ("before", "after")]
    both[columns] = both[columns].fillna(0).astype("int64")
    differ = np.zeros(len(both), bool)
    for n in numbers:
        differ |= (both[f"{n}_before"] != both[f"{n}_after"]).to_numpy()
    return both[differ].assign(stage=stage)[["school", "stage", *columns]].reset_index(drop=True)
