"""学区副主任由学区内其他中小学、幼儿园的党组织书记或校长兼任。"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from districting.county import County
from districting.model.posts import Ban, Count, PostsView
from districting.plan.posts_plan import PostsPlan
from districting.policy.posts.base import LEADERS, PostsRule, each, holders
from districting.policy.rule import Finding


@dataclass(frozen=True, kw_only=True)
class DeputyPool(PostsRule):
    r"""学区副主任由学区内其他中小学、幼儿园的党组织书记或校长兼任。

    Deputies are secretaries or principals; for each school and district, the director and any one
    deputy do not come from the same school: :math:`\sum_{a \in D_s} x_a + x_b \le 1` for every
    deputy arc b from school s, with :math:`D_s` the director arcs from s.
    """

    name: ClassVar[str] = "deputy_pool"

    def constrain(self, view: PostsView) -> Iterator[Ban | Count]:
        """Rule out others, and deputies from the director's school."""
        deputies = view.fills("district", "deputy")
        leaders = np.isin(view.of("post"), LEADERS)
        yield Ban(self.name, deputies & ~leaders, self.elastic)
        school, directors = view.of("school"), view.fills("district", "director")
        by_school: dict[object, list[int]] = {}
        for arc in np.flatnonzero(directors):
            by_school.setdefault(school[arc], []).append(int(arc))
        row: list[int] = []
        arcs: list[int] = []
        places: list[str] = []
        for arc in np.flatnonzero(deputies & leaders):
            rivals = by_school.get(school[arc], [])
            if rivals:
                row += [len(places)] * (len(rivals) + 1)
                arcs += [*rivals, int(arc)]
                places.append(str(view.offices["place"].iloc[view.office[arc]]))
        count = len(places)
        yield Count(
            self.name, np.array(row, np.int64), np.array(arcs, np.int64),
            np.full(count, -np.inf), np.ones(count), tuple(places), self.elastic,
        )  # fmt: skip

    def check(self, county: County, plan: PostsPlan) -> Iterator[Finding]:
        """Look up each deputy's post and school, and the director's school."""
        rows = holders(county, plan)
        rows = rows[rows["body"] == "district"]
        directors = rows[rows["post"] == "director"]
        taken = set(zip(directors["place"], directors["now_school"], strict=True))
        deputies = rows[rows["post"] == "deputy"]
        same = [k in taken for k in zip(deputies["place"], deputies["now_school"], strict=True)]
        outside = deputies["home"] != deputies["place"]
        broken = ~deputies["role"].isin(["principal", "secretary"]) | np.array(same, bool) | outside
        yield from each(self, deputies, broken, len(deputies))
