"""Base of the rules for attendance zones, and the raw tables that their checks reckon with."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from districting.county import TEACHES, County
from districting.errors import PolicyError
from districting.graph import RoadNetwork, nearest_distances, road_network
from districting.graph.remembered import remembered
from districting.model.feeder_view import FeederView
from districting.model.feeder_words import FeederPart
from districting.model.zone_view import ZoneView
from districting.model.zone_words import Part
from districting.plan.zone_plan import STAGES, ZonePlan
from districting.policy.rule import Finding, Rule, Strength, Verdict
from districting.terms import say


@dataclass(frozen=True, kw_only=True)
class ZoneRule(Rule):
    """Base of the rules for zone plans.

    Parameters
    ----------
    stages : tuple of {"primary", "junior"}
        Stages that the rule speaks of.
    tier : int
        As an aim or principle: tiers are served one after another, the lower first, when the
        profile has more than one; within a tier, weights and prices add up.
    """

    kind: ClassVar[str] = "zones"
    area: ClassVar[str] = "zone_rule"

    stages: tuple[str, ...] = STAGES
    tier: int = 1

    def __post_init__(self) -> None:
        self.refuse_words((s, STAGES) for s in self.stages)

    def refuse_words(self, words: Iterable[tuple[str, Iterable[str]]]) -> None:
        """Refuse parameter values that are none of the allowed words.

        Raises
        ------
        PolicyError
            Naming the rule, the value and the words allowed.
        """
        for value, allowed in words:
            if value not in allowed:
                choice = "、".join(allowed)
                raise PolicyError(
                    say("policy.bad_word", rule=self.name, value=value, allowed=choice)
                )

    def refuse_strength(self, *wanted: Strength) -> None:
        """Refuse a strength that the rule cannot have.

        Raises
        ------
        PolicyError
        """
        self.refuse_words([(str(self.strength), [str(s) for s in wanted])])

    def constrain(self, view: ZoneView) -> Iterator[Part]:
        """Yield the rule's parts for the view's stage, each with ``gate=self.name``."""
        if view.stage in self.stages:
            yield from self.parts(view)

    @abstractmethod
    def parts(self, view: ZoneView) -> Iterator[Part]:
        """Yield the rule's parts for a stage that it speaks of."""

    def feed(self, view: FeederView) -> Iterator[FeederPart]:
        """Yield what the rule says of feeders, which junior zones follow; by default nothing."""
        yield from ()

    def check(self, county: County, plan: ZonePlan) -> Iterator[Finding]:
        """Yield a finding per place, from the raw tables, sharing no code with `constrain`."""
        for stage in self.stages:
            yield from self.judge(county, plan, stage)

    @abstractmethod
    def judge(self, county: County, plan: ZonePlan, stage: str) -> Iterator[Finding]:
        """Yield the findings of one stage that the rule speaks of."""

    def found(
        self,
        stage: str,
        verdict: Verdict,
        place: tuple[str, ...],
        number: float | None = None,
        limit: float | None = None,
        **details: Any,
    ) -> Finding:
        """Return a finding of this rule with the stage among its details."""
        told = {"stage": say(f"terms.{stage}"), **details}
        return Finding(self.name, verdict, place, number, limit, details=told)

    def measured(
        self, county: County, plan: ZonePlan, stage: str, number: float, **details: Any
    ) -> Finding:
        """Return the finding of an aim over the whole county, unfinished while the plan is."""
        whole = bool((assigned(county, plan, stage) != "").all())
        message: dict[str, Any] = {"message": "measured"} if whole else {}
        verdict = Verdict.PASS if whole else Verdict.INCOMPLETE
        return self.found(stage, verdict, (county.name,), number, **(message | details))


def assigned(county: County, plan: ZonePlan, stage: str) -> pd.Series:
    """Return the zone of every village of the county, ``""`` where the plan does not say."""
    return plan.zones[stage].reindex(county.villages.index).fillna("").astype(object)


def sharing(plan: ZonePlan, county: County, stage: str) -> dict[str, list[str]]:
    """Return the public schools of `stage` by the leading school of the zone they have or share."""
    groups: dict[str, list[str]] = {}
    for school in _public(county, stage):
        groups.setdefault(plan.groups.get(school, school), []).append(school)
    return groups


@remembered
def _public(county: County, stage: str) -> tuple[str, ...]:
    table = county.schools
    public = table[(table["run_by"] != "private") & table["kind"].isin(TEACHES[stage])]
    return tuple(sorted(map(str, public.index)))


@remembered
def _school_names(county: County) -> dict[str, str]:
    return {str(school): str(name) for school, name in county.schools["name"].items()}


def ways(
    county: County, plan: ZonePlan, stage: str, roads: RoadNetwork | None = None
) -> pd.DataFrame:
    """Return every village's way to the schools of its zone, in whole metres.

    Returns
    -------
    pandas.DataFrame
        Indexed by village; ``name``, ``town``, ``children`` (int), ``zone`` (``""`` for none),
        ``metres`` (mean over the zone's schools by seats), ``farthest``; NaN without zone, inf
        where no road leads.
    """
    roads = roads or road_network(county)
    villages, zone = county.villages, assigned(county, plan, stage)
    groups = sharing(plan, county, stage)
    seats = county.schools[f"seats_{stage}"].fillna(0).to_dict()
    order = pd.Index(sorted(groups), dtype="object")
    of_village = order.get_indexer(pd.Index(zone)).astype(np.int64)
    total, weighted, farthest = (np.zeros(len(villages)) for _ in range(3))
    for rank in range(max(map(len, groups.values()), default=0)):
        these = [(k, g) for k, g in enumerate(order) if len(groups[g]) > rank]
        ids = [groups[g][rank] for _, g in these]
        numbers = np.array([k for k, _ in these], dtype=np.int64)
        metres = np.rint(nearest_distances(county, ids, numbers, of_village, roads))
        size = np.zeros(len(order) + 1)
        size[numbers] = [
            float(seats[s]) if any(seats[member] > 0 for member in groups[g]) else 1.0
            for s, (_, g) in zip(ids, these, strict=True)
        ]
        here = size[of_village]
        total += here
        weighted += np.multiply(here, metres, out=np.zeros(len(villages)), where=here > 0)
        farthest = np.where(np.isin(of_village, numbers), np.maximum(farthest, metres), farthest)
    known = of_village >= 0
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.where(np.isfinite(farthest), np.rint(weighted / total), np.inf)
    return pd.DataFrame(
        {
            "name": villages["name"],
            "town": villages["town"],
            "children": villages[f"children_{stage}"].fillna(0).astype("int64"),
            "zone": zone,
            "metres": np.where(known, mean, np.nan),
            "farthest": np.where(known, farthest, np.nan),
        }
    )


def zone_name(county: County, plan: ZonePlan, zone: str) -> str:
    """Return the names of the schools of a zone."""
    names = _school_names(county)
    return "、".join(names.get(s, s) for s in plan.members(zone))
