"""在现有划片招生的基础上：少改。"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from districting.county import County
from districting.model.district_view import DistrictView
from districting.model.partition import AssignCost
from districting.plan.district_plan import DistrictPlan
from districting.policy.districts.tables import children_of, complete, verdict_of, village_table
from districting.policy.rule import DistrictRule, Finding

COMPULSORY = ("primary", "junior")


@dataclass(frozen=True, kw_only=True)
class Stability(DistrictRule):
    r"""严格落实义务教育招生政策，在现有划片招生的基础上，以学区为单位，统筹开展学区内适龄儿童少年入学情况排查摸底。

    A new district carries on the current district in which its seat lies. With :math:`g(u)` the
    current district of village u and :math:`c_u` its children of primary and junior age, minimise
    :math:`\sum_u \sum_j c_u [g(u) \ne g(s_j)] x_{uj}`. Villages without current district cost
    nothing; without a current layout the rule has no effect.

    Parameters
    ----------
    limit : float, children
        Most children that may change district, for a pass; negative for no limit.
    weight : float, child-metres per child that changes district
        2000: a change for one child weighs as much as two kilometres of way.
    """

    name: ClassVar[str] = "stability"
    needs: ClassVar[tuple[str, ...]] = ("villages.children_primary", "villages.children_junior")

    limit: float = -1.0

    def constrain(self, view: DistrictView) -> Iterator[AssignCost]:
        """Weigh the children that would leave their current district."""
        if (view.current < 0).all():
            return
        moved = (view.current[:, None] != view.current[view.seats][None, :]) & (
            view.current[:, None] >= 0
        )
        cost = view.schooling(COMPULSORY)[:, None] * moved
        yield AssignCost(self.name, "children", self.weight, cost)

    def check(self, county: County, plan: DistrictPlan) -> Iterator[Finding]:
        """Count the children whose current district is not that of their new district's seat."""
        current, whole = county.current_plan, complete(county, plan)
        if current is None:
            return
        villages = village_table(county, plan)
        children = children_of(villages, COMPULSORY)
        before = current.villages.reindex(villages.index).fillna("")
        moved = 0.0
        for district, rows in villages[villages["district"] != ""].groupby("district"):
            kept = children[rows.index].groupby(before[rows.index]).sum()
            seat = str(plan.districts["seat"].get(district, "") or "")
            carried = (
                str(before.get(seat, "")) if seat else str(kept.drop("", errors="ignore").idxmax())
            )
            here = before[rows.index]
            moved += float(children[rows.index][(here != "") & (here != carried)].sum())
        holds = self.limit < 0 or moved <= self.limit
        verdict = verdict_of(holds and whole, mendable=not whole)
        yield Finding(
            self.name,
            verdict,
            (county.name,),
            moved,
            self.limit if self.limit >= 0 else None,
            "children",
            {
                "message": "measured" if self.limit < 0 and whole else str(verdict),
                "share": 100.0 * moved / max(float(np.sum(children)), 1.0),
            },
        )
