"""由县教体局进行聘任考核，能上能下：考核不合格的解聘。"""

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

RESULTS = ("excellent", "good", "basic", "failed")


@dataclass(frozen=True, kw_only=True)
class Appraisal(PostsRule):
    r"""由县教体局负责对学区主任进行聘任考核，建立能上能下的用人机制。

    Who holds a post today and was appraised there as one of `dismissed` does not go on in it, and
    nobody is appointed whose score as a candidate for it (综合量化得分) is below `least`:
    :math:`x_a = 0` for the arcs of these persons to these posts. Other posts stay open to them.

    Parameters
    ----------
    dismissed : tuple of str
        Results that end an appointment: ``failed`` (不合格), ``basic`` (基本合格), ...
    least : float, points
        Lowest score of a candidate; 0 for no limit.
    """

    name: ClassVar[str] = "appraisal"

    dismissed: tuple[str, ...] = ("failed",)
    least: float = 0.0

    def __post_init__(self) -> None:
        checked_words(self, self.dismissed, RESULTS)

    def constrain(self, view: PostsView) -> Iterator[Ban]:
        """Rule out holders who are dismissed and candidates below the least score."""
        tables = view.county.tables
        present, given = tables["posts"], tables["candidates"]
        if "result" in present:
            present = present[present["result"].isin(self.dismissed)]
        else:
            present = present.iloc[:0]
        given = given[given["score"].astype(float) < self.least]
        keys = {
            (place, post, teacher)
            for table in (present, given)
            for place, post, teacher in zip(
                table["place"], table["post"], table["teacher"], strict=True
            )
        }
        yield Ban(self.name, np.asarray(view.holding(keys) > 0), self.elastic)

    def check(self, county: County, plan: PostsPlan) -> Iterator[Finding]:
        """Look up each holder's appraisal in the same post, and the score as a candidate."""
        rows = holders(county, plan)
        keys = ["place", "post", "teacher"]
        before = county.tables["posts"].reindex(columns=[*keys, "result"])
        scores = county.tables["candidates"][[*keys, "score"]]
        known = rows.merge(before, how="left", on=keys).merge(scores, how="left", on=keys)
        failed = known["result"].isin(list(self.dismissed))
        low = known["score"].astype(float) < self.least
        yield from each(self, known, failed | low, len(known))
