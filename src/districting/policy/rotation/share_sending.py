"""城镇学校、优质学校每学年教师交流轮岗的比例不低于符合交流条件教师总数的 10%。"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from districting.county import County
from districting.model.rotation import Bools, Rows
from districting.model.rotation_view import RotationView
from districting.plan.rotation_plan import RotationPlan
from districting.policy.rotation.base import CountsEligible, checked_range
from districting.policy.rotation.tables import LEADERS, verdict, years
from districting.policy.rule import Finding


@dataclass(frozen=True, kw_only=True)
class ShareSending(CountsEligible):
    r"""城镇学校、优质学校每学年教师交流轮岗的比例不低于符合交流条件教师总数的 10%。

    With :math:`E` the eligible teachers of the sending schools: at least
    :math:`\lceil \text{share} \cdot |E| \rceil` of them move.

    Parameters
    ----------
    share : float, share of the eligible of sending schools
        ROT-01 (教师〔2014〕4号): 0.10.
    areas : tuple of str
        Kinds of area that send: ``urban``, ``seat``, ``rural``. 城镇 may be read as urban alone or
        with town seats.
    lead : bool
        Whether lead schools (优质带动校) send wherever they stand.
    price : float
        As a principle: per teacher short.
    """

    name: ClassVar[str] = "share_sending"

    share: float = 0.10
    areas: tuple[str, ...] = ("urban",)
    lead: bool = True

    def __post_init__(self) -> None:
        checked_range(self, self.share, 0, 1)

    def constrain(self, view: RotationView) -> Iterator[Rows]:
        """Ask for enough moves out of sending schools."""
        sending: Bools = view.places["area"].isin(self.areas).to_numpy()
        if self.lead:
            sending = sending | view.places["lead"].to_numpy(dtype=bool)
        base = int((self.able(view) & sending[view.place]).sum())
        leader = view.staff["leader"].to_numpy(dtype=bool)
        arcs = np.flatnonzero(sending[view.origin] & ~leader[view.teacher])
        need = math.ceil(round(self.share * base, 9))
        yield Rows(
            self.name,
            "teachers",
            np.zeros(len(arcs), dtype=np.int64),
            arcs,
            np.ones(len(arcs)),
            np.array([float(need)]),
            np.array([np.inf]),
            ("",),
            self.elastic,
        )

    def check(self, county: County, plan: RotationPlan) -> Iterator[Finding]:
        """Recount eligible and moved teachers of sending schools."""
        schools = county.schools
        sends = schools["area_type"].isin(list(self.areas))
        if self.lead:
            sends |= schools["lead"]
        names = set(schools.index[sends])
        for year in years(county, plan):
            eligible = self.counted(year.before, year.year)
            base = int((eligible & year.before["school"].isin(names)).sum())
            teachers = year.moved[~year.moved["post"].isin(LEADERS)]
            moved = int(teachers["school"].isin(names).sum())
            need = math.ceil(round(self.share * base, 9))
            yield Finding(
                self.name,
                verdict(moved >= need),
                (),
                float(moved),
                float(need),
                details={"year": year.year, "base": base, "percent": 100 * self.share},
            )
