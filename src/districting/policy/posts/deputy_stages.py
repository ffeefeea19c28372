"""学区副主任协助学区主任工作，分别负责本学区中小学、幼儿园的的管理工作。"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from districting.county import STAGES, TEACHES, County
from districting.model.posts import Count, PostsView
from districting.plan.posts_plan import PostsPlan
from districting.policy.posts.base import PostsRule, holders
from districting.policy.rule import Finding, Verdict
from districting.terms import say

LED_BY = ("director", "deputy")


@dataclass(frozen=True, kw_only=True)
class DeputyStages(PostsRule):
    r"""学区副主任协助学区主任工作，分别负责本学区中小学、幼儿园的的管理工作；学区管理员由学校教师或管理人员兼任。

    For each district and each stage that its schools teach, the director or a deputy comes from a
    school of that stage: :math:`\sum_a x_a \ge 1` over such arcs.

    Parameters
    ----------
    price : float, points
        For a stage that nobody among them knows from the own school.
    """

    name: ClassVar[str] = "deputy_stages"

    def constrain(self, view: PostsView) -> Iterator[Count]:
        """Ask for somebody of each stage."""
        kind, leads = view.of("kind"), view.fills("district", *LED_BY)
        place = view.offices["place"].to_numpy(dtype=object)[view.office]
        kinds = view.county.schools["kind"].reindex(view.start.schools.index)
        row: list[int] = []
        arcs: list[int] = []
        places: list[str] = []
        for body, district in view.start.places():
            if body != "district":
                continue
            inside = kinds[(view.start.schools == district).to_numpy()]
            for stage in STAGES:
                if not inside.isin(TEACHES[stage]).any():
                    continue
                able = np.flatnonzero(leads & (place == district) & np.isin(kind, TEACHES[stage]))
                row += [len(places)] * len(able)
                arcs += able.tolist()
                places.append(f"{district}/{say(f'terms.{stage}')}")
        count = len(places)
        yield Count(
            self.name, np.array(row, np.int64), np.array(arcs, np.int64),
            np.ones(count), np.full(count, np.inf), tuple(places), self.elastic,
        )  # fmt: skip

    def check(self, county: County, plan: PostsPlan) -> Iterator[Finding]:
        """Name the stages of each district that no director or deputy comes from."""
        rows = holders(county, plan)
        rows = rows[(rows["body"] == "district") & rows["post"].isin(["director", "deputy"])]
        taught = county.schools["kind"].reindex(plan.schools.index)
        for body, district in plan.places():
            if body != "district":
                continue
            present = set(taught[(plan.schools == district).to_numpy()])
            known = set(rows.loc[rows["place"] == district, "kind"])
            missing = [
                say(f"terms.{s}")
                for s in STAGES
                if present & set(TEACHES[s]) and not known & set(TEACHES[s])
            ]
            yield Finding(
                self.name,
                Verdict.FAIL if missing else Verdict.PASS,
                (district,),
                float(len(missing)),
                0.0,
                details={"stages": "、".join(missing)},
            )
