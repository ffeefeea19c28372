"""以学区为单位对口：先本学区，后本联区，再跨联区。"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from districting.county import County
from districting.model.feeder_view import FeederView
from districting.model.feeder_words import ForbidPairs, PairPrice
from districting.plan.zone_plan import ZonePlan
from districting.policy.districts.tables import union_of, verdict_of
from districting.policy.rule import Finding, Verdict
from districting.policy.zones.base import sharing
from districting.policy.zones.feeder_base import FeederRule, fed


@dataclass(frozen=True, kw_only=True)
class FeederInsideDistrict(FeederRule):
    r"""在现有划片招生的基础上，以学区为单位，统筹开展学区内适龄儿童少年入学情况排查摸底。

    With :math:`\tau_{pt}` 0 where primary and junior lie in one district, 1 in one union, 2 beyond,
    and :math:`\tau^*_p` the least :math:`\tau_{pt}` of any junior with seats: a must allows
    :math:`\tau_{pt} = \tau^*_p` only; otherwise every step beyond costs `price` (or `weight`) a
    child. Where the district has no junior school, its union serves, and so on.

    Parameters
    ----------
    price, weight : float
        Child-metres per child and step.
    """

    name: ClassVar[str] = "feeder_inside_district"

    price: float = 4_000.0
    weight: float = 1_000.0

    def feed(self, view: FeederView) -> Iterator[ForbidPairs | PairPrice]:
        """Close or price the pairs that leave the nearest tier with a junior school."""
        served = view.seats[0] > 0
        best = np.full(view.n, 9, np.int64)
        useful = served[view.pair_junior]
        np.minimum.at(best, view.pair_primary[useful], view.tier[useful])
        steps = np.maximum(view.tier - best[view.pair_primary], 0)
        if self.elastic is None:
            yield ForbidPairs(self.name, steps > 0)
        else:
            yield PairPrice(self.name, self.elastic, steps)

    def judge(self, county: County, plan: ZonePlan, stage: str) -> Iterator[Finding]:
        """Look up the district and union of every primary and of the junior that it feeds."""
        layout = county.current_plan
        if layout is None:
            yield self.found(stage, Verdict.INCOMPLETE, (county.name,), message="no_districts")
            return
        districts = {str(s): str(d) for s, d in layout.schools.items()}
        unions = union_of(layout)
        seats = county.schools["seats_junior"].fillna(0)
        open_ = [j for j, s in sharing(plan, county, "junior").items() if seats[s].sum() // 3 > 0]

        def steps(a: str, b: str) -> int:
            one, other = districts.get(a, ""), districts.get(b, "")
            if not one or not other:
                return 2
            return 0 if one == other else 1 if unions.get(one) == unions.get(other) else 2

        names = county.schools["name"]
        for primary, row in fed(county, plan).iterrows():
            least = min((steps(str(primary), j) for j in open_), default=2)
            if not row["junior"]:
                continue
            taken = steps(str(primary), row["junior"])
            yield self.found(
                stage,
                verdict_of(taken <= least),
                (row["name"],),
                float(max(taken - least, 0)),
                0.0,
                junior=str(names.get(row["junior"], row["junior"])),
            )
