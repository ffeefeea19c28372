"""相邻两个学区设一个联区。"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import networkx as nx
import numpy as np

from districting.county import County
from districting.graph import adjacency, village_distances
from districting.model.district_view import DistrictView
from districting.model.partition import Constraint, Floats, Ints
from districting.plan.district_plan import DistrictPlan
from districting.policy.districts.tables import complete, district_names, verdict_of
from districting.policy.districts.words import need_words
from districting.policy.rule import DistrictRule, Finding, Strength


@dataclass(frozen=True, kw_only=True)
class PairedUnions(DistrictRule):
    r"""原则上相邻两个学区设一个联区，不能成对的学区单设。

    For layouts across towns, where no town says which two districts form a union. A second stage on
    the districts found: disjoint pairs M of districts that border each other minimise
    :math:`\sum_{ab \in M} w D_{ab} + p\,|\{a \notin M\}|`, with :math:`D_{ab}` the way between
    their seats. The layout itself is not asked for anything.

    Parameters
    ----------
    weight : float, objective units per metre between the seats
    price : float, objective units per district left alone
    """

    name: ClassVar[str] = "paired_unions"
    needs: ClassVar[tuple[str, ...]] = ("roads.metres",)

    def __post_init__(self) -> None:
        need_words(self, (Strength.PRINCIPLE,), self.strength)

    def constrain(self, view: DistrictView) -> Iterator[Constraint]:
        """Ask nothing of the layout."""
        yield from ()

    def prices(self, county: County, labels: Ints, seats: Ints) -> tuple[Floats, Floats]:
        """Return the price of every union of two districts, and of every district alone.

        Parameters
        ----------
        labels : int array, shape (n,)
            District of each village, in county order.
        seats : int array, shape (K,)
            Village position of each district's seat.

        Returns
        -------
        pairs : float array, shape (K, K)
            Symmetric; infinite where two districts do not border each other.
        alone : float array, shape (K,)
        """
        edges = labels[adjacency(county).edges]
        border = np.zeros((len(seats), len(seats)), bool)
        border[edges[:, 0], edges[:, 1]] = True
        way = village_distances(county, seats)[seats]
        usable = (border | border.T) & np.isfinite(way) & ~np.eye(len(seats), dtype=bool)
        pairs = np.where(usable, self.weight * np.where(usable, way, 0.0), np.inf)
        return np.minimum(pairs, pairs.T), np.full(len(seats), self.price)

    def check(self, county: County, plan: DistrictPlan) -> Iterator[Finding]:
        """Look at each union's districts: two that border each other."""
        whole = complete(county, plan)
        touching = nx.Graph()
        codes, named = county.villages.index, plan.villages
        for u, v in adjacency(county).edges.tolist():
            touching.add_edge(named.get(codes[u], ""), named.get(codes[v], ""))
        union = plan.districts["union"].fillna("")
        for name in district_names(plan):
            mine = str(union.get(name, ""))
            partners = sorted(set(union.index[union == mine]) - {name}) if mine else []
            near = all(touching.has_edge(name, other) for other in partners)
            holds = len(partners) == 1 and near
            message = "pass" if holds else "alone" if not partners else "fail"
            yield Finding(
                self.name,
                verdict_of(holds, mendable=not whole),
                (name,),
                float(len(partners) + 1),
                2.0,
                details={"message": message, "union": mine, "others": "、".join(partners)},
            )
