"""师徒结对表: who guides whom."""

from __future__ import annotations

import pandas as pd

from districting.export.documents.document import Column, Document, Section, Table
from districting.export.documents.material import Material, Recipe
from districting.export.documents.teaching_list import printed_name
from districting.plan.teaching_plan import TeachingPlan
from districting.terms import say


def build(material: Material) -> Document:
    """Return the pairs with the schools of both."""
    plan, county = material.plan_of(TeachingPlan), material.county
    home = county.tables["teachers"].set_index("teacher")["school"]
    frame = pd.DataFrame({"stage": [say(f"terms.{s}") for s in plan.pairs["stage"]]})
    frame["subject"] = plan.pairs["subject"]
    for role in ("mentor", "mentee"):
        frame[role] = [printed_name(material, t) for t in plan.pairs[role]]
        schools = home.reindex(plan.pairs[role])
        frame[f"{role}_school"] = county.school_titles.reindex(schools).to_numpy()
    columns = tuple(Column(c, say(f"teaching.document.{c}")) for c in frame.columns)
    title = say("teaching.document.pairs_title", county=county.name, year=plan.year)
    return Document(title, (Section(say("teaching.document.pairs"), (Table(frame, columns),)),))


RECIPE = Recipe("mentor-list", "teaching.document.pairs", build, kinds=("teaching",))
