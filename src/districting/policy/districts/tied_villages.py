"""合理划分联区、学区范围：指定的村居同属一个学区，或分属不同学区。"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import ClassVar

import numpy as np
import pandas as pd

from districting.county import County
from districting.errors import PlanFileError, PolicyError
from districting.model.district_view import DistrictView
from districting.model.partition import Apart, Ints, PairCut, Together
from districting.plan.district_plan import DistrictPlan
from districting.plan.find import find_unit, village_of
from districting.policy.districts.tables import verdict_of
from districting.policy.rule import DistrictRule, Finding, Strength
from districting.terms import say


@dataclass(frozen=True, kw_only=True)
class TiedVillages(DistrictRule):
    r"""合理划分联区、学区范围。

    The places of each list in `together` lie in one district (:math:`x_{uj} = x_{vj}`), those of
    each list in `apart` in as many districts as there are places (:math:`x_{uj} + x_{vj} \le 1`).
    A school stands for its village. As a principle, or an aim, each place that leaves the first of
    its list costs `price` (`weight`); keeping apart has no price and must be a must.

    Parameters
    ----------
    together, apart : tuple of tuples of str
        Villages or schools by name or code, e.g. ``[["侯孟前村", "侯孟后村"]]``.
    price, weight : float, child-metres per place
    """

    name: ClassVar[str] = "tied_villages"

    together: tuple[tuple[str, ...], ...] = ()
    apart: tuple[tuple[str, ...], ...] = ()

    def __post_init__(self) -> None:
        if self.apart and self.strength is not Strength.MUST:
            raise PolicyError(say("policy.only_must", rule=self.name, value="apart"))

    def misfits(self, county: County) -> Iterator[str]:
        """Name the places that the county does not have, or that are ambiguous."""
        for word in dict.fromkeys(w for g in (*self.together, *self.apart) for w in g):
            try:
                find_unit(county, word)
            except PlanFileError as error:
                yield say("policy.bad_place", rule=self.title, fault=error)

    @property
    def counted(self) -> str:
        """Places that left the first of their list."""
        return "left"

    def constrain(self, view: DistrictView) -> Iterator[Together | Apart | PairCut]:
        """Tie or part the villages."""
        groups = [_positions(view, words) for words in self.together]
        ties = _pairs([(g[0], v) for g in groups for v in g[1:]])
        parted = [_positions(view, words) for words in self.apart]
        if len(ties) and self.elastic is None:
            yield Together(self.name, ties)
        elif len(ties):
            yield PairCut(self.name, "villages", self.elastic or 0.0, ties, np.ones(len(ties)))
        if parted:
            yield Apart(self.name, _pairs([p for g in parted for p in combinations(g, 2)]))

    def check(self, county: County, plan: DistrictPlan) -> Iterator[Finding]:
        """Look up the districts of each list."""
        for part, groups in (("together", self.together), ("apart", self.apart)):
            for words in groups:
                of = [str(plan.villages.get(village_of(county, w), "")) for w in words]
                known = [d for d in of if d]
                good = len(set(known)) <= 1 if part == "together" else len(set(known)) == len(known)
                left = sum(d != of[0] for d in of)
                verdict = verdict_of(good and len(known) == len(of), mendable=good)
                districts = "、".join(d or "—" for d in of)
                wanted = say(f"rule.tied_villages.{part}")
                details = {"wanted": wanted, "districts": districts, "left": left}
                yield Finding(self.name, verdict, tuple(words), float(left), details=details)


def _positions(view: DistrictView, words: tuple[str, ...]) -> list[int]:
    codes = [village_of(view.county, w) for w in words]
    positions: list[int] = view.units.get_indexer(pd.Index(codes)).tolist()
    return positions


def _pairs(pairs: list[tuple[int, int]]) -> Ints:
    return np.array(pairs, np.int64).reshape(-1, 2)
