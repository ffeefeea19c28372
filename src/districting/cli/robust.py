"""The command that shakes the numbers: ``districting robustness PLAN… --county DIR``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from districting.cli.drafting import Seed
from districting.cli.reports import CountyPath, Json, PolicyName, load_plans
from districting.terms import say


def register(app: typer.Typer) -> None:
    """Add the command of this file to `app`."""
    app.command("robustness", help=say("robust.command"))(robustness)


def robustness(
    plans: Annotated[list[Path], typer.Argument(help=say("cli.plans"))],
    policy: PolicyName = None,
    county: CountyPath = None,
    draws: Annotated[int, typer.Option(min=1, help=say("robust.draws"))] = 50,
    seed: Seed = 0,
    as_json: Json = False,
) -> None:
    """Say how often each plan beats another, and which musts fewer or more children break."""
    from districting.evaluate import robustness as shake
    from districting.policy import read_policy

    read, drafts = load_plans(county, *plans)
    name = policy or next((d.policy for d in drafts if d.policy), "")
    found = shake(read, drafts, read_policy(name) if name else None, draws, seed)
    if not as_json:
        typer.echo(str(found))
        return
    tables = {
        key: json.loads(getattr(found, key).to_json(orient="records", force_ascii=False))
        for key in ("pairs", "stress")
    }
    told = {"draws": draws, "seed": seed, "perturbed": found.perturbed, **tables}
    typer.echo(json.dumps(told, ensure_ascii=False, indent=1))
