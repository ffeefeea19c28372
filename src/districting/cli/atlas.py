"""The command that prints a plan sheet by sheet: ``districting atlas PLAN -o FILE.pdf``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from districting.cli.reports import CountyPath, PlanPath, PolicyName, load_plans
from districting.terms import say


def register(app: typer.Typer) -> None:
    """Add the command of this file to `app`."""
    app.command("atlas", help=say("atlas.command"))(atlas)


def atlas(
    plan: PlanPath,
    out: Annotated[Path, typer.Option("-o", "--out", help=say("atlas.out"))],
    by: Annotated[str, typer.Option(help=say("atlas.by"))] = "",
    place: Annotated[list[str] | None, typer.Option(help=say("atlas.places"))] = None,
    stage: Annotated[str, typer.Option(help=say("atlas.stage"))] = "primary",
    size: Annotated[str, typer.Option(help=say("atlas.size"))] = "A3",
    policy: PolicyName = None,
    county: CountyPath = None,
) -> None:
    """Print a sheet for each district, town or school's zone."""
    from districting.export.atlas import write_atlas
    from districting.policy import read_policy

    read, (draft,) = load_plans(county, plan)
    name = policy or draft.policy
    rules = read_policy(name) if name else None
    count = write_atlas(draft, read, out, rules, by, place or (), stage, size)
    typer.echo(say("atlas.saved", path=out, count=count))
