"""超缺编表: quota and teachers of every school before and after rotation, and what to adjust."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from districting.export.documents.document import Column, Document, Paragraph, Section, Table
from districting.export.documents.material import Material, Recipe
from districting.export.documents.quotas import by_quota, subject_posts
from districting.plan.rotation_plan import RotationPlan
from districting.terms import say


def build(material: Material) -> Document:
    """Return quotas by school and stage, sums by district, and posts by subject.

    Raises
    ------
    DocumentError
        If the policy has no rule on quotas.
    """
    plan, county = material.plan_of(RotationPlan), material.county
    policy = material.needed_policy()
    table = by_quota(policy, county, plan)
    table = table.assign(
        stage=[say(f"terms.{s}") for s in table["stage"]],
        name=county.school_titles[table["school"]].to_numpy(),
        quota=table["quota"].round(1),
    )
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
    note = Paragraph(say("rotation_documents.quota_note"), "note")
    sections = (
        Section(say("rotation_documents.by_district"), (Table(sums, by_district), note)),
        *_by_subject(subject_posts(policy, county, plan)),
        Section(say("rotation_documents.by_school"), (Table(table, by_school),)),
    )
    title = say("rotation_documents.quota_title", county=county.name, year=plan.year)
    return Document(title, sections)


def _by_subject(posts: pd.DataFrame) -> Iterator[Section]:
    """Yield posts needed and posts there are by stage and subject, where the policy says how."""
    if posts.empty:
        return
    sums = posts.groupby(["stage", "subject"], as_index=False)[["need", "have"]].sum()
    sums = sums.assign(
        stage=[say(f"terms.{s}") for s in sums["stage"]],
        need=sums["need"].round(1),
        have=sums["have"].round(1),
        surplus=(sums["have"] - sums["need"]).round(1),
    )
    columns = (
        Column("stage", say("rotation_documents.stage"), merged=True),
        Column("subject", say("rotation_documents.subject_quota.subject")),
        *(
            Column(c, say(f"rotation_documents.subject_quota.{c}"), total=True)
            for c in ("need", "have", "surplus")
        ),
    )
    yield Section(say("rotation_documents.subject_quota.title"), (Table(sums, columns),))


RECIPE = Recipe("quota-list", "rotation_documents.quota_list", build, kinds=("rotation",))
