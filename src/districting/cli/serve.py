"""The command that opens the workbench in the browser."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer

from districting.terms import say


def register(app: typer.Typer) -> None:
    """Add the command of this file to `app`."""
    app.command("serve", help=say("workbench.command"))(serve)


def serve(
    folder: Annotated[Path, typer.Argument(help=say("cli.folder"))],
    plan: Annotated[Path | None, typer.Option(help=say("workbench.plan"))] = None,
    policy: Annotated[str, typer.Option(help=say("workbench.policy"))] = "",
    kind: Annotated[str, typer.Option(help=say("workbench.kind"))] = "districts",
    host: Annotated[str, typer.Option(help=say("workbench.host"))] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help=say("workbench.port"))] = 0,
    browser: Annotated[bool, typer.Option(help=say("workbench.browser"))] = True,
) -> None:
    """Edit, check and solve plans in the browser."""
    from districting.errors import DistrictingError

    try:
        from districting.workbench.serve import Opening
        from districting.workbench.serve import serve as run
    except ModuleNotFoundError as error:
        raise DistrictingError(say("workbench.missing", package=error.name)) from None
    if kind not in ("districts", "zones"):
        raise DistrictingError(say("plan.unknown_kind", value=kind, allowed="districts、zones"))
    opening = Opening(folder, plan, policy, kind, host, port, browser)
    with suppress(KeyboardInterrupt):  # how it is ended
        run(opening, typer.echo)
