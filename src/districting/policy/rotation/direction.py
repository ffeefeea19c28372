"""城镇到乡村、优质到薄弱、中心校到村小和教学点。"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from districting.county import County
from districting.model.rotation import ArcCost, Bools, Floats, Rows
from districting.model.rotation_view import RotationView
from districting.plan.rotation_plan import RotationPlan
from districting.policy.rotation.base import RotationRule, checked_range, per_teacher
from districting.policy.rotation.tables import LEADERS, verdict, years
from districting.policy.rule import Finding, Strength

RANKS = {"urban": 6.0, "seat": 4.0, "rural": 2.0}
LEAD = 1.0
WEAK = -1.0
CENTRAL = 1.0


@dataclass(frozen=True, kw_only=True)
class Direction(RotationRule):
    r"""重点向村小学、教学点倾斜

    Schools rank urban, town seat, rural, teaching point; a central school ranks above the village
    schools of its area, a lead school above others like it, a weak one below (ROT-06: 城镇→乡村,
    优质→薄弱, 中心校→村小、教学点). As an aim a move costs 1 upwards, `level` between equals,
    nothing downwards. As a must no teacher moves upwards; as a principle each such move is priced.
    Leaders are another rule's matter.

    Parameters
    ----------
    level : float, cost of a move between equals
    tier : int
    weight : float, km of extra way per move upwards
    price : float
        As a principle: per move upwards.
    """

    name: ClassVar[str] = "direction"

    level: float = 0.3
    tier: int = 4

    def __post_init__(self) -> None:
        checked_range(self, self.level, 0, 1)

    def rank(self, places: pd.DataFrame) -> Floats:
        """Return the rank of each place, shape (places,)."""
        rank = places["area"].map(RANKS).fillna(RANKS["rural"]).to_numpy(dtype=float)
        rank = rank + CENTRAL * places["central"].to_numpy(dtype=bool)
        rank = rank + LEAD * places["lead"].to_numpy(dtype=bool)
        rank = rank + WEAK * places["weak"].to_numpy(dtype=bool)
        point = (places["kind"] == "teaching_point").to_numpy()
        return np.asarray(np.where(point, 0.0, rank), dtype=float)

    def _up(self, view: RotationView) -> tuple[Bools, Bools]:
        rank = self.rank(view.places)
        leader = view.staff["leader"].to_numpy(dtype=bool)[view.teacher]
        up = (rank[view.to] > rank[view.origin]) & ~leader
        return up, (rank[view.to] == rank[view.origin]) & ~leader

    def forbid(self, view: RotationView) -> Bools:
        """As a must: rule out moves upwards."""
        up, _ = self._up(view)
        return up & (self.strength is Strength.MUST)

    def constrain(self, view: RotationView) -> Iterator[ArcCost | Rows]:
        """As an aim: price moves by direction; as a principle: moves upwards only."""
        up, level = self._up(view)
        if self.strength is Strength.AIM:
            cost = up + self.level * level
            yield ArcCost(self.name, "moves", self.tier, self.weight, cost)
        elif self.strength is Strength.PRINCIPLE:
            arcs = np.flatnonzero(up)
            yield Rows(
                self.name,
                "teachers",
                np.zeros(len(arcs), dtype=np.int64),
                arcs,
                np.ones(len(arcs)),
                np.array([-np.inf]),
                np.array([0.0]),
                ("",),
                self.price,
            )

    def check(self, county: County, plan: RotationPlan) -> Iterator[Finding]:
        """Compare the ranks of old and new school."""
        rank = {}
        for school, row in county.schools.iterrows():
            own = RANKS.get(str(row.get("area_type", "")), RANKS["rural"])
            own += CENTRAL * bool(row.get("central", False)) + LEAD * bool(row["lead"])
            own += WEAK * bool(row.get("weak", False))
            rank[school] = 0.0 if row["kind"] == "teaching_point" else own
        names = county.schools["name"]
        for year in years(county, plan):
            moved = year.moved[~year.moved["post"].isin(LEADERS)]
            rise = moved["to_school"].map(rank) > moved["school"].map(rank)
            if self.strength is Strength.AIM:
                details = {"year": year.year, "message": "measured", "moved": len(moved)}
                number = float(rise.sum())
                yield Finding(self.name, verdict(True), (), number, details=details)
                continue
            schools = {"school": moved["to_school"].map(names)}
            yield from per_teacher(self, year.year, moved, rise, **schools)
