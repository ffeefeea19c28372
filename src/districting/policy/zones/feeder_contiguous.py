"""初中片区由对口小学的片区连成一片。"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import networkx as nx
import pandas as pd

from districting.county import County
from districting.model.feeder_view import FeederView
from districting.model.feeder_words import ForbidPairs, OnePiece
from districting.plan.zone_plan import ZonePlan
from districting.policy.districts.tables import verdict_of
from districting.policy.rule import Finding, Strength
from districting.policy.zones.base import assigned, sharing, zone_name
from districting.policy.zones.feeder_base import FeederRule, fed, in_one_piece, touching


@dataclass(frozen=True, kw_only=True)
class FeederContiguous(FeederRule):
    r"""依街道、路段、门牌、村组为每所初中划对口小学，初中片区成片相连。

    The primary zones that feed a junior school, with the one in which it stands, are connected
    through each other's borders. A zone in which juniors with seats stand feeds one of them, unless
    its feeder is locked. The sentence (教基一〔2014〕1号) does not say so in words; it is how the
    toolkit reads 划片.
    """

    name: ClassVar[str] = "feeder_contiguous"

    def __post_init__(self) -> None:
        super().__post_init__()
        self.refuse_strength(Strength.MUST)

    def feed(self, view: FeederView) -> Iterator[OnePiece | ForbidPairs]:
        """Keep every junior zone in one piece, and every junior in its own."""
        yield from in_one_piece(self.name, view)

    def judge(self, county: County, plan: ZonePlan, stage: str) -> Iterator[Finding]:
        """Search the graph of primary zones from the one that each junior stands in."""
        graph, table = touching(county, plan), fed(county, plan)
        whole = bool((table["junior"] != "").all())
        zone = assigned(county, plan, "primary")
        for lead in sharing(plan, county, "junior"):
            home = zone[county.schools["village"][lead]]
            inside = set(table.index[table["junior"] == lead])
            if not home or not inside:
                continue
            piece = nx.node_connected_component(graph.subgraph(inside | {home}), home)
            off = sorted(table["name"][p] for p in inside - piece)
            yield self.found(
                stage,
                verdict_of(not off, mendable=not whole),
                (zone_name(county, plan, lead),),
                float(len(off)),
                0.0,
                primaries="、".join(off),
            )
        yield from self._homes(county, plan, table)

    def _homes(self, county: County, plan: ZonePlan, table: pd.DataFrame) -> Iterator[Finding]:
        """Yield a finding for every primary zone that feeds none of the juniors in it."""
        zone = assigned(county, plan, "primary")
        seats = county.schools["seats_junior"].fillna(0)
        locked = {k.unit for k in plan.locks if k.unit_kind == "feeder" and not k.forbid}
        inside: dict[str, list[str]] = {}
        for lead, schools in sharing(plan, county, "junior").items():
            if int(seats[schools].sum()) // 3 > 0:
                home = zone[county.schools["village"][lead]]
                inside.setdefault(home, []).append(lead)
        for home, leads in sorted(inside.items()):
            if home and home not in locked and table["junior"][home] not in ("", *leads):
                yield self.found(
                    "junior",
                    verdict_of(False),
                    (table["name"][home],),
                    message="home",
                    junior="、".join(zone_name(county, plan, lead) for lead in leads),
                )
