"""决策记录: how a plan came about, from the first plan to this one, with the reason of each step.

Seed sentence: 完善联区、学区议事规则和决策程序，健全依法、科学、民主的决策程序.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import pandas as pd

from districting.county import County
from districting.export.documents.document import Column, Document, Paragraph, Section, Table
from districting.export.documents.material import Material, Recipe
from districting.plan.history import differences
from districting.plan.plan import Plan
from districting.plan.plan_file import KINDS
from districting.terms import say

WIDTHS = {"number": 6.0, "reason": 40.0, "solver": 34.0}


def build(material: Material) -> Document:
    """Return the steps, then what each of them changed, the plan's locks and its exceptions."""
    plan: Plan = material.plans[0]
    chain = [*material.ancestors, plan]
    current = material.county.current_plan
    if current is not None and chain[0].parent == current.name and chain[0].kind == current.kind:
        chain.insert(0, current)
    changed = [differences(a, b) for a, b in pairwise(chain)]
    county = material.county
    sections = (
        _section("steps", _steps(chain, changed)),
        _section("moves", _moves(county, chain, changed)),
        _section("locks", _locks(county, plan)),
        _section("exemptions", _exemptions(plan)),
    )
    kind = say(f"terms.kind.{plan.kind}")
    title = say("documents.log.long_title", county=county.name, kind=kind)
    return Document(title, sections)


def _section(name: str, frame: pd.DataFrame) -> Section:
    heading = say(f"documents.log.{name}")
    if frame.empty:
        return Section(heading, (Paragraph(say("documents.none")),))
    columns = [
        Column(str(c), say(f"documents.log.{c}"), width=WIDTHS.get(str(c), 0.0)) for c in frame
    ]
    return Section(heading, (Table(frame, tuple(columns)),))


def _steps(chain: Sequence[Plan], changed: Sequence[pd.DataFrame]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "number": range(1, len(chain) + 1),
            "name": [p.name for p in chain],
            "parent": [p.parent for p in chain],
            "reason": [p.reason for p in chain],
            "changes": pd.Series([None, *map(len, changed)], dtype=object),
            "locks": [len(p.locks) for p in chain],
            "solver": [_how(p) for p in chain],
        }
    )


def _how(plan: Plan) -> str:
    record = plan.solver
    if record is None:
        return say("cli.status.given")
    status = say(f"cli.status.{record.status}")
    return say("documents.log.solved", status=status, gap=record.widest_gap, seed=record.seed)


def _moves(county: County, chain: Sequence[Plan], changed: Sequence[pd.DataFrame]) -> pd.DataFrame:
    names = _names(county)
    parts = [
        pd.DataFrame(
            {
                "name": plan.name,
                "unit": [names.get(u, u) for u in change["unit"]],
                "before": [names.get(v, v) for v in change["before"]],
                "after": [names.get(v, v) for v in change["after"]],
                "reason": plan.reason,
            }
        )
        for plan, change in zip(chain[1:], changed, strict=True)
    ]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()


def _names(county: County) -> dict[str, str]:
    return {**county.villages["name"].to_dict(), **county.schools["name"].to_dict()}


def _locks(county: County, plan: Plan) -> pd.DataFrame:
    names = _names(county)
    rows = [
        (
            names.get(k.unit, k.unit),
            say("documents.log.not", to=names.get(k.to, k.to))
            if k.forbid
            else names.get(k.to, k.to),
            k.reason,
        )
        for k in plan.locks
    ]
    return pd.DataFrame(rows, columns=["unit", "after", "reason"])


def _exemptions(plan: Plan) -> pd.DataFrame:
    rows = [(e.rule, e.place, e.reason) for e in plan.exemptions]
    return pd.DataFrame(rows, columns=["rule", "place", "reason"])


RECIPE = Recipe("decision-log", "documents.log.title", build, kinds=tuple(KINDS))
