"""优质教育资源均衡分布：让儿童就读的学校好一些。"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from districting.county import County
from districting.model.zone_view import ZoneView
from districting.model.zone_words import ArcPrice
from districting.plan.zone_plan import ZonePlan
from districting.policy.rule import Finding, Strength
from districting.policy.zones.base import ZoneRule, assigned, sharing

TOP = 100.0
"""Best value of the quality index, points."""


@dataclass(frozen=True, kw_only=True)
class QualityReceived(ZoneRule):
    r"""遵循义务教育免试就近入学、优质教育资源均衡分布等原则，合理划分联区、学区范围。

    Minimise :math:`\sum_v w_v (100 - q_s) x_{vs}` with :math:`q_s` the zone's quality index, a mean
    of its schools by seats; a school without index counts as the mean of those that have one. The
    index is made from resources; pupils' marks are never read.

    Parameters
    ----------
    weight : float
        Child-metres per child and point: how much further a child should go for a better school.
    """

    name: ClassVar[str] = "quality_received"
    needs: ClassVar[tuple[str, ...]] = ("schools.quality",)

    def __post_init__(self) -> None:
        super().__post_init__()
        self.refuse_strength(Strength.AIM)

    def parts(self, view: ZoneView) -> Iterator[ArcPrice]:
        """Price what each zone lacks of the best index."""
        known = np.isfinite(view.quality)
        mean = view.quality[known].mean() if known.any() else TOP
        lacking = TOP - np.where(known, view.quality, mean)
        yield ArcPrice(self.name, self.weight, view.arc_children * lacking[view.arc_zone])

    def judge(self, county: County, plan: ZonePlan, stage: str) -> Iterator[Finding]:
        """Take the mean index that children receive, and the town where it is lowest."""
        quality = zone_quality(county, plan, stage)
        filled = quality.fillna(quality.mean() if quality.notna().any() else TOP)
        children = county.villages[f"children_{stage}"].fillna(0).astype(float)
        received = assigned(county, plan, stage).map(filled).astype(float)
        known = received.notna() & (children > 0)
        points = (children * received)[known]
        by = county.villages["town"][known]
        towns = points.groupby(by).sum() / children[known].groupby(by).sum()
        lowest = str(county.towns["name"].get(towns.idxmin(), "")) if len(towns) else "—"
        yield self.measured(
            county,
            plan,
            stage,
            float(points.sum() / max(children[known].sum(), 1.0)),
            town=lowest,
            least=float(towns.min()) if len(towns) else float("nan"),
            lacking=float((children * (TOP - received))[known].sum()),
        )


def zone_quality(county: County, plan: ZonePlan, stage: str) -> pd.Series:
    """Return the quality index of each zone by leading school; NaN where no school has one."""
    index = county.schools["quality"].astype(float).dropna().to_dict()
    seats = county.schools[f"seats_{stage}"].fillna(0).clip(lower=1).astype(float).to_dict()
    found = {}
    for lead, schools in sharing(plan, county, stage).items():
        known = [s for s in schools if s in index]
        weight = sum(seats[s] for s in known)
        found[lead] = sum(seats[s] * index[s] for s in known) / weight if known else np.nan
    return pd.Series(found, dtype=float)
