"""在现有划片招生的基础上，以学区为单位：招生片区整片作为编排学区的单元。"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
import pandas as pd

from districting.county import County
from districting.errors import PolicyError
from districting.model.district_view import DistrictView
from districting.model.partition import Together
from districting.plan.district_plan import DistrictPlan
from districting.plan.plan import Plan
from districting.policy.districts.tables import town_name, verdict_of
from districting.policy.districts.whole_zones import chained
from districting.policy.policy import Policy
from districting.policy.rule import Clause, DistrictRule, Finding, Strength, Verdict
from districting.terms import say


@dataclass(frozen=True, kw_only=True)
class ZoneUnitsRule(DistrictRule):
    r"""严格落实义务教育招生政策，在现有划片招生的基础上，以学区为单位，统筹开展学区内适龄儿童少年入学情况排查摸底。

    The units come from the starting plan, which keeps its zones
    (:class:`~districting.plan.zone_units.ZoneUnits`): :math:`x_{uj} = x_{vj}` for villages of one
    zone, and of one town where zones count town by town. Without such units the rule says nothing.
    Other than ``whole_zones``, which is about the county's current zones, it needs no entry in a
    profile: a plan that keeps zones is always held to them.
    """

    name: ClassVar[str] = "zone_units"

    def __post_init__(self) -> None:
        if self.strength is not Strength.MUST:
            raise PolicyError(say("policy.only_must", rule=self.name, value=self.name))

    def constrain(self, view: DistrictView) -> Iterator[Together]:
        """Tie the villages of each unit."""
        units = None if view.start is None else view.start.units
        if units is None:
            return
        zone = pd.Categorical(units.zone.reindex(view.units)).codes.astype(np.int64)
        part = zone * (len(view.towns) if units.by_town else 1)
        part += view.town if units.by_town else 0
        own = part.max(initial=0) + 1 + np.arange(view.n)
        ties = chained(np.where(zone < 0, own, part))
        if len(ties):
            yield Together(self.name, ties)

    def check(self, county: County, plan: DistrictPlan) -> Iterator[Finding]:
        """Look up the districts of each zone, town by town where zones count so; sum up."""
        if plan.units is None:
            return
        torn, count, given = 0, 0, plan.villages.to_dict()
        homes = county.villages["town"].to_dict()
        members: dict[tuple[str, str], list[str]] = {}
        for village, school in plan.units.zone.items():
            town = str(homes.get(village, "")) if plan.units.by_town else ""
            members.setdefault((str(school), town), []).append(str(village))
        source = {"source": plan.units.source, "stage": say(f"terms.{plan.units.stage}")}
        for (school, town), villages in sorted(members.items()):
            districts = sorted({str(given.get(v, "")) for v in villages} - {""})
            count += 1
            if len(districts) > 1:
                torn += 1
                name = str(county.schools["name"].get(school, school))
                where = f"（{town_name(county, town)}）" if town else ""
                details = {**source, "districts": "、".join(districts)}
                number = float(len(districts))
                yield Finding(
                    self.name, Verdict.FAIL, (name + where,), number, 1.0, details=details
                )
        if not torn:
            split = count - plan.units.zone.nunique()
            whole = all(given.get(str(v), "") for v in plan.units.zone.index)
            verdict = verdict_of(whole, mendable=True)
            details = {
                **source,
                "split": say("rule.zone_units.split", count=split) if split else "",
            }
            yield Finding(self.name, verdict, (county.name,), float(count), details=details)


def held_to_units(policy: Policy, plan: Plan | None) -> Policy:
    """Return `policy` with the rule on the zones that `plan` keeps as its units, if it does."""
    if not isinstance(plan, DistrictPlan) or plan.units is None:
        return policy
    if any(isinstance(rule, ZoneUnitsRule) for rule in policy.rules):
        return policy
    clause = Clause("", say("rule.zone_units.text"))
    added = ZoneUnitsRule(clause=clause, strength=Strength.MUST)
    return replace(policy, rules=(*policy.rules, added))
