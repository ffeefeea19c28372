"""工具条件（就近）：各村到学区驻地的路程短。"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from districting.county import TEACHES, County
from districting.graph import village_distances
from districting.model.district_view import DistrictView
from districting.model.partition import AssignCost
from districting.plan.district_plan import DistrictPlan
from districting.policy.districts.tables import children_of, complete, verdict_of, village_table
from districting.policy.rule import DistrictRule, Finding

COMPULSORY = ("primary", "junior")


@dataclass(frozen=True, kw_only=True)
class SeatTravel(DistrictRule):
    r"""遵循义务教育免试就近入学……等原则，合理划分联区、学区范围。

    With :math:`d_{uj}` the metres by road from village u to seat candidate j and :math:`c_u` its
    children of primary and junior age: minimise :math:`\sum_u \sum_j c_u d_{uj} x_{uj}`. A village
    that no road joins to j cannot belong to a district seated there. This keeps districts compact
    around a school village and is the measure that all other weights are expressed in.

    Parameters
    ----------
    limit : float, m
        Longest mean way of a district's children to its seat, for a pass; negative for no limit.
    weight : float, objective units per child-metre
    """

    name: ClassVar[str] = "seat_travel"
    needs: ClassVar[tuple[str, ...]] = ("villages.children_primary", "roads.metres")

    limit: float = -1.0

    def constrain(self, view: DistrictView) -> Iterator[AssignCost]:
        """Weigh the way to the seat by the children."""
        children = view.schooling(COMPULSORY)[:, None]
        cost = np.where(np.isfinite(view.distance), children, 1.0) * view.distance
        yield AssignCost(self.name, "child-metres", self.weight, cost)

    def check(self, county: County, plan: DistrictPlan) -> Iterator[Finding]:
        """Measure the way to the seat the plan names, else to the best-placed school village."""
        villages, whole = village_table(county, plan), complete(county, plan)
        children = children_of(villages, COMPULSORY)
        for district, rows in villages[villages["district"] != ""].groupby("district"):
            seat, total = _seat_and_way(county, plan, str(district), children[rows.index])
            mean = total / max(float(children[rows.index].sum()), 1.0)
            holds = np.isfinite(total) and (self.limit < 0 or mean <= self.limit)
            verdict = verdict_of(bool(holds), mendable=not whole)
            yield Finding(
                self.name,
                verdict,
                (str(district),),
                mean,
                self.limit if self.limit >= 0 else None,
                "m",
                {
                    "message": "measured" if holds and self.limit < 0 else str(verdict),
                    "seat": str(villages["name"].get(seat, "—")),
                    "child_metres": total,
                },
            )


def _seat_and_way(
    county: County, plan: DistrictPlan, district: str, children: pd.Series
) -> tuple[str, float]:
    """Return a district's seat and the child-metres of its villages to it."""
    named = str(plan.districts["seat"].get(district, "") or "")
    seats = [named] if named else _school_villages(county, children.index)
    at = county.villages.index.get_indexer(seats)
    rows = county.villages.index.get_indexer(children.index)
    ways = village_distances(county, at)[rows]
    people = children.to_numpy(dtype=float)[:, None]
    empty = np.where(np.isfinite(ways), 0.0, np.inf)
    totals = np.multiply(people, ways, out=empty, where=people > 0).sum(axis=0)
    best = int(np.argmin(totals))
    return seats[best], float(totals[best])


def _school_villages(county: County, inside: pd.Index) -> list[str]:
    """Return the villages of a district with a town-run compulsory school, else any of them."""
    kinds = {k for stage in COMPULSORY for k in TEACHES[stage]}
    schools = county.district_schools()
    hosts = set(schools.loc[schools["kind"].isin(kinds), "village"]) & set(inside)
    return sorted(hosts) or sorted(inside)
