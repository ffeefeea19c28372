"""The command that writes documents: ``districting document NAME PLAN… -o FILE``."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperCommand

from districting.cli.reports import AfterPath, CountyPath, PolicyName, load_plans
from districting.terms import say

if TYPE_CHECKING:
    from districting.county import County
    from districting.plan.plan import Plan

TEMPLATE = ("template", "模板")
"""Names under which the blank page is written, for the bureau to edit."""


class _Listing(TyperCommand):
    """A command whose help lists the documents; they are only loaded when it is asked for."""

    def format_epilog(self, ctx: Any, formatter: Any) -> None:
        """Write one line a document."""
        from districting.export.documents import recipes

        rows = [(r.name, say(r.title)) for r in recipes()]
        rows.append((TEMPLATE[0], say("documents.template")))
        with formatter.section(say("documents.list")):
            formatter.write_dl(rows)


def register(app: typer.Typer) -> None:
    """Add the command of this file to `app`; its help lists every document by name."""
    app.command("document", cls=_Listing, help=say("documents.command"))(document)


def document(
    name: Annotated[str, typer.Argument(help=say("documents.name"))],
    out: Annotated[Path, typer.Option("-o", "--out", help=say("documents.out"))],
    plans: Annotated[list[Path] | None, typer.Argument(help=say("cli.plans"))] = None,
    policy: PolicyName = None,
    county: CountyPath = None,
    names: Annotated[Path | None, typer.Option(help=say("documents.names_option"))] = None,
    template: Annotated[Path | None, typer.Option(help=say("documents.template_option"))] = None,
    after: AfterPath = None,
) -> None:
    """Write one document of a plan."""
    from districting.cli.layouts import adopting
    from districting.export.documents import Material, find_recipe, write_document
    from districting.export.documents.docx import write_template
    from districting.plan.history import ancestors
    from districting.policy import read_policy

    if name in TEMPLATE:
        write_template(out)
    else:
        recipe = find_recipe(name)
        read, drafts = load_plans(county, *(plans or []))
        profile = policy or (drafts[0].policy if drafts else "")
        chain = ancestors(drafts[0], plans[0].parent) if plans else ()
        rules = read_policy(profile) if profile else None
        known = _names(names, read, drafts) if names is not None else {}
        material = Material(adopting(read, moves=after), tuple(drafts), rules, chain, known)
        write_document(recipe, material, out, template)
    typer.echo(say("cli.saved", path=out))


def _names(path: Path, county: County, plans: list[Plan]) -> Mapping[str, str]:
    """Return names by id of teacher; what may be wrong with them is told."""
    from districting.export.names import read_names
    from districting.read import format_problems

    tables = [county.tables[t] for t in ("teachers", "staff_changes") if t in county.tables]
    roster = {str(t) for table in tables for t in table["teacher"]}
    known, warnings = read_names(path, roster, plans)
    if warnings:
        typer.echo(format_problems(warnings), err=True)
    return known
