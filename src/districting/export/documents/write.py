"""From a kind of document and its material to a file."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from districting.export.documents.document import Document
from districting.export.documents.docx import write_docx
from districting.export.documents.material import DocumentError, Material, Recipe
from districting.export.documents.pdf import office_pdf
from districting.export.documents.xlsx import write_xlsx
from districting.export.files import replacing
from districting.export.provenance import further_tables, notices, provenance_lines
from districting.policy.policy import Policy
from districting.terms import say

ENDINGS = (".xlsx", ".docx", ".pdf")


def kind_words(kinds: Iterable[str]) -> str:
    """Return kinds of plans in the current language."""
    return "、".join(say(f"terms.kind.{kind}") for kind in kinds)


def compose(recipe: Recipe, material: Material) -> Document:
    """Return the document with policy basis, plan line, notes and mark filled in.

    Raises
    ------
    DocumentError
        If the material lacks what the document needs.
    """
    fit = any(plan.kind in recipe.kinds for plan in material.plans)
    if recipe.kinds and not fit:
        found = kind_words(sorted({plan.kind for plan in material.plans})) or "—"
        kinds = kind_words(recipe.kinds)
        message = say("documents.other_kind", title=say(recipe.title), kinds=kinds, found=found)
        raise DocumentError(message)
    document = recipe.build(material)
    marks = notices(material.county)
    sources = provenance_lines(material.county, further_tables(material.county))
    return replace(
        document,
        subtitle=_subtitle(material) if document.subtitle == "" else document.subtitle,
        basis=document.basis or policy_basis(material.policy),
        notes=(*document.notes, "　".join(marks), *sources),
        mark=marks[0],
    )


def policy_basis(policy: Policy | None) -> tuple[str, ...]:
    """Return the documents that plans under `policy` rest on: its own title, then its basis."""
    if policy is None:
        return ()
    parts = [p for p in (policy.issued, policy.meeting) if p]
    said = say("documents.issued", title=policy.title, when="，".join(parts))
    return (said if parts else policy.title, *policy.basis)


def _subtitle(material: Material) -> str:
    county = material.county
    parts = [county.name, say("export.sub_year", year=county.year)]
    if material.plans:
        names = "、".join(plan.name for plan in material.plans)
        parts.append(say("export.sub_plan", plan=names))
    return "　".join(parts)


def write_document(
    recipe: Recipe, material: Material, path: str | Path, template: Path | None = None
) -> None:
    """Write one document; the ending says how: ``.xlsx``, ``.docx`` or ``.pdf``.

    Parameters
    ----------
    template : Path, optional
        A DOCX of the bureau's own whose page, styles and letterhead are taken over
        (see :func:`districting.export.documents.docx.write_template`).

    Raises
    ------
    DocumentError
        If the ending is unknown, or a program or package for it is missing.
    """
    path = Path(path)
    ending = path.suffix.lower()
    if ending not in ENDINGS:
        raise DocumentError(say("documents.ending", path=path, allowed=" ".join(ENDINGS)))
    document = compose(recipe, material)
    with replacing(path) as temporary:
        if ending == ".xlsx":
            write_xlsx(document, temporary)
        elif ending == ".docx":
            write_docx(document, temporary, template)
        else:
            paper = temporary.with_suffix(".docx")
            try:
                write_docx(document, paper, template)
                office_pdf(paper, temporary)
            finally:
                paper.unlink(missing_ok=True)
