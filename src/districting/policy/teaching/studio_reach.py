"""名师工作室辐射。"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from districting.county import County
from districting.model.studios import Outreach
from districting.model.teaching import TeachingView
from districting.plan.teaching_plan import TeachingPlan
from districting.policy.rotation.base import checked_word
from districting.policy.rule import Finding, Verdict
from districting.policy.teaching.base import TeachingRule, checked_least, people, way_metres
from districting.read.curriculum import GRADES, SCHEMES, curriculum

HONOURS = ("county", "city", "province")


@dataclass(frozen=True, kw_only=True)
class StudioReach(TeachingRule):
    r"""共建教学团队和名师工作室，实现学区内各学校名师、骨干教师和学科带头人等优秀师资共享

    A teacher honoured at level `honour` or above leads a studio of the own stage and subject. It
    serves at most `most` other schools that teach the subject and have no such studio, at most
    `reach` metres away; a school is served by one studio a stage and subject. As many are served
    as can be, first in the own district, and among those with the least way.

    Parameters
    ----------
    honour : {"county", "city", "province"}
        Who leads a studio; set by the bureau.
    most : int, schools
    reach : float, metres between the schools by road
    scheme : str
        Table of periods where the county gives none of its own.
    """

    name: ClassVar[str] = "studio_reach"
    needs: ClassVar[tuple[str, ...]] = (
        "teachers.subject",
        "teachers.honour",
        "classes.classes",
    )

    honour: str = "city"
    most: int = 6
    reach: float = 15_000.0
    scheme: str = "national_2022"

    def __post_init__(self) -> None:
        checked_least(self, self.most, 1)
        checked_least(self, self.reach, 0)
        checked_word(self, self.honour, HONOURS)
        checked_word(self, self.scheme, SCHEMES)

    @property
    def honours(self) -> tuple[str, ...]:
        """The level asked for, and those above it."""
        return HONOURS[HONOURS.index(self.honour) :]

    def constrain(self, view: TeachingView) -> Iterator[Outreach]:
        """Yield studios, and what is taught where there is none of its own."""
        county, keys = view.county, ["school", "stage", "subject"]
        teachers = county.tables["teachers"]
        leads = teachers["honour"].isin(self.honours) & teachers["stage"].isin(list(GRADES))
        studios = teachers.loc[leads, ["teacher", *keys]].sort_values("teacher")
        classes = county.tables["classes"]
        now = classes[(classes["year"] == county.year) & (classes["classes"] > 0)]
        table = now.merge(curriculum(county, self.scheme), on="grade")
        table["stage"] = np.where(table["grade"].isin(GRADES["primary"]), "primary", "junior")
        public = county.schools.index[county.schools["run_by"] != "private"]
        taught = table.loc[table["school"].isin(public), keys].drop_duplicates()
        own = pd.MultiIndex.from_frame(studios[keys])
        taught = taught[~pd.MultiIndex.from_frame(taught).isin(own)].sort_values(keys)
        yield Outreach(
            self.name,
            studios.reset_index(drop=True),
            taught.reset_index(drop=True),
            self.most,
            self.reach,
        )

    def check(self, county: County, plan: TeachingPlan) -> Iterator[Finding]:
        """Look up each studio and school, measure the way anew, count what a studio serves."""
        known, table = people(county), curriculum(county, self.scheme)
        rows = plan.reach.to_dict("records")
        metres = way_metres(county, [(str(known["school"].get(r["studio"], "")), r["school"])
                                  for r in rows])  # fmt: skip
        hosts = {
            (t["school"], t["stage"], t["subject"])
            for t in known.to_dict("records")
            if t["honour"] in self.honours
        }
        taught = _taught(county, table)
        served: dict[str, int] = {}
        seen: set[tuple[str, str, str]] = set()
        broken = 0
        for row, way in zip(rows, metres, strict=True):
            studio, place = row["studio"], (row["school"], row["stage"], row["subject"])
            served[studio] = served.get(studio, 0) + 1
            holds = (
                studio in known.index
                and known.loc[studio, "honour"] in self.honours
                and (known.loc[studio, "stage"], known.loc[studio, "subject"]) == place[1:]
                and place in taught - hosts - seen
                and way <= self.reach + 1e-3
                and served[studio] <= self.most
            )
            seen.add(place)
            if not holds:
                broken += 1
                school = str(county.schools["name"].get(row["school"], row["school"]))
                details = {"subject": row["subject"]}
                yield Finding(self.name, Verdict.FAIL, (studio, school), way, details=details)
        if not broken:
            within = {s for s in taught if s[1:] in {h[1:] for h in hosts}}
            details = {"studios": len(served), "all": len(within - hosts)}
            yield Finding(self.name, Verdict.PASS, (), float(len(rows)), details=details)


def _taught(county: County, table: pd.DataFrame) -> set[tuple[str, str, str]]:
    """Return school, stage and subject of all that is taught in the county's year."""
    subjects: dict[int, list[str]] = {}
    for grade, subject in zip(table["grade"], table["subject"], strict=True):
        subjects.setdefault(int(grade), []).append(str(subject))
    found = set()
    for row in county.tables["classes"].to_dict("records"):
        private = county.schools["run_by"].get(row["school"]) == "private"
        if row["year"] == county.year and row["classes"] > 0 and not private:
            stage = "primary" if row["grade"] <= 6 else "junior"
            found |= {(row["school"], stage, s) for s in subjects.get(int(row["grade"]), [])}
    return found
