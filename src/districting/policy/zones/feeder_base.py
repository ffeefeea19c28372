"""Base of the rules for feeders (对口), and the raw tables that their checks reckon with."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import networkx as nx
import numpy as np
import pandas as pd

from districting.county import County
from districting.demand.graduates import graduates_by_village
from districting.graph import adjacency_graph
from districting.model.feeder_view import FeederView
from districting.model.feeder_words import FeederPart, ForbidPairs, OnePiece
from districting.model.zone_view import ZoneView
from districting.model.zone_words import Part
from districting.plan.zone_plan import ZonePlan
from districting.policy.zones.base import ZoneRule, assigned


@dataclass(frozen=True, kw_only=True)
class FeederRule(ZoneRule):
    """Base of the rules for which junior school a primary feeds.

    They speak of primaries as wholes, so they add nothing to the zones of villages.
    """

    area: ClassVar[str] = "feeder_rule"

    stages: tuple[str, ...] = ("junior",)

    def __post_init__(self) -> None:
        self.refuse_words((s, ["junior"]) for s in self.stages)

    def parts(self, view: ZoneView) -> Iterator[Part]:
        """Nothing: feeders are solved for by themselves."""
        yield from ()

    @abstractmethod
    def feed(self, view: FeederView) -> Iterator[FeederPart]:
        """Yield the rule's parts of the feeder problem, each with ``gate=self.name``."""


def in_one_piece(gate: str, view: FeederView) -> Iterator[OnePiece | ForbidPairs]:
    """Keep every junior zone in one piece, and every junior in its own.

    A primary zone in which juniors with seats stand feeds one of them, unless its feeder is locked.
    """
    yield OnePiece(gate)
    locked = {k.unit for k in view.start.locks if k.unit_kind == "feeder" and not k.forbid}
    claims = (view.seats[0] > 0) & (view.host >= 0)
    claimed = np.zeros(view.n, bool)
    claimed[view.host[claims]] = True
    claimed &= ~view.primaries.isin(locked)
    away = view.host[view.pair_junior] != view.pair_primary
    useless = ~claims[view.pair_junior]
    yield ForbidPairs(gate, claimed[view.pair_primary] & (away | useless))


def fed(county: County, plan: ZonePlan) -> pd.DataFrame:
    """Return the junior zone that each primary zone of the plan feeds.

    Returns
    -------
    pandas.DataFrame
        Indexed by the leading primary of each zone in use, sorted; ``name``, ``junior`` (leading
        junior, ``""`` for none), ``from_year`` (0 for none).
    """
    zones = sorted(set(assigned(county, plan, "primary")) - {""})
    rows = plan.feeders.sort_values(["primary", "junior"]).drop_duplicates("primary")
    junior = dict(zip(rows["primary"], rows["junior"], strict=True))
    begin = dict(zip(rows["primary"], rows["from_year"], strict=True))
    names = county.schools["name"]
    table = {
        "name": [str(names.get(p, p)) for p in zones],
        "junior": [plan.groups.get(junior.get(p, ""), junior.get(p, "")) for p in zones],
        "from_year": [int(begin.get(p, 0)) for p in zones],
    }
    return pd.DataFrame(table, index=pd.Index(zones, name="primary", dtype="object"))


def leaving(county: County, plan: ZonePlan, years: range) -> pd.DataFrame:
    """Return the children of entry age in each primary zone: one row a year, one column a zone."""
    zone = assigned(county, plan, "primary")
    by_village = graduates_by_village(county, years)
    return by_village.T.groupby(zone.to_numpy()).sum().T.drop(columns="", errors="ignore")


def before(county: County, plan: ZonePlan) -> dict[str, str]:
    """Return the leading junior that each primary feeds in the county's current pattern."""
    now = county.current_zones
    if now is None:
        return {}
    rows = now.feeders.drop_duplicates("primary")
    pairs = zip(rows["primary"], rows["junior"], strict=True)
    return {p: plan.groups.get(j, j) for p, j in pairs}


def touching(county: County, plan: ZonePlan) -> nx.Graph:
    """Return the graph of primary zones that border on each other."""
    zone = assigned(county, plan, "primary")
    graph = nx.Graph()
    graph.add_nodes_from(sorted(set(zone) - {""}))
    for a, b in adjacency_graph(county).edges:
        if zone[a] and zone[b] and zone[a] != zone[b]:
            graph.add_edge(zone[a], zone[b])
    return graph
