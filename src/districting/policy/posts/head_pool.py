"""对联区、学区兼职干部教师：领导岗位由各校在职干部兼任。"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from districting.county import County
from districting.model.posts import Ban, PostsView
from districting.plan.posts_plan import PostsPlan
from districting.policy.posts.base import LEADERS, PostsRule, checked_words, each, holders
from districting.policy.rule import Finding

ROLES = ("principal", "secretary", "vice_principal", "manager", "teacher", "backbone")
BACKBONE = ("county", "city", "province")


@dataclass(frozen=True, kw_only=True)
class HeadPool(PostsRule):
    r"""合理设置联区、学区人员岗位和工作职责。

    Arcs to directorships and secretaryships start at school leaders in `heads`, arcs to advisers at
    those in `advisers` (``backbone``: backbone teachers at county level or above); other arcs are
    ruled out. The texts speak of 兼职干部教师 and leave the pool to the bureau.

    Parameters
    ----------
    heads, advisers : tuple of str
        Of ``principal``, ``secretary``, ``vice_principal``, ``manager``, ``teacher``, ``backbone``.
    """

    name: ClassVar[str] = "head_pool"
    needs: ClassVar[tuple[str, ...]] = (*PostsRule.needs, "teachers.honour")

    heads: tuple[str, ...] = LEADERS
    advisers: tuple[str, ...] = ("principal", "secretary", "vice_principal", "backbone")

    def __post_init__(self) -> None:
        checked_words(self, (*self.heads, *self.advisers), ROLES)

    def constrain(self, view: PostsView) -> Iterator[Ban]:
        """Rule out teachers outside the pools."""
        role, backbone = view.of("post"), np.isin(view.of("honour"), BACKBONE)
        banned = np.zeros(len(role), dtype=bool)
        for posts, pool in ((("director", "secretary"), self.heads), (("adviser",), self.advisers)):
            inside = np.isin(role, pool) | (backbone & ("backbone" in pool))
            banned |= view.fills(None, *posts) & ~inside
        yield Ban(self.name, banned, self.elastic)

    def check(self, county: County, plan: PostsPlan) -> Iterator[Finding]:
        """Look up what each holder is at the own school."""
        rows = holders(county, plan)
        honours = county.tables["teachers"].set_index("teacher")["honour"]
        pools = {"director": self.heads, "secretary": self.heads, "adviser": self.advisers}
        outside = []
        for row in rows.itertuples():
            pool = pools.get(str(row.post), ROLES)
            backbone = str(honours.get(row.teacher, "")) in BACKBONE
            outside.append(row.role not in pool and not ("backbone" in pool and backbone))
        rows = rows.assign(outside=np.array(outside, dtype=bool))
        yield from each(self, rows, rows["outside"], len(rows))
