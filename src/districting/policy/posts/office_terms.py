"""学区主任实行聘任制：聘期与任满。"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import pandas as pd

from districting.county import DAYS_A_YEAR, County
from districting.model.posts import Ban, PostsView
from districting.plan.posts_plan import PostsPlan
from districting.policy.posts.base import PostsRule, each, holders
from districting.policy.rule import Finding, Verdict
from districting.terms import say


@dataclass(frozen=True, kw_only=True)
class OfficeTerms(PostsRule):
    """3.学区主任实行聘任制。由县教体局负责对学区主任进行聘任考核，今后，将根据学区综合量化考核情况，通过公开竞聘、民主推荐、组织考察等形式，选拔政治素质高、管理能力突出的干部担任，建立能上能下的用人机制。

    Appointments run for `years`. An arc is ruled out where the person would be older than
    `oldest` at the end of the term, or has held the same post for `terms` terms already (table of
    present posts, column ``terms``).

    Parameters
    ----------
    years : int, years
        Length of a term; the text gives none.
    terms : int
        Terms one person may serve in a post in a row; 0 for no limit.
    oldest : float, years
        Age that nobody may exceed at the end of the term; 60, before the gradual delay of
        retirement, is on the safe side. Persons without date of birth pass.
    """

    name: ClassVar[str] = "office_terms"

    years: int = 3
    terms: int = 2
    oldest: float = 60.0

    def constrain(self, view: PostsView) -> Iterator[Ban]:
        """Rule out those who could not serve the term."""
        end = pd.Timestamp(view.start.year + self.years, 8, 31)
        born = pd.to_datetime(view.staff["born"])
        old = ((end - born).dt.days / DAYS_A_YEAR > self.oldest).to_numpy()
        present = view.county.tables["posts"]
        full = present[(present["terms"] >= self.terms) & (self.terms > 0)]
        served = set(zip(full["place"], full["post"], full["teacher"], strict=True))
        banned = old[view.teacher] | (view.holding(served) > 0)
        yield Ban(self.name, banned, self.elastic)

    def check(self, county: County, plan: PostsPlan) -> Iterator[Finding]:
        """Reckon each holder's age at the end of the term, and the terms served before."""
        rows = holders(county, plan)
        last = pd.Timestamp(plan.year + self.years, 8, 31)
        age = (last - pd.to_datetime(rows["born"])) / pd.Timedelta(days=DAYS_A_YEAR)
        before = county.tables["posts"]
        keys = before["place"] + "/" + before["post"] + "/" + before["teacher"]
        served = pd.Series(before["terms"].to_numpy(dtype=float), index=keys.to_numpy())
        now = rows["place"] + "/" + rows["post"] + "/" + rows["teacher"]
        long = (now.map(served).fillna(0) >= self.terms) & (self.terms > 0)
        yield from each(self, rows, (age > self.oldest) | long, len(rows))
        first, last_month = f"{plan.year}-09", f"{plan.year + self.years}-08"
        for row in plan.posts.to_dict("records"):
            if (row["start"], row["end"]) != (first, last_month):
                yield Finding(
                    self.name,
                    Verdict.FAIL,
                    (row["place"],),
                    details={
                        "message": "dates", "post": say(f"posts.post.{row['post']}"),
                        "teacher": row["teacher"], "start": row["start"], "end": row["end"],
                        "first": first, "last": last_month,
                    },
                )  # fmt: skip
