"""方案说明: what a plan rests on, its numbers, every clause checked, exceptions with reasons."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from districting.evaluate import Report, compare, verify
from districting.evaluate.measure import printed
from districting.evaluate.verify import Outcome
from districting.export.documents.distribution import numbers_table
from districting.export.documents.document import (
    Column,
    Document,
    Paragraph,
    Section,
    Table,
    facts,
)
from districting.export.documents.material import Material, Recipe
from districting.export.documents.plan_comparison import frame_table
from districting.plan.district_plan import DistrictPlan
from districting.policy.policy import Policy
from districting.policy.tier_words import tier_words
from districting.terms import say

UNMET = (Outcome.FAIL, Outcome.UNEXCUSED, Outcome.EXEMPT, Outcome.SHORT, Outcome.INCOMPLETE)


def build(material: Material) -> Document:
    """Return the statement of a district plan; it needs the policy."""
    plan, policy = material.plan_of(DistrictPlan), material.needed_policy()
    report = verify(material.county, plan, policy)
    sections = [
        Section(say("documents.statement.overview"), _overview(material, plan, report)),
        Section(say("documents.statement.clauses"), _clauses(report, policy)),
        Section(say("documents.statement.exceptions"), _exceptions(report)),
        Section(say("documents.statement.compared"), _compared(material, plan)),
        Section(say("documents.statement.solver"), solver_blocks(plan)),
        Section(say("documents.statement.inputs"), _inputs(plan)),
    ]
    title = say("documents.statement.long_title", county=material.county.name)
    return Document(title, tuple(sections))


def _overview(
    material: Material, plan: DistrictPlan, report: Report
) -> tuple[Paragraph | Table, ...]:
    county = material.county
    unions = plan.districts["union"]
    said = say(
        "documents.statement.whole",
        county=county.name,
        towns=len(county.towns),
        villages=len(plan.villages),
        schools=len(plan.schools),
        unions=unions[unions != ""].nunique(),
        districts=len(plan.districts),
        children=int(county.villages[["children_primary", "children_junior"]].sum().sum()),
    )
    reason = (
        [Paragraph(say("documents.statement.reason", reason=plan.reason))] if plan.reason else []
    )
    return (
        Paragraph(said),
        Paragraph(report.headline()),
        *reason,
        numbers_table(material, plan, brief=True),
    )


def _clauses(report: Report, policy: Policy) -> tuple[Table, ...]:
    """Return every rule with its sentence, how binding it is, and what checking it gave."""
    summary = report.summary()
    texts = {rule.name: rule.clause.text for rule in policy.rules}
    summary["text"] = summary["rule"].map(texts).fillna("")
    summary["strength"] = [say(f"terms.{s}") for s in summary["strength"]]
    summary["verdict"] = [say(f"evaluate.outcome.{v}") for v in summary["verdict"]]
    columns = (
        Column("clause", say("evaluate.column.clause"), width=8),
        Column("text", say("documents.statement.sentence"), width=44),
        Column("title", say("evaluate.column.title"), width=18),
        Column("strength", say("evaluate.column.strength"), width=10),
        Column("verdict", say("evaluate.column.verdict"), width=12),
    )
    return (Table(summary, columns),)


def _exceptions(report: Report) -> tuple[Paragraph | Table, ...]:
    """Return what is not met: where, how much, and the recorded reason or a place to write it."""
    told = [f for f in report.findings if f.outcome in UNMET]
    if not told:
        return (Paragraph(say("documents.statement.no_exceptions")),)
    frame = pd.DataFrame(
        {
            "clause": [f.clause for f in told],
            "rule": [f.title for f in told],
            "verdict": [say(f"evaluate.outcome.{f.outcome}") for f in told],
            "text": [f.text for f in told],
            "reason": [f.reason for f in told],
        }
    )
    columns = (
        Column("clause", say("evaluate.column.clause"), width=8),
        Column("rule", say("evaluate.column.title"), width=16),
        Column("verdict", say("evaluate.column.verdict"), width=12),
        Column("text", say("documents.statement.finding"), width=40),
        Column("reason", say("documents.statement.why"), width=18),
    )
    return (Table(frame, columns),)


def _compared(material: Material, plan: DistrictPlan) -> tuple[Paragraph | Table, ...]:
    current = material.county.current_plan
    if current is None:
        return (Paragraph(say("documents.statement.no_current")),)
    comparison = compare(material.county, [current, plan])
    change = comparison.changes[0]
    said = say(
        "documents.statement.moved",
        villages=len(change.villages),
        schools=len(change.schools),
        children=round(change.children),
        share=change.share,
    )
    return (Paragraph(said), frame_table(printed(comparison.table())))


def solver_blocks(plan: DistrictPlan) -> tuple[Paragraph | Table, ...]:
    """Return status, objective, proven bound and gap, seed, and the objective's parts."""
    record = plan.solver
    if record is None:
        return (Paragraph(say("documents.statement.by_hand")),)
    pairs: list[tuple[str, object]] = [
        (say("documents.statement.status"), say(f"cli.status.{record.status}")),
        (say("documents.statement.objective"), f"{record.objective:,.0f}"),
        (say("documents.statement.bound"), f"{record.bound:,.0f}"),
        (say("documents.statement.gap"), f"{record.gap:.3%}"),
        (say("documents.statement.method"), record.method),
        (say("documents.statement.seed"), str(record.seed)),
        (say("documents.statement.versions"), _joined(record.versions)),
    ]
    parts = pd.DataFrame(
        [(k, p.value, p.unit, p.weight, p.value * p.weight) for k, p in record.parts.items()],
        columns=["part", "value", "unit", "weight", "share"],
    )
    columns = (
        Column("part", say("documents.statement.part")),
        Column("value", say("documents.statement.value")),
        Column("unit", say("evaluate.column.unit")),
        Column("weight", say("documents.statement.weight"), decimals=3),
        Column("share", say("documents.statement.share"), total=True),
    )
    pairs += tier_words(plan)
    table = facts(pairs, (say("documents.item"), say("documents.content")))
    return (table, Table(parts, columns, say("documents.statement.parts")))


def _joined(pairs: Mapping[str, str]) -> str:
    return "，".join(f"{k} {v}" for k, v in sorted(pairs.items()))


def _inputs(plan: DistrictPlan) -> tuple[Paragraph | Table, ...]:
    if not plan.inputs:
        return (Paragraph(say("documents.none")),)
    heads = (say("documents.statement.file"), "SHA-256")
    return (facts(sorted(plan.inputs.items()), heads),)


RECIPE = Recipe("statement", "documents.statement.title", build)
