"""The command for many counties at once: ``districting scenarios FILE.toml -o FOLDER``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from districting.terms import say

if TYPE_CHECKING:
    from districting.proposing.scenario import Row


def register(app: typer.Typer) -> None:
    """Add the command of this file to `app`."""
    app.command("scenarios", help=say("scenarios.command"))(scenarios)


def scenarios(
    file: Annotated[Path, typer.Argument(help=say("scenarios.file"))],
    out: Annotated[Path, typer.Option("-o", "--out", help=say("scenarios.out"))],
    workers: Annotated[int | None, typer.Option(min=1, help=say("scenarios.workers"))] = None,
    scheduler: Annotated[str, typer.Option(help=say("scenarios.scheduler"))] = "",
    retries: Annotated[int, typer.Option(min=0, help=say("scenarios.retries"))] = 3,
    as_json: Annotated[bool, typer.Option("--json", help=say("cli.json"))] = False,
) -> None:
    """Solve every scenario of a file; go on where an earlier run stopped."""
    from districting.proposing.scenario_file import read_scenarios
    from districting.proposing.scenarios import run_scenarios, silent

    wanted = read_scenarios(file)
    tell = _progress if sys.stderr.isatty() else silent
    crew: Any = workers
    if scheduler:
        from distributed import Client

        crew = Client(scheduler)
    table = run_scenarios(wanted, out, crew, retries, tell)
    counts = table["status"].value_counts()
    errors, none = (int(sum(counts.get(s, 0) for s in group)) for group in GROUPS)
    if as_json:
        typer.echo(table.to_json(orient="records", force_ascii=False, indent=1))
    else:
        found = len(table) - errors - none
        typer.echo(
            say("scenarios.finished", total=len(table), found=found, none=none, errors=errors)
        )
        typer.echo(say("cli.saved", path=out / "scenarios.csv"))
    raise typer.Exit(1 if errors else 0)


GROUPS = (("error",), ("infeasible", "unknown"))
"""Statuses that count as errors, and as no plan found."""


def _progress(done: int, total: int, row: Row) -> None:
    told = {k: row[k] for k in ("county", "policy", "kind", "status")}
    print(say("scenarios.progress", done=done, total=total, **told), file=sys.stderr)
