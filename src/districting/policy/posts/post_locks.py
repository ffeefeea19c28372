"""锁定的任职不动。"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from districting.county import County
from districting.model.posts import Ban, Count, PostsView
from districting.plan.posts_plan import PostsPlan
from districting.policy.posts.base import PostsRule
from districting.policy.rule import Finding, Verdict
from districting.terms import say


@dataclass(frozen=True, kw_only=True)
class PostLocks(PostsRule):
    r"""在尊重学区内中小学校自主办学的基础上

    Locks come from the starting plan. A lock asks that the person fills the office
    (:math:`\sum_a x_a \ge 1` over the arcs from that person to it); a lock that forbids rules those
    arcs out.
    """

    name: ClassVar[str] = "post_locks"

    def constrain(self, view: PostsView) -> Iterator[Ban | Count]:
        """Tie locked holders to their offices."""
        row: list[int] = []
        arcs: list[int] = []
        places: list[str] = []
        for lock in view.start.locks:
            place, _, post = lock.unit.rpartition("/")
            fills = view.holding({(place, post, lock.to)}) > 0
            if lock.forbid:
                yield Ban(self.name, fills, self.elastic)
                continue
            hits = np.flatnonzero(fills)
            row += [len(places)] * len(hits)
            arcs += hits.tolist()
            places.append(lock.unit)
        count = len(places)
        if count:
            yield Count(
                self.name, np.array(row, np.int64), np.array(arcs, np.int64),
                np.ones(count), np.full(count, np.inf), tuple(places), self.elastic,
            )  # fmt: skip

    def check(self, county: County, plan: PostsPlan) -> Iterator[Finding]:
        """Look up each lock in the plan."""
        held = set(zip(plan.posts["place"], plan.posts["post"], plan.posts["teacher"], strict=True))
        for lock in plan.locks:
            place, _, post = lock.unit.rpartition("/")
            holds = ((place, post, lock.to) in held) != lock.forbid
            office = f"{place}/{say(f'posts.post.{post}')}"
            yield Finding(
                self.name,
                Verdict.PASS if holds else Verdict.FAIL,
                (place,),
                details={"office": office, "teacher": lock.to, "reason": lock.reason or "—"},
            )
