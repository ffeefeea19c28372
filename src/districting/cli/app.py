"""The command tree, built after the language is known so that its help speaks it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from districting.terms import say


def build_app() -> typer.Typer:
    """Return the whole command line in the current language."""
    from districting.cli import (
        atlas,
        data,
        demand,
        desk,
        documents,
        drafting,
        editing,
        evidence,
        explaining,
        grouping,
        layouts,
        mapping,
        pareto,
        reports,
        robust,
        scenarios,
        serve,
        what_if,
    )

    app = typer.Typer(
        help=say("cli.help"),
        no_args_is_help=True,
        add_completion=True,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        epilog=say("cli.epilog"),
    )
    app.callback()(_options)
    parts = (
        desk,
        data,
        demand,
        drafting,
        grouping,
        what_if,
        layouts,
        mapping,
        pareto,
        scenarios,
        reports,
        robust,
        documents,
        atlas,
        evidence,
        explaining,
        editing,
        serve,
    )
    for part in parts:
        part.register(app)
    return app


def _options(
    version: Annotated[bool, typer.Option("--version", help=say("cli.version"))] = False,
) -> None:
    if version:
        from importlib.metadata import version as installed

        typer.echo(installed("districting"))
        raise typer.Exit


def county_of(plan: Path, county: Path | None) -> Path:
    """Return the county folder: as given, else the nearest ``county.toml`` above `plan` or here.

    Raises
    ------
    PlanFileError
        If there is none.
    """
    from districting.errors import PlanFileError

    if county is not None:
        return county
    for folder in (*plan.resolve().parents, Path.cwd()):
        if (folder / "county.toml").is_file():
            return folder
    raise PlanFileError(say("cli.no_county", plan=plan))
