"""超缺编表: quota and teachers of every school before and after rotation, and what to adjust."""

from __future__ import annotations

import pandas as pd

from districting.export.documents.document import Column, Document, Paragraph, Section, Table
from districting.export.documents.material import DocumentError, Material, Recipe
from districting.plan.rotation_plan import RotationPlan
from districting.policy.rotation.post_band import PostBand
from districting.terms import say


def build(material: Material) -> Document:
    """Return quotas by school and stage, and sums by district.

    Raises
    ------
    DocumentError
        If the policy has no rule on quotas.
    """
    plan, county = material.plan_of(RotationPlan), material.county
    rules = [r for r in material.needed_policy().of("rotation") if isinstance(r, PostBand)]
    if not rules:
        raise DocumentError(say("rotation_documents.no_quota"))
    table = rules[0].table(county, plan)
    layout = county.current_plan
    of = pd.Series(dtype="str") if layout is None else layout.schools
    stages = {s: say(f"terms.{s}") for s in table["stage"].unique()}
    table = table.assign(
        district=of.reindex(table["school"]).fillna("").to_numpy(),
        stage=table["stage"].map(stages),
        name=county.school_titles[table["school"]].to_numpy(),
        surplus=(table["after"] - table["quota"]).round().astype(int),
        quota=table["quota"].round(1),
    ).sort_values(["district", "name", "stage"])
    numbers = ("quota", "before", "after", "surplus")
    heads = [Column(c, say(f"rotation_documents.{c}"), total=True) for c in numbers]
    by_school = (
        Column("district", say("terms.district"), merged=True),
        Column("name", say("rotation_documents.school")),
        Column("stage", say("rotation_documents.stage")),
        *heads,
    )
    sums = table.groupby(["district", "stage"], as_index=False)[list(numbers)].sum()
    by_district = (by_school[0], by_school[2], *heads)
    blocks = (
        Table(sums, by_district, say("rotation_documents.by_district")),
        Table(table, by_school, say("rotation_documents.by_school")),
        Paragraph(say("rotation_documents.quota_note"), "note"),
    )
    title = say("rotation_documents.quota_title", county=county.name, year=plan.year)
    return Document(title, (Section(say("rotation_documents.quota_list"), blocks),))


RECIPE = Recipe("quota-list", "rotation_documents.quota_list", build, kinds=("rotation",))
