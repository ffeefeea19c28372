"""优质学校流入薄弱学校的教师不低于符合交流条件教师的 20%，其中骨干不低于 30%。"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar

import numpy as np
import pandas as pd

from districting.county import County
from districting.model.rotation import Rows
from districting.model.rotation_view import RotationView
from districting.plan.rotation_plan import RotationPlan
from districting.policy.rotation.base import CountsEligible, checked_range
from districting.policy.rotation.tables import LEADERS, verdict, years
from districting.policy.rule import Finding
from districting.terms import say


@dataclass(frozen=True, kw_only=True)
class ShareWeak(CountsEligible):
    r"""优质学校流入薄弱学校的教师不低于符合交流条件教师的 20%，其中骨干教师不低于 30%。

    With :math:`E` the eligible teachers of lead schools and :math:`W` their moves to weak schools:
    :math:`\sum_{a \in W} x_a \ge \lceil s |E| \rceil` and
    :math:`\sum_{a \in W} (b_a - t) x_a \ge 0` for the share t of backbone teachers.

    Parameters
    ----------
    share : float, share of the eligible of lead schools
        ROT-16 (上海 2023, a target of model districts): 0.20.
    backbone : float, share of those moves
        ROT-16: 0.30.
    areas : tuple of str
        Where no school is marked as weak (薄弱校), those count that do not lead and stand in these
        kinds of area. Set by the bureau.
    honours : tuple of str
        Levels that count as backbone.
    price : float
        As a principle: per teacher short.
    """

    name: ClassVar[str] = "share_weak"

    share: float = 0.20
    backbone: float = 0.30
    areas: tuple[str, ...] = ("rural",)
    honours: tuple[str, ...] = ("county", "city", "province")

    def __post_init__(self) -> None:
        checked_range(self, self.share, 0, 1)
        checked_range(self, self.backbone, 0, 1)

    def constrain(self, view: RotationView) -> Iterator[Rows]:
        """Ask for enough moves from lead to weak schools, and for backbone teachers in them."""
        lead = view.places["lead"].to_numpy(dtype=bool)
        weak = view.places["weak"].to_numpy(dtype=bool)
        if not weak.any():
            weak = ~lead & view.places["area"].isin(self.areas).to_numpy()
        leader = view.staff["leader"].to_numpy(dtype=bool)
        arcs = np.flatnonzero(lead[view.origin] & weak[view.to] & ~leader[view.teacher])
        row = np.zeros(len(arcs), dtype=np.int64)
        base = int((self.able(view) & lead[view.place]).sum())
        need, high = float(math.ceil(round(self.share * base, 9))), np.array([np.inf])
        one = np.ones(len(arcs))
        yield Rows(
            self.name, "teachers", row, arcs, one, np.array([need]), high, ("",), self.elastic
        )
        # Whole numbers keep the row exact: share p/q asks for q·b - p over the moves.
        part = Fraction(self.backbone).limit_denominator(1000)
        honoured = view.staff["honour"].isin(self.honours).to_numpy()[view.teacher[arcs]]
        value = np.where(honoured, part.denominator, 0.0) - part.numerator
        price = None if self.elastic is None else self.elastic / part.denominator
        yield Rows(self.name, "teachers", row, arcs, value, np.zeros(1), high, ("",), price)

    def check(self, county: County, plan: RotationPlan) -> Iterator[Finding]:
        """Recount moves from lead to weak schools, and backbone teachers among them."""
        leads, area = county.schools["lead"].fillna(False).astype(bool), county.schools["area_type"]
        strong = set(leads.index[leads])
        weak = marked_weak(county)
        basis = "marked" if weak else "unmarked"
        weak = weak or set(area.index[area.isin(list(self.areas)) & ~leads])
        for year in years(county, plan):
            eligible = self.counted(year.before, year.year)
            base = int((eligible & year.before["school"].isin(strong)).sum())
            ways = year.moved["school"].isin(strong) & year.moved["to_school"].isin(weak)
            gone = year.moved[ways & ~year.moved["post"].isin(LEADERS)]
            yield self._found("", basis, year.year, gone, base, self.share)
            honoured = gone[gone["honour"].isin(list(self.honours))]
            yield self._found("backbone_", basis, year.year, honoured, len(gone), self.backbone)

    def _found(
        self, what: str, basis: str, year: int, gone: pd.DataFrame, base: int, share: float
    ) -> Finding:
        need = math.ceil(round(share * base, 9))
        holds = len(gone) >= need
        word = "pass" if holds else "fail"
        details = {
            "year": year, "base": base, "percent": 100 * share, "message": f"{what}{word}",
            "weak": say(f"rotation.share_weak.{basis}"),
        }  # fmt: skip
        return Finding(
            self.name, verdict(holds), (), float(len(gone)), float(need), details=details
        )


def marked_weak(county: County) -> set[str]:
    """Return the ids of the public schools that the table marks as weak."""
    schools = county.schools
    if "weak" not in schools:
        return set()
    marked = schools["weak"].astype(bool) & (schools["run_by"] != "private")
    return set(map(str, schools.index[marked & (schools["kind"] != "special")]))
