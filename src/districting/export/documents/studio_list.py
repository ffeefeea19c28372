"""名师工作室辐射表: which studio serves which schools, and what each school can draw on."""

from __future__ import annotations

import pandas as pd

from districting.county import County
from districting.export.documents.document import Column, Document, Section, Table
from districting.export.documents.material import Material, Recipe
from districting.export.documents.teaching_list import printed_name
from districting.plan.teaching_plan import TeachingPlan
from districting.terms import say

BACKBONE = ("county", "city", "province")


def build(material: Material) -> Document:
    """Return one row a studio and school, then one row a school."""
    plan, county = material.plan_of(TeachingPlan), material.county
    sections = (
        Section(say("studios.served"), (_served(material, plan),)),
        Section(say("studios.by_school"), (_by_school(county, plan),), True),
    )
    title = say("studios.title", county=county.name, year=plan.year)
    return Document(title, sections)


def _served(material: Material, plan: TeachingPlan) -> Table:
    county = material.county
    names = county.school_titles
    home = county.tables["teachers"].set_index("teacher")["school"]
    frame = pd.DataFrame(
        {
            "studio": [printed_name(material, t) for t in plan.reach["studio"]],
            "host": names.reindex(home.reindex(plan.reach["studio"])).to_numpy(),
            "stage": [say(f"terms.{s}") for s in plan.reach["stage"]],
            "subject": plan.reach["subject"].to_numpy(),
            "school": names.reindex(plan.reach["school"]).to_numpy(),
        }
    )
    merged = ("studio", "host")
    return Table(
        frame, tuple(Column(c, say(f"studios.{c}"), merged=c in merged) for c in frame.columns)
    )


def _by_school(county: County, plan: TeachingPlan) -> Table:
    """Return studios that reach a school, its own backbone teachers, and those of its district."""
    teachers = county.tables["teachers"]
    honoured = teachers[teachers["honour"].isin(BACKBONE)]
    own = honoured["school"].value_counts()
    schools = county.schools[county.schools["kind"] != "kindergarten"]
    members = county.tables["members"]
    of = members[members["unit_kind"] == "school"].set_index("unit")["district"]
    district = of.reindex(schools.index).fillna("")
    number = own.reindex(schools.index).fillna(0)
    shared = number.groupby(district).transform("sum").where(district != "", number)
    frame = pd.DataFrame(
        {
            "school": county.school_titles[schools.index].to_numpy(),
            "reached": plan.reach["school"].value_counts().reindex(schools.index).fillna(0),
            "backbone": number,
            "shared": shared,
        }
    ).astype({"reached": "int64", "backbone": "int64", "shared": "int64"})
    columns = tuple(
        Column(c, say(f"studios.{c}"), total=c in ("reached", "backbone")) for c in frame.columns
    )
    return Table(frame.reset_index(drop=True), columns)


RECIPE = Recipe("studio-list", "studios.served", build, kinds=("teaching",))
