"""在尊重学区内中小学校自主办学的基础上：锁定的片区不动，不划入的学校不划。"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from districting.county import County
from districting.errors import PolicyError
from districting.model.zone_view import ZoneView
from districting.model.zone_words import Forbid
from districting.plan.zone_plan import ZonePlan
from districting.policy.districts.tables import verdict_of
from districting.policy.rule import Finding, Strength
from districting.policy.zones.base import ZoneRule, assigned
from districting.terms import say


@dataclass(frozen=True, kw_only=True)
class ZoneLocks(ZoneRule):
    r"""在尊重学区内中小学校自主办学的基础上，发挥学区优势，拓宽发展平台，增加发展机会，营造发展氛围。

    Locks come from the starting plan: :math:`x_{vs} = 1` for a village locked to a school,
    :math:`x_{vs} = 0` for one that is to be kept from it. A school stands for the zone it shares.
    """

    name: ClassVar[str] = "locks"

    def __post_init__(self) -> None:
        super().__post_init__()
        self.refuse_strength(Strength.MUST)

    def parts(self, view: ZoneView) -> Iterator[Forbid]:
        """Close the arcs that the locks rule out.

        Raises
        ------
        PolicyError
            If a lock names a village that is not there.
        """
        locks = () if view.start is None else view.start.locks
        of_stage = [lock.unit for lock in locks if lock.unit_kind == view.stage]
        lost = [unit for unit in of_stage if unit not in view.county.villages.index]
        if lost:
            raise PolicyError(say("policy.locked_unknown", value="、".join(lost)))
        arcs = np.zeros(len(view.arc_zone), bool)
        for lock in locks:
            if lock.unit_kind == view.stage and lock.unit in view.units:
                village = view.units.get_loc(lock.unit)
                there = view.arc_zone == view.position(lock.to)
                arcs |= (view.arc_village == village) & (there == lock.forbid)
        if arcs.any():
            yield Forbid(self.name, arcs)

    def judge(self, county: County, plan: ZonePlan, stage: str) -> Iterator[Finding]:
        """Look up each locked village in the plan."""
        zone, names = assigned(county, plan, stage), county.schools["name"]
        for lock in plan.locks:
            if lock.unit_kind != stage:
                continue
            now, wanted = str(zone.get(lock.unit, "")), plan.groups.get(lock.to, lock.to)
            holds = (now == wanted) != lock.forbid
            verdict = verdict_of(holds, mendable=not now)
            kept = "kept_away" if holds else "not_kept_away"
            yield self.found(
                stage,
                verdict,
                (str(county.villages["name"].get(lock.unit, lock.unit)),),
                school=str(names.get(lock.to, lock.to)),
                now=str(names.get(now, now)) or "—",
                reason=lock.reason or "—",
                message=kept if lock.forbid else str(verdict),
            )
