"""学区概况: a page for each district: its task and organs, its means, its schools, where it stands.

Seed sentence: 明确学区职能定位、组织架构和发展目标，适应区域教育需求和资源条件.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd

from districting.county import County
from districting.evaluate import measure, verify
from districting.evaluate.verify import Judged, Outcome
from districting.export.documents.document import (
    Column,
    Document,
    Paragraph,
    Section,
    Table,
    paired_facts,
)
from districting.export.documents.material import Material, Recipe
from districting.export.summary import district_table, school_order
from districting.plan.district_plan import DistrictPlan
from districting.policy.policy import Policy
from districting.policy.rule import Strength
from districting.terms import say

TASKS = ("T25", "C10", "T23", "T24", "C11", "C12")
"""Rows of the seed checklist whose sentences say what districts are for and who leads them."""
FIGURES = (
    *("schools", "villages", "children_primary", "children_junior"),
    *("pupils_primary", "pupils_junior", "seats_primary", "seats_junior"),
)


def build(material: Material) -> Document:
    """Return what the policy says of districts, then a page for each."""
    plan, county = material.plan_of(DistrictPlan), material.county
    table = district_table(county, plan)
    measured = measure(county, plan).districts
    policy = material.policy
    report = verify(county, plan, policy).findings if policy else ()
    sections = [] if policy is None else [Section(say("documents.profiles.tasks"), _tasks(policy))]
    for name in map(str, table.index):
        row = {**measured.loc[[name]].iloc[0].to_dict(), **table.loc[[name]].iloc[0].to_dict()}
        blocks: list[Paragraph | Table] = [
            paired_facts([*_means(county, row), *_organs()], _fact_heads()),
            _schools(county, plan, name),
        ]
        standing = [j for j in report if name in j.finding.place and _is_told(j)]
        if standing:
            blocks.append(_standing(standing))
        sections.append(Section(name, tuple(blocks), new_page=True))
    title = say("documents.profiles.long_title", county=county.name)
    return Document(title, tuple(sections))


def _fact_heads() -> tuple[str, str]:
    return say("documents.item"), say("documents.content")


def _means(county: County, row: Mapping[Hashable, Any]) -> list[tuple[str, object]]:
    """Return the district's place and means, in words and numbers."""
    pairs: list[tuple[str, object]] = [
        (say("terms.town"), str(county.towns["name"].get(row["town"], ""))),
        (say("terms.union"), row["union"] or say("documents.none")),
    ]
    pairs += [(say(f"export.column.{c}"), int(row[c])) for c in FIGURES]
    shown = {"teachers": 0, "lead": 0, "quality": 1, "area": 1}
    for column, decimals in shown.items():
        value = float(row[column])
        said = say("documents.unknown_value") if value != value else round(value, decimals)
        pairs.append((say(f"evaluate.district.{column}"), said))
    return pairs


def _schools(county: County, plan: DistrictPlan, district: str) -> Table:
    schools = school_order(county)
    here = schools[plan.schools.reindex(schools.index) == district]
    frame = pd.DataFrame(
        {
            "name": here["name"],
            "kind": [say(f"export.sign.{k}") for k in here["kind"]],
            "pupils": here[["pupils_preschool", "pupils_primary", "pupils_junior"]].sum(axis=1),
            "seats": here[["seats_preschool", "seats_primary", "seats_junior"]].sum(axis=1),
            "teachers": here["teachers"],
            "lead": [say("documents.yes") if lead else "" for lead in here["lead"]],
        }
    )
    columns = (
        Column("name", say("terms.school"), width=26),
        Column("kind", say("documents.profiles.kind")),
        Column("pupils", say("documents.profiles.pupils"), total=True),
        Column("seats", say("terms.seats"), total=True),
        Column("teachers", say("documents.profiles.teachers"), total=True),
        Column("lead", say("documents.profiles.lead")),
    )
    return Table(frame, columns, say("documents.profiles.schools"))


def _is_told(judged: Judged) -> bool:
    """Whether a finding is worth its line: something is not met, or it is an aim or principle."""
    return judged.outcome is not Outcome.PASS or judged.strength is not Strength.MUST


def _standing(judged: list[Judged]) -> Table:
    """Return what the rules find at this district: aims and where it stands."""
    frame = pd.DataFrame(
        {
            "clause": [j.clause for j in judged],
            "rule": [j.title for j in judged],
            "verdict": [say(f"evaluate.outcome.{j.outcome}") for j in judged],
            "text": [j.text for j in judged],
        }
    )
    columns = (
        Column("clause", say("evaluate.column.clause"), width=9),
        Column("rule", say("evaluate.column.title"), width=17),
        Column("verdict", say("evaluate.column.verdict"), width=9),
        Column("text", say("documents.profiles.standing"), width=52),
    )
    return Table(frame, columns, say("documents.profiles.aims"))


def _tasks(policy: Policy) -> tuple[Paragraph, ...]:
    """Return the sentences on tasks and organs, verbatim."""
    quoted = [(s.clause, s.text) for s in policy.sentences if set(s.checklist) & set(TASKS)] + [
        (r.clause.number, r.clause.text) for r in policy.rules if r.name == "director_candidate"
    ]
    return tuple(Paragraph(f"{clause}　{text}", "quote") for clause, text in quoted)


def _organs() -> list[tuple[str, object]]:
    """Return the rows that the bureau fills in: who leads, what is aimed at."""
    keys = ("director", "secretary", "deputies", "council", "plan_year", "aims_year")
    return [(say(f"documents.profiles.{key}"), "") for key in keys]


RECIPE = Recipe("district-profiles", "documents.profiles.title", build)
