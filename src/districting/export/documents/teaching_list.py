"""跨校兼课表、走教课表: who teaches elsewhere, how much, and on which half-days of the week."""

from __future__ import annotations

import pandas as pd

from districting.export.documents.document import Column, Document, Paragraph, Section, Table
from districting.export.documents.material import Material, Recipe
from districting.plan.teaching_plan import DAYS, HALVES, TeachingPlan
from districting.terms import say

WEEK_HEADS = {"who": "teacher", "home": "home", "there": "school"}


def build(material: Material) -> Document:
    """Return the visits, then the week of every visiting teacher and of every school visited."""
    plan, county = material.plan_of(TeachingPlan), material.county
    home = county.tables["teachers"].set_index("teacher")["school"]
    names = county.school_titles
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
    person = {t: printed_name(material, t) for t in slots["teacher"].unique()}
    week = slots.assign(
        who=slots["teacher"].map(person),
        there=names.reindex(slots["school"]).to_numpy(),
        home=names.reindex(home.reindex(slots["teacher"])).to_numpy(),
    )
    sections = (
        Section(say("teaching.document.visits"), (Table(frame, columns), note)),
        Section(say("teaching.document.week"), (_week(week, ["who", "home"], "there"),), True),
        Section(say("teaching.document.week_by_school"), (_week(week, ["there"], "who"),), True),
    )
    title = say("teaching.document.title", county=county.name, year=plan.year)
    return Document(title, sections)


def _week(slots: pd.DataFrame, keys: list[str], told: str) -> Table:
    """Return a row for each teacher or school and a column for each half-day of the week."""
    halves = [(day, half) for day in range(1, DAYS + 1) for half in HALVES]
    cells = slots.assign(at=slots["day"].astype(str) + slots["half"]).pivot_table(
        told, keys, "at", aggfunc="\n".join
    )
    cells = cells.reindex(columns=[f"{d}{h}" for d, h in halves]).astype(object).fillna("")
    heads = [Column(k, say(f"teaching.document.{WEEK_HEADS[k]}")) for k in keys]
    hours = [
        Column(f"{d}{h}", say(f"teaching.document.{h}"), group=_day(d), width=18) for d, h in halves
    ]
    return Table(cells.reset_index(), (*heads, *hours))


def _day(day: int) -> str:
    return say(f"teaching.document.weekday.{day}")


def _time(day: int, half: str) -> str:
    return say("teaching.document.time", day=_day(day), half=say(f"teaching.document.{half}"))


def printed_name(material: Material, teacher: str) -> str:
    """Return name and id where the names are given, the id alone otherwise."""
    name = material.names.get(teacher, "")
    return f"{name}（{teacher}）" if name else teacher


RECIPE = Recipe("teaching-list", "teaching.document.visits", build, kinds=("teaching",))
