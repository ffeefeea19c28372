"""决策记录: how a plan came about, from the first plan to this one, with the reason of each step.

Seed sentence: 完善联区、学区议事规则和决策程序，充分听取各方意见建议，健全依法、科学、民主的决策程序.
"""

from __future__ import annotations

from itertools import pairwise

import pandas as pd

from districting.county import County
from districting.export.documents.document import Column, Document, Paragraph, Section, Table
from districting.export.documents.material import Material, Recipe
from districting.plan.district_plan import DistrictPlan
from districting.terms import say

STEPS = ("number", "name", "parent", "reason", "villages", "schools", "locks", "solver")


def build(material: Material) -> Document:
    """Return the steps, then what each of them moved, its locks and its exceptions."""
    plan = material.plan_of(DistrictPlan)
    chain = [p for p in material.ancestors if isinstance(p, DistrictPlan)] + [plan]
    current = material.county.current_plan
    if current is not None and chain[0].parent == current.name:
        chain.insert(0, current)
    sections = [Section(say("documents.log.steps"), (_steps(chain),))]
    moved = _moves(material.county, chain)
    blocks: tuple[Paragraph | Table, ...] = (Paragraph(say("documents.none")),)
    sections.append(Section(say("documents.log.moves"), (moved,) if len(moved.frame) else blocks))
    held = _locks(material.county, plan)
    sections.append(Section(say("documents.log.locks"), (held,) if len(held.frame) else blocks))
    excused = _exemptions(plan)
    sections.append(
        Section(say("documents.log.exemptions"), (excused,) if len(excused.frame) else blocks)
    )
    title = say("documents.log.long_title", county=material.county.name)
    return Document(title, tuple(sections), landscape=True)


def _steps(chain: list[DistrictPlan]) -> Table:
    rows = []
    for number, plan in enumerate(chain, 1):
        before = chain[number - 2] if number > 1 else None
        villages, schools = (
            (len(_changed(before.villages, plan.villages)), len(_changed(before.schools, plan.schools)))
            if before is not None
            else (None, None)
        )
        rows.append(
            (number, plan.name, plan.parent, plan.reason, villages, schools, len(plan.locks), _how(plan))
        )
    frame = pd.DataFrame(rows, columns=list(STEPS)).astype(object)
    widths = {"number": 6.0, "reason": 40.0, "solver": 34.0}
    columns = [Column(k, say(f"documents.log.{k}"), width=widths.get(k, 0.0)) for k in STEPS]
    return Table(frame, tuple(columns))


def _how(plan: DistrictPlan) -> str:
    record = plan.solver
    if record is None:
        return say("cli.status.given")
    status = say(f"cli.status.{record.status}")
    return say("documents.log.solved", status=status, gap=record.gap, seed=record.seed)


def _changed(before: pd.Series, after: pd.Series) -> pd.Index:
    """Return the units whose district differs by name."""
    return after.index[before.reindex(after.index).fillna("") != after]


def _moves(county: County, chain: list[DistrictPlan]) -> Table:
    rows = []
    for before, after in pairwise(chain):
        for kind, table in (("villages", county.villages), ("schools", county.schools)):
            old, new = getattr(before, kind), getattr(after, kind)
            for unit in _changed(old, new):
                name = str(table["name"].get(unit, unit))
                rows.append((after.name, name, old.get(unit, ""), new[unit], after.reason))
    columns = ("name", "unit", "before", "after", "reason")
    heads = tuple(Column(c, say(f"documents.log.{c}")) for c in columns)
    return Table(pd.DataFrame(rows, columns=list(columns)), heads)


def _locks(county: County, plan: DistrictPlan) -> Table:
    names = {**county.villages["name"].to_dict(), **county.schools["name"].to_dict()}
    rows = [(names.get(k.unit, k.unit), k.district, k.reason) for k in plan.locks]
    columns = ("unit", "after", "reason")
    heads = tuple(Column(c, say(f"documents.log.{c}")) for c in columns)
    return Table(pd.DataFrame(rows, columns=list(columns)), heads)


def _exemptions(plan: DistrictPlan) -> Table:
    rows = [(e.rule, e.place, e.reason) for e in plan.exemptions]
    columns = ("rule", "place", "reason")
    heads = tuple(Column(c, say(f"documents.log.{c}")) for c in columns)
    return Table(pd.DataFrame(rows, columns=list(columns)), heads)


RECIPE = Recipe("decision-log", "documents.log.title", build)
