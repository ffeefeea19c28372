"""一校一年调出教师不超过规定比例，同一学科也不集中调出。"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from districting.county import County
from districting.model.rotation import Floats, Rows
from districting.model.rotation_view import RotationView
from districting.plan.rotation_plan import RotationPlan
from districting.policy.rotation.base import RotationRule, checked_range
from districting.policy.rotation.rows import out_rows
from districting.policy.rotation.tables import LEADERS, by_words, verdict, years
from districting.policy.rule import Finding


@dataclass(frozen=True, kw_only=True)
class OutCap(RotationRule):
    r"""一校一年调出教师不超过规定比例，同一学科也不集中调出。

    Of the :math:`n_s` teachers of a school (and stage) at most
    :math:`\max(1, \lfloor c\,n_s \rfloor)` leave in a year; of its :math:`n_{sj}` teachers of a
    subject at most :math:`\max(1, \lfloor d\,n_{sj} \rfloor)`. Leaders do not count.

    Parameters
    ----------
    school, subject : float, share of the teachers there
        Set by the bureau; no text gives a number.
    price : float
        As a principle: per teacher too many.
    """

    name: ClassVar[str] = "out_cap"

    school: float = 0.15
    subject: float = 0.34

    def __post_init__(self) -> None:
        checked_range(self, self.school, 0, 1)
        checked_range(self, self.subject, 0, 1)

    def most(self, view: RotationView) -> Floats:
        """Return how many may leave each place, shape (places,)."""
        return _capped(self.school, view.places["staff"].to_numpy(dtype=float))

    def constrain(self, view: RotationView) -> Iterator[Rows]:
        """Cap the moves out of each school, and out of each subject there."""
        yield out_rows(self, view, self.most(view))
        yield out_rows(self, view, _capped(self.subject, view.have().astype(float)))

    def check(self, county: County, plan: RotationPlan) -> Iterator[Finding]:
        """Count who leaves each school, and each subject there."""
        names = county.schools["name"]
        for year in years(county, plan):
            broken = False
            for keys, share in (
                (["school", "stage"], self.school),
                (["school", "stage", "subject"], self.subject),
            ):
                staff = year.before.groupby(keys).size()
                if "subject" in keys:
                    staff = year.before[~year.before["post"].isin(LEADERS)].groupby(keys).size()
                leaving = year.moved[~year.moved["post"].isin(LEADERS)]
                for key, number in by_words(leaving.groupby(keys).size()):
                    most = max(1, math.floor(round(share * int(staff[key]), 9)))
                    if number > most:
                        broken = True
                        place = (str(names[key[0]]), *key[2:])
                        details = {"year": year.year, "staff": int(staff[key])}
                        yield Finding(
                            self.name,
                            verdict(False),
                            place,
                            number,
                            float(most),
                            details=details,
                        )
            if not broken:
                details = {"year": year.year}
                count = float(year.moved["school"].nunique())
                yield Finding(self.name, verdict(True), (), count, details=details)


def _capped(share: float, number: Floats) -> Floats:
    return np.maximum(1.0, np.floor(np.round(share * number, 9)))
