"""逐步实行九年一贯制划片对口招生：初中片区与对口一致。"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from districting.county import County
from districting.model.zone_view import ZoneView
from districting.model.zone_words import ArcPrice, Forbid
from districting.plan.zone_plan import ZonePlan
from districting.policy.rule import Finding, Verdict
from districting.policy.zones.base import ZoneRule, assigned


@dataclass(frozen=True, kw_only=True)
class FeederAlignment(ZoneRule):
    r"""积极创造条件，逐步实行九年一贯制划片对口招生，保障适龄儿童少年就近对口入学。

    With :math:`f(v)` the junior school that the primary of village v feeds directly:
    :math:`x_{v f(v)} = 1` as a must; otherwise each child sent elsewhere costs `price` (or
    `weight`). Villages whose primary feeds none directly are free.

    Parameters
    ----------
    price, weight : float
        Child-metres per child.
    """

    name: ClassVar[str] = "feeder_alignment"

    stages: tuple[str, ...] = ("junior",)
    price: float = 2_000.0

    def __post_init__(self) -> None:
        self.refuse_words((s, ["junior"]) for s in self.stages)

    def parts(self, view: ZoneView) -> Iterator[Forbid | ArcPrice]:
        """Close or price the arcs to other schools than the one fed."""
        fed = view.feeds[view.arc_village]
        other = (fed >= 0) & (view.arc_zone != fed)
        if self.elastic is None:
            yield Forbid(self.name, other)
        else:
            yield ArcPrice(self.name, self.elastic, view.arc_children * other)

    def judge(self, county: County, plan: ZonePlan, stage: str) -> Iterator[Finding]:
        """Compare each village's junior zone with the school that its primary feeds."""
        feeds = {p: plan.groups.get(j, j) for p, j in plan.feeds().items()}
        primary, junior = assigned(county, plan, "primary"), assigned(county, plan, "junior")
        due = primary.map(lambda school: feeds.get(school, ""))
        apart = (due != "") & (junior != "") & (junior != due)
        children = county.villages["children_junior"].fillna(0).astype(int)
        names = county.schools["name"]
        for village in apart.index[apart]:
            yield self.found(
                stage,
                Verdict.FAIL,
                (str(county.villages["name"][village]),),
                float(children[village]),
                school=str(names.get(junior[village], junior[village])),
                primary=str(names.get(primary[village], primary[village])),
                due=str(names.get(due[village], due[village])),
            )
        if not apart.any():
            open_ = ((due != "") & (junior == "")).any()
            verdict = Verdict.INCOMPLETE if open_ else Verdict.PASS
            yield self.found(stage, verdict, (county.name,), 0.0)
