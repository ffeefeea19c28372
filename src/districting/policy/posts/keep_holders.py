"""在原教委基础上改设学区：现任者可以留任的尽量留任。"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from districting.county import County
from districting.model.posts import Cost, PostsView
from districting.plan.posts_plan import PostsPlan
from districting.policy.posts.base import PostsRule
from districting.policy.rule import Finding, Verdict


@dataclass(frozen=True, kw_only=True)
class KeepHolders(PostsRule):
    r"""以镇街为单位，在原教委基础上改设学区

    Minimise the offices that somebody new fills: :math:`\sum_a n_a x_a` with :math:`n_a` the
    offices of the arc that its teacher does not hold today. Without a table of present posts the
    rule has no effect.

    Parameters
    ----------
    weight : float, points per new holder
    """

    name: ClassVar[str] = "keep_holders"

    def constrain(self, view: PostsView) -> Iterator[Cost]:
        """Weigh new holders."""
        present = view.county.tables["posts"]
        if present.empty:
            return
        held = set(zip(present["place"], present["post"], present["teacher"], strict=True))
        fills = 1 + (view.second >= 0)
        new = np.asarray(fills - view.holding(held), dtype=np.float64)
        yield Cost(self.name, "holders", self.weight, new)

    def check(self, county: County, plan: PostsPlan) -> Iterator[Finding]:
        """Count the holders who are new in their post."""
        before = county.tables["posts"]
        if before.empty:
            return
        merged = plan.posts.merge(before[["place", "post", "teacher"]], how="left", indicator=True)
        new = float((merged["_merge"] == "left_only").sum())
        yield Finding(self.name, Verdict.PASS, (county.name,), new, details={"all": len(merged)})
