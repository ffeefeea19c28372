"""在现有划片招生的基础上：少动现行对口。"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

import pandas as pd

from districting.county import County
from districting.model.feeder_view import FeederView
from districting.model.feeder_words import PairPrice
from districting.plan.zone_plan import ZonePlan
from districting.policy.rule import Finding, Strength, Verdict
from districting.policy.zones.feeder_base import FeederRule, before, fed, leaving


@dataclass(frozen=True, kw_only=True)
class FeederStability(FeederRule):
    r"""片区相对稳定；调整须论证并邀请单位与家长代表。

    Minimise the graduates of primaries that feed another junior than now,
    :math:`\sum_p g_p [t_p \ne t^0_p]`; primaries without a current feeder do not count. Source:
    教基一〔2014〕1号.

    Parameters
    ----------
    weight : float
        Child-metres per child.
    """

    name: ClassVar[str] = "feeder_stability"

    weight: float = 1_000.0

    def __post_init__(self) -> None:
        super().__post_init__()
        self.refuse_strength(Strength.AIM)

    def feed(self, view: FeederView) -> Iterator[PairPrice]:
        """Price the pairs that leave the current feeder."""
        now = view.current[view.pair_primary]
        yield PairPrice(self.name, self.weight, 1 * ((now >= 0) & (view.pair_junior != now)))

    def judge(self, county: County, plan: ZonePlan, stage: str) -> Iterator[Finding]:
        """Count the graduates whose primary feeds another junior than now."""
        now, table = before(county, plan), fed(county, plan)
        graduates = leaving(county, plan, range(county.year, county.year + 1))
        was = pd.Series(now, dtype="object").reindex(table.index).fillna(table["junior"])
        moved = table.index[(table["junior"] != "") & (was != table["junior"])]
        whole = bool((table["junior"] != "").all())
        told: dict[str, Any] = {"message": "measured"} if whole else {}
        told["primaries"] = "、".join(table["name"][moved]) or "—"
        yield self.found(
            stage,
            Verdict.PASS if whole else Verdict.INCOMPLETE,
            (county.name,),
            float(graduates[moved].to_numpy().sum()),
            **told,
        )
