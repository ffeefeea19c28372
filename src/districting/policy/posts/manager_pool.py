"""学区管理员由学校教师或管理人员兼任。"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from districting.county import County
from districting.model.posts import Ban, PostsView
from districting.plan.posts_plan import PostsPlan
from districting.policy.posts.base import PostsRule, checked_words, each, holders
from districting.policy.rule import Finding

ROLES = ("teacher", "manager", "vice_principal")


@dataclass(frozen=True, kw_only=True)
class ManagerPool(PostsRule):
    """学区管理员由学校教师或管理人员兼任。

    Arcs to managers' offices start at teachers or managers; others are ruled out.

    Parameters
    ----------
    roles : tuple of str
        Of ``teacher``, ``manager``, ``vice_principal`` (the text does not name vice principals).
    """

    name: ClassVar[str] = "manager_pool"

    roles: tuple[str, ...] = ("teacher", "manager")

    def __post_init__(self) -> None:
        checked_words(self, self.roles, ROLES)

    def constrain(self, view: PostsView) -> Iterator[Ban]:
        """Rule out everybody else."""
        banned = view.fills("district", "manager") & ~np.isin(view.of("post"), self.roles)
        yield Ban(self.name, banned, self.elastic)

    def check(self, county: County, plan: PostsPlan) -> Iterator[Finding]:
        """Look up what each manager is at the own school."""
        rows = holders(county, plan)
        managers = rows[rows["post"] == "manager"]
        yield from each(self, managers, ~managers["role"].isin(self.roles), len(managers))
