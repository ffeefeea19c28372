"""Commands that set a district plan among other layouts: ensemble."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from districting.cli.app import county_of
from districting.terms import say

if TYPE_CHECKING:
    from districting.county import County
    from districting.plan.plan import Plan
    from districting.policy import Policy
    from districting.solve.stop import Stop

Layouts = Annotated[int, typer.Option(min=4, help=say("ensemble.count"))]


def register(app: typer.Typer) -> None:
    """Add the commands of this file to `app`."""
    app.command("ensemble", help=say("ensemble.command"))(ensemble)


def ensemble(
    plan: Annotated[Path, typer.Argument(help=say("cli.plan"))],
    policy: Annotated[str | None, typer.Option("--policy", help=say("cli.policy"))] = None,
    county: Annotated[Path | None, typer.Option("--county", help=say("cli.county"))] = None,
    count: Layouts = 1000,
    seconds: Annotated[float, typer.Option(min=0.1, help=say("cli.seconds"))] = 600.0,
    seed: Annotated[int, typer.Option(help=say("cli.seed"))] = 0,
    reversible: Annotated[bool, typer.Option(help=say("ensemble.use_reversible"))] = False,
) -> None:
    """Rank a plan among feasible layouts."""
    from districting.cli.drafting import stop_for
    from districting.plan.plan_file import read_plan
    from districting.policy import read_policy
    from districting.read import read_county

    read, draft = read_county(county_of(plan, county)), read_plan(plan)
    rules = read_policy(policy or draft.policy)
    print_ensemble(read, rules, draft, count, seed, stop_for(seconds, 0.0), reversible)


def print_ensemble(
    county: County,
    policy: Policy,
    plan: Plan,
    count: int,
    seed: int,
    stop: Stop,
    reversible: bool = False,
) -> None:
    """Sample `count` layouts and print where `plan` stands among them."""
    from districting.proposing import ensemble as sampled

    with stop.on_ctrl_c():
        found = sampled(county, policy, count, seed, plan=plan, stop=stop, reversible=reversible)
    typer.echo(str(found))
