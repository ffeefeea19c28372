"""一人一岗；主任、书记可兼任。"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from districting.county import County
from districting.errors import PolicyError
from districting.model.posts import Ban, Count, PostsView
from districting.plan.posts_plan import PostsPlan
from districting.policy.posts.base import PostsRule
from districting.policy.rule import Finding, Verdict
from districting.terms import say

WORDS = ("may", "must", "never")


@dataclass(frozen=True, kw_only=True)
class OneOffice(PostsRule):
    r"""每个教育学区设主任一名、书记一名（可兼任）。

    Nobody holds more than one office (:math:`\sum_{a: t(a) = t} x_a \le 1`), director and secretary
    of one place together counting as one where they may be held together.

    Parameters
    ----------
    together : {"may", "must", "never"}
        Director and secretary of one district in one person.
    union_together : {"may", "must", "never"}
        The same for a union, of which the text says nothing.
    """

    name: ClassVar[str] = "one_office"

    together: str = "may"
    union_together: str = "never"

    def __post_init__(self) -> None:
        for word in (self.together, self.union_together):
            if word not in WORDS:
                raise PolicyError(
                    say("policy.bad_word", rule=self.name, value=word, allowed="、".join(WORDS))
                )

    def constrain(self, view: PostsView) -> Iterator[Ban | Count]:
        """Limit the arcs of each teacher, and say whether two posts go together."""
        double = view.second >= 0
        heads = double | view.fills(None, "director", "secretary")
        posts = view.offices.groupby("place")["post"].agg(set)
        both = [{"director", "secretary"} <= posts[p] for p in view.offices["place"]]
        paired = np.array(both, dtype=bool)[view.office]
        banned = np.zeros(len(double), dtype=bool)
        for body, word in (("district", self.together), ("union", self.union_together)):
            mine = view.fills(body) & heads & paired
            banned |= mine & (double if word == "never" else ~double & (word == "must"))
        yield Ban(self.name, banned, self.elastic)
        people = view.staff["teacher"].to_numpy(dtype=object)
        used, row = np.unique(view.teacher, return_inverse=True)
        yield Count(
            self.name, row.astype(np.int64), np.arange(len(row)),
            np.full(len(used), -np.inf), np.ones(len(used)),
            tuple(str(people[t]) for t in used), self.elastic,
        )  # fmt: skip

    def check(self, county: County, plan: PostsPlan) -> Iterator[Finding]:
        """Count the offices of each holder."""
        table = plan.posts
        for teacher, rows in table.groupby("teacher"):
            offices = sorted(zip(rows["body"], rows["place"], rows["post"], strict=True))
            pair = len(offices) == 2 and offices[0][:2] == offices[1][:2]
            pair = pair and {o[2] for o in offices} == {"director", "secretary"}
            word = self.together if offices[0][0] == "district" else self.union_together
            if len(offices) > 1 and not (pair and word != "never"):
                yield self._found(Verdict.FAIL, "fail", str(teacher), offices)
        for body, place in plan.places():
            word = self.together if body == "district" else self.union_together
            held = table[(table["body"] == body) & (table["place"] == place)]
            who = [set(held.loc[held["post"] == p, "teacher"]) for p in ("director", "secretary")]
            if word == "must" and all(who) and who[0] != who[1]:
                yield self._found(Verdict.FAIL, "apart", "、".join(sorted(who[0] | who[1])), [
                    (body, place, "director"), (body, place, "secretary")
                ])  # fmt: skip
        yield self._found(Verdict.PASS, "pass", "", [], float(table["teacher"].nunique()))

    def _found(
        self,
        verdict: Verdict,
        message: str,
        teacher: str,
        offices: list[tuple[str, str, str]],
        number: float | None = None,
    ) -> Finding:
        held = "、".join(f"{place}{say(f'posts.post.{post}')}" for _, place, post in offices)
        places = tuple(dict.fromkeys(place for _, place, _ in offices))
        details = {"message": message, "teacher": teacher, "held": held}
        return Finding(self.name, verdict, places, number, details=details)
