"""在现有划片招生的基础上：少动现行片区。"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from districting.county import County
from districting.errors import PolicyError
from districting.model.zone_view import ZoneView
from districting.model.zone_words import ArcPrice
from districting.plan.zone_plan import ZonePlan
from districting.policy.rule import Finding, Strength
from districting.policy.zones.base import ZoneRule, assigned
from districting.terms import say

GRADES = {"primary": 6, "junior": 3}


@dataclass(frozen=True, kw_only=True)
class ZoneStability(ZoneRule):
    r"""在现有划片招生的基础上，以学区为单位，统筹开展学区内适龄儿童少年入学情况排查摸底。

    Minimise :math:`\sum_v r\, w_v [x_{v c(v)} = 0]` with :math:`c(v)` the current zone. Children at
    school stay where they are (老生老办法): a change meets one entry after another, so that after
    `years` years the share :math:`r = \min(\text{years}, g) / g` of the stage's g grades is at
    another school than it would be. ``years = 0`` moves everyone at once (r = 1).

    Parameters
    ----------
    years : int
        School years over which moved children are counted.
    weight : float
        Child-metres per child.
    """

    name: ClassVar[str] = "stability"

    years: int = 0

    def __post_init__(self) -> None:
        super().__post_init__()
        self.refuse_strength(Strength.AIM)
        if self.years < 0:
            raise PolicyError(say("policy.bad_range", rule=self.name, low=self.years, high="…"))

    def share(self, stage: str) -> float:
        """Return the share of a village's children of `stage` that a change meets."""
        grades = GRADES[stage]
        return min(self.years, grades) / grades if self.years else 1.0

    def parts(self, view: ZoneView) -> Iterator[ArcPrice]:
        """Price the arcs that leave the current zone."""
        now = view.current[view.arc_village]
        moved = view.arc_children * ((now >= 0) & (view.arc_zone != now))
        yield ArcPrice(self.name, self.weight * self.share(view.stage), moved)

    def judge(self, county: County, plan: ZonePlan, stage: str) -> Iterator[Finding]:
        """Count the children whose village has another zone than now."""
        current, children = county.current_zones, county.villages[f"children_{stage}"].fillna(0)
        if current is None:
            yield self.measured(county, plan, stage, float("nan"), message="no_current")
            return
        was, zone = assigned(county, current, stage), assigned(county, plan, stage)
        was = was.map(lambda s: plan.groups.get(s, s))
        moved = float(children[(was != "") & (zone != "") & (was != zone)].sum())
        yield self.measured(
            county,
            plan,
            stage,
            moved * self.share(stage),
            share=100.0 * moved / max(float(children.sum()), 1.0),
            all=moved,
            years=self.years,
        )
