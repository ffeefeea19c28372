"""依据行政区划：片区不跨镇街。"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from districting.county import County
from districting.model.zone_view import ZoneView
from districting.model.zone_words import ArcPrice, Forbid
from districting.plan.zone_plan import ZonePlan
from districting.policy.rule import Finding, Strength, Verdict
from districting.policy.zones.base import ZoneRule, assigned, sharing


@dataclass(frozen=True, kw_only=True)
class TownBorder(ZoneRule):
    r"""依据行政区划、适龄人口等因素……合理划分联区、学区范围，合理规划生源布局。

    With :math:`t` the town: :math:`x_{vs} = 0` where :math:`t(v) \ne t(s)`; of a shared zone the
    leading school's town counts. As a principle or an aim each child that crosses a border costs
    `price` (or `weight`). Towns without a school of the stage are free to go elsewhere.

    Parameters
    ----------
    price, weight : float
        Child-metres per child.
    """

    name: ClassVar[str] = "town_border"
    needs: ClassVar[tuple[str, ...]] = ("villages.town", "schools.town")

    price: float = 1_000.0

    def parts(self, view: ZoneView) -> Iterator[Forbid | ArcPrice]:
        """Close or price the arcs that cross a border."""
        served = np.isin(view.town, view.zone_town)
        over = (view.town[view.arc_village] != view.zone_town[view.arc_zone]) & served[
            view.arc_village
        ]
        if self.elastic is None:
            yield Forbid(self.name, over)
        else:
            yield ArcPrice(self.name, self.elastic, view.arc_children * over)

    def judge(self, county: County, plan: ZonePlan, stage: str) -> Iterator[Finding]:
        """Compare the towns of villages and leading schools."""
        villages, zone = county.villages, assigned(county, plan, stage)
        leads = list(sharing(plan, county, stage))
        having = set(county.schools.loc[leads, "town"])
        to = zone.map(county.schools["town"])
        over = (zone != "") & (to != villages["town"]) & villages["town"].isin(having)
        children = villages[f"children_{stage}"].fillna(0).astype(int)
        for village in villages.index[over]:
            yield self.found(
                stage,
                Verdict.FAIL,
                (str(villages["name"][village]),),
                float(children[village]),
                town=str(county.towns["name"].get(villages["town"][village], "")),
                school=str(county.schools["name"].get(zone[village], zone[village])),
                other=str(county.towns["name"].get(to[village], to[village])),
            )
        if not over.any():
            part = self.strength is Strength.MUST and (zone == "").any()
            verdict = Verdict.INCOMPLETE if part else Verdict.PASS
            yield self.found(stage, verdict, (county.name,), 0.0)
