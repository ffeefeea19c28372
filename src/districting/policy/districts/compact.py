"""合理规划学区布局：学区形状紧凑，少切断相邻村居。"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from districting.county import County
from districting.graph import adjacency_graph
from districting.model.district_view import DistrictView
from districting.model.partition import PairCut
from districting.plan.district_plan import DistrictPlan
from districting.policy.districts.tables import complete, verdict_of
from districting.policy.rule import DistrictRule, Finding


@dataclass(frozen=True, kw_only=True)
class Compact(DistrictRule):
    r"""合理规划学区布局。

    Minimise the number of neighbouring villages :math:`\{u, v\} \in E` that lie in different
    districts (cut edges): a compact layout cuts few, one with tongues and bays cuts many.

    Parameters
    ----------
    limit : float, pairs
        Most cut pairs for a pass; negative for no limit.
    weight : float, child-metres per cut pair
    """

    name: ClassVar[str] = "compact"

    limit: float = -1.0

    def constrain(self, view: DistrictView) -> Iterator[PairCut]:
        """Price every cut neighbour pair alike."""
        yield PairCut(
            self.name, "neighbour pairs", self.weight, view.edges, np.ones(len(view.edges))
        )

    def check(self, county: County, plan: DistrictPlan) -> Iterator[Finding]:
        """Count the cut edges of the neighbour graph."""
        whole = complete(county, plan)
        of = plan.villages.to_dict()
        number = sum(of.get(a, "") != of.get(b, "") for a, b in adjacency_graph(county).edges)
        verdict = verdict_of(whole and (self.limit < 0 or number <= self.limit), mendable=not whole)
        yield Finding(
            self.name,
            verdict,
            (county.name,),
            float(number),
            self.limit if self.limit >= 0 else None,
            "neighbour pairs",
            {"message": "measured" if self.limit < 0 and whole else str(verdict)},
        )
