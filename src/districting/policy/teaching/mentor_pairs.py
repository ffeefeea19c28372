"""师徒结对。"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from districting.county import DAYS_A_YEAR, County
from districting.model.mentoring import Pairing
from districting.model.teaching import TeachingView
from districting.plan.teaching_plan import TeachingPlan
from districting.policy.rule import Finding, Verdict
from districting.policy.teaching.base import TeachingRule, checked_least, people, way_metres

HONOURED = ("county", "city", "province")


@dataclass(frozen=True, kw_only=True)
class MentorPairs(TeachingRule):
    r"""通过交流任教、跨校兼课、师徒结对等形式，联合培养学科带头人、培训教师

    A mentor is a backbone teacher at county level or above, or holds at least the title
    `mentor_title`; a novice has taught at most `novice_years` since joining and bears no such
    honour, nor the title first or higher. Pairs have the same stage and subject and, in the first
    place, the same district, at most `reach` metres apart; a mentor takes at most `most` novices.
    As many pairs as possible are made, and among those with the least way.

    Parameters
    ----------
    novice_years : float, years
    mentor_title : {"first", "senior", "full"}
    most : int
    reach : float, metres between the schools by road
    """

    name: ClassVar[str] = "mentor_pairs"
    needs: ClassVar[tuple[str, ...]] = (
        "teachers.subject",
        "teachers.honour",
        "teachers.title",
        "teachers.joined",
    )

    novice_years: float = 3.0
    mentor_title: str = "senior"
    most: int = 2
    reach: float = 15_000.0

    def __post_init__(self) -> None:
        checked_least(self, self.most, 1)
        checked_least(self, self.novice_years, 0)

    def constrain(self, view: TeachingView) -> Iterator[Any]:
        """Yield who may guide whom, as :class:`~districting.model.mentoring.Pairing`."""
        teachers = view.county.tables["teachers"]
        staff = teachers[teachers["stage"].isin(["primary", "junior"])]
        staff = staff.sort_values("teacher").reset_index(drop=True)
        order = ["none", "third", "second", "first", "senior", "full"]
        rank = staff["title"].map({t: i for i, t in enumerate(order)}).fillna(0)
        able = staff["honour"].isin(HONOURED) | (rank >= order.index(self.mentor_title))
        start = pd.Timestamp(view.county.year, 9, 1)
        years = (start - pd.to_datetime(staff["joined"])).dt.days / DAYS_A_YEAR
        young = (years <= self.novice_years) & ~able & (rank < order.index("first"))
        yield Pairing(
            self.name,
            staff[["teacher", "school", "stage", "subject"]],
            able.to_numpy(dtype=bool),
            young.to_numpy(dtype=bool),
            self.most,
            self.reach,
        )

    def check(self, county: County, plan: TeachingPlan) -> Iterator[Finding]:
        """Look up both of each pair, measure the way, and count the novices of each mentor."""
        known, pairs = people(county), plan.pairs
        a, b = known.reindex(pairs["mentor"]), known.reindex(pairs["mentee"])
        titles = {"first": 3, "senior": 4, "full": 5}
        high = a["title"].map(titles).fillna(0) >= titles[self.mentor_title]
        wrong = ~(a["honour"].isin(HONOURED) | high).to_numpy()
        for column in ("stage", "subject"):
            wrong = wrong | (a[column].to_numpy() != b[column].to_numpy())
            wrong = wrong | (a[column].to_numpy() != pairs[column].to_numpy())
        joined = pd.to_datetime(b["joined"])
        months = 12 * (county.year - joined.dt.year) + 9 - joined.dt.month
        wrong = wrong | ((months > 12 * self.novice_years + 1).to_numpy())
        wrong = wrong | (b["honour"].isin(HONOURED) | b["title"].isin(list(titles))).to_numpy()
        schools = zip(a["school"].fillna(""), b["school"].fillna(""), strict=True)
        wrong = wrong | (np.array(way_metres(county, list(schools))) > self.reach + 1e-3)
        wrong = wrong | pairs["mentee"].duplicated(keep=False).to_numpy()
        load = pairs["mentor"].map(pairs["mentor"].value_counts()).to_numpy()
        wrong = wrong | (load > self.most)
        for row in pairs[wrong].to_dict("records"):
            place = (row["mentor"], row["mentee"])
            yield Finding(self.name, Verdict.FAIL, place, details={"subject": row["subject"]})
        if not np.any(wrong):
            yield Finding(
                self.name, Verdict.PASS, (), float(len(pairs)),
                details={"mentors": int(pairs["mentor"].nunique())},
            )  # fmt: skip
