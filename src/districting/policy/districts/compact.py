"""合理规划学区布局：学区形状紧凑，少切断相邻村居。"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from districting.county import County
from districting.graph import adjacency_graph
from districting.model.district_view import DistrictView
from districting.model.partition import Aim, AimLimit, AssignCost, PairCut
from districting.plan.district_plan import DistrictPlan
from districting.policy.districts.bound import held, need_limit
from districting.policy.districts.tables import complete, rounding, verdict_of
from districting.policy.districts.words import need_words
from districting.policy.rule import DistrictRule, Finding
from districting.terms import say

MEASURES = {"cut_pairs": "neighbour pairs", "border": "m", "inertia": "km4"}


@dataclass(frozen=True, kw_only=True)
class Compact(DistrictRule):
    r"""合理规划学区布局。

    Minimise, or hold below `limit`, one of: the number of neighbouring villages
    :math:`\{u, v\} \in E` in different districts (cut pairs: a compact layout cuts few, one with
    tongues and bays many); the length of the borders between districts; the moment of inertia
    :math:`\sum_u \sum_j a_u r_{uj}^2 x_{uj}`, with :math:`a_u` the area of village u and
    :math:`r_{uj}` its straight way to the seat.

    Parameters
    ----------
    measure : {"cut_pairs", "border", "inertia"}
        Pairs, metres, or square kilometres times square kilometres.
    limit : float, in the measure's unit
        Most for a pass, over all districts; negative for no limit. A must needs one.
    weight : float, child-metres per unit of the measure
    """

    name: ClassVar[str] = "compact"

    measure: str = "cut_pairs"
    limit: float = -1.0

    def __post_init__(self) -> None:
        need_words(self, MEASURES, self.measure)
        need_limit(self, self.limit)

    @property
    def counted(self) -> str:
        """Pairs, metres or moment of inertia."""
        return "number"

    def constrain(self, view: DistrictView) -> Iterator[Aim | AimLimit]:
        """Price cut neighbour pairs or borders, or far-off area, or bound their sum."""
        unit = MEASURES[self.measure]
        aim: Aim
        if self.measure == "inertia":
            aim = AssignCost(self.name, unit, self.weight, view.inertia)
        else:
            border = self.measure == "border"
            cost = view.border if border else np.ones(len(view.edges))
            aim = PairCut(self.name, unit, self.weight, view.edges, cost)
        yield from held(self, self.measure, aim, self.limit)

    def check(self, county: County, plan: DistrictPlan) -> Iterator[Finding]:
        """Measure anew: on the neighbour graph, or from areas and positions."""
        whole = complete(county, plan)
        if self.measure == "inertia":
            number = _inertia(county, plan)
        else:
            of = plan.villages.to_dict()
            number = sum(
                float(data["border"]) if self.measure == "border" else 1.0
                for a, b, data in adjacency_graph(county).edges(data=True)
                if of.get(a, "") != of.get(b, "")
            )
        holds = self.limit < 0 or number <= self.limit + rounding(number)
        verdict = verdict_of(whole and holds, mendable=not whole)
        yield Finding(
            self.name,
            verdict,
            (county.name,),
            float(number),
            self.limit if self.limit >= 0 else None,
            MEASURES[self.measure],
            {
                "message": "measured" if self.limit < 0 and whole else str(verdict),
                "what": say(f"rule.compact.{self.measure}"),
            },
        )


def _inertia(county: County, plan: DistrictPlan) -> float:
    """Return the area-weighted square way to each district's seat, or to its centre of area."""
    villages = county.villages
    total = 0.0
    for district in set(plan.villages) - {""}:
        inside = plan.villages.index[plan.villages == district]
        own = villages.loc[villages.index.intersection(inside)]
        area = own.geometry.area / 1e6
        seat = str(plan.districts["seat"].get(district, "") or "")
        if seat in villages.index:
            x, y = float(villages["x"][seat]), float(villages["y"][seat])
        else:
            x, y = ((own[c] * area).sum() / area.sum() for c in ("x", "y"))
        square = ((own["x"] - x) ** 2 + (own["y"] - y) ** 2) / 1e6
        total += float((area * square).sum())
    return total
