"""保障适龄儿童少年就近对口入学：少走远路。"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from districting.county import County
from districting.model.zone_view import ZoneView
from districting.model.zone_words import ArcPrice
from districting.plan.zone_plan import ZonePlan
from districting.policy.rule import Finding, Strength
from districting.policy.zones.base import ZoneRule, ways


@dataclass(frozen=True, kw_only=True)
class LongWays(ZoneRule):
    r"""积极创造条件，逐步实行九年一贯制划片对口招生，保障适龄儿童少年就近对口入学。

    Minimise the sum of :math:`w_v \max(d_{vs} - D, 0)`: every metre beyond D metres counts again,
    which draws in the 95th centile and the worst way. The check reports both.

    Parameters
    ----------
    primary_from, junior_from : float, metres
        D of each stage.
    weight : float
        Child-metres per child-metre beyond.
    """

    name: ClassVar[str] = "long_ways"
    needs: ClassVar[tuple[str, ...]] = ("villages.children_primary", "roads.metres")

    primary_from: float = 2_000.0
    junior_from: float = 5_000.0

    def __post_init__(self) -> None:
        super().__post_init__()
        self.refuse_strength(Strength.AIM)

    def parts(self, view: ZoneView) -> Iterator[ArcPrice]:
        """Price what every way has beyond the stated length."""
        beyond = np.maximum(view.farthest - self._from(view.stage), 0.0)
        yield ArcPrice(self.name, self.weight, view.arc_children * beyond)

    def judge(self, county: County, plan: ZonePlan, stage: str) -> Iterator[Finding]:
        """Report the 95th centile, the worst way, and what lies beyond the stated length."""
        table = ways(county, plan, stage)
        known = table[np.isfinite(table["farthest"]) & (table["children"] > 0)]
        long = (known["farthest"] - self._from(stage)).clip(lower=0.0)
        yield self.measured(
            county,
            plan,
            stage,
            _centile(known["farthest"], known["children"], 0.95),
            worst=float(known["farthest"].max()) if len(known) else float("nan"),
            start=self._from(stage),
            child_metres=float((long * known["children"]).sum()),
        )

    def _from(self, stage: str) -> float:
        return self.primary_from if stage == "primary" else self.junior_from


def _centile(metres: pd.Series, children: pd.Series, share: float) -> float:
    """Return the least way within which `share` of the children live; NaN without children."""
    order = metres.sort_values(kind="stable").index
    running = children.loc[order].cumsum()
    enough = running >= share * children.sum() * (1 - 1e-12)
    return float(metres[order][enough.to_numpy()].iloc[0]) if len(order) else float("nan")
