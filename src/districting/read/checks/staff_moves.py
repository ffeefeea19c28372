"""Wishes that cannot be met, and earlier rotations that cannot have been."""

from __future__ import annotations

import numpy as np
import pandas as pd

from districting.county import TEACHES
from districting.errors import Problem
from districting.read.draft import Draft


def check_staff_moves(draft: Draft) -> list[Problem]:
    """Return what is wrong in the tables of wishes and of earlier rotations."""
    problems: list[Problem] = []
    if draft.has("preferences", "teachers", "schools"):
        problems += _wishes(draft)
    if draft.has("rotations"):
        problems += _rotations(draft)
    return problems


def _wishes(draft: Draft) -> list[Problem]:
    frame, sheet = draft.frames["preferences"], draft.sheets["preferences"]
    teachers, schools = draft.frames["teachers"], draft.frames["schools"]
    at = draft.row_of("teachers", "teacher", frame["teacher"])
    own = teachers["school"].to_numpy()[at]
    same = (at >= 0) & (own == frame["school"].to_numpy())
    problems = sheet.faults("wish_is_own_school", same, "school")
    again = (frame.duplicated(["teacher", "school"]) & (frame["school"] != "")).to_numpy()
    problems += sheet.faults("wish_repeated", again, "school", severity="warning")
    to = draft.row_of("schools", "school", frame["school"])
    known = (at >= 0) & (to >= 0)
    stage = teachers["stage"].to_numpy()[at]
    kind = schools["kind"].to_numpy()[to]
    vain = known & [
        k not in (*TEACHES.get(s, ()), "special") for s, k in zip(stage, kind, strict=True)
    ]
    return problems + sheet.faults("wish_other_stage", vain, "school", severity="warning")


def _rotations(draft: Draft) -> list[Problem]:
    frame, sheet = draft.frames["rotations"], draft.sheets["rotations"]
    year = draft.settings.year
    nowhere = ((frame["from_school"] == frame["to_school"]) & (frame["to_school"] != "")).to_numpy()
    late = (frame["start"] > pd.Timestamp(year, 9, 1)).to_numpy()
    backwards = (frame["end"] < frame["start"]).to_numpy()
    return [
        *sheet.faults("rotation_to_own_school", nowhere, "to_school"),
        *sheet.faults("rotation_to_come", late, "start", year=year),
        *sheet.faults("rotation_ends_first", backwards, "end"),
        *sheet.faults("rotations_overlap", _overlapping(frame), "start", severity="warning"),
    ]


def _overlapping(frame: pd.DataFrame) -> np.ndarray:
    """Return which rotations begin before an earlier one of the same teacher has ended."""
    order = frame[frame["start"].notna()].sort_values(["teacher", "start"], kind="stable")
    ended = order["end"].where(order["end"] >= order["start"], order["start"])
    last = ended.groupby(order["teacher"]).cummax().groupby(order["teacher"]).shift()
    found = order.index[(order["start"] <= last) & (order["teacher"] != "")]
    return np.asarray(frame.index.isin(found), dtype=bool)
