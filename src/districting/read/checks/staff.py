"""Teachers that contradict their school, each other or the calendar."""

from __future__ import annotations

import numpy as np
import pandas as pd

from districting.county import TEACHES
from districting.errors import Problem
from districting.read.draft import Draft

YOUNGEST = 18
"""Age, years, below which nobody joins a school as a teacher."""
OLDEST = 70
"""Age, years, above which a date of birth is more likely wrong than right."""
SHORTEST_LIMIT = 200.0
"""Metres: a limit on the way to work below this was most likely meant in kilometres."""
_IDENTITY_CARD = r"\d{17}[\dXx]"
_NAME = r"[\u4e00-\u9fff·]+"


def check_staff(draft: Draft) -> list[Problem]:
    """Return teachers whose id, stage, dates or links cannot be, and rosters that do not add up."""
    if not draft.has("teachers", "schools"):
        return []
    return [*_ids(draft), *_stages(draft), *_dates(draft), *_holds(draft), *_links(draft),
            *_limits(draft), *_totals(draft)]  # fmt: skip


def _ids(draft: Draft) -> list[Problem]:
    """Refuse identity-card numbers and names as ids: plans and papers would carry them."""
    problems: list[Problem] = []
    for table in ("teachers", "staff_changes"):
        if draft.has(table):
            ids, sheet = draft.frames[table]["teacher"], draft.sheets[table]
            for code, pattern in (("id_is_card", _IDENTITY_CARD), ("id_is_name", _NAME)):
                problems += sheet.faults(code, ids.str.fullmatch(pattern).to_numpy(), "teacher")
    return problems


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
    born, joined, year = frame["born"], frame["joined"], draft.settings.year
    young = (joined.dt.year - born.dt.year < YOUNGEST).to_numpy()
    problems = sheet.faults("teacher_too_young", young, "joined", age=YOUNGEST)
    old = (year - born.dt.year > OLDEST).to_numpy()
    problems += sheet.faults("teacher_too_old", old, "born", severity="warning", age=OLDEST)
    begin = pd.Timestamp(year, 9, 1)
    for column in ("joined", "post_since"):
        late = (frame[column] > begin).to_numpy()
        problems += sheet.faults("joined_too_late", late, column, year=year)
    before = (frame["post_since"] < joined).to_numpy()
    problems += sheet.faults("post_before_school", before, "post_since", severity="warning")
    open_end = ((frame["exempt"] == "") & frame["exempt_until"].notna()).to_numpy()
    return problems + sheet.faults(
        "exempt_without_ground", open_end, "exempt_until", severity="warning"
    )


def _holds(draft: Draft) -> list[Problem]:
    """Return those who have to move though exempt, and linked teachers held apart."""
    frame, sheet = draft.frames["teachers"], draft.sheets["teachers"]
    begin = pd.Timestamp(draft.settings.year, 9, 1)
    exempt = (frame["exempt"] != "") & ~(frame["exempt_until"] < begin)
    both = (exempt & (frame["hold"] == "move")).to_numpy()
    held = frame[(frame["link"] != "") & (frame["hold"] != "")]
    kinds = held.groupby("link")["hold"].nunique()
    apart = frame["link"].isin(kinds.index[kinds > 1]) & (frame["hold"] == "move")
    return [
        *sheet.faults("move_though_exempt", both, "hold"),
        *sheet.faults(
            "link_held_apart", apart.to_numpy(), "hold", link=frame["link"][apart].to_numpy()
        ),
    ]


def _links(draft: Draft) -> list[Problem]:
    frame, sheet = draft.frames["teachers"], draft.sheets["teachers"]
    link, kind = frame["link"], frame["link_kind"]
    alone = ((link != "") & ~link.duplicated(keep=False)).to_numpy()
    problems = sheet.faults("link_of_one", alone, "link", severity="warning")
    loose = ((link == "") & (kind != "")).to_numpy()
    problems += sheet.faults("link_kind_alone", loose, "link_kind", severity="warning")
    size = link.map(link.value_counts())
    many = (kind == "couple") & (link != "") & (size > 2)
    return problems + sheet.faults(
        "couple_of_many", many.to_numpy(), "link", severity="warning",
        number=size[many].astype(int).to_numpy(),
    )  # fmt: skip


def _limits(draft: Draft) -> list[Problem]:
    limit = draft.frames["teachers"]["commute_limit"]
    short = ((limit > 0) & (limit < SHORTEST_LIMIT)).to_numpy()
    return draft.sheets["teachers"].faults(
        "limit_in_kilometres", short, "commute_limit", severity="warning"
    )


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
