"""Subjects that roster and curriculum do not share: shortages would be counted wrongly."""

from __future__ import annotations

from districting.errors import Problem
from districting.read.curriculum import GRADES, known_subjects
from districting.read.draft import Draft


def check_subjects(draft: Draft) -> list[Problem]:
    """Return subjects of teachers without periods, and what the county's curriculum lacks."""
    own = draft.frames["curriculum"] if draft.has("curriculum") else None
    known = known_subjects(own)
    problems: list[Problem] = []
    for table in ("teachers", "staff_changes"):
        if draft.has(table):
            problems += _roster(draft, table, known)
    if own is None or not draft.has("teachers"):
        return problems
    staff, sheet = draft.frames["teachers"], draft.sheets["curriculum"]
    taught = {*staff["subject"], *staff["subject_2"]}
    first = ~own["subject"].duplicated() & (own["subject"] != "")
    nobody = (first & ~own["subject"].isin(taught)).to_numpy()
    problems += sheet.faults("subject_without_teacher", nobody, "subject", severity="warning")
    lacking = sorted(
        {g for grades in GRADES.values() for g in grades} - set(own["grade"].dropna().astype(int))
    )
    if lacking:
        problems += sheet.faults(
            "curriculum_lacks_grades", [0], "grade", severity="warning",
            values=["、".join(map(str, lacking))],
        )  # fmt: skip
    return problems


def _roster(draft: Draft, table: str, known: list[str]) -> list[Problem]:
    """Return the subjects of a table that the curriculum does not know, and doubled ones."""
    frame, sheet = draft.frames[table], draft.sheets[table]
    counts = frame["stage"].isin(GRADES)
    problems: list[Problem] = []
    for column in ("subject", "subject_2"):
        if column in frame:
            words = frame.loc[counts & ~frame[column].isin(["", *known]), column]
            problems += sheet.faults(
                "unknown_subject", words.drop_duplicates().index.to_numpy(), column,
                severity="warning", known="、".join(known),
                number=words.groupby(words, sort=False).size().to_numpy(),
            )  # fmt: skip
    if "subject_2" in frame:
        same = ((frame["subject_2"] == frame["subject"]) & (frame["subject"] != "")).to_numpy()
        problems += sheet.faults("second_subject_same", same, "subject_2", severity="warning")
    return problems
