"""The command that says why a plan is as it is at one place."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from districting.terms import say


def register(app: typer.Typer) -> None:
    """Add ``explain`` to `app`."""
    app.command("explain", help=say("cli.explain"))(explain)


def explain(
    plan: Annotated[Path, typer.Argument(help=say("cli.plan"))],
    place: Annotated[str, typer.Argument(help=say("cli.place"))],
    policy: Annotated[str | None, typer.Option(help=say("cli.policy"))] = None,
    county: Annotated[Path | None, typer.Option("--county", help=say("cli.county"))] = None,
    as_json: Annotated[bool, typer.Option("--json", help=say("cli.json"))] = False,
    zones: Annotated[Path | None, typer.Option("--zones", help=say("cli.zones"))] = None,
    after: Annotated[Path | None, typer.Option("--after", help=say("cli.after"))] = None,
) -> None:
    """Tell why this village or school is where it is."""
    from districting.cli.drafting import shown_progress, wipe_progress
    from districting.cli.layouts import adopting
    from districting.cli.reports import load_plans
    from districting.policy import read_policy
    from districting.proposing.explaining import explain_place

    read, (draft,) = load_plans(county, plan)
    here = adopting(read, zones, after)
    rules = read_policy(policy or draft.policy)
    told = explain_place(here, rules, draft, place, shown_progress())
    wipe_progress()
    if as_json:
        answer = {"plan": draft.name, "place": place, "explanation": told.splitlines()}
        told = json.dumps(answer, ensure_ascii=False, indent=1)
    typer.echo(told)
