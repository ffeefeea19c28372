"""师徒结对。"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pandas as pd
from scipy.sparse import csr_array
from scipy.sparse.csgraph import maximum_bipartite_matching

from districting.county import DAYS_A_YEAR, County
from districting.model.mentoring import Pairing
from districting.model.teaching import TeachingView
from districting.plan.teaching_plan import TeachingPlan
from districting.policy.rotation.tables import LEADERS
from districting.policy.rule import Finding, Verdict
from districting.policy.teaching.base import TeachingRule, checked_least, people, way_metres

HONOURED = ("county", "city", "province")
TITLES = {"first": 3, "senior": 4, "full": 5}


@dataclass(frozen=True, kw_only=True)
class MentorPairs(TeachingRule):
    r"""通过交流任教、跨校兼课、师徒结对等形式，联合培养学科带头人、培训教师

    A mentor is a backbone teacher at county level or above, or holds at least the title
    `mentor_title`; a novice has taught at most `novice_years` since joining, heads no school and
    bears no such honour, nor the title first or higher. Pairs have the same stage and subject and,
    in the first place, the same district, at most `reach` metres apart; a mentor takes at most
    `most` novices. As many pairs as possible are made, and among those with the least way.

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
        young &= ~staff["post"].isin(LEADERS)
        yield Pairing(
            self.name,
            staff[["teacher", "school", "stage", "subject"]],
            able.to_numpy(dtype=bool),
            young.to_numpy(dtype=bool),
            self.most,
            self.reach,
        )

    def check(self, county: County, plan: TeachingPlan) -> Iterator[Finding]:
        """Look up both of each pair, measure the way, and count the novices of each mentor.

        Fewer pairs than could be made are a fault as well.
        """
        known, pairs = people(county), plan.pairs
        a, b = known.reindex(pairs["mentor"]), known.reindex(pairs["mentee"])
        wrong = ~self._guides(a).to_numpy()
        for column in ("stage", "subject"):
            wrong = wrong | (a[column].to_numpy() != b[column].to_numpy())
            wrong = wrong | (a[column].to_numpy() != pairs[column].to_numpy())
        wrong = wrong | ~self._learns(b, county.year, slack=1).to_numpy()
        schools = zip(a["school"].fillna(""), b["school"].fillna(""), strict=True)
        wrong = wrong | (np.array(way_metres(county, list(schools))) > self.reach + 1e-3)
        wrong = wrong | pairs["mentee"].duplicated(keep=False).to_numpy()
        load = pairs["mentor"].map(pairs["mentor"].value_counts()).to_numpy()
        wrong = wrong | (load > self.most)
        for row in pairs[wrong].to_dict("records"):
            place = (row["mentor"], row["mentee"])
            yield Finding(self.name, Verdict.FAIL, place, details={"subject": row["subject"]})
        number, possible = float(len(pairs)), float(self._possible(county))
        if number < possible:
            details = {"message": "few"}
            yield Finding(self.name, Verdict.FAIL, (), number, possible, details=details)
        elif not np.any(wrong):
            mentors = int(pairs["mentor"].nunique())
            yield Finding(self.name, Verdict.PASS, (), number, details={"mentors": mentors})

    def _guides(self, staff: pd.DataFrame) -> pd.Series:
        """Return who may be a mentor."""
        high = staff["title"].map(TITLES).fillna(0) >= TITLES[self.mentor_title]
        return staff["honour"].isin(HONOURED) | high

    def _learns(self, staff: pd.DataFrame, year: int, slack: int) -> pd.Series:
        """Return who is a novice; days of months are not counted, so that `slack` months matter."""
        joined = pd.to_datetime(staff["joined"])
        months = 12 * (year - joined.dt.year) + 9 - joined.dt.month
        grown = staff["honour"].isin(HONOURED) | staff["title"].isin(list(TITLES))
        heads = staff["post"].isin(LEADERS)
        return (months <= 12 * self.novice_years + slack) & ~grown & ~heads

    def _possible(self, county: County) -> int:
        """Return how many novices mentors could take, by a matching of their places."""
        staff = county.tables["teachers"]
        staff = staff[staff["stage"].isin(["primary", "junior"])]
        staff = staff.assign(row=range(len(staff)))
        able = self._guides(staff)
        novices = staff[self._learns(staff, county.year, slack=-1) & ~able]
        both = staff[able].merge(novices, on=["stage", "subject"], suffixes=("", "_of"))
        schools, which = np.unique(both[["school", "school_of"]].to_numpy(str), axis=0,
                                   return_inverse=True)  # fmt: skip
        near = np.array(way_metres(county, [(a, b) for a, b in schools.tolist()]))
        both = both[near[which.ravel()] < self.reach - 1e-3] if len(both) else both
        places = [self.most * both["row"] + k for k in range(self.most)]
        cells = (np.tile(both["row_of"], self.most), np.concatenate(places))
        size = (len(staff), self.most * len(staff))
        table = csr_array((np.ones(len(cells[0]), dtype=np.int8), cells), shape=size)
        return int((maximum_bipartite_matching(table, perm_type="column") >= 0).sum())
