"""The command that draws maps by name: ``districting map NAME PLAN -o FILE``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from districting.cli.reports import CountyPath, PlanPath, PolicyName, load_plans
from districting.terms import say


def register(app: typer.Typer) -> None:
    """Add the command of this file to `app`."""
    app.command("map", help=say("themes.command"))(draw)


def draw(
    name: Annotated[str, typer.Argument(help=say("themes.name"))],
    plan: PlanPath,
    out: Annotated[Path, typer.Option("-o", "--out", help=say("themes.out"))],
    before: Annotated[Path | None, typer.Option(help=say("themes.before"))] = None,
    stage: Annotated[str, typer.Option(help=say("themes.stage"))] = "primary",
    size: Annotated[str, typer.Option(help=say("themes.size"))] = "A3",
    policy: PolicyName = None,
    county: CountyPath = None,
) -> None:
    """Draw one map of a plan."""
    from districting.export.maps import write_map
    from districting.policy import read_policy

    read, plans = load_plans(county, plan, *([before] if before is not None else []))
    profile = policy or plans[0].policy
    rules = read_policy(profile) if profile else None
    earlier = plans[1] if before is not None else None
    write_map(name, plans[0], read, out, rules, earlier, stage, size)
    typer.echo(say("cli.saved", path=out))
