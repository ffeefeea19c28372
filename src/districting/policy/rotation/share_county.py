"""全县每年交流轮岗教师不低于符合交流条件教师总数的 10%。"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from districting.county import County
from districting.model.rotation import Rows
from districting.model.rotation_view import RotationView
from districting.plan.rotation_plan import RotationPlan
from districting.policy.rotation.base import CountsEligible, checked_range
from districting.policy.rotation.tables import LEADERS, verdict, years
from districting.policy.rule import Finding


@dataclass(frozen=True, kw_only=True)
class ShareCounty(CountsEligible):
    r"""全县每年交流轮岗教师不低于符合交流条件教师总数的 10%。

    With :math:`E` the eligible teachers of the county:
    :math:`\lceil s |E| \rceil \le \text{moves} \le \lfloor S |E| \rfloor`. Another denominator than
    that of sending schools; both stand side by side.

    Parameters
    ----------
    share : float, share of all eligible
        ROT-03 (教督〔2017〕6号): 0.10.
    most : float
        Upper share; 0 for none. ROT-11 names 0.15.
    price : float
        As a principle: per teacher short or too many.
    """

    name: ClassVar[str] = "share_county"

    share: float = 0.10
    most: float = 0.0

    def __post_init__(self) -> None:
        checked_range(self, self.share, 0, 1)
        checked_range(self, self.most, self.share if self.most else 0, 1)

    def least(self, base: int) -> int:
        """Return the fewest moves that the share asks for, of `base` eligible teachers."""
        return math.ceil(round(self.share * base, 9))

    def constrain(self, view: RotationView) -> Iterator[Rows]:
        """Hold the number of moves within the shares."""
        base = int(self.able(view).sum())
        arcs = np.flatnonzero(~view.staff["leader"].to_numpy(dtype=bool)[view.teacher])
        low = float(self.least(base))
        high = float(math.floor(round(self.most * base, 9))) if self.most else np.inf
        yield Rows(
            self.name,
            "teachers",
            np.zeros(len(arcs), dtype=np.int64),
            arcs,
            np.ones(len(arcs)),
            np.array([low]),
            np.array([max(low, high)]),
            ("",),
            self.elastic,
        )

    def check(self, county: County, plan: RotationPlan) -> Iterator[Finding]:
        """Recount eligible and moved teachers of the county."""
        for year in years(county, plan):
            base = int(self.counted(year.before, year.year).sum())
            moved = int((~year.moved["post"].isin(LEADERS)).sum())
            low = math.ceil(round(self.share * base, 9))
            high = max(low, math.floor(round(self.most * base, 9))) if self.most else None
            over = high is not None and moved > high
            percent = 100 * (self.most if over else self.share)
            told = {"message": "over"} if over else {}
            details = {"year": year.year, "base": base, "percent": percent, **told}
            limit = float(high) if over and high is not None else float(low)
            yield Finding(
                self.name,
                verdict(moved >= low and not over),
                (),
                float(moved),
                limit,
                details=details,
            )
