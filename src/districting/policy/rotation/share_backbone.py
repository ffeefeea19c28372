"""其中骨干教师不低于交流总数的 20%。"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar

import numpy as np

from districting.county import County
from districting.model.rotation import Rows
from districting.model.rotation_view import Ahead, RotationView
from districting.plan.rotation_plan import RotationPlan
from districting.policy.rotation.base import CountsEligible, checked_range, checked_word
from districting.policy.rotation.tables import LEADERS, verdict, years
from districting.policy.rule import Finding

BASES = ("movers", "eligible")
SURE = 0.95
"""Share of those who may go later that are counted on."""


@dataclass(frozen=True, kw_only=True)
class ShareBackbone(CountsEligible):
    r"""其中骨干教师交流轮岗不低于交流总数的 20%。

    Of those who move (国家口径): :math:`\sum_a (b_a - s) x_a \ge 0`. Of the eligible (some
    provinces): backbone moves :math:`\ge \lceil s |E| \rceil`. In a plan of several years a year
    also leaves enough of them for the share of the least moves of each later year, as far as there
    are any.

    Parameters
    ----------
    share : float
        ROT-02: 0.20.
    base : {"movers", "eligible"}
        What the share is of; 安徽 words it as a share of the eligible (ROT-15).
    honours : tuple of str
        Levels that count as backbone (县级以上骨干, RES-02).
    price : float
        As a principle: per backbone teacher short.
    """

    name: ClassVar[str] = "share_backbone"

    share: float = 0.20
    base: str = "movers"
    honours: tuple[str, ...] = ("county", "city", "province")

    def __post_init__(self) -> None:
        checked_range(self, self.share, 0, 1)
        checked_word(self, self.base, BASES)

    def constrain(self, view: RotationView) -> Iterator[Rows]:
        """Ask for enough backbone teachers among the moves."""
        arcs = np.flatnonzero(~view.staff["leader"].to_numpy(dtype=bool)[view.teacher])
        backbone = view.staff["honour"].isin(self.honours).to_numpy()[view.teacher[arcs]]
        if self.base == "movers":
            # Whole numbers keep the row exact: share p/q asks for q·b - p over all moves.
            share = Fraction(self.share).limit_denominator(1000)
            value = np.where(backbone, share.denominator, 0.0) - share.numerator
            need = 0.0
            price = None if self.elastic is None else self.elastic / share.denominator
        else:
            value = backbone.astype(float)
            need = float(math.ceil(round(self.share * int(self.able(view).sum()), 9)))
            price = self.elastic
        row = np.zeros(len(arcs), dtype=np.int64)
        low, high = np.array([need]), np.array([np.inf])
        yield Rows(self.name, "teachers", row, arcs, value, low, high, ("",), price)
        if view.ahead is not None and len(view.ahead.least) > 1:
            yield self._left_over(view, view.ahead)

    def _left_over(self, view: RotationView, ahead: Ahead) -> Rows:
        """Leave later years what their least moves need, once this year has what it needs.

        Nobody counts on who may go now and has nowhere to go, nor on linked teachers: they need
        each other's move. Of the others some will be held by floors and caps of their schools.
        """
        staff = view.staff
        stuck = self.able(view) & ~np.isin(np.arange(len(staff)), view.teacher)
        kept = staff["honour"].isin(self.honours).to_numpy() & (staff["link"] == "").to_numpy()
        kept &= ahead.open_later & ~stuck
        there = math.floor(SURE * (kept & ~staff["leader"].to_numpy(dtype=bool)).sum())
        now, *later = (math.ceil(round(self.share * n, 9)) for n in ahead.least)
        most = float(max(there - sum(later), now))
        arcs = np.flatnonzero(kept[view.teacher])
        row, one = np.zeros(len(arcs), dtype=np.int64), np.ones(len(arcs))
        low, high = np.array([-np.inf]), np.array([most])
        return Rows(self.name, "teachers", row, arcs, one, low, high, ("",), self.elastic)

    def check(self, county: County, plan: RotationPlan) -> Iterator[Finding]:
        """Recount backbone teachers among those who move."""
        for year in years(county, plan):
            moved = year.moved[~year.moved["post"].isin(LEADERS)]
            backbone = int(moved["honour"].isin(list(self.honours)).sum())
            eligible = self.base == "eligible"
            base = int(self.counted(year.before, year.year).sum()) if eligible else len(moved)
            need = math.ceil(round(self.share * base, 9))
            yield Finding(
                self.name,
                verdict(backbone >= need),
                (),
                float(backbone),
                float(need),
                details={"year": year.year, "base": base, "percent": 100 * self.share},
            )
