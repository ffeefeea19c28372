"""全县共设立27个学区。"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from districting.county import County
from districting.errors import PolicyError
from districting.model.district_view import DistrictView
from districting.model.partition import DistrictCount, SeatPrice
from districting.plan.district_plan import DistrictPlan
from districting.policy.districts.tables import complete, verdict_of, village_table
from districting.policy.rule import DistrictRule, Finding
from districting.terms import say


@dataclass(frozen=True, kw_only=True)
class DistrictNumber(DistrictRule):
    r"""以镇街为单位，在原教委基础上改设学区，全县共设立27个学区。

    ``least`` :math:`\le \sum_j y_j \le` ``most``; within that range each district costs `each`.

    Parameters
    ----------
    least, most : int, districts
        The text of 2022 says 27, one for each town of that time. The codes of 2021 and later have
        26 towns (桃源集镇 was merged), so 曹县's profile allows 26 and 27.
    each : float, child-metres per district
        What a district more must save elsewhere; 0 leaves the number to the other aims.
    """

    name: ClassVar[str] = "district_count"

    least: int
    most: int
    each: float = 0.0

    def __post_init__(self) -> None:
        if not 1 <= self.least <= self.most or self.each < 0:
            raise PolicyError(
                say("policy.bad_range", rule=self.name, low=self.least, high=self.most)
            )

    def constrain(self, view: DistrictView) -> Iterator[DistrictCount | SeatPrice]:
        """Bound the number of districts, and price each where there is a choice."""
        yield DistrictCount(self.name, self.least, self.most)
        if self.each:
            yield SeatPrice(self.name, "districts", self.each, np.ones(len(view.seats)))

    def check(self, county: County, plan: DistrictPlan) -> Iterator[Finding]:
        """Count the districts that hold a village."""
        number = len(set(village_table(county, plan)["district"]) - {""})
        mendable = number < self.least and not complete(county, plan)
        yield Finding(
            self.name,
            verdict_of(self.least <= number <= self.most, mendable),
            (county.name,),
            float(number),
            float(self.most),
            details={"least": self.least},
        )
