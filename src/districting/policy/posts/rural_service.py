"""在乡村学校任教三年以上的，选任时优先。"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from districting.county import DAYS_A_YEAR, County
from districting.model.posts import Cost, PostsView
from districting.plan.posts_plan import PostsPlan
from districting.policy.posts.base import PostsRule, checked_words
from districting.policy.rule import Finding, Verdict

POSTS = ("director", "secretary", "deputy", "adviser", "manager")


@dataclass(frozen=True, kw_only=True)
class RuralService(PostsRule):
    r"""有乡村学校任教经历的优先。

    Minimise the offices of `posts` held by somebody with less than `years` years at rural schools
    and teaching points: :math:`\sum_a n_a x_a` with :math:`n_a` such offices of the arc. Years are
    those since joining the present school, where that is rural, and those of earlier stays on
    record (交流经历) that have ended.

    Parameters
    ----------
    years : float, years
        ROT-19: 3, for principals.
    posts : tuple of str
    weight : float, points per holder
    """

    name: ClassVar[str] = "rural_service"
    needs: ClassVar[tuple[str, ...]] = (
        *PostsRule.needs,
        "teachers.joined",
        "schools.area_type",
    )

    years: float = 3.0
    posts: tuple[str, ...] = ("director", "secretary", "deputy")

    def __post_init__(self) -> None:
        checked_words(self, self.posts, POSTS)

    def constrain(self, view: PostsView) -> Iterator[Cost]:
        """Weigh holders with too few rural years."""
        at, until = view.county.rural_schools, pd.Timestamp(view.start.year, 9, 1)
        rural = set(at.index[at])
        staff, past = view.staff, view.county.tables["rotations"]
        own = (until - staff["joined"]).dt.days.where(staff["school"].isin(rural), 0.0)
        over = past[past["end"].notna() & past["to_school"].isin(rural)]
        stays = (over["end"] - over["start"]).dt.days.groupby(over["teacher"]).sum()
        days = own.fillna(0.0) + staff["teacher"].map(stays).fillna(0.0)
        few = (days / DAYS_A_YEAR < self.years).to_numpy()
        wanted = view.offices["post"].isin(self.posts).to_numpy()
        _, arc = view.per_office(np.asarray(wanted, dtype=bool))
        filled = np.bincount(arc, minlength=len(view.teacher)).astype(np.float64)
        yield Cost(self.name, "holders", self.weight, filled * few[view.teacher])

    def check(self, county: County, plan: PostsPlan) -> Iterator[Finding]:
        """Add up each holder's rural days, stay by stay."""
        kind, area = county.schools["kind"], county.schools["area_type"]
        teachers = county.tables["teachers"].set_index("teacher")
        past, until = county.tables["rotations"], pd.Timestamp(plan.year, 9, 1)
        lacking = 0
        held = plan.posts[plan.posts["post"].isin(list(self.posts))]
        for teacher in held["teacher"]:
            stays = [(teachers["school"][teacher], teachers["joined"][teacher], until)]
            own = past[past["teacher"] == teacher]
            stays += list(zip(own["to_school"], own["start"], own["end"], strict=True))
            days = sum(
                (end - begin).days
                for school, begin, end in stays
                if (area[school] == "rural" or kind[school] == "teaching_point")
                and not (pd.isna(begin) or pd.isna(end))
            )
            lacking += days < self.years * DAYS_A_YEAR
        details = {"all": len(held), "years": self.years}
        yield Finding(self.name, Verdict.PASS, (county.name,), float(lacking), details=details)
