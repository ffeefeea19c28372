"""尊重教师交流意愿。"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from districting.county import County
from districting.model.rotation import ArcCost
from districting.model.rotation_view import RotationView
from districting.plan.rotation_plan import RotationPlan
from districting.policy.rotation.base import RotationRule, checked_range
from districting.policy.rotation.tables import verdict, years
from districting.policy.rule import Finding


@dataclass(frozen=True, kw_only=True)
class Wishes(RotationRule):
    """尊重教师交流意愿，自愿优先。

    A first wish costs nothing, the k-th k - 1; moving to a school not wished for costs `unwished`,
    and so does moving somebody who named no wish.

    Parameters
    ----------
    unwished : float, cost
    tier : int
    weight : float, km of extra way per unit of cost
    """

    name: ClassVar[str] = "wishes"
    needs: ClassVar[tuple[str, ...]] = ("preferences.rank",)

    unwished: float = 3.0
    tier: int = 4

    def __post_init__(self) -> None:
        checked_range(self, self.unwished, 0, 100)

    def constrain(self, view: RotationView) -> Iterator[ArcCost]:
        """Price moves by the rank of the wish."""
        table = view.county.tables["preferences"]
        width = len(view.places) + 1
        at_school = {s: i for i, s in enumerate(view.places["school"])}
        at_teacher = {t: i for i, t in enumerate(view.staff["teacher"])}
        cost = np.full(len(view.teacher), self.unwished)
        second = np.flatnonzero(view.places["school"].duplicated().to_numpy())
        school = view.to.copy()
        for place in second:  # the second stage of a nine-year school counts as its first
            school[view.to == place] = at_school[view.places["school"].iloc[place]]
        keys = view.teacher * width + school
        rows = zip(table["teacher"], table["school"], table["rank"], strict=True)
        found = [
            (at_teacher[t] * width + at_school[s], min(float(r) - 1, self.unwished))
            for t, s, r in rows
            if t in at_teacher and s in at_school
        ]
        if found and len(keys):
            wish = np.array([f[0] for f in found])
            order = np.argsort(wish, kind="stable")
            near = np.minimum(np.searchsorted(wish[order], keys), len(wish) - 1)
            hit = wish[order][near] == keys
            rank = np.array([f[1] for f in found])[order]
            cost[hit] = rank[near[hit]]
        yield ArcCost(self.name, "wishes", self.tier, self.weight, cost)

    def check(self, county: County, plan: RotationPlan) -> Iterator[Finding]:
        """Count moves by the rank of the wish they meet."""
        table = county.tables["preferences"]
        rank = table.set_index(["teacher", "school"])["rank"]
        for year in years(county, plan):
            pairs = list(zip(year.moved.index, year.moved["to_school"], strict=True))
            met = [int(rank.get(p, 0)) for p in pairs]
            details = {
                "year": year.year,
                "message": "measured",
                "moved": len(pairs),
                "first": met.count(1),
            }
            number = float(sum(m > 0 for m in met))
            yield Finding(self.name, verdict(True), (), number, details=details)
