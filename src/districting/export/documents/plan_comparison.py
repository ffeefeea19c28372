"""方案比较: two to four plans on one scale, what each moves and whom it concerns."""

from __future__ import annotations

import pandas as pd

from districting.evaluate import compare
from districting.export.documents.document import Column, Document, Paragraph, Section, Table
from districting.export.documents.material import DocumentError, Material, Recipe
from districting.terms import say


def build(material: Material) -> Document:
    """Return the comparison; the first plan is the one the others are held against.

    A single plan is held against the county's current layout.

    Raises
    ------
    DocumentError
        If there is nothing to compare with.
    """
    plans = list(material.plans)
    current = material.county.current_plan
    if len(plans) == 1 and current is not None and plans[0].kind == current.kind:
        plans.insert(0, current)
    if len(plans) < 2:
        raise DocumentError(say("documents.comparison.one_plan"))
    comparison = compare(material.county, plans, material.policy)
    sections = [
        Section(title, (frame_table(frame) if len(frame) else _nothing(),), number > 0)
        for number, (title, frame) in enumerate(comparison.sheets().items())
    ]
    kind = say(f"terms.kind.{plans[0].kind}")
    title = say("documents.comparison.long_title", county=material.county.name, kind=kind)
    names = "、".join(comparison.plans)
    subtitle = say("documents.comparison.subtitle", plans=names, year=material.county.year)
    return Document(title, tuple(sections), subtitle)


def frame_table(frame: pd.DataFrame, title: str = "") -> Table:
    """Return a frame whose headings are already as planners read them as a table."""
    named = [str(c) for c in frame.columns]
    return Table(
        frame.set_axis(named, axis=1), tuple(Column(n, n, decimals=3) for n in named), title
    )


def _nothing() -> Paragraph:
    return Paragraph(say("documents.none"))


KINDS = ("districts", "zones", "rotation", "teaching", "posts")
RECIPE = Recipe("comparison", "documents.comparison.title", build, kinds=KINDS)
