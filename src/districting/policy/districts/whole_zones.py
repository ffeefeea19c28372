"""在现有划片招生的基础上：招生片区不拆，整片划入一个学区。"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from districting.county import County
from districting.model.district_view import DistrictView
from districting.model.partition import Ints, Together, Unmixed
from districting.plan.district_plan import DistrictPlan
from districting.policy.districts.tables import complete, verdict_of
from districting.policy.districts.words import need_words
from districting.policy.rule import DistrictRule, Finding, Verdict
from districting.terms import say

STAGES = ("primary", "junior")


@dataclass(frozen=True, kw_only=True)
class WholeZones(DistrictRule):
    r"""严格落实义务教育招生政策，在现有划片招生的基础上，以学区为单位，统筹开展学区内适龄儿童少年入学情况排查摸底。

    With :math:`z(u)` the attendance zone of village u: :math:`x_{uj} = x_{vj}` wherever
    :math:`z(u) = z(v)`, so that zones and not villages are the units of the layout. As a principle
    or an aim, each further district that a zone reaches into costs `price` (`weight`). Villages
    without a zone are units of their own.

    Parameters
    ----------
    stage : {"primary", "junior"}
        Whose current zones stay whole.
    price, weight : float, child-metres per further district of a zone
    """

    name: ClassVar[str] = "whole_zones"

    stage: str = "primary"

    def __post_init__(self) -> None:
        need_words(self, STAGES, self.stage)

    def misfits(self, county: County) -> Iterator[str]:
        """Ask for current zones."""
        if county.current_zones is None:
            yield say("policy.no_zones", rule=self.title)

    @property
    def counted(self) -> str:
        """Further districts of zones."""
        return "further"

    def amount(self, county: County, plan: DistrictPlan) -> float:
        """Add up the further districts of the zones that are torn."""
        return sum((f.number or 0.0) - f.limit for f in self.check(county, plan) if f.limit)

    def constrain(self, view: DistrictView) -> Iterator[Together | Unmixed]:
        """Tie the villages of each zone, or price its further districts."""
        plan = view.county.current_zones
        if plan is None:
            return
        zone = plan.zones[self.stage].reindex(view.units).fillna("").to_numpy(object)
        own = np.array([f"|{i}" for i in range(view.n)], object)
        groups = np.unique(np.where(zone == "", own, zone), return_inverse=True)[1].astype(np.int64)
        if self.elastic is not None:
            yield Unmixed(self.name, groups, self.elastic)
            return
        ties = chained(groups)
        if len(ties):
            yield Together(self.name, ties)

    def check(self, county: County, plan: DistrictPlan) -> Iterator[Finding]:
        """Count the districts of each zone's villages; sum up when all is well."""
        zones = county.tables["zones"]
        zones = zones[zones["stage"] == self.stage]
        if zones.empty:
            yield Finding(self.name, Verdict.INCOMPLETE, (county.name,))
            return
        of = pd.Series(plan.villages.reindex(zones["village"]).fillna("").to_numpy(), zones.index)
        torn = 0
        for school, rows in of.groupby(zones["school"]):
            districts = sorted(set(rows) - {""})
            if len(districts) > 1:
                torn += len(districts) - 1
                name = str(county.schools["name"].get(school, school))
                details = {"districts": "、".join(districts)}
                number = float(len(districts))
                yield Finding(self.name, Verdict.FAIL, (name,), number, 1.0, details=details)
        if not torn:
            verdict = verdict_of(complete(county, plan), mendable=True)
            yield Finding(self.name, verdict, (county.name,), float(zones["school"].nunique()))


def chained(groups: Ints) -> Ints:
    """Return pairs of villages that tie each of `groups`, shape (n,), into a chain."""
    order = np.argsort(groups, kind="stable")
    same = groups[order][1:] == groups[order][:-1]
    pairs: Ints = np.column_stack([order[:-1], order[1:]])[same].astype(np.int64)
    return pairs
