"""轮岗中期规划表: the years of a plan, who is due when, and counts by school and subject."""

from __future__ import annotations

import pandas as pd

from districting.export.documents.document import Column, Document, Paragraph, Section, Table
from districting.export.documents.material import DocumentError, Material, Recipe
from districting.export.documents.teaching_list import printed_name
from districting.plan.rotation_plan import RotationPlan
from districting.policy.rotation.due_once import DueOnce
from districting.policy.rotation.tables import BACKBONE, LEADERS, Year, years
from districting.terms import say

NUMBERS = ("eligible", "waiting", "moves", "leaders", "backbone", "back", "gone", "come")


def build(material: Material) -> Document:
    """Return the plan's years, counts by school and by subject, and everyone who is due.

    Raises
    ------
    DocumentError
        If the policy does not say who is due.
    """
    plan, county = material.plan_of(RotationPlan), material.county
    rules = [r for r in material.needed_policy().of("rotation") if isinstance(r, DueOnce)]
    if not rules:
        raise DocumentError(say("rotation_horizon.no_rule"))
    rule = rules[0]
    steps, due = list(years(county, plan)), rule.table(county, plan)
    sections = (
        Section(say("rotation_horizon.years"), (_years(rule, steps, due), _note(due))),
        Section(say("rotation_horizon.schools"), (_counts(material, plan, due, "school"),)),
        Section(say("rotation_horizon.subjects"), (_counts(material, plan, due, "subject"),)),
        Section(say("rotation_horizon.due"), (_due(material, plan, due),), True),
    )
    title = say("rotation_horizon.title", county=county.name, first=plan.year, last=plan.last)
    return Document(title, sections)


def _years(rule: DueOnce, steps: list[Year], due: pd.DataFrame) -> Table:
    """Return one row a year: the pool, the moves, who came back, left and came."""
    rows, before = [], steps[0].before
    for step in steps:
        others = step.moved[~step.moved["post"].isin(LEADERS)]
        known = step.before.index.intersection(before.index)
        elsewhere = before.loc[known, "school"] != step.before.loc[known, "school"]
        rows.append(
            {
                "year": str(step.year),
                "eligible": int(rule.counted(step.before, step.year).sum()),
                "waiting": int(((due["moved"] == 0) | (due["moved"] >= step.year)).sum()),
                "moves": len(step.moved),
                "leaders": len(step.moved) - len(others),
                "backbone": int(others["honour"].isin(BACKBONE).sum()),
                "back": int(elsewhere.sum()),
                "gone": len(before.index.difference(step.before.index)),
                "come": len(step.before.index.difference(before.index)),
            }
        )
        before = step.after
    added = ("moves", "leaders", "backbone", "back", "gone", "come")
    heads = [Column(c, say(f"rotation_horizon.{c}"), total=c in added) for c in NUMBERS]
    columns = (Column("year", say("rotation_horizon.year")), *heads)
    return Table(pd.DataFrame(rows, columns=["year", *NUMBERS]), columns)


def _note(due: pd.DataFrame) -> Paragraph:
    left = int((due["moved"] == 0).sum())
    text = say("rotation_horizon.note", due=len(due), moved=len(due) - left, left=left)
    return Paragraph(text, "note")


def _counts(material: Material, plan: RotationPlan, due: pd.DataFrame, by: str) -> Table:
    """Return who is due and who moves in each year, by school left or by subject."""
    moves = plan.moves.rename(columns={"from_school": "school"})
    keys = sorted({*moves[by], *due[by]})
    wide = pd.crosstab(moves[by], moves["year"])
    frame = wide.reindex(index=keys, columns=list(plan.years), fill_value=0)
    frame.columns = pd.Index([str(y) for y in plan.years])
    frame["moves"] = frame.sum(axis=1)
    frame["due_count"] = due.groupby(by).size().reindex(keys, fill_value=0)
    frame["left"] = due[due["moved"] == 0].groupby(by).size().reindex(keys, fill_value=0)
    frame = frame.rename_axis(by).reset_index()
    if by == "school":
        names = material.county.school_titles
        frame["school"] = [str(names.get(s, s)) for s in frame["school"]]
    numbers = [Column(str(y), str(y), total=True) for y in plan.years]
    more = [Column(c, say(f"rotation_horizon.{c}"), total=True) for c in ("moves", "due_count",
                                                                          "left")]  # fmt: skip
    return Table(frame, (Column(by, say(f"rotation_documents.{by}")), *numbers, *more))


def _due(material: Material, plan: RotationPlan, due: pd.DataFrame) -> Table:
    """Return one row for everyone who is due: since when, until when, year of move and return.

    Who stays at the new school when the term ends does not return.
    """
    names = material.county.school_titles
    back = plan.moves[~plan.moves["stays"] & ~plan.moves["moved"]]
    ends: pd.Series = back.drop_duplicates("teacher").set_index("teacher")["end"]
    frame = pd.DataFrame(
        {
            "school": [str(names.get(s, s)) for s in due["school"]],
            "person": [printed_name(material, t) for t in due["teacher"]],
            "stage": [say(f"terms.{s}") for s in due["stage"]],
            "subject": due["subject"],
            "first": due["first"].astype(str),
            "deadline": due["deadline"].astype(str),
            "planned": [str(y) if y else say("rotation_horizon.later") for y in due["moved"]],
            "to": [str(names.get(s, s)) if s else "" for s in due["to_school"]],
            "until": due["teacher"].map(ends).fillna("").to_numpy(),
        }
    ).sort_values(["school", "person"], ignore_index=True)
    columns = (
        Column("school", say("rotation_documents.school"), merged=True),
        Column("person", say("rotation_documents.person")),
        Column("stage", say("rotation_documents.stage")),
        Column("subject", say("rotation_documents.subject")),
        Column("first", say("rotation_horizon.first")),
        Column("deadline", say("rotation_horizon.deadline")),
        Column("planned", say("rotation_horizon.planned")),
        Column("to", say("rotation_documents.to")),
        Column("until", say("rotation_horizon.until")),
    )
    return Table(frame, columns)


RECIPE = Recipe("rotation-horizon", "rotation_horizon.name", build, kinds=("rotation",))
