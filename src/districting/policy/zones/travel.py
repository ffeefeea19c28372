"""遵循义务教育免试就近入学……原则：上学路程之和最短。"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from districting.county import County
from districting.model.zone_view import ZoneView
from districting.model.zone_words import ArcPrice
from districting.plan.zone_plan import ZonePlan
from districting.policy.rule import Finding, Strength
from districting.policy.zones.base import ZoneRule, ways


@dataclass(frozen=True, kw_only=True)
class Travel(ZoneRule):
    r"""遵循义务教育免试就近入学、优质教育资源均衡分布等原则，合理划分联区、学区范围。

    Minimise the sum of :math:`w_v d_{vs}` over villages v with :math:`w_v` children and their zones
    s, :math:`d` in whole metres by road.

    Parameters
    ----------
    weight : float
        Child-metres per child-metre.
    """

    name: ClassVar[str] = "travel"
    needs: ClassVar[tuple[str, ...]] = ("villages.children_primary", "roads.metres")

    def __post_init__(self) -> None:
        super().__post_init__()
        self.refuse_strength(Strength.AIM)

    def parts(self, view: ZoneView) -> Iterator[ArcPrice]:
        """Price every arc by the way of its children."""
        yield ArcPrice(self.name, self.weight, view.arc_children * view.metres)

    def judge(self, county: County, plan: ZonePlan, stage: str) -> Iterator[Finding]:
        """Add up the ways anew."""
        table = ways(county, plan, stage)
        known = table[np.isfinite(table["metres"])]
        total = float((known["children"] * known["metres"]).sum())
        mean = total / max(float(known["children"].sum()), 1.0)
        yield self.measured(county, plan, stage, mean, child_metres=total)
