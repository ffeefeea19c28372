"""Measure a zone plan: ways, seats, pieces, quality received, feeders."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import networkx as nx
import numpy as np
import pandas as pd

from districting.county import County
from districting.evaluate.measure import DECIMALS, Measured
from districting.evaluate.measures.ground import Ground, survey
from districting.evaluate.measures.inequality import gini
from districting.evaluate.measures.item import Item
from districting.evaluate.measures.travel import WAYS, centile
from districting.evaluate.measures.variation import variation_coefficient
from districting.evaluate.text import table_text
from districting.graph import adjacency_graph, nearest_distances
from districting.plan.zone_plan import STAGES, ZonePlan
from districting.policy.zones.base import sharing, ways, zone_name
from districting.policy.zones.quality_received import zone_quality
from districting.terms import say


@dataclass(frozen=True, eq=False, kw_only=True)
class ZoneMeasures(Measured):
    """What :func:`measure_zones` found.

    Parameters
    ----------
    ways : pandas.DataFrame
        A row a stage and village: ``stage``, ``village``, ``name``, ``town``, ``children``,
        ``zone``, ``metres``, ``farthest`` (see :func:`districting.policy.zones.base.ways`),
        ``minutes`` (on foot), ``nearest`` (metres to the nearest public school), ``quality`` (of
        the zone).
    towns : pandas.DataFrame
        A row a stage and town: ``stage``, ``town``, ``name``, ``children``, ``mean``, ``p95``,
        ``max`` (metres), ``mean_minutes``, ``p95_minutes``, ``max_minutes``, ``quality``.
    zones : pandas.DataFrame
        A row a stage and zone: ``stage``, ``zone``, ``name``, ``town``, ``villages``, ``children``,
        ``seats``, ``over`` (children beyond the seats), ``free`` (seats), ``pieces``.
    """

    ways: pd.DataFrame
    towns: pd.DataFrame
    zones: pd.DataFrame

    def __str__(self) -> str:
        return f"{self.told()}\n\n{table_text(self.printed_towns())}"

    def printed_towns(self) -> pd.DataFrame:
        """Return the towns with headings in the current language."""
        return _headed(self.towns.drop(columns="town"), {"quality": DECIMALS["points"]})

    def printed_zones(self) -> pd.DataFrame:
        """Return the zones with headings in the current language."""
        return _headed(self.zones.drop(columns="zone"), {})


def measure_zones(county: County, plan: ZonePlan, ground: Ground | None = None) -> ZoneMeasures:
    """Measure `plan` on the raw tables of `county`.

    Parameters
    ----------
    county : County
    plan : ZonePlan
    ground : Ground, optional
        ``survey(county)``, to share the work between plans of one county.
    """
    ground = ground or survey(county)
    found, towns, zones, items = [], [], [], []
    for stage in STAGES:
        if not sharing(plan, county, stage):
            continue
        table = _ways(ground, plan, stage)
        load = _zones(ground, plan, stage, table)
        by_town = _towns(county, stage, table)
        items += [*_way_items(table, stage), *_seat_items(county, plan, load, stage)]
        items += [*_quality_items(table, by_town, stage)]
        found.append(table)
        zones.append(load)
        towns.append(by_town)
    items += _feeder_items(county, plan)
    none = [pd.DataFrame()]
    return ZoneMeasures(
        plan=plan.name,
        ways=pd.concat(found or none, ignore_index=True),
        towns=pd.concat(towns or none, ignore_index=True),
        zones=pd.concat(zones or none, ignore_index=True),
        items=tuple(items),
    )


def _ways(ground: Ground, plan: ZonePlan, stage: str) -> pd.DataFrame:
    county = ground.county
    table = ways(county, plan, stage, ground.roads)
    ids = [s for schools in sharing(plan, county, stage).values() for s in schools]
    everyone, every = np.zeros(len(table), np.int64), np.zeros(len(ids), np.int64)
    quality = zone_quality(county, plan, stage) if "quality" in county.schools else pd.Series()
    return (
        table.rename_axis("village")
        .reset_index()
        .assign(
            stage=stage,
            minutes=WAYS[stage].mode.minutes(table["metres"].to_numpy()),
            nearest=nearest_distances(county, ids, every, everyone, ground.roads),
            quality=table["zone"].map(quality.to_dict()).to_numpy(dtype=float),
        )
    )


def _zones(ground: Ground, plan: ZonePlan, stage: str, table: pd.DataFrame) -> pd.DataFrame:
    """Return seats, children and pieces of each zone; a zone without villages has one piece."""
    county = ground.county
    graph = adjacency_graph(county)
    seated = county.schools[f"seats_{stage}"].fillna(0).to_dict()
    home, town = county.schools["village"].to_dict(), county.schools["town"].to_dict()
    named = county.towns["name"].to_dict()
    by_zone = table.groupby("zone")
    members, served = by_zone["village"].agg(list).to_dict(), by_zone["children"].sum().to_dict()
    rows = []
    for lead, schools in sharing(plan, county, stage).items():
        inside = members.get(lead, [])
        seats = int(sum(seated[s] for s in schools))
        children = int(served.get(lead, 0))
        rows.append(
            {
                "stage": stage,
                "zone": lead,
                "name": zone_name(county, plan, lead),
                "town": str(named.get(town[lead], "")),
                "villages": len(inside),
                "children": children,
                "seats": seats,
                "over": max(children - seats, 0),
                "free": max(seats - children, 0),
                "pieces": _pieces(graph, {*inside, home[lead]}),
            }
        )
    return pd.DataFrame(rows)


def _pieces(graph: nx.Graph, inside: set[str]) -> int:
    """Return in how many connected parts the villages `inside` lie."""
    count, left = 0, set(inside)
    while left:
        count, edge = count + 1, [left.pop()]
        while edge:
            near = left.intersection(graph.adj[edge.pop()])
            left -= near
            edge += near
    return count


def _towns(county: County, stage: str, table: pd.DataFrame) -> pd.DataFrame:
    mode, rows = WAYS[stage].mode, []
    for town, inside in table.groupby("town"):
        children, metres = inside["children"].to_numpy(float), inside["metres"].to_numpy()
        row = _ways_of(metres, children)
        rows.append(
            {
                "stage": stage,
                "town": town,
                "name": str(county.towns["name"].get(town, town)),
                "children": int(children.sum()),
                **row,
                **{f"{k}_minutes": float(mode.minutes(v)) for k, v in row.items()},
                "quality": _mean(inside["quality"].to_numpy(), children),
            }
        )
    return pd.DataFrame(rows)


def _ways_of(metres: np.ndarray, children: np.ndarray) -> dict[str, float]:
    there = np.isfinite(metres) & (children > 0)
    return {
        "mean": _mean(metres, children),
        "p95": centile(metres, children, 0.95),
        "max": float(metres[there].max()) if there.any() else float("nan"),
    }


def _mean(values: np.ndarray, children: np.ndarray) -> float:
    known = np.isfinite(values) & (children > 0)
    total = children[known].sum()
    return float((values[known] * children[known]).sum() / total) if total else float("nan")


def _way_items(table: pd.DataFrame, stage: str) -> Iterator[Item]:
    children, metres = table["children"].to_numpy(float), table["metres"].to_numpy()
    way, row = WAYS[stage], _ways_of(metres, children)
    known = np.isfinite(metres)
    yield Item("zone_travel_mean", row["mean"], "m", "lower", stage, True)
    yield Item("zone_travel_p95", row["p95"], "m", "lower", stage, True)
    yield Item("zone_travel_max", row["max"], "m", "lower", stage)
    for name, value in row.items():
        yield Item(f"minutes_{name}", float(way.mode.minutes(value)), "min", "lower", stage)
    beyond = 100.0 * children[known & (metres > way.metres + 1e-3)].sum() / max(children.sum(), 1)
    yield Item("zone_beyond", float(beyond), "percent", "lower", stage, True)
    yield Item("zone_nearest", _mean(table["nearest"].to_numpy(), children), "m", "", stage)
    amount = np.where(known, metres, 0.0) * children
    yield Item("zone_travel_gini", gini(amount[known], children[known]), "ratio", "lower", stage)
    apart = variation_coefficient(amount[known], children[known])
    yield Item("zone_travel_variation", apart, "ratio", "lower", stage)


def _seat_items(county: County, plan: ZonePlan, load: pd.DataFrame, stage: str) -> Iterator[Item]:
    over = load["over"]
    yield Item("zone_over", float(over.sum()), "children", "lower", stage, True)
    yield Item("zone_over_schools", float((over > 0).sum()), "schools", "lower", stage, True)
    yield Item("zone_free", float(load["free"].sum()), "seats", "", stage)
    used = 100.0 * np.minimum(load["children"], load["seats"]).sum() / max(load["seats"].sum(), 1)
    yield Item("zone_used", float(used), "percent", "higher", stage)
    pieces = float((load["pieces"] > 1).sum())
    yield Item("zone_in_pieces", pieces, "zones", "lower", stage, True)
    if "area_type" in county.schools:  # GOV-13, 教督〔2017〕6号
        kinds = county.schools["area_type"]
        in_town = load[load["zone"].map(kinds.isin(["urban", "seat"]).to_dict()).astype(bool)]
        seated = float(np.minimum(in_town["children"], in_town["seats"]).sum())
        share = 100.0 * seated / max(float(in_town["children"].sum()), 1.0)
        yield Item(f"zone_near_{stage}", share, "percent", "higher", stage)


def _quality_items(table: pd.DataFrame, towns: pd.DataFrame, stage: str) -> Iterator[Item]:
    children, quality = table["children"].to_numpy(float), table["quality"].to_numpy()
    known = np.isfinite(quality)
    if not known.any():
        return
    points = quality[known] * children[known]
    yield Item("zone_quality", _mean(quality, children), "points", "higher", stage, True)
    means = towns["quality"].dropna()
    apart = float(means.max() - means.min()) if len(means) else float("nan")
    yield Item("zone_quality_towns", apart, "points", "lower", stage)
    variation = variation_coefficient(points, children[known])
    yield Item("zone_quality_variation", variation, "ratio", "lower", stage, True)
    yield Item("zone_quality_gini", gini(points, children[known]), "ratio", "lower", stage)


def _feeder_items(county: County, plan: ZonePlan) -> Iterator[Item]:
    """Yield how many primaries feed a junior school, and the children zoned to another."""
    if plan.feeders.empty:
        return
    primary, junior = plan.zones["primary"], plan.zones["junior"]
    used = sorted(set(primary) - {""})
    feeds = plan.feeds()
    known = set(plan.feeders["primary"])
    fed, direct = sum(s in known for s in used), sum(s in feeds for s in used)
    yield Item("zone_fed", 100.0 * fed / max(len(used), 1), "percent", "higher")
    yield Item("zone_fed_direct", 100.0 * direct / max(len(used), 1), "percent", "higher")
    children = county.villages["children_junior"].fillna(0).reindex(primary.index)
    due = primary.map(lambda s: feeds.get(s, ""))
    stray = (due != "") & (junior != "") & (due != junior)
    yield Item("zone_stray", float(children[stray].sum()), "children", "lower", "junior")


def _headed(table: pd.DataFrame, decimals: dict[str, int]) -> pd.DataFrame:
    shown = table.assign(stage=[say(f"terms.{s}") for s in table["stage"]])
    for column in shown.select_dtypes("float"):
        shown[column] = shown[column].round(decimals.get(str(column), 0))
    return shown.rename(columns=lambda c: say(f"zone_measure.column.{c}"))
