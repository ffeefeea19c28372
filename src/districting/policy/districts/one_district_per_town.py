"""以镇街为单位，在原教委基础上改设学区。"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from districting.county import County
from districting.model.district_view import DistrictView
from districting.model.partition import DistrictsPerGroup, Ints
from districting.plan.district_plan import DistrictPlan
from districting.policy.districts.tables import complete, town_name, verdict_of, village_table
from districting.policy.rule import DistrictRule, Finding


@dataclass(frozen=True, kw_only=True)
class OneDistrictPerTown(DistrictRule):
    r"""以镇街为单位，在原教委基础上改设学区，全县共设立27个学区。

    :math:`\sum_{j \in t} y_j = 1` for every town t; with ``within_town`` each district is then the
    whole of one town.
    """

    name: ClassVar[str] = "one_district_per_town"
    needs: ClassVar[tuple[str, ...]] = ("villages.town",)

    def counts(self, county: County, start: DistrictPlan | None = None) -> Ints:
        """Return 1 for every town."""
        return np.ones(len(county.towns), dtype=np.int64)

    def constrain(self, view: DistrictView) -> Iterator[DistrictsPerGroup]:
        """Give every town one district."""
        yield DistrictsPerGroup(self.name, view.town, self.counts(view.county))

    def check(self, county: County, plan: DistrictPlan) -> Iterator[Finding]:
        """Count the districts of each town."""
        whole = complete(county, plan)
        for code, rows in village_table(county, plan).groupby("town"):
            districts = sorted(set(rows["district"]) - {""})
            verdict = verdict_of(len(districts) == 1, mendable=not whole and not districts)
            yield Finding(
                self.name,
                verdict,
                (town_name(county, code),),
                float(len(districts)),
                1.0,
                details={"districts": "、".join(districts)},
            )
