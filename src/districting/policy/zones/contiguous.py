"""片区成片相连，学校在自己的片区里。"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import networkx as nx
import numpy as np

from districting.county import County
from districting.graph import adjacency_graph
from districting.model.feeder_view import FeederView
from districting.model.feeder_words import FeederPart
from districting.model.zone_view import ZoneView
from districting.model.zone_words import Shape
from districting.model.zones import Contiguity
from districting.plan.zone_plan import STAGES, ZonePlan
from districting.policy.districts.tables import verdict_of
from districting.policy.rule import Finding, Strength, Verdict
from districting.policy.zones.base import ZoneRule, assigned, sharing, zone_name
from districting.policy.zones.feeder_base import fed, in_one_piece

FORMS = {"separator": Contiguity.EXACT, "shortest_path": Contiguity.TREE}


@dataclass(frozen=True, kw_only=True)
class ZoneContiguity(ZoneRule):
    r"""遵循义务教育免试就近入学、优质教育资源均衡分布等原则，合理划分联区、学区范围。

    Every zone, with the village its leading school stands in, is connected by the borders (and
    listed bridges and ferries) between villages; a school with seats has its own village in its
    zone (of several in one village one of them has), unless that village is locked elsewhere. The
    sentence does not say so in words; it is how the toolkit reads 划分范围.

    Where junior zones follow feeders, a primary zone goes to a junior school as a whole and is the
    home of every junior that stands in it: it feeds one of them, and the zones of the others hang
    on it. Of feeders the rule asks just that, and that the primary zones of a junior touch.

    Parameters
    ----------
    form : {"separator", "shortest_path"}
        ``separator`` is contiguity itself: for a village v of zone s, every set of villages that
        parts v from the school holds another village of the zone. ``shortest_path`` is stronger:
        with every village the zone holds the next village on the shortest way to the school over
        neighbouring villages. It gives rounder zones for a few parts in ten thousand more travel,
        and forbids some zones that are in one piece, so its optimum is not that of ``separator``.
    """

    name: ClassVar[str] = "contiguous"

    form: str = "separator"

    def __post_init__(self) -> None:
        super().__post_init__()
        self.refuse_words([(self.form, FORMS)])
        self.refuse_strength(Strength.MUST)

    def parts(self, view: ZoneView) -> Iterator[Shape]:
        """Keep every zone in one piece."""
        yield Shape(self.name, FORMS[self.form])

    def feed(self, view: FeederView) -> Iterator[FeederPart]:
        """Keep what feeds a junior in one piece, and every junior in its own."""
        if "junior" in self.stages:
            yield from in_one_piece(self.name, view)

    def judge(self, county: County, plan: ZonePlan, stage: str) -> Iterator[Finding]:
        """Search each zone's part of the border graph; look whose zone the schools stand in."""
        zone, graph = assigned(county, plan, stage), adjacency_graph(county)
        groups, names = sharing(plan, county, stage), county.villages["name"]
        whole = bool((zone != "").all())
        members = zone.index.to_series().groupby(zone).agg(set).to_dict()
        shared = _shared_homes(county, plan, groups) if stage == "junior" else {}
        for lead in groups:
            home = str(county.schools["village"][lead])
            own = members.get(lead, set())
            inside = own | {home} | shared.get(lead, set())
            off = own - nx.node_connected_component(graph.subgraph(inside), home)
            if self.form == "shortest_path":
                off |= own & set(_strayed(graph, inside, home))
            verdict = verdict_of(not off, mendable=not whole)
            told = sorted(names[v] for v in off)
            yield self._told(stage, county, plan, lead, verdict, told)
        own_zone = {lead: schools for lead, schools in groups.items() if lead not in shared}
        yield from self._homes(county, plan, stage, own_zone)

    def _told(
        self,
        stage: str,
        county: County,
        plan: ZonePlan,
        lead: str,
        verdict: Verdict,
        off: list[str],
    ) -> Finding:
        return self.found(
            stage,
            verdict,
            (zone_name(county, plan, lead),),
            float(len(off)),
            0.0,
            villages="、".join(off[:8]) + ("……" if len(off) > 8 else ""),
        )

    def _homes(
        self, county: County, plan: ZonePlan, stage: str, groups: dict[str, list[str]]
    ) -> Iterator[Finding]:
        """Yield a finding for every village whose own schools do not have it in their zone."""
        zone = assigned(county, plan, stage)
        locked = {k.unit for k in plan.locks if k.unit_kind == stage and not k.forbid}
        at_home: dict[str, list[str]] = {}
        for lead, schools in groups.items():
            if county.schools.loc[schools, f"seats_{stage}"].sum() > 0:
                at_home.setdefault(str(county.schools["village"][lead]), []).append(lead)
        for village, leads in at_home.items():
            if zone[village] not in ("", *leads) and village not in locked:
                yield self.found(
                    stage,
                    Verdict.FAIL,
                    (str(county.villages["name"][village]),),
                    message="home",
                    school="、".join(zone_name(county, plan, lead) for lead in leads),
                )


def _shared_homes(
    county: County, plan: ZonePlan, groups: dict[str, list[str]]
) -> dict[str, set[str]]:
    """Return the primary zone that a junior stands in where, whole, it feeds another one there."""
    primary, junior = (assigned(county, plan, stage) for stage in STAGES)
    target, village = fed(county, plan)["junior"], county.schools["village"]
    held = {k.unit for k in plan.locks if k.unit_kind == "junior" and not k.forbid}
    homes: dict[str, set[str]] = {}
    for lead in groups:
        zone = primary[village[lead]]
        to = target.get(zone, "")
        if to in ("", lead) or to not in groups or primary[village[to]] != zone:
            continue
        inside = set(primary.index[primary == zone])
        if set(junior[sorted(inside - held)]) <= {to}:
            homes[lead] = inside
    return homes


def _strayed(graph: nx.Graph, inside: set[str], home: str) -> list[str]:
    """Return the villages of a zone whose next village on the way home lies outside it."""

    def step(a: str, b: str, _: object) -> int:
        away = np.hypot(*(graph.nodes[a][c] - graph.nodes[b][c] for c in "xy"))
        return max(1, round(float(away)))

    far = nx.single_source_dijkstra_path_length(graph, home, weight=step)
    strayed = []
    for village in inside - {home}:
        if home in graph[village] or village not in far:
            continue
        on = [u for u in graph[village] if far[u] + step(village, u, None) == far[village]]
        if min(on) not in inside:
            strayed.append(village)
    return strayed
