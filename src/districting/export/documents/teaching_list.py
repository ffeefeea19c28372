"""跨校兼课表、走教课表与绩效激励依据: who teaches elsewhere, when, and how much."""

from __future__ import annotations

import pandas as pd

from districting.export.documents.document import Column, Document, Paragraph, Section, Table
from districting.export.documents.material import Material, Recipe
from districting.plan.teaching_plan import TeachingPlan
from districting.terms import say


def build(material: Material) -> Document:
    """Return the visits and the week of every visiting teacher."""
    plan, county = material.plan_of(TeachingPlan), material.county
    home = county.tables["teachers"].set_index("teacher")["school"]
    names = county.schools["name"]
    slots = plan.timetable
    times = slots.assign(
        time=[_time(d, h) for d, h in zip(slots["day"], slots["half"], strict=True)]
    )
    when = times.groupby(["teacher", "school"])["time"].agg("、".join)
    halves = slots.groupby(["teacher", "school"]).size()
    keys = pd.MultiIndex.from_frame(plan.visits[["teacher", "school"]])
    frame = pd.DataFrame(
        {
            "teacher": [printed_name(material, t) for t in plan.visits["teacher"]],
            "home": names.reindex(home.reindex(plan.visits["teacher"])).to_numpy(),
            "school": names.reindex(plan.visits["school"]).to_numpy(),
            "stage": [say(f"terms.{s}") for s in plan.visits["stage"]],
            "subject": plan.visits["subject"].to_numpy(),
            "periods": plan.visits["periods"].to_numpy(),
            "half_days": halves.reindex(keys).fillna(0).to_numpy(dtype=int),
            "times": when.reindex(keys).fillna("").to_numpy(),
        }
    )
    columns = tuple(
        Column(c, say(f"teaching.document.{c}"), total=c == "periods") for c in frame.columns
    )
    note = Paragraph(say("teaching.document.incentive_note"), "note")
    section = Section(say("teaching.document.visits"), (Table(frame, columns), note))
    title = say("teaching.document.title", county=county.name, year=plan.year)
    return Document(title, (section,))


def _time(day: int, half: str) -> str:
    word = "一二三四五"[day - 1] if say("terms.primary") == "小学" else str(day)
    return say("teaching.document.day", day=word, half=say(f"teaching.document.{half}"))


def printed_name(material: Material, teacher: str) -> str:
    """Return name and id where the names are given, the id alone otherwise."""
    name = material.names.get(teacher, "")
    return f"{name}（{teacher}）" if name else teacher


RECIPE = Recipe("teaching-list", "teaching.document.visits", build, kinds=("teaching",))
