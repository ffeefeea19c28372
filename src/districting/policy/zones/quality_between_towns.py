"""优质教育资源均衡分布：各镇街儿童就读学校的办学质量相近。"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from districting.county import County
from districting.model.zone_view import ZoneView
from districting.model.zone_words import Condition
from districting.plan.zone_plan import ZonePlan
from districting.policy.districts.tables import verdict_of
from districting.policy.rule import Finding
from districting.policy.zones.base import ZoneRule, assigned
from districting.policy.zones.quality_received import zone_quality

FINE = 10
"""Steps of the quality index in a point."""


@dataclass(frozen=True, kw_only=True)
class QualityBetweenTowns(ZoneRule):
    r"""遵循义务教育免试就近入学、优质教育资源均衡分布等原则，合理划分联区、学区范围。

    With :math:`q_s` the zone's quality index in tenths of a point, :math:`\bar q` the mean over all
    zones by seats and t a town: :math:`|\sum_{v \in t} w_v (q_s - \bar q) x_{vs}| \le \epsilon
    \sum_{v \in t} w_v`. Zones without index count as the mean. As a principle or an aim each child
    and point beyond costs `price` (or `weight`), counted in tenths of a point. The rule ties the
    whole county together, so the general solver takes over.

    Parameters
    ----------
    tolerance : float, points of the quality index
    price, weight : float
        Child-metres per child and point.
    """

    name: ClassVar[str] = "quality_between_towns"
    needs: ClassVar[tuple[str, ...]] = ("schools.quality", "schools.seats_primary")

    tolerance: float = 5.0
    price: float = 200.0

    def parts(self, view: ZoneView) -> Iterator[Condition]:
        """Hold each town's sum of children x (quality - mean) near zero, or price the rest."""
        price = 0 if self.elastic is None else max(round(self.elastic / FINE), 1)
        index = np.rint(FINE * np.nan_to_num(view.quality, nan=0.0))
        known = np.isfinite(view.quality)
        weight = np.where(known, view.seats, 0)
        mean = round(float((weight * index).sum()) / max(float(weight.sum()), 1.0))
        off = np.where(known, index - mean, 0).astype(np.int64)
        for town in np.unique(view.town):
            inside = view.town == town
            most = int(self.tolerance * FINE * int(view.children[inside].sum()) + 1e-6)
            weights = np.where(inside[view.arc_village], view.arc_children * off[view.arc_zone], 0)
            yield Condition(
                self.name, str(view.county.towns.index[town]), weights, -most, most, price
            )

    def judge(self, county: County, plan: ZonePlan, stage: str) -> Iterator[Finding]:
        """Take the mean index that each town's children receive."""
        index = zone_quality(county, plan, stage)
        tenths = (index * FINE).round()
        seats = county.schools[f"seats_{stage}"].fillna(0)
        groups = {lead: plan.members(str(lead)) for lead in index.index}
        room = index.index.map(lambda lead: float(seats[list(groups[lead])].sum()))
        rated = index.notna().to_numpy()
        total = float(np.asarray(room)[rated].sum())
        weighted = float((np.asarray(room)[rated] * tenths.to_numpy()[rated]).sum())
        mean = round(weighted / max(total, 1.0))
        zone = assigned(county, plan, stage)
        children = county.villages[f"children_{stage}"].fillna(0).astype(float)
        off = zone.map(tenths - mean).fillna(0.0).astype(float) * children
        for town, rows in county.villages.groupby("town"):
            everyone = float(children[rows.index].sum())
            total = float(off[rows.index].sum())
            open_ = bool((zone[rows.index] == "").any())
            yield self.found(
                stage,
                verdict_of(
                    abs(total) <= self.tolerance * FINE * everyone + 1e-6 and not open_,
                    mendable=open_,
                ),
                (str(county.towns["name"].get(town, town)),),
                (mean + total / max(everyone, 1.0)) / FINE,
                self.tolerance,
                off=round(total / max(everyone, 1.0) / FINE, 6) + 0.0,
                beyond=max(abs(total) / FINE - self.tolerance * everyone, 0.0),
            )
