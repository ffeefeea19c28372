"""加强联区、学区党组织建设：书记须为中共党员。"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from districting.county import County
from districting.model.posts import Ban, PostsView
from districting.plan.posts_plan import PostsPlan
from districting.policy.posts.base import PostsRule, each, holders
from districting.policy.rule import Finding


@dataclass(frozen=True, kw_only=True)
class PartySecretary(PostsRule):
    """加强党对联区、学区的领导，坚持正确政治方向和办学方向，加强联区、学区党组织建设，充分发挥党组织的政治核心作用，全面贯彻党的教育方针。

    Arcs to secretaryships from anybody who is no Party member are ruled out.
    """

    name: ClassVar[str] = "party_secretary"

    def constrain(self, view: PostsView) -> Iterator[Ban]:
        """Rule out secretaries outside the Party."""
        member = view.of("party").astype(bool)
        yield Ban(self.name, view.fills(None, "secretary") & ~member, self.elastic)

    def check(self, county: County, plan: PostsPlan) -> Iterator[Finding]:
        """Look up each secretary's membership."""
        rows = holders(county, plan)
        secretaries = rows[rows["post"] == "secretary"]
        yield from each(self, secretaries, ~secretaries["party"], len(secretaries))
