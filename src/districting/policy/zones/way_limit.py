"""What the rules on the length of the way to school have in common."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from districting.county import County
from districting.graph import MODES
from districting.model.zone_view import Floats, ZoneView
from districting.model.zone_words import ArcPrice, Forbid
from districting.plan.zone_plan import ZonePlan
from districting.policy.rule import Finding, Strength, Verdict
from districting.policy.zones.base import ZoneRule, ways

HAIR = 1e-6


@dataclass(frozen=True, kw_only=True)
class WayLimit(ZoneRule):
    r"""就近入学：上学路程有限。

    With :math:`D_v` the limit of village v: as a must :math:`x_{vs} = 0` where
    :math:`d_{vs} > D_v`; as a principle or an aim each child with a longer way costs `price` (or
    `weight`). To a shared zone the way to its farthest school counts.

    Parameters
    ----------
    price, weight : float
        Child-metres per child.
    """

    price: float = 1_000.0

    @abstractmethod
    def metres(self, stage: str) -> float:
        """Return the limit of `stage` in metres; inf where the rule sets none."""

    def outermost(self, stage: str) -> float:
        """Return the metres beyond which no school is considered at all; inf where unlimited."""
        return self.metres(stage) if self.strength is Strength.MUST else float("inf")

    @abstractmethod
    def speaks_of(self, urban: bool) -> bool:
        """Return whether the rule speaks of urban (or rural) villages."""

    def reach(self, county: County, stage: str) -> Floats:
        """Return the metres that no way may exceed, by village; inf where there is no such must."""
        none = np.full(len(county.villages), np.inf)
        if stage not in self.stages:
            return none
        urban = (county.villages["kind"] == "community").to_numpy()
        speaks = np.where(urban, self.speaks_of(True), self.speaks_of(False))
        return np.where(speaks, self.outermost(stage), none)

    def parts(self, view: ZoneView) -> Iterator[Forbid | ArcPrice]:
        """Close or price the arcs that are too long."""
        speaks = np.where(view.urban, self.speaks_of(True), self.speaks_of(False))
        asked = speaks[view.arc_village]
        outer = asked & (view.farthest > self.outermost(view.stage) + HAIR)
        if outer.any():
            yield Forbid(self.name, outer)
        if self.elastic is not None:
            beyond = asked & (view.farthest > self.metres(view.stage) + HAIR)
            yield ArcPrice(self.name, self.elastic, view.arc_children * beyond)

    def judge(self, county: County, plan: ZonePlan, stage: str) -> Iterator[Finding]:
        """Hold every village's way against the limit."""
        table, limit = ways(county, plan, stage), self.metres(stage)
        kinds = county.villages["kind"] == "community"
        asked = kinds.map({True: self.speaks_of(True), False: self.speaks_of(False)})
        if limit == float("inf") or not asked.any():
            return
        long = table[asked & (table["farthest"] > limit + HAIR)]
        if self.strength is not Strength.MUST:
            long = long[long["children"] > 0]
        for row in long.itertuples():
            yield self.found(
                stage,
                Verdict.FAIL,
                (str(row.name),),
                float(row.farthest),
                limit,
                children=int(row.children),
                school=str(county.schools["name"].get(row.zone, row.zone)),
                **self.told(float(row.farthest)),
            )
        if long.empty:
            whole = table.loc[asked, "farthest"].notna().all()
            verdict = Verdict.PASS if whole else Verdict.INCOMPLETE
            worst = table.loc[asked, "farthest"].max()
            yield self.found(
                stage, verdict, (county.name,), float(worst), limit, **self.told(float(worst))
            )

    def told(self, metres: float) -> dict[str, float]:
        """Return further numbers for the messages of a way of so many metres."""
        return {}


@dataclass(frozen=True, kw_only=True)
class TimeLimit(WayLimit):
    """农村上学路途时间有限。

    Parameters
    ----------
    minutes : float
        One way.
    outer : float
        As a principle or an aim: minutes beyond which no school is considered at all, which keeps
        the choice of schools small; 0 for no such limit.
    mode : str
        How children travel, one of :data:`districting.graph.MODES`.
    """

    minutes: float = 30.0
    outer: float = 0.0
    mode: str = "walk_lower"

    def __post_init__(self) -> None:
        super().__post_init__()
        self.refuse_words([(self.mode, MODES)])

    def metres(self, stage: str) -> float:
        """Return how far children come in the time."""
        return self._far(self.minutes)

    def outermost(self, stage: str) -> float:
        """Return how far children come in the outer time; a must has none but its own."""
        if self.strength is Strength.MUST or self.outer <= 0:
            return super().outermost(stage)
        return self._far(self.outer)

    def _far(self, minutes: float) -> float:
        mode = MODES[self.mode]
        return (minutes - mode.wait) * mode.speed * 1000.0 / 60.0

    def speaks_of(self, urban: bool) -> bool:
        """Return whether the rule speaks of such villages: the rural ones."""
        return not urban

    def told(self, metres: float) -> dict[str, float]:
        """Return the minutes of a way and of the limit."""
        return {"minutes": float(MODES[self.mode].minutes(metres)), "most": self.minutes}
