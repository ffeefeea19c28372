"""合理规划学区布局，均衡配置教育资源，适度控制发展规模：学区规模有上下限。"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import pandas as pd

from districting.county import County
from districting.errors import PolicyError
from districting.model.district_view import DistrictView
from districting.model.partition import Band
from districting.plan.district_plan import DistrictPlan
from districting.policy.districts.tables import (
    children_of,
    complete,
    district_names,
    numbers,
    school_table,
    verdict_of,
    village_table,
)
from districting.policy.rule import DistrictRule, Finding, Strength
from districting.terms import say

UNITS = {
    "institutions": "institutions",
    "pupils": "pupils",
    "teachers": "teachers",
    "children": "children",
}
COMPULSORY = ("primary", "junior")


@dataclass(frozen=True, kw_only=True)
class SizeLimits(DistrictRule):
    r"""合理规划学区布局，均衡配置教育资源，适度控制发展规模。

    For each district and each measure w (town-run institutions, their pupils, their teachers, the
    children of primary and junior age who live there):
    :math:`lo \le \sum_u w_u x_{uj} \le hi`.

    Parameters
    ----------
    institutions_min, institutions_max : int, schools and kindergartens
    pupils_min, pupils_max : int, pupils of all stages
    teachers_min, teachers_max : int, full-time teachers
    children_min, children_max : int, children
        Set by the bureau; the text gives no numbers. 0 stands for no limit.
    pupil_price, teacher_price, child_price : float, child-metres per pupil / teacher / child
        Price of a violation as a principle; `price` is that of one institution.
    """

    name: ClassVar[str] = "size_limits"
    needs: ClassVar[tuple[str, ...]] = ("schools.run_by", "schools.teachers")

    institutions_min: int = 0
    institutions_max: int = 0
    pupils_min: int = 0
    pupils_max: int = 0
    teachers_min: int = 0
    teachers_max: int = 0
    children_min: int = 0
    children_max: int = 0
    pupil_price: float = 5_000.0
    teacher_price: float = 70_000.0
    child_price: float = 5_000.0

    def __post_init__(self) -> None:
        for low, high in self.limits().values():
            if low > high or low < 0:
                raise PolicyError(say("policy.bad_range", rule=self.name, low=low, high=high))

    def limits(self) -> dict[str, tuple[float, float]]:
        """Return lower and upper limit of each measure that has one."""
        pairs = {m: (getattr(self, f"{m}_min"), getattr(self, f"{m}_max")) for m in UNITS}
        return {
            m: (float(low), float(high) if high else math.inf)
            for m, (low, high) in pairs.items()
            if low or high
        }

    def constrain(self, view: DistrictView) -> Iterator[Band]:
        """Hold each measure of each district between its limits."""
        price = {
            "institutions": self.elastic,
            "pupils": self.pupil_price,
            "teachers": self.teacher_price,
            "children": self.child_price,
        }
        weights = {
            "institutions": view.institutions,
            "pupils": view.pupils,
            "teachers": view.teachers,
            "children": view.schooling(COMPULSORY),
        }
        for measure, (low, high) in self.limits().items():
            cost = None if self.strength is Strength.MUST else price[measure]
            yield Band(self.name, measure, weights[measure], low, high, UNITS[measure], cost)

    def check(self, county: County, plan: DistrictPlan) -> Iterator[Finding]:
        """Add up the schools that the plan gives each district."""
        whole = complete(county, plan)
        schools, villages = school_table(county, plan), village_table(county, plan)
        sums = pd.DataFrame(
            {
                "institutions": schools.groupby("district").size(),
                "pupils": schools.groupby("district")["all_pupils"].sum(),
                "teachers": numbers(schools, "teachers").groupby(schools["district"]).sum(),
                "children": children_of(villages, COMPULSORY).groupby(villages["district"]).sum(),
            }
        ).reindex(district_names(plan), fill_value=0)
        for district, row in sums.iterrows():
            for measure, (low, high) in self.limits().items():
                number = float(row[measure])
                mendable = number < low and not whole
                yield Finding(
                    self.name,
                    verdict_of(low <= number <= high, mendable),
                    (str(district),),
                    number,
                    low if number < low else high,
                    say(f"rule.size_limits.{measure}"),
                    {"low": f"{low:,.0f}", "high": f"{high:,.0f}" if high < math.inf else "—"},
                )
