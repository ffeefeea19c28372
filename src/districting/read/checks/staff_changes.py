"""Teachers who are to come or to leave: what must be known of them, and when."""

from __future__ import annotations

import numpy as np
import pandas as pd

from districting.county import TEACHES
from districting.errors import Problem
from districting.read.draft import Draft

TABLE = "staff_changes"
OF_NEWCOMERS = ("school", "stage", "subject")


def check_staff_changes(draft: Draft) -> list[Problem]:
    """Return changes that lack what planning needs, come too early, or are of the wrong person."""
    if not draft.has(TABLE, "teachers", "schools"):
        return []
    frame, sheet = draft.frames[TABLE], draft.sheets[TABLE]
    enters = (frame["change"] == "enter").to_numpy()
    problems: list[Problem] = []
    for column in OF_NEWCOMERS:
        problems += sheet.faults(
            "newcomer_lacks", enters & (frame[column] == "").to_numpy(), column
        )
    at = draft.row_of("schools", "school", frame["school"])
    kind = pd.Series(np.where(at >= 0, draft.frames["schools"]["kind"].to_numpy()[at], ""))
    fits = np.zeros(len(frame), dtype=bool)
    for stage, kinds in TEACHES.items():
        fits |= (frame["stage"] == stage).to_numpy() & kind.isin([*kinds, "special"]).to_numpy()
    known = enters & (frame["stage"] != "").to_numpy() & (at >= 0)
    problems += sheet.faults("teacher_wrong_stage", known & ~fits, "stage")
    rostered = draft.row_of("teachers", "teacher", frame["teacher"]) >= 0
    problems += sheet.faults("newcomer_on_roster", enters & rostered, "teacher")
    new = frame["teacher"].isin(frame.loc[enters, "teacher"]).to_numpy()
    problems += sheet.faults("unknown_teacher", ~enters & ~rostered & ~new, "teacher")
    first = pd.Timestamp(draft.settings.year, 9, 1)
    early = (frame["date"] <= first).to_numpy()
    return problems + sheet.faults("change_too_early", early, "date", year=draft.settings.year)
