"""遵循义务教育免试就近入学……合理划分联区、学区范围：学区成片相连。"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import networkx as nx

from districting.county import County
from districting.graph import adjacency_graph
from districting.model.district_view import DistrictView
from districting.model.partition import Contiguous
from districting.plan.district_plan import DistrictPlan
from districting.policy.districts.tables import complete, verdict_of, village_table
from districting.policy.rule import DistrictRule, Finding


@dataclass(frozen=True, kw_only=True)
class Contiguity(DistrictRule):
    r"""遵循义务教育免试就近入学、优质教育资源均衡分布等原则，合理划分联区、学区范围。

    The villages of a district, with the borders (and listed bridges and ferries) between them, form
    a connected graph. The sentence does not say so in words; it is how the toolkit reads 划分范围.
    """

    name: ClassVar[str] = "contiguous"

    def constrain(self, view: DistrictView) -> Iterator[Contiguous]:
        """Keep every district in one piece."""
        yield Contiguous(self.name)

    def check(self, county: County, plan: DistrictPlan) -> Iterator[Finding]:
        """Search each district's part of the border graph."""
        villages = village_table(county, plan)
        graph, whole = adjacency_graph(county), complete(county, plan)
        for district, rows in villages[villages["district"] != ""].groupby("district"):
            parts = list(nx.connected_components(graph.subgraph(rows.index)))
            parts.sort(key=lambda p: (-len(p), min(p)))
            loose = sorted(villages["name"].get(v, v) for part in parts[1:] for v in part)
            yield Finding(
                self.name,
                verdict_of(len(parts) == 1, mendable=not whole),
                (str(district),),
                float(len(parts)),
                1.0,
                details={"villages": "、".join(loose[:8]) + ("……" if len(loose) > 8 else "")},
            )
