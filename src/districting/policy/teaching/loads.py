"""Loads of posts and the periods they leave missing or spare: base of the rules on periods."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from districting.county import County
from districting.policy.load_norms import LoadNorms
from districting.policy.teaching.base import TeachingRule, checked_least
from districting.read.curriculum import GRADES, curriculum

LEADERS = ("principal", "secretary", "vice_principal")
STAGES = ("primary", "junior")


@dataclass(frozen=True, kw_only=True)
class Loads(LoadNorms, TeachingRule):
    r"""Base of the rules on periods.

    The teachers of a subject share its periods at their own school in proportion to their loads;
    what is left of a load is spare:
    :math:`q_t = \lfloor L_t - L_t \min(1, n_{sj} / \sum L) \rfloor` with :math:`n_{sj}` the
    periods of the curriculum. What they cannot cover is missing.

    Parameters
    ----------
    leader_share : float
        Share of a full load that principals, secretaries and vice principals teach; by the bureau.
    """

    name: ClassVar[str]

    leader_share: float = 0.5

    def __post_init__(self) -> None:
        checked_least(self, self.leader_share, 0)

    def reckon(self, county: County) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Return gaps and staff as :class:`~districting.model.teaching.TeachingView` has them."""
        need = self._needed(county)
        staff = county.tables["teachers"]
        staff = staff[staff["stage"].isin(STAGES) & (staff.get("on_quota", "") != "no")].copy()
        full = [self.load(s, j) for s, j in zip(staff["stage"], staff["subject"], strict=True)]
        staff["load"] = np.array(full, dtype=float)
        staff.loc[staff["post"].isin(LEADERS), "load"] *= self.leader_share
        keys = ["school", "stage", "subject"]
        supply = staff.groupby(keys)["load"].sum()
        table = need.to_frame("need").join(supply.rename("supply"), how="left").fillna(0.0)
        table["missing"] = np.floor(np.maximum(table["need"] - table["supply"], 0) + 1e-9)
        gaps = table[table["missing"] > 0].reset_index()
        schools = county.schools
        gaps["kind"] = schools["kind"].reindex(gaps["school"]).to_numpy()
        area = schools["area_type"] if "area_type" in schools else pd.Series("", schools.index)
        gaps["area"] = area.reindex(gaps["school"]).fillna("").to_numpy()
        taken = need.reindex(pd.MultiIndex.from_frame(staff[keys])).fillna(0).to_numpy()
        whole = supply.reindex(pd.MultiIndex.from_frame(staff[keys])).to_numpy()
        used = staff["load"] * np.minimum(1.0, taken / np.maximum(whole, 1e-9))
        staff["spare"] = np.floor(staff["load"] - used + 1e-9).astype(np.int64)
        if "subject_2" not in staff:
            staff["subject_2"] = ""
        free = staff[staff["spare"] > 0].sort_values("teacher")
        columns = ["teacher", *keys, "subject_2", "spare"]
        return gaps.drop(columns=["need", "supply"]), free[columns].reset_index(drop=True)

    def _needed(self, county: County) -> pd.Series:
        """Return periods a week by school, stage, subject in the county's year."""
        classes = county.tables["classes"]
        now = classes[classes["year"] == county.year][["school", "grade", "classes"]]
        table = curriculum(county, self.scheme)
        table = table[~table["subject"].isin(self.without_post)]
        both = now.merge(table, on="grade")
        both["stage"] = np.where(both["grade"].isin(GRADES["primary"]), "primary", "junior")
        both["hours"] = both["classes"] * both["periods"]
        public = county.schools.index[county.schools["run_by"] != "private"]
        both = both[both["school"].isin(public)]
        return both.groupby(["school", "stage", "subject"])["hours"].sum()

    def counted(self, county: County) -> pd.DataFrame:
        """Return ``need`` and ``supply`` (periods a week) by school, stage, subject.

        The checks' own reckoning, row by row from the raw tables.
        """
        public = set(county.schools.index[county.schools["run_by"] != "private"])
        table = curriculum(county, self.scheme)
        hours: dict[tuple[str, str, str], list[float]] = {}
        for c in county.tables["classes"].to_dict("records"):
            if c["year"] != county.year or c["school"] not in public:
                continue
            stage = "primary" if c["grade"] <= 6 else "junior"
            here = table[table["grade"] == c["grade"]]
            for subject, periods in zip(here["subject"], here["periods"], strict=True):
                if subject not in self.without_post:
                    cell = hours.setdefault((c["school"], stage, subject), [0.0, 0.0])
                    cell[0] += c["classes"] * periods
        for t in county.tables["teachers"].to_dict("records"):
            key = (t["school"], t["stage"], t["subject"])
            if t["stage"] in STAGES and t.get("on_quota", "") != "no":
                share = self.leader_share if t["post"] in LEADERS else 1.0
                hours.setdefault(key, [0.0, 0.0])[1] += share * self.load(t["stage"], t["subject"])
        index = pd.MultiIndex.from_tuples(list(hours), names=["school", "stage", "subject"])
        return pd.DataFrame(list(hours.values()), index, columns=["need", "supply"]).sort_index()
