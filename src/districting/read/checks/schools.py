"""Schools and counts that contradict each other."""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely

from districting.county import STAGES, TEACHES
from districting.errors import Problem
from districting.read.checks.coverage import BORDER_M, OUTSIDE_M
from districting.read.draft import Draft
from districting.read.sheet import Term

_GRADES = {"primary": (1, 6), "junior": (7, 9)}


def check_schools(draft: Draft) -> list[Problem]:
    """Return schools whose seats, pupils, teachers or place do not fit what they are."""
    problems: list[Problem] = []
    if draft.has("villages"):
        problems += _population(draft)
    if not draft.has("schools"):
        return problems
    problems += [*_stages(draft), *_staff(draft)]
    if draft.has("villages"):
        problems += _places(draft)
    if draft.has("classes"):
        problems += _grades(draft)
    return problems


def _population(draft: Draft) -> list[Problem]:
    frame = draft.frames["villages"]
    children = frame[[f"children_{s}" for s in STAGES]].fillna(0).sum(axis=1)
    over = children > frame["population"]
    return draft.sheets["villages"].faults(
        "children_exceed_population",
        over.to_numpy(),
        "name",
        count=children[over].astype(int).to_numpy(),
        population=frame.loc[over, "population"].astype(int).to_numpy(),
    )


def _stages(draft: Draft) -> list[Problem]:
    frame, sheet = draft.frames["schools"], draft.sheets["schools"]
    problems: list[Problem] = []
    for stage in STAGES:
        teaches = frame["kind"].isin(TEACHES[stage])
        # An unknown kind was reported already; a special school may hold seats of any stage.
        other = ~teaches & ~frame["kind"].isin(["", "special"])
        seats, pupils = frame[f"seats_{stage}"], frame[f"pupils_{stage}"]
        none = (teaches & (seats == 0)).to_numpy()
        names = frame["name"].to_numpy()
        problems += sheet.faults(
            "school_without_seats", none, f"seats_{stage}", values=names[none], stage=Term(stage)
        )
        for code, counts, column in (
            ("seats_of_other_stage", seats, f"seats_{stage}"),
            ("pupils_of_other_stage", pupils, f"pupils_{stage}"),
        ):
            extra = (other & (counts > 0)).to_numpy()
            problems += sheet.faults(
                code,
                extra,
                column,
                values=names[extra],
                severity="warning",
                stage=Term(stage),
                count=counts[extra].astype(int).to_numpy(),
            )
    return problems


def _staff(draft: Draft) -> list[Problem]:
    frame = draft.frames["schools"]
    over = (frame["backbone"] > frame["teachers"]).to_numpy()
    both = (frame["lead"] & frame["weak"]).to_numpy()
    names = frame["name"].to_numpy()
    problems = draft.sheets["schools"].faults("lead_and_weak", both, "weak", values=names[both])
    return problems + draft.sheets["schools"].faults(
        "backbone_exceeds_teachers",
        over,
        "backbone",
        values=names[over],
        teachers=frame.loc[over, "teachers"].astype(int).to_numpy(),
    )


def _places(draft: Draft) -> list[Problem]:
    frame, villages = draft.frames["schools"], draft.frames["villages"]
    sheet = draft.sheets["schools"]
    at = draft.row_of("villages", "village", frame["village"])
    town = villages["town"].to_numpy()[at]
    both = (at >= 0) & (frame["town"] != "").to_numpy()
    if draft.has("towns"):  # an unknown town was reported as such
        both &= pd.Series(town).isin(draft.frames["towns"]["town"]).to_numpy()
    other = both & (frame["town"].to_numpy() != town)
    names = frame["name"].to_numpy()
    problems = sheet.faults(
        "school_in_other_town", other, "town", values=names[other], town=town[other]
    )
    cells = draft.shapes.get("villages")
    if cells is None or "cells" in draft.derived:
        return problems
    metres = shapely.distance(cells[at], draft.points("schools"))
    near = ~(draft.metres_outside("schools") > OUTSIDE_M)
    out = (at >= 0) & near & (metres > BORDER_M)
    return problems + sheet.faults(
        "school_outside_village",
        out,
        "village",
        values=names[out],
        severity="warning",
        metres=[f"{m:.0f}" for m in metres[out]],
        tolerance=f"{BORDER_M:.0f}",
    )


def _grades(draft: Draft) -> list[Problem]:
    frame, schools = draft.frames["classes"], draft.frames["schools"]
    at = draft.row_of("schools", "school", frame["school"])
    kind = pd.Series(np.where(at >= 0, schools["kind"].to_numpy()[at], ""))
    grade = frame["grade"].to_numpy(dtype=np.float64)
    fits = (kind == "").to_numpy() | (kind == "special").to_numpy() | np.isnan(grade)
    for stage, (low, high) in _GRADES.items():
        fits |= kind.isin(TEACHES[stage]).to_numpy() & (grade >= low) & (grade <= high)
    wrong = ~fits
    return draft.sheets["classes"].faults(
        "class_wrong_grade",
        wrong,
        "grade",
        values=schools["name"].to_numpy()[at[wrong]],
        grade=grade[wrong].astype(int),
    )
