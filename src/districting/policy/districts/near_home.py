"""遵循义务教育免试就近入学……原则；保障适龄儿童少年就近对口入学。"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from districting.county import TEACHES, County
from districting.graph import village_distances
from districting.graph.remembered import remembered
from districting.model.district_view import DistrictView
from districting.model.partition import Aim, AimLimit, PairCut
from districting.plan.district_plan import DistrictPlan
from districting.policy.districts.bound import held, need_limit
from districting.policy.districts.tables import complete, numbers, verdict_of, village_table
from districting.policy.districts.words import need_words
from districting.policy.rule import DistrictRule, Finding, Strength
from districting.terms import say

STAGES = ("primary", "junior")
COSTS = ("children", "metres")


@remembered
def _ways(county: County, hosts: tuple[str, ...]) -> pd.DataFrame:
    """Return metres by road from every village to the villages of schools."""
    at = county.villages.index.get_indexer(hosts)
    return pd.DataFrame(village_distances(county, at), county.villages.index, hosts)


@dataclass(frozen=True, kw_only=True)
class NearHome(DistrictRule):
    r"""遵循义务教育免试就近入学、优质教育资源均衡分布等原则，合理划分联区、学区范围。

    With :math:`p(u)` the village of the town-run school nearest to village u by road, minimise over
    stages the sum of :math:`c_u` over the u that lie in another district than :math:`p(u)`. The
    cost :math:`c_u` is the children of the stage, times the further metres to the nearest school
    in yet another village when `cost` is ``"metres"`` (a lower bound on their detour).

    Parameters
    ----------
    stages : tuple of {"primary", "junior"}
    cost : {"children", "metres"}
    further_max : float, m
        The detour counts at most this much; also where there is no second school.
    limit : float, children
        Most children of a stage cut off, for a pass; negative for no limit. A must needs one.
    weight : float
        Child-metres per child (``"children"``) or per child-metre (``"metres"``).
    """

    name: ClassVar[str] = "near_home"
    needs: ClassVar[tuple[str, ...]] = ("villages.children_primary", "roads.metres")

    stages: tuple[str, ...] = ("primary",)
    cost: str = "children"
    further_max: float = 10_000.0
    limit: float = -1.0

    def __post_init__(self) -> None:
        need_words(self, STAGES, *self.stages)
        need_words(self, COSTS, self.cost)
        need_limit(self, self.limit)

    @property
    def counted(self) -> str:
        """Children cut off, or how much further they have to go."""
        return "child_metres" if self.cost == "metres" else "number"

    def constrain(self, view: DistrictView) -> Iterator[Aim | AimLimit]:
        """Price the cut between each village and its nearest school's village."""
        for stage in self.stages:
            pairs, metres, further = view.nearest_pairs(stage)
            cost = view.children[stage][pairs[:, 0]]
            unit = "children"
            if self.cost == "metres" and self.strength is not Strength.MUST:
                cost = cost * np.minimum(further - metres, self.further_max)
                unit = "child-metres"
            aim = PairCut(self.name, unit, self.weight, pairs, cost)
            yield from held(self, stage, aim, self.limit)

    def check(self, county: County, plan: DistrictPlan) -> Iterator[Finding]:
        """Find each village's nearest school anew and count the children cut off from it."""
        villages, whole = village_table(county, plan), complete(county, plan)
        for stage in self.stages:
            kinds = TEACHES[stage]
            town_run = county.schools[county.schools["run_by"] == "town"]
            hosts = sorted(set(town_run.loc[town_run["kind"].isin(kinds), "village"]))
            children = numbers(villages, f"children_{stage}")
            cut, detour = self._cut(county, villages, hosts)
            number = float(children[cut].sum())
            holds = self.limit < 0 or number <= self.limit
            verdict = verdict_of(holds and whole, mendable=not whole)
            yield Finding(
                self.name,
                verdict,
                (county.name,),
                number,
                self.limit if self.limit >= 0 else None,
                "children",
                {
                    "message": "measured" if self.limit < 0 and whole else str(verdict),
                    "stage": say(f"terms.{stage}"),
                    "share": 100.0 * number / max(float(children.sum()), 1.0),
                    "child_metres": float((children[cut] * detour[cut]).sum()),
                },
            )

    def _cut(
        self, county: County, villages: pd.DataFrame, hosts: list[str]
    ) -> tuple[pd.Index, pd.Series]:
        """Return the villages outside the district of their nearest host, and everyone's detour."""
        way = _ways(county, tuple(hosts))
        if way.empty:
            return villages.index[:0], pd.Series(0.0, index=villages.index)
        ranked = np.sort(way.to_numpy(), axis=1)
        second = ranked[:, 1] if len(hosts) > 1 else np.full(len(way), np.inf)
        reached = np.isfinite(ranked[:, 0]) & ~way.index.isin(hosts)
        nearest = way.idxmin(axis=1)
        apart = villages["district"].to_numpy() != villages["district"].reindex(nearest).to_numpy()
        with np.errstate(invalid="ignore"):
            detour = np.minimum(second - ranked[:, 0], self.further_max)
        return way.index[reached & apart], pd.Series(np.nan_to_num(detour), index=way.index)
