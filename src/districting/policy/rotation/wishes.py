"""尊重教师交流意愿。"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

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
    of_leaders: ClassVar[bool] = True

    unwished: float = 3.0
    tier: int = 4

    def __post_init__(self) -> None:
        checked_range(self, self.unwished, 0, 100)

    def constrain(self, view: RotationView) -> Iterator[ArcCost]:
        """Price moves by the rank of the wish."""
        table = view.county.tables["preferences"]
        # A wish names a school: both stages of a nine-year school are meant.
        school, schools = pd.factorize(view.places["school"])
        goal = schools.get_indexer(pd.Index(table["school"]))
        teacher = pd.Index(view.staff["teacher"]).get_indexer(pd.Index(table["teacher"]))
        known = (goal >= 0) & (teacher >= 0)
        wish = teacher[known] * len(schools) + goal[known]
        rank = np.minimum(table["rank"].to_numpy(dtype=float)[known] - 1, self.unwished)
        first = pd.Series(rank, index=wish).groupby(level=0).min()
        keys = view.teacher * len(schools) + school[view.to]
        cost = first.reindex(keys).fillna(self.unwished).to_numpy()
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
