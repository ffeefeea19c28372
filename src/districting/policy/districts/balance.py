"""均衡配置教育资源：各学区规模相近。"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from districting.county import County
from districting.errors import PolicyError
from districting.model.district_view import DistrictView
from districting.model.partition import Band, Deviation, Floats
from districting.plan.district_plan import DistrictPlan
from districting.policy.districts.tables import (
    children_of,
    complete,
    district_names,
    numbers,
    rounding,
    school_table,
    verdict_of,
    village_table,
)
from districting.policy.districts.words import need_words
from districting.policy.rule import DistrictRule, Finding, Strength
from districting.terms import say

MEASURES = ("children", "institutions", "pupils", "teachers")
SCOPES = ("town", "county")
COMPULSORY = ("primary", "junior")


@dataclass(frozen=True, kw_only=True)
class Balance(DistrictRule):
    r"""合理规划学区布局，均衡配置教育资源，适度控制发展规模。

    The target :math:`\tau` of a district is the town's (or county's) total of the measure w divided
    by the number of its districts. As an aim: minimise
    :math:`\sum_j |\sum_u w_u x_{uj} - \tau_j|`. As a must or principle:
    :math:`(1-\epsilon)\tau_j \le \sum_u w_u x_{uj} \le (1+\epsilon)\tau_j`; within towns this is
    written in shares :math:`w_u / \tau_{t(u)}`, so that one band serves all towns.

    Parameters
    ----------
    measure : {"children", "institutions", "pupils", "teachers"}
        Children of primary and junior age living there; town-run schools; their pupils; their
        teachers.
    scope : {"town", "county"}
        Between the districts of one town, or of the whole county.
    tolerance : float, share of the target
        For a must or principle. Set by the bureau.
    weight : float, child-metres per child / institution / pupil / teacher off the target
    price : float, child-metres for missing the band by the whole target
    """

    name: ClassVar[str] = "balance"
    needs: ClassVar[tuple[str, ...]] = ("villages.children_primary", "villages.children_junior")

    measure: str = "children"
    scope: str = "town"
    tolerance: float = 0.1

    def __post_init__(self) -> None:
        need_words(self, MEASURES, self.measure)
        need_words(self, SCOPES, self.scope)
        if not 0 <= self.tolerance < 1:
            raise PolicyError(say("policy.bad_range", rule=self.name, low=0, high=1))

    @property
    def counted(self) -> str:
        """Sum of deviations from the targets."""
        return "off" if self.strength is Strength.AIM else ""

    def constrain(self, view: DistrictView) -> Iterator[Band | Deviation]:
        """Draw each district towards its target, or hold it near."""
        weights = {
            "children": view.schooling(COMPULSORY),
            "institutions": view.institutions,
            "pupils": view.pupils,
            "teachers": view.teachers,
        }[self.measure]
        targets = self._targets(view, weights)
        if self.strength is Strength.AIM:
            yield Deviation(self.name, self.measure, self.measure, self.weight, weights, targets)
            return
        low, high = 1 - self.tolerance, 1 + self.tolerance
        if self.scope == "county":
            goal = float(targets[0])
            price = None if self.elastic is None else self.elastic / max(goal, 1.0)
            bounds = (low * goal, high * goal)
            yield Band(self.name, self.measure, weights, *bounds, self.measure, price)
            return
        empty = view.town_sums(weights)[view.town] == 0
        size = np.bincount(view.town, minlength=len(view.towns))[view.town]
        shares = np.where(empty, 1.0 / size, weights / np.where(empty, 1.0, targets))
        yield Band(self.name, self.measure, shares, low, high, "share of target", self.elastic)

    def misfits(self, county: County) -> Iterator[str]:
        """Ask for the column of teachers where they are to be balanced."""
        if self.measure == "teachers" and "teachers" not in county.schools:
            place = {"rule": self.title, "table": "schools", "column": "teachers"}
            yield say("policy.missing_column", **place)

    def _targets(self, view: DistrictView, weights: Floats) -> Floats:
        """Return the target of the district that holds each village.

        Raises
        ------
        PolicyError
            If the policy does not fix the number of districts that the total is divided by.
        """
        if self.scope == "county":
            if view.total is None:
                raise PolicyError(say("policy.no_total", rule=self.name))
            return np.full(view.n, float(weights.sum()) / view.total)
        if view.district_counts is None:
            raise PolicyError(say("policy.no_counts", rule=self.name))
        totals = view.town_sums(weights) / np.maximum(view.district_counts, 1)
        return np.asarray(totals[view.town], dtype=float)

    def check(self, county: County, plan: DistrictPlan) -> Iterator[Finding]:
        """Compare each district with the mean over the districts of its town or county."""
        sums, group = self._sums(county, plan), self._groups(county, plan)
        whole, aim = complete(county, plan), self.strength is Strength.AIM
        for word, number in sums.items():
            district = str(word)
            peers = [d for d in sums.index if group[d] == group[district]]
            target = float(sums[peers].sum()) / len(peers)
            slack = self.tolerance * target + rounding(target)
            holds = aim or abs(number - target) <= slack
            yield Finding(
                self.name,
                verdict_of(holds, mendable=not whole),
                (district,),
                float(number),
                target,
                say(f"rule.balance.{self.measure}"),
                {
                    "message": "measured" if aim and whole else str(verdict_of(holds, not whole)),
                    "percent": round(100.0 * (number / target - 1), 6) + 0.0 if target else 0.0,
                    "tolerance": 100.0 * self.tolerance,
                    "off": abs(float(number) - target),
                },
            )

    def _sums(self, county: County, plan: DistrictPlan) -> pd.Series:
        if self.measure == "children":
            villages = village_table(county, plan)
            value = children_of(villages, COMPULSORY)
            total = value.groupby(villages["district"]).sum()
        else:
            schools = school_table(county, plan)
            count = schools["all_pupils"] * 0.0 + 1.0
            if self.measure != "institutions":
                column = "all_pupils" if self.measure == "pupils" else "teachers"
                count = numbers(schools, column)
            total = count.groupby(schools["district"]).sum()
        return total.reindex(district_names(plan), fill_value=0).astype(float)

    def _groups(self, county: County, plan: DistrictPlan) -> dict[str, object]:
        """Return what each district is compared within: its set of towns, or the county."""
        villages = village_table(county, plan)
        if self.scope == "county":
            return dict.fromkeys(district_names(plan), county.code)
        return {
            d: frozenset(villages.loc[villages["district"] == d, "town"])
            for d in district_names(plan)
        }
