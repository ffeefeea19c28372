"""Commands on the evidence of a county: assess."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from districting.terms import say

Folder = Annotated[Path, typer.Argument(help=say("cli.folder"))]
Json = Annotated[bool, typer.Option("--json", help=say("cli.json"))]
Out = Annotated[Path | None, typer.Option("-o", "--out", help=say("evidence.out"))]


def register(app: typer.Typer) -> None:
    """Add the commands of this file to `app`."""
    app.command("assess", help=say("evidence.assess"))(assess)


def assess(
    folder: Folder,
    standard: Annotated[str, typer.Option(help=say("evidence.standard"))] = "quality_balance",
    out: Out = None,
    as_json: Json = False,
) -> None:
    """Assess a county by the standard of quality and balance."""
    from districting.evaluate import assess as judge
    from districting.export.balance_sheets import write_assessment
    from districting.read import read_county

    county = read_county(folder)
    found = judge(county, standard)
    if out is not None:
        write_assessment(found, county, out)
    if as_json:
        typer.echo(found.table().to_json(orient="records", force_ascii=False, indent=1))
    else:
        typer.echo(str(found))
    if out is not None:
        typer.echo(say("cli.saved", path=out), err=as_json)
