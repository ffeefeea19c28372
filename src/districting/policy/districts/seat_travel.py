"""工具条件（就近）：各村到学区驻地的路程短。"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from districting.county import STAGES, TEACHES, County
from districting.graph import village_distances
from districting.model.district_view import DistrictView
from districting.model.partition import (
    Aim,
    AimLimit,
    AssignCost,
    Constraint,
    Floats,
    Priced,
)
from districting.plan.district_plan import DistrictPlan
from districting.policy.districts.bound import need_limit
from districting.policy.districts.tables import (
    children_of,
    complete,
    rounding,
    verdict_of,
    village_table,
)
from districting.policy.districts.words import need_words
from districting.policy.rule import DistrictRule, Finding, Strength

COMPULSORY = ("primary", "junior")


@dataclass(frozen=True, kw_only=True)
class SeatTravel(DistrictRule):
    r"""遵循义务教育免试就近入学……等原则，合理划分联区、学区范围。

    With :math:`d_{uj}` the metres by road from village u to seat candidate j and :math:`c_u` its
    children of `stages`: minimise :math:`\sum_u \sum_j c_u d_{uj} x_{uj}`. A village
    that no road joins to j cannot belong to a district seated there. This keeps districts compact
    around a school village and is the measure that all other weights are expressed in.

    With seats at junior schools only (``[policy] seats``) and `stages` ``["junior"]`` it is the way
    to the district's own junior school.

    Parameters
    ----------
    stages : tuple of {"preschool", "primary", "junior"}
    furthest : float, m
        Negative for no limit. As a must or an aim, no village lies further from the seat, which is
        all that a must asks for; as a principle each child who does costs `price`.
    limit : float, m
        Longest mean way of a district's children to its seat, for a pass; negative for no limit.
    mean : float, m
        The mean way of all children to their districts' seats is at most this, whatever the
        strength; negative for no bound. A must needs `furthest` or `mean`.
    weight : float, objective units per child-metre
    price : float, objective units per child beyond `furthest`
    """

    name: ClassVar[str] = "seat_travel"
    needs: ClassVar[tuple[str, ...]] = ("villages.children_primary", "roads.metres")

    stages: tuple[str, ...] = COMPULSORY
    furthest: float = -1.0
    limit: float = -1.0
    mean: float = -1.0

    def __post_init__(self) -> None:
        need_words(self, STAGES, *self.stages)
        need_limit(self, max(self.furthest, self.mean))

    @property
    def counted(self) -> str:
        """Child-metres to the seats."""
        return "child_metres"

    def amount(self, county: County, plan: DistrictPlan) -> float:
        """Return the mean way of a child to its district's seat, metres."""
        found = self.check(county, plan)
        way = sum(f.details["child_metres"] for f in found if f.place != (county.name,))
        children = children_of(village_table(county, plan), self.stages)
        return float(way / max(float(children.sum()), 1.0))

    def amounts(self, view: DistrictView, parts: Iterable[Constraint | Aim]) -> Iterator[Priced]:
        """Yield the way as a mean of the children, metres."""
        children = max(float(view.schooling(self.stages).sum()), 1.0)
        for part in parts:
            if isinstance(part, AssignCost) and part.unit == "child-metres":
                # Where none may live has no way; that is barred elsewhere.
                metres = np.where(np.isfinite(part.cost), part.cost, 0.0)
                yield AssignCost(self.name, "m", 1.0 / children, metres)

    def constrain(self, view: DistrictView) -> Iterator[AssignCost | AimLimit]:
        """Weigh the way to the seat by the children, and hold its mean."""
        children = view.schooling(self.stages)[:, None]
        near = np.isfinite(view.distance)
        if self.furthest >= 0 and self.strength is Strength.PRINCIPLE:
            beyond = near & (view.distance > self.furthest)
            yield AssignCost(self.name, "children beyond", self.price, children * beyond)
        elif self.furthest >= 0:
            near &= view.distance <= self.furthest
        cost = np.where(near, children * np.where(near, view.distance, 0.0), np.inf)
        if self.strength is Strength.MUST:
            cost = np.where(near, 0.0, np.inf)
        yield AssignCost(self.name, "child-metres", self.weight, cost)
        if self.mean >= 0:
            metres = children * np.where(near, view.distance, 0.0)
            way = AssignCost(self.name, "child-metres", 1.0, metres)
            yield AimLimit(self.name, "mean", (way,), self.mean * float(children.sum()))

    def check(self, county: County, plan: DistrictPlan) -> Iterator[Finding]:
        """Measure the way to the seat the plan names, else to the best-placed school village."""
        villages, whole = village_table(county, plan), complete(county, plan)
        children = children_of(villages, self.stages)
        walked = 0.0
        for district, rows in villages[villages["district"] != ""].groupby("district"):
            living = children[rows.index]
            seat, total, ways = _seat_and_ways(county, plan, str(district), living)
            walked += total
            mean = total / max(float(living.sum()), 1.0)
            holds = np.isfinite(total) and (self.limit < 0 or mean <= self.limit)
            far = (ways > self.furthest) if self.furthest >= 0 else np.zeros(len(ways), bool)
            priced = self.strength is Strength.PRINCIPLE
            beyond = float(living[far].sum())
            broken = beyond > 0 if priced else bool(far.any())
            holds = holds and not broken
            verdict = verdict_of(bool(holds), mendable=not whole)
            yield Finding(
                self.name,
                verdict,
                (str(district),),
                mean,
                self.limit if self.limit >= 0 else None,
                "m",
                {
                    "message": self._message(bool(holds), broken, str(verdict)),
                    "furthest": float(ways.max()),
                    "beyond": beyond,
                    "most": self.furthest,
                    "seat": str(villages["name"].get(seat, "—")),
                    "child_metres": total,
                },
            )

        if self.mean >= 0:
            yield self._mean_finding(county, walked, float(children.sum()), whole)

    def _mean_finding(self, county: County, walked: float, children: float, whole: bool) -> Finding:
        """Hold the county's mean way against its bound."""
        mean = walked / max(children, 1.0)
        holds = bool(mean <= self.mean + rounding(mean))
        verdict = verdict_of(whole and holds, mendable=not whole)
        details = {"message": f"mean_{verdict}", "child_metres": walked}
        return Finding(self.name, verdict, (county.name,), mean, self.mean, "m", details)

    def _message(self, holds: bool, broken: bool, verdict: str) -> str:
        if broken:
            return "priced" if self.strength is Strength.PRINCIPLE else "beyond"
        return "measured" if holds and self.limit < 0 else verdict


def _seat_and_ways(
    county: County, plan: DistrictPlan, district: str, children: pd.Series
) -> tuple[str, float, Floats]:
    """Return a district's seat, the child-metres of its villages to it, and each one's way."""
    named = str(plan.districts["seat"].get(district, "") or "")
    seats = [named] if named else _school_villages(county, children.index)
    at = county.villages.index.get_indexer(seats)
    rows = county.villages.index.get_indexer(children.index)
    ways = village_distances(county, at)[rows]
    people = children.to_numpy(dtype=float)[:, None]
    empty = np.where(np.isfinite(ways), 0.0, np.inf)
    totals = np.multiply(people, ways, out=empty, where=people > 0).sum(axis=0)
    best = int(np.argmin(totals))
    return seats[best], float(totals[best]), ways[:, best]


def _school_villages(county: County, inside: pd.Index) -> list[str]:
    """Return the villages of a district with a town-run compulsory school, else any of them."""
    kinds = {k for stage in COMPULSORY for k in TEACHES[stage]}
    schools = county.district_schools()
    hosts = set(schools.loc[schools["kind"].isin(kinds), "village"]) & set(inside)
    return sorted(hosts) or sorted(inside)
