"""绩效激励与职称优先名单: what teachers do outside their own school, from all plans given."""

from __future__ import annotations

import pandas as pd

from districting.export.documents.document import Column, Document, Paragraph, Section, Table
from districting.export.documents.material import Material, Recipe
from districting.export.documents.teaching_list import printed_name
from districting.plan.posts_plan import PostsPlan
from districting.plan.rotation_plan import RotationPlan
from districting.plan.teaching_plan import TeachingPlan
from districting.terms import say

KINDS = ("teaching", "posts", "rotation")


def build(material: Material) -> Document:
    """Return one row a teacher: periods and half-days away, posts, rotation, mentoring.

    Any of a teaching, a posts and a rotation plan serve, or several of them together.
    """
    county = material.county
    parts: dict[str, pd.Series] = {}
    for plan in material.plans:
        if isinstance(plan, TeachingPlan):
            parts["periods"] = plan.visits.groupby("teacher")["periods"].sum()
            parts["half_days"] = plan.timetable.groupby("teacher").size()
            parts["novices"] = plan.pairs.groupby("mentor").size()
        elif isinstance(plan, PostsPlan):
            titled = plan.posts["place"] + plan.posts["post"].map(
                {p: say(f"posts.post.{p}") for p in plan.posts["post"].unique()}
            )
            parts["posts"] = titled.groupby(plan.posts["teacher"]).agg("、".join)
        elif isinstance(plan, RotationPlan):
            now = plan.in_year()
            there = county.schools["name"].reindex(now["to_school"]).to_numpy()
            parts["rotation"] = pd.Series(there, now["teacher"].to_numpy()).groupby(level=0).first()
    frame = pd.DataFrame(parts).sort_index()
    home = county.tables["teachers"].set_index("teacher")["school"].reindex(frame.index)
    frame["home"] = county.schools["name"].reindex(home).to_numpy()
    frame["person"] = [printed_name(material, str(t)) for t in frame.index]
    shown = ["person", "home", *parts]
    columns = tuple(
        Column(c, say(f"rotation_documents.merit.{c}"), total=c in ("periods", "half_days"))
        for c in shown
    )
    note = Paragraph(say("rotation_documents.merit_note"), "note")
    title = say("rotation_documents.merit_title", county=county.name)
    table = Table(frame.sort_values(["home", "person"]), columns)
    return Document(title, (Section(say("rotation_documents.merit_list"), (table, note)),))


RECIPE = Recipe("merit-list", "rotation_documents.merit_list", build, kinds=KINDS)
