"""轮岗测算表: eligible, required and actual moves, with each denominator side by side."""

from __future__ import annotations

import pandas as pd

from districting.export.documents.document import Column, Document, Paragraph, Section, Table
from districting.export.documents.material import Material, Recipe
from districting.plan.rotation_plan import RotationPlan
from districting.terms import say

SHARES = ("share_sending", "share_county", "share_backbone")


def build(material: Material) -> Document:
    """Return one row a share and year, as the policy's own rules count them."""
    plan, county = material.plan_of(RotationPlan), material.county
    rows = []
    for rule in material.needed_policy().of("rotation"):
        if rule.name not in SHARES:
            continue
        for finding in rule.check(county, plan):
            base = float(finding.details.get("base", 0))
            number = float(finding.number or 0)
            rows.append(
                {
                    "share": rule.title,
                    "year": str(finding.details.get("year", plan.year)),
                    "base": base,
                    "percent": float(finding.details.get("percent", 0)),
                    "needed": finding.limit,
                    "actual": number,
                    "reached": 100.0 * number / base if base else None,
                    "verdict": say(f"evaluate.outcome.{finding.verdict}"),
                    "source": rule.clause.source or rule.clause.text,
                }
            )
    columns = ("share", "year", "base", "percent", "needed", "actual", "reached", "verdict")
    heads = [Column(c, say(f"rotation_documents.{c}"), merged=c == "share") for c in columns]
    heads.append(Column("source", say("rotation_documents.source"), width=40))
    frame = pd.DataFrame(rows, columns=[*columns, "source"])
    note = Paragraph(say("rotation_documents.share_note"), "note")
    title = say("rotation_documents.shares_title", county=county.name, year=plan.year)
    section = Section(say("rotation_documents.rotation_shares"), (Table(frame, tuple(heads)), note))
    return Document(title, (section,))


RECIPE = Recipe("rotation-shares", "rotation_documents.rotation_shares", build, kinds=("rotation",))
