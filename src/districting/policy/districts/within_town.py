"""依据行政区划：学区不跨镇街。"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from districting.county import County
from districting.model.district_view import DistrictView
from districting.model.partition import Unmixed
from districting.plan.district_plan import DistrictPlan
from districting.policy.districts.tables import town_name, verdict_of, village_table
from districting.policy.rule import DistrictRule, Finding


@dataclass(frozen=True, kw_only=True)
class WithinTown(DistrictRule):
    r"""依据行政区划、适龄人口等因素……合理划分联区、学区范围。

    With :math:`t(u)` the town of village u: :math:`x_{uj} + x_{vj} \le 1` for every candidate j
    wherever :math:`t(u) \ne t(v)`. As a principle or an aim, each further district that a town
    reaches into costs `price` (or `weight`), in child-metres per town split.
    """

    name: ClassVar[str] = "within_town"
    needs: ClassVar[tuple[str, ...]] = ("villages.town",)

    @property
    def counted(self) -> str:
        """Further districts of towns."""
        return "further"

    def amount(self, county: County, plan: DistrictPlan) -> float:
        """Count the districts of each town beyond one."""
        villages = village_table(county, plan)
        met = villages[villages["district"] != ""].groupby("town")["district"].nunique()
        return float((met - 1).sum())

    def constrain(self, view: DistrictView) -> Iterator[Unmixed]:
        """Keep the villages of two towns out of one district."""
        yield Unmixed(self.name, view.town, self.elastic)

    def check(self, county: County, plan: DistrictPlan) -> Iterator[Finding]:
        """Count the towns of each district."""
        villages = village_table(county, plan)
        for district, rows in villages[villages["district"] != ""].groupby("district"):
            towns = sorted(town_name(county, code) for code in rows["town"].unique())
            yield Finding(
                self.name,
                verdict_of(len(towns) == 1),
                (str(district),),
                float(len(towns)),
                1.0,
                details={"towns": "、".join(towns)},
            )
