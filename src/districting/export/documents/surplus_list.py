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
from districting.export.documents.material import Material, Recipe
from districting.export.documents.quotas import by_quota, subject_posts
from districting.plan.rotation_plan import RotationPlan
from districting.terms import say


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
