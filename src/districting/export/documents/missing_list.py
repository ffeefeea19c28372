"""缺员兼课表: periods that each school lacks, who covers them, and what is left."""

from __future__ import annotations

import pandas as pd

from districting.export.documents.document import Column, Document, Paragraph, Section, Table
from districting.export.documents.material import DocumentError, Material, Recipe
from districting.export.documents.teaching_list import printed_name
from districting.plan.teaching_plan import TeachingPlan
from districting.policy.teaching.full_curriculum import FullCurriculum
from districting.terms import say

PERIODS = ("missing", "covered", "left")


def build(material: Material) -> Document:
    """Return sums by stage and subject, then one row a school and subject.

    Raises
    ------
    DocumentError
        If the policy has no rule on the periods of the curriculum.
    """
    plan, county = material.plan_of(TeachingPlan), material.county
    rules = [r for r in material.needed_policy().of("teaching") if isinstance(r, FullCurriculum)]
    if not rules:
        raise DocumentError(say("teaching.document.no_curriculum"))
    gaps = rules[0].table(county, plan)
    sections = (
        Section(say("teaching.document.by_subject"), (_by_subject(rules[0], gaps), _note())),
        Section(say("teaching.document.by_school"), (_by_school(material, plan, gaps),), True),
    )
    title = say("teaching.document.missing_title", county=county.name, year=plan.year)
    return Document(title, sections)


def _note() -> Paragraph:
    return Paragraph(say("teaching.document.missing_note"), "note")


def _by_subject(rule: FullCurriculum, gaps: pd.DataFrame) -> Table:
    keys = ["stage", "subject"]
    sums = gaps.groupby(keys, as_index=False)[[*PERIODS]].sum()
    short = gaps[gaps["left"] > 0].groupby(keys).size()
    sums["schools"] = short.reindex(pd.MultiIndex.from_frame(sums[keys])).fillna(0).to_numpy()
    sums["online"] = [rule.lessons(left) for left in sums["left"]]
    sums["stage"] = [say(f"terms.{s}") for s in sums["stage"]]
    numbers = (*PERIODS, "schools", "online")
    added = [Column(c, say(f"teaching.document.{c}"), total=True) for c in numbers]
    return Table(sums, (*(Column(k, say(f"teaching.document.{k}")) for k in keys), *added))


def _by_school(material: Material, plan: TeachingPlan, gaps: pd.DataFrame) -> Table:
    keys = ["school", "stage", "subject"]
    told = [
        say("teaching.document.visitor", person=printed_name(material, t), periods=n)
        for t, n in zip(plan.visits["teacher"], plan.visits["periods"], strict=True)
    ]
    visitors = plan.visits.assign(visitors=told).groupby(keys)["visitors"].agg("\n".join)
    frame = gaps.assign(
        visitors=visitors.reindex(pd.MultiIndex.from_frame(gaps[keys])).fillna("").to_numpy(),
        school=material.county.school_titles[gaps["school"]].to_numpy(),
        stage=[say(f"terms.{s}") for s in gaps["stage"]],
    )
    heads = [Column(k, say(f"teaching.document.{'place' if k == 'school' else k}")) for k in keys]
    numbers = ("need", "supply", *PERIODS)
    periods = [Column(c, say(f"teaching.document.{c}"), total=True) for c in numbers]
    who = Column("visitors", say("teaching.document.visitors"), width=40)
    return Table(frame, (*heads, *periods, who))


RECIPE = Recipe("missing-list", "teaching.document.missing_list", build, kinds=("teaching",))
