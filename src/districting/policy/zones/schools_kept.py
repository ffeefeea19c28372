"""设点撤点要听取意见：写明保留的学校不撤。"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from districting.county import County
from districting.model.zone_view import ZoneView
from districting.model.zone_words import Part
from districting.plan.zone_plan import ZonePlan
from districting.policy.districts.tables import verdict_of
from districting.policy.rule import Finding, Strength
from districting.policy.zones.base import ZoneRule


@dataclass(frozen=True, kw_only=True)
class SchoolsKept(ZoneRule):
    r"""设置、调整学校或者教学点应当充分听取学生家长等有关方面的意见。

    The schools named stay open: each is in the county's data with seats of some stage. Zones do not
    open or close schools, so there is nothing to add to their model; the rule speaks when a change
    is tried. Source: 校车安全管理条例 art. 3 (ADM-15).

    Parameters
    ----------
    schools : tuple of str
        Names or ids.
    """

    name: ClassVar[str] = "schools_kept"

    stages: tuple[str, ...] = ("primary",)
    schools: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        super().__post_init__()
        self.refuse_strength(Strength.MUST, Strength.PRINCIPLE)

    def keeps(self, county: County, school: str) -> bool:
        """Tell whether the rule names `school`, by id or by name."""
        return bool({school, str(county.schools["name"].get(school, school))} & set(self.schools))

    def parts(self, view: ZoneView) -> Iterator[Part]:
        """Nothing: zones take the schools as they are."""
        yield from ()

    def judge(self, county: County, plan: ZonePlan, stage: str) -> Iterator[Finding]:
        """Look every named school up in the data, whatever the stage."""
        table = county.schools
        seats = table[["seats_primary", "seats_junior"]].fillna(0).sum(axis=1)
        for text in self.schools:
            there = (table.index == text) | (table["name"] == text).to_numpy()
            yield self.found(
                stage, verdict_of(bool((seats[there] > 0).any())), (text,), float(there.sum()), 1.0
            )
