"""学区主任一般由镇街驻地初中学校的党组织书记或校长兼任。"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from districting.county import TEACHES, County
from districting.model.posts import Ban, PostsView
from districting.plan.posts_plan import PostsPlan
from districting.policy.posts.base import LEADERS, PostsRule, holders, role_title
from districting.policy.rule import Finding, Verdict


@dataclass(frozen=True, kw_only=True)
class DirectorPool(PostsRule):
    r"""学区主任一般由镇街驻地初中学校的党组织书记或校长兼任，对学区内各中小学、幼儿园的各项管理和教育教学负总责。

    An arc to a district's directorship from anybody but the secretary or principal of a junior (or
    nine-year) school at the town's seat costs `price`, so that it is used only where the district
    has no such person; the check then says so, and the reason is to be recorded.

    Parameters
    ----------
    price : float, points
    """

    name: ClassVar[str] = "director_pool"
    needs: ClassVar[tuple[str, ...]] = (*PostsRule.needs, "schools.town_seat")

    def constrain(self, view: PostsView) -> Iterator[Ban]:
        """Price directors from elsewhere."""
        right = np.isin(view.of("kind"), TEACHES["junior"]) & view.of("town_seat").astype(bool)
        right &= np.isin(view.of("post"), LEADERS)
        yield Ban(self.name, view.fills("district", "director") & ~right, self.elastic)

    def check(self, county: County, plan: PostsPlan) -> Iterator[Finding]:
        """Look up each district director's school; say who would be eligible."""
        rows = holders(county, plan)
        rows = rows[(rows["body"] == "district") & (rows["post"] == "director")]
        teachers = county.tables["teachers"]
        pool = teachers[teachers["post"].isin(LEADERS)].merge(
            county.schools[["kind", "town_seat"]], left_on="school", right_index=True
        )
        seated = pool["town_seat"].fillna(False).astype(bool)
        pool = pool[pool["kind"].isin(["junior", "nine_year"]) & seated]
        homes = pool["school"].map(plan.schools)
        for row in rows.to_dict("records"):
            candidates = sorted(pool.loc[(homes == row["place"]).to_numpy(), "teacher"])
            holds = row["teacher"] in set(pool["teacher"])
            yield Finding(
                self.name,
                Verdict.PASS if holds else Verdict.FAIL,
                (str(row["place"]),),
                float(len(candidates)),
                details={
                    "message": "pass" if holds else "fail" if candidates else "nobody",
                    "teacher": row["teacher"],
                    "school": row["name"],
                    "role": role_title(row["role"]),
                    "candidates": "、".join(candidates) or "—",
                },
            )
