"""轮岗汇总表 and 公示名单: who goes where, with the fields of the national register."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from districting.county import County
from districting.export.documents.document import Column, Document, Section, Table
from districting.export.documents.material import Material, Recipe
from districting.export.documents.teaching_list import printed_name
from districting.plan.rotation_plan import RotationPlan
from districting.policy.rotation.tables import LEADERS
from districting.read.schema import tables
from districting.terms import language, say

BACKBONE = ("county", "city", "province")
PUBLIC = ("number", "person", "subject", "from", "to", "start", "end")
"""Columns that a public notice needs, and no others."""
FULL = (
    "number",
    "person",
    "sex",
    "born",
    "degree",
    "title",
    "honour",
    "post",
    "stage",
    "subject",
    "years",
    "from",
    "to",
    "exchange",
    "moved",
    "start",
    "end",
    "scope",
    "reason",
)


DISTRICT = ("out", "into", "inside", "backbone_out", "backbone_in", "leaders")


def build(material: Material) -> Document:
    """Return the full list for the bureau, teachers and leaders of each year apart, and sums."""
    document = _document(material, FULL, "rotation_documents.list_title")
    sums = _by_district(material.county, material.plan_of(RotationPlan))
    if sums.empty:
        return document
    columns = (Column("district", say("terms.district")),
               *(Column(c, say(f"rotation_documents.sums.{c}"), total=True) for c in DISTRICT)
               )  # fmt: skip
    section = Section(say("rotation_documents.sums.title"), (Table(sums, columns),), True)
    return replace(document, sections=(*document.sections, section))


def build_notice(material: Material) -> Document:
    """Return the list to be published, with the needed columns only."""
    return _document(material, PUBLIC, "rotation_documents.notice_title")


def _document(material: Material, shown: tuple[str, ...], title: str) -> Document:
    plan, county = material.plan_of(RotationPlan), material.county
    frame = _frame(material, plan)
    columns = tuple(Column(c, say(f"rotation_documents.{c}")) for c in shown)
    sections = tuple(
        Section(
            say(f"rotation_documents.of_year.{group}", year=year, count=len(rows)),
            (Table(rows.assign(number=range(1, len(rows) + 1)), columns),),
            place > 0,
        )
        for place, ((year, group), rows) in enumerate(frame.groupby(["year", "group"]))
    )
    return Document(say(title, county=county.name, year=plan.year), sections)


def _by_district(county: County, plan: RotationPlan) -> pd.DataFrame:
    """Return moves of all years out of, into and inside each district, with whom they take."""
    if county.current_plan is None:
        return pd.DataFrame()
    of = county.current_plan.schools
    moves, people = plan.moves, county.tables["teachers"].set_index("teacher")
    old, new = (moves[c].map(of).fillna("").to_numpy() for c in ("from_school", "to_school"))
    who = people.reindex(moves["teacher"])
    backbone = who["honour"].isin(BACKBONE).to_numpy()
    leader = who["post"].isin(LEADERS).to_numpy()
    rows = []
    for district in sorted(set(of)):
        out, into = (old == district) & (new != district), (old != district) & (new == district)
        inside = (old == district) & (new == district)
        counted = (out, into, inside, out & backbone, into & backbone, (out | inside) & leader)
        rows.append((district, *(int(c.sum()) for c in counted)))
    return pd.DataFrame(rows, columns=["district", *DISTRICT])


def _frame(material: Material, plan: RotationPlan) -> pd.DataFrame:
    county, moves = material.county, plan.moves
    people = county.tables["teachers"].set_index("teacher").reindex(moves["teacher"])
    names = county.school_titles
    joined = pd.to_datetime(people["joined"])
    frame = pd.DataFrame(
        {
            "year": moves["year"].to_numpy(),
            "person": [printed_name(material, t) for t in moves["teacher"]],
            "born": pd.to_datetime(people["born"]).dt.strftime("%Y-%m").fillna("").to_numpy(),
            "stage": [say(f"terms.{s}") for s in moves["stage"]],
            "subject": moves["subject"].to_numpy(),
            "years": (moves["year"].to_numpy() - joined.dt.year.to_numpy()),
            "from": names.reindex(moves["from_school"]).to_numpy(),
            "to": names.reindex(moves["to_school"]).to_numpy(),
            "moved": [say(f"rotation_documents.yes_no.{bool(m)}") for m in moves["moved"]],
            "start": moves["start"].to_numpy(),
            "end": moves["end"].to_numpy(),
            "scope": [say(f"rotation.scope.{s or 'county'}") for s in moves["scope"]],
            "reason": [say(f"rotation.reason.{r or 'edited'}") for r in moves["reason"]],
            "group": np.where(people["post"].isin(LEADERS), "leaders", "all"),
        }
    )
    frame["exchange"] = [word(county, "rotations", "exchange", e) for e in moves["exchange"]]
    for column in ("sex", "degree", "title", "honour", "post"):
        given = people[column].fillna("") if column in people else [""] * len(frame)
        frame[column] = [word(county, "teachers", column, v) for v in given]
    return frame.sort_values(["year", "from", "person"], ignore_index=True)


def word(county: County, table: str, column: str, code: object) -> str:
    """Return the word that planners write for an enum's code; the code as words in English."""
    if language() != "zh":
        return str(code).replace("_", " ")
    return str(tables()[table].columns[column].values.get(str(code), code))


RECIPE = Recipe("rotation-list", "rotation_documents.rotation_list", build, kinds=("rotation",))
NOTICE = Recipe(
    "rotation-notice", "rotation_documents.rotation_notice", build_notice, kinds=("rotation",)
)
