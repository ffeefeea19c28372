"""Teachers that contradict their school, each other or the calendar."""

from __future__ import annotations

import numpy as np
import pandas as pd

from districting.county import TEACHES
from districting.errors import Problem
from districting.read.draft import Draft

YOUNGEST = 18
"""Age, years, below which nobody joins a school as a teacher."""


def check_staff(draft: Draft) -> list[Problem]:
    """Return teachers whose stage, dates or links cannot be, and rosters that do not add up."""
    if not draft.has("teachers", "schools"):
        return []
    return [*_stages(draft), *_dates(draft), *_links(draft), *_totals(draft), *_wishes(draft)]


def _stages(draft: Draft) -> list[Problem]:
    frame, schools = draft.frames["teachers"], draft.frames["schools"]
    at = draft.row_of("schools", "school", frame["school"])
    kind = pd.Series(np.where(at >= 0, schools["kind"].to_numpy()[at], ""))
    wrong = np.zeros(len(frame), dtype=bool)
    for stage, kinds in TEACHES.items():
        fits = kind.isin([*kinds, "special", ""]).to_numpy()
        wrong |= (frame["stage"] == stage).to_numpy() & ~fits
    return draft.sheets["teachers"].faults("teacher_wrong_stage", wrong, "stage")


def _dates(draft: Draft) -> list[Problem]:
    frame, sheet = draft.frames["teachers"], draft.sheets["teachers"]
    born, joined = frame["born"], frame["joined"]
    young = (joined.dt.year - born.dt.year < YOUNGEST).to_numpy()
    problems = sheet.faults("teacher_too_young", young, "joined", age=YOUNGEST)
    open_end = ((frame["exempt"] == "") & frame["exempt_until"].notna()).to_numpy()
    return problems + sheet.faults(
        "exempt_without_ground", open_end, "exempt_until", severity="warning"
    )


def _links(draft: Draft) -> list[Problem]:
    link = draft.frames["teachers"]["link"]
    alone = ((link != "") & ~link.duplicated(keep=False)).to_numpy()
    return draft.sheets["teachers"].faults("link_of_one", alone, "link", severity="warning")


def _totals(draft: Draft) -> list[Problem]:
    """Compare the roster with the schools' own count, for schools that have a roster."""
    schools = draft.frames["schools"]
    count = draft.frames["teachers"]["school"].value_counts()
    listed = schools["school"].map(count)
    off = (listed.notna() & (listed != schools["teachers"])).to_numpy()
    return draft.sheets["schools"].faults(
        "roster_differs",
        off,
        "teachers",
        severity="warning",
        roster=listed[off].astype(int).to_numpy(),
    )


def _wishes(draft: Draft) -> list[Problem]:
    if not draft.has("preferences"):
        return []
    frame, teachers = draft.frames["preferences"], draft.frames["teachers"]
    at = draft.row_of("teachers", "teacher", frame["teacher"])
    own = teachers["school"].to_numpy()[at]
    same = (at >= 0) & (own == frame["school"].to_numpy())
    return draft.sheets["preferences"].faults("wish_is_own_school", same, "school")
