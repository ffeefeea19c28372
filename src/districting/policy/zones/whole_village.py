"""片区须为每校划定：每个村居整村划入一所公办学校的片区。"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from districting.county import County
from districting.model.zone_view import ZoneView
from districting.model.zone_words import Part
from districting.plan.zone_plan import ZonePlan
from districting.policy.rule import Finding, Strength, Verdict
from districting.policy.zones.base import ZoneRule, assigned, sharing


@dataclass(frozen=True, kw_only=True)
class WholeVillage(ZoneRule):
    r"""建立常住人口学龄儿童摸底；片区须为每校划定；资源较均衡逐步单校划片。

    :math:`\sum_s x_{vs} = 1`, over the zones of public schools that teach the stage. The model
    knows villages as wholes and such schools alone, so there is nothing to add to it.
    """

    name: ClassVar[str] = "whole_village"
    needs: ClassVar[tuple[str, ...]] = ("schools.run_by", "schools.kind")

    def __post_init__(self) -> None:
        super().__post_init__()
        self.refuse_strength(Strength.MUST)

    def parts(self, view: ZoneView) -> Iterator[Part]:
        """Nothing: the problem's own sets say it."""
        yield from ()

    def judge(self, county: County, plan: ZonePlan, stage: str) -> Iterator[Finding]:
        """Look for villages without zone, and for zones of schools that cannot have one."""
        zone, known = assigned(county, plan, stage), sharing(plan, county, stage)
        names = county.villages["name"]
        missing = zone == ""
        wrong = ~missing & ~zone.isin(list(known))
        for village in zone.index[wrong]:
            yield self.found(
                stage,
                Verdict.FAIL,
                (str(names[village]),),
                school=str(county.schools["name"].get(zone[village], zone[village])),
            )
        verdict = Verdict.INCOMPLETE if missing.any() else Verdict.PASS
        if not wrong.any():
            yield self.found(stage, verdict, (county.name,), float(missing.sum()), float(len(zone)))
