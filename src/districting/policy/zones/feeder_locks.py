"""锁定的对口不动。"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from districting.county import County
from districting.model.feeder_view import FeederView
from districting.model.feeder_words import ForbidPairs
from districting.plan.zone_plan import ZonePlan
from districting.policy.districts.tables import verdict_of
from districting.policy.rule import Finding, Strength
from districting.policy.zones.feeder_base import FeederRule, fed


@dataclass(frozen=True, kw_only=True)
class FeederLocks(FeederRule):
    r"""在尊重学区内中小学校自主办学的基础上，发挥学区优势，拓宽发展平台，增加发展机会，营造发展氛围。

    A primary whose feeder the starting plan locks keeps it: :math:`x_{pt} = 1`; one that is to be
    kept from a junior does not feed it.
    """

    name: ClassVar[str] = "feeder_locks"

    def __post_init__(self) -> None:
        super().__post_init__()
        self.refuse_strength(Strength.MUST)

    def feed(self, view: FeederView) -> Iterator[ForbidPairs]:
        """Close the pairs that the locks rule out."""
        pairs = np.zeros(len(view.pair_primary), bool)
        for lock in view.start.locks:
            if lock.unit_kind == "feeder" and lock.unit in view.primaries:
                primary = view.primaries.get_loc(lock.unit)
                there = view.pair_junior == view.position(lock.to)
                pairs |= (view.pair_primary == primary) & (there == lock.forbid)
        yield ForbidPairs(self.name, pairs)

    def judge(self, county: County, plan: ZonePlan, stage: str) -> Iterator[Finding]:
        """Look up each locked primary in the plan."""
        table, names = fed(county, plan), county.schools["name"]
        for lock in plan.locks:
            if lock.unit_kind != "feeder" or lock.unit not in table.index:
                continue
            now, wanted = table["junior"][lock.unit], plan.groups.get(lock.to, lock.to)
            holds = (now == wanted) != lock.forbid
            yield self.found(
                stage,
                verdict_of(holds, mendable=not now),
                (table["name"][lock.unit],),
                junior=str(names.get(lock.to, lock.to)),
                now=str(names.get(now, now)) or "—",
                reason=lock.reason or "—",
            )
