"""富余人员分流表: schools above their quota after rotation, what they have to spare, who takes it.

Which persons go is the bureau's decision: those cells are left empty.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from districting.county import County
from districting.export.documents.document import Column, Document, Paragraph, Section, Table
from districting.export.documents.material import DocumentError, Material, Recipe
from districting.plan.adopt import with_moves
from districting.plan.rotation_plan import RotationPlan
from districting.policy.policy import Policy
from districting.policy.rotation.post_band import PostBand
from districting.policy.teaching.full_curriculum import FullCurriculum
from districting.terms import say

KEYS = ["school", "stage", "subject"]


def build(material: Material) -> Document:
    """Return a row for every school and stage with whole posts above its quota.

    Raises
    ------
    DocumentError
        If the policy has no rule on quotas.
    """
    plan, county = material.plan_of(RotationPlan), material.county
    table = by_quota(material.needed_policy(), county, plan)
    spare = subject_posts(material.needed_policy(), county, plan)
    rows = [
        {
            "district": row["district"],
            "name": county.school_titles[row["school"]],
            "stage": say(f"terms.{row['stage']}"),
            "surplus": row["surplus"],
            "subjects": _spare(spare, row),
            "goals": _goals(county, table, row),
            "persons": "",
            "goal": "",
        }
        for row in table[table["surplus"] > 0].to_dict("records")
    ]
    heads = {"surplus": {"total": True}, "persons": {"width": 20.0}, "goal": {"width": 16.0}}
    columns = ["district", "name", "stage", "surplus", "subjects", "goals", "persons", "goal"]
    printed = tuple(
        Column(c, say(f"rotation_documents.reassigned.{c}"), merged=c == "district",
               **heads.get(c, {}))  # type: ignore[arg-type]
        for c in columns
    )  # fmt: skip
    blocks = (
        Table(pd.DataFrame(rows, columns=columns), printed),
        Paragraph(say("rotation_documents.reassigned.note"), "note"),
    )
    title = say("rotation_documents.reassigned.title", county=county.name, year=plan.year)
    return Document(title, (Section(say("rotation_documents.reassigned.list"), blocks),))


def by_quota(policy: Policy, county: County, plan: RotationPlan) -> pd.DataFrame:
    """Return quota, teachers before and after, and whole posts above it, by school and stage.

    Raises
    ------
    DocumentError
        If the policy has no rule on quotas.
    """
    rules = [r for r in policy.of("rotation") if isinstance(r, PostBand)]
    if not rules:
        raise DocumentError(say("rotation_documents.no_quota"))
    table, layout = rules[0].table(county, plan), county.current_plan
    of = pd.Series(dtype="str") if layout is None else layout.schools
    return table.assign(
        district=of.reindex(table["school"]).fillna("").to_numpy(),
        surplus=(table["after"] - table["quota"]).round().astype(int),
    ).sort_values(["district", "name", "stage"], ignore_index=True)


def subject_posts(policy: Policy, county: County, plan: RotationPlan) -> pd.DataFrame:
    """Return posts that the curriculum needs and posts there are, by school, stage and subject.

    Returns
    -------
    pandas.DataFrame
        ``school``, ``stage``, ``subject``, ``need``, ``have`` (posts, with parts) after the moves
        of the plan's year; empty where the policy has no rule on the curriculum.
    """
    rules = [r for r in policy.of("teaching") if isinstance(r, FullCurriculum)]
    if not rules:
        return pd.DataFrame(columns=[*KEYS, "need", "have"])
    table = rules[0].counted(with_moves(county, plan)).reset_index()
    pairs = zip(table["stage"], table["subject"], strict=True)
    load = np.array([rules[0].load(stage, subject) for stage, subject in pairs])
    return table.assign(need=table["need"] / load, have=table["supply"] / load)[
        [*KEYS, "need", "have"]
    ]


def _spare(posts: pd.DataFrame, row: Mapping[Any, Any]) -> str:
    """Return the subjects in which a school has whole posts to spare, most first."""
    here = posts[(posts["school"] == row["school"]) & (posts["stage"] == row["stage"])]
    spare = np.floor(here["have"] - here["need"] + 1e-9).astype(int)
    told = here.assign(spare=spare)[spare > 0].sort_values(["spare", "subject"], ascending=False)
    return "、".join(f"{s} {n}" for s, n in zip(told["subject"], told["spare"], strict=True))


def _goals(county: County, table: pd.DataFrame, row: Mapping[Any, Any]) -> str:
    """Return the schools of the district that lack whole posts in the stage, most first."""
    same = (table["district"] == row["district"]) & (table["stage"] == row["stage"])
    lack = table[same & (table["surplus"] < 0)].sort_values(["surplus", "school"])
    names = county.school_titles.reindex(lack["school"])
    return "、".join(f"{name} {-n}" for name, n in zip(names, lack["surplus"], strict=True))


RECIPE = Recipe("surplus-list", "rotation_documents.reassigned.list", build, kinds=("rotation",))
