"""单校划片：每所小学对口一所初中，该初中接收其全部毕业生。"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from districting.county import TEACHES, County
from districting.model.feeder_view import FeederView
from districting.model.feeder_words import FeederPart
from districting.plan.zone_plan import ZonePlan
from districting.policy.districts.tables import verdict_of
from districting.policy.rule import Finding, Strength, Verdict
from districting.policy.zones.base import assigned
from districting.policy.zones.feeder_base import FeederRule


@dataclass(frozen=True, kw_only=True)
class FeederSingle(FeederRule):
    r"""对口直升：初中接收对口小学全部毕业生；难以单校划片的可多校划片，随机派位。

    :math:`\sum_t x_{pt} = 1`: a primary feeds one junior school directly, or by lottery all the
    schools of one shared zone. The feeder problem knows primaries as wholes and zones alone, so
    there is nothing to add to it. Source: 教基一〔2014〕1号.
    """

    name: ClassVar[str] = "feeder_single"
    needs: ClassVar[tuple[str, ...]] = ("schools.kind",)

    def __post_init__(self) -> None:
        super().__post_init__()
        self.refuse_strength(Strength.MUST)

    def feed(self, view: FeederView) -> Iterator[FeederPart]:
        """Nothing: the problem's own sets say it."""
        yield from ()

    def judge(self, county: County, plan: ZonePlan, stage: str) -> Iterator[Finding]:
        """Count the juniors of every primary in use."""
        kinds, names = county.schools["kind"], county.schools["name"]
        bad = 0
        open_ = 0
        for primary in sorted(set(assigned(county, plan, "primary")) - {""}):
            rows = plan.feeders[plan.feeders["primary"] == primary]
            direct = rows[rows["way"] == "direct"]
            lots = set(rows.loc[rows["way"] == "lottery", "junior"])
            whole = len(direct) == 1 and not lots
            if lots and direct.empty:
                leads = {plan.groups.get(j, "") for j in lots}
                whole = len(leads) == 1 and lots == set(plan.members(leads.pop()))
            known = all(kinds.get(j, "") in TEACHES["junior"] for j in rows["junior"])
            if rows.empty:
                open_ += 1
            elif not whole or not known:
                bad += 1
                yield self.found(
                    stage,
                    Verdict.FAIL,
                    (str(names.get(primary, primary)),),
                    float(len(rows)),
                    1.0,
                    juniors="、".join(str(names.get(j, j)) for j in rows["junior"]),
                )
        if not bad:
            yield self.found(
                stage, verdict_of(not open_, mendable=True), (county.name,), float(open_), 0.0
            )
