"""难以单校划片的可多校划片：几所学校共用片区，优质资源大体均衡，热点小学不直升热点初中。"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import ClassVar

import numpy as np
import pandas as pd

from districting.county import TEACHES, County
from districting.errors import PolicyError
from districting.model.zone_view import ZoneView
from districting.model.zone_words import Forbid
from districting.plan.find import find_town
from districting.plan.zone_plan import STAGES, ZonePlan
from districting.policy.districts.tables import verdict_of
from districting.policy.rule import Finding, Strength, Verdict
from districting.policy.zones.base import ZoneRule, assigned, sharing, zone_name
from districting.policy.zones.quality_received import zone_quality
from districting.terms import say


@dataclass(frozen=True, kw_only=True)
class SeveralSchools(ZoneRule):
    r"""难以单校划片的老城区可多校划片；热点校分散到各片，片区间优质资源大体均衡。

    Schools named in `groups` share the zone of their leading school: children come to any of them
    by lot. The villages that the other schools stand in belong to the shared zone. No shared zone
    differs by more than `tolerance` from the mean quality, by seats, of all public schools of the
    stage in `towns`; that depends on the groups alone, so it is checked here and kept where groups
    are formed (:mod:`districting.policy.group_build`). A hot school (带动校) does not feed a hot
    junior school directly: :math:`x_{vs} = 0` where the primary of v is hot and s is a hot junior
    school with a zone of its own.

    Parameters
    ----------
    groups : Mapping of str to str
        School (name or id) → leading school whose zone it shares.
    tolerance : float, points of the quality index
    towns : tuple of str
        Towns (name or code) whose schools are grouped; the whole county by default.
    part_hot : bool
        Whether hot primaries are kept from hot junior schools.
    """

    name: ClassVar[str] = "several_schools"
    needs: ClassVar[tuple[str, ...]] = ("schools.quality", "schools.lead")

    groups: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    tolerance: float = 5.0
    towns: tuple[str, ...] = ()
    part_hot: bool = True

    def __post_init__(self) -> None:
        super().__post_init__()
        self.refuse_strength(Strength.MUST)

    def shared(self, county: County) -> dict[str, str]:
        """Return leading school by school id, for every school that shares a zone.

        Raises
        ------
        PolicyError
            If a school is unknown, private, or teaches no stage that its leading school teaches.
        """
        pairs: dict[str, str] = {}
        for text, lead_text in self.groups.items():
            school, lead = (self._school(county, t) for t in (text, lead_text))
            kinds = [county.schools["kind"][s] for s in (school, lead)]
            if not any(all(k in TEACHES[s] for k in kinds) for s in STAGES):
                raise PolicyError(say("policy.stages_differ", rule=self.name, a=text, b=lead_text))
            pairs |= {school: lead, lead: lead}
        chained = [s for s, lead in pairs.items() if pairs[lead] != lead]
        if chained:
            raise PolicyError(say("policy.chained", rule=self.name, value=chained[0]))
        return pairs

    def _school(self, county: County, text: str) -> str:
        table = county.schools[county.schools["run_by"] != "private"]
        hits = [text] if text in table.index else list(table.index[table["name"] == text])
        if len(hits) != 1:
            raise PolicyError(say("policy.no_school", rule=self.name, value=text))
        return str(hits[0])

    def parts(self, view: ZoneView) -> Iterator[Forbid]:
        """Give a group its schools' villages; close the arcs from hot to hot."""
        arcs = np.zeros(len(view.arc_zone), bool)
        for zone, schools in enumerate(view.members):
            if len(schools) > 1:
                at = pd.Index(view.county.schools.loc[list(schools), "village"])
                homes = view.units.get_indexer(at)
                arcs |= np.isin(view.arc_village, homes) & (view.arc_zone != zone)
        if self.part_hot:
            alone = np.array([len(schools) == 1 for schools in view.members], dtype=bool)
            closed = view.hot & alone
            arcs |= view.from_hot[view.arc_village] & closed[view.arc_zone]
        yield Forbid(self.name, arcs)

    def judge(self, county: County, plan: ZonePlan, stage: str) -> Iterator[Finding]:
        """Look at the groups' own villages, at their quality, and at who comes from hot schools."""
        groups = {g: s for g, s in sharing(plan, county, stage).items() if len(s) > 1}
        zone, names = assigned(county, plan, stage), county.villages["name"]
        for lead, schools in groups.items():
            homes = sorted(set(county.schools.loc[schools, "village"]))
            off = [str(names[v]) for v in homes if zone[v] not in ("", lead)]
            open_ = any(zone[v] == "" for v in homes)
            yield self.found(
                stage,
                verdict_of(not off and not open_, mendable=not off),
                (zone_name(county, plan, lead),),
                float(len(off)),
                villages="、".join(off),
            )
        yield from self._quality(county, plan, stage, list(groups))
        if self.part_hot and stage == "junior":
            yield from self._hot(county, plan)

    def _quality(
        self, county: County, plan: ZonePlan, stage: str, groups: list[str]
    ) -> Iterator[Finding]:
        """Warn of groups whose quality lies off the mean; the groups would have to change."""
        index = zone_quality(county, plan, stage).reindex(groups).dropna()
        schools = county.teaching(stage)
        schools = schools[(schools["run_by"] != "private") & schools["quality"].notna()]
        if self.towns:
            schools = schools[schools["town"].isin([find_town(county, t) for t in self.towns])]
        seats = schools[f"seats_{stage}"].fillna(0).clip(lower=1).astype(float)
        mean = float((schools["quality"].astype(float) * seats).sum() / max(seats.sum(), 1.0))
        for lead, value in index.items():
            off = float(value) - mean
            if abs(off) > self.tolerance:
                yield self.found(
                    stage,
                    Verdict.INCOMPLETE,
                    (zone_name(county, plan, str(lead)),),
                    float(value),
                    self.tolerance,
                    message="unequal",
                    off=off,
                )

    def _hot(self, county: County, plan: ZonePlan) -> Iterator[Finding]:
        hot = set(county.schools.index[county.schools["lead"].fillna(False).astype(bool)])
        alone = {g for g, s in sharing(plan, county, "junior").items() if len(s) == 1}
        primary, junior = assigned(county, plan, "primary"), assigned(county, plan, "junior")
        for village in primary.index:
            come_from = hot.intersection(plan.members(primary[village]))
            if come_from and junior[village] in hot & alone:
                yield self.found(
                    "junior",
                    Verdict.FAIL,
                    (str(county.villages["name"][village]),),
                    message="hot_to_hot",
                    primary=zone_name(county, plan, primary[village]),
                    junior=zone_name(county, plan, junior[village]),
                )
