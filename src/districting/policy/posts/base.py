"""What rules for posts have in common, and the raw table that their checks reckon with."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import ClassVar, Self

import numpy as np
import pandas as pd

from districting.county import County
from districting.errors import PolicyError
from districting.graph.remembered import remembered, remembered_of_plan
from districting.model.posts import Count, Part, PostsView
from districting.plan.posts_plan import PostsPlan
from districting.policy.rule import Finding, Rule, Verdict
from districting.terms import say

LEADERS = ("principal", "secretary")
"""Posts in the teachers' table of those who head a school (校长、党组织书记)."""


@dataclass(frozen=True, kw_only=True)
class PostsRule(Rule):
    """Base of the rules for posts plans."""

    kind: ClassVar[str] = "posts"
    area: ClassVar[str] = "posts"
    needs: ClassVar[tuple[str, ...]] = ("teachers.post", "teachers.party", "teachers.born")

    @abstractmethod
    def constrain(self, view: PostsView) -> Iterable[Part]:
        """Yield the rule's parts, each with ``gate=self.name``."""

    @abstractmethod
    def check(self, county: County, plan: PostsPlan) -> Iterator[Finding]:
        """Yield a finding per place, from the raw tables, sharing no code with `constrain`."""


@dataclass(frozen=True, kw_only=True)
class Numbers(PostsRule):
    """Base of the rules that say which posts a union or a district has, and how many holders."""

    body: ClassVar[str]

    others: tuple[Numbers, ...] = ()

    def joined(self, rules: tuple[Rule, ...]) -> Self:
        """Return the rule knowing the others that give places of its kind their posts."""
        return replace(self, others=tuple(r for r in rules if isinstance(r, Numbers)))

    @abstractmethod
    def numbers(self, schools: int) -> Mapping[str, tuple[int, int]]:
        """Return (least, most) holders by post for a place with so many schools."""

    def constrain(self, view: PostsView) -> Iterator[Count]:
        """Hold the number of holders of each office within its limits."""
        mine = (view.offices["body"] == self.body).to_numpy()
        row, arc = view.per_office(mine)
        lower, upper, places = [], [], []
        for office in view.offices[mine].itertuples():
            size = len(view.start.members(self.body, str(office.place)))
            least, most = self.numbers(size)[str(office.post)]
            lower.append(float(least))
            upper.append(float(most))
            places.append(f"{office.place}/{say(f'posts.post.{office.post}')}")
        yield Count(
            self.name, row, arc, np.array(lower), np.array(upper), tuple(places), self.elastic
        )

    def check(self, county: County, plan: PostsPlan) -> Iterator[Finding]:
        """Count the holders of each post at each place, and name posts that no rule gives it."""
        held = plan.posts.groupby(["body", "place", "post"])["teacher"].nunique()
        for body, place in plan.places():
            if body != self.body:
                continue
            at = plan.schools if body == "district" else plan.schools.map(plan.unions)
            size = int((at == place).sum())
            for post, (least, most) in self.numbers(size).items():
                number = int(held.get((body, place, post), 0))
                verdict = Verdict.PASS if least <= number <= most else Verdict.FAIL
                if number == 0 < least:
                    verdict = Verdict.INCOMPLETE
                yield self._found(place, post, verdict, number, (least, most), str(verdict))
            rules = (self, *(r for r in self.others if r.body == body))
            given = {post for rule in rules for post in rule.numbers(size)}
            here = plan.posts[(plan.posts["body"] == body) & (plan.posts["place"] == place)]
            for post in sorted(set(here["post"]) - given):
                number = int((here["post"] == post).sum())
                yield self._found(place, post, Verdict.FAIL, number, (0, 0), "none")

    def _found(
        self,
        place: str,
        post: str,
        verdict: Verdict,
        number: int,
        limits: tuple[int, int],
        part: str,
    ) -> Finding:
        least, most = limits
        details = {"post": say(f"posts.post.{post}"), "least": least, "most": most, "message": part}
        limit = float(most if number > most else least)
        return Finding(self.name, verdict, (place,), float(number), limit, details=details)


@remembered
def _people(county: County) -> pd.DataFrame:
    return county.tables["teachers"].set_index("teacher")


@remembered_of_plan
def holders(county: County, plan: PostsPlan) -> pd.DataFrame:
    """Return the plan's rows with what the raw tables say of each holder.

    Returns
    -------
    pandas.DataFrame
        The columns of ``plan.posts`` with ``role`` (post in the teachers' table), ``party``,
        ``born``, ``now_school`` with its ``kind`` and ``name``, ``home`` (district of that
        school). Unknown teachers have empty cells.
    """
    known = _people(county).reindex(plan.posts["teacher"])
    schools = county.schools.reindex(known["school"])
    return plan.posts.assign(
        role=known["post"].fillna("").to_numpy(),
        party=known["party"].fillna(False).to_numpy(dtype=bool),
        born=known["born"].to_numpy(),
        now_school=known["school"].fillna("").to_numpy(),
        kind=schools["kind"].fillna("").to_numpy(),
        name=schools["name"].fillna("").to_numpy(),
        home=known["school"].map(plan.schools).fillna("").to_numpy(),
    )


def each(rule: PostsRule, rows: pd.DataFrame, broken: pd.Series, checked: int) -> Iterator[Finding]:
    """Yield a failure for each row that `broken` marks, or one finding that none of them is."""
    for row in rows[broken].to_dict("records"):
        yield Finding(
            rule.name,
            Verdict.FAIL,
            (str(row["place"]),),
            details={
                "post": say(f"posts.post.{row['post']}"),
                "teacher": row["teacher"],
                "school": row["name"],
                "role": role_title(row["role"]),
            },
        )
    if not broken.any():
        yield Finding(rule.name, Verdict.PASS, (), float(checked), details={})


def checked_words(rule: PostsRule, words: Iterable[str], allowed: Iterable[str]) -> None:
    """Refuse words that are not allowed.

    Raises
    ------
    PolicyError
        With the word and those allowed.
    """
    known = tuple(allowed)
    for word in words:
        if word not in known:
            raise PolicyError(
                say("policy.bad_word", rule=rule.name, value=word, allowed="、".join(known))
            )


def role_title(role: object) -> str:
    """Return what a holder is at the own school, in the current language."""
    return say(f"posts.role.{role or 'unknown'}")
