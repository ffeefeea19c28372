"""The command that offers a choice: ``districting pareto DIR --over RULE -o FOLDER``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from districting.cli.drafting import Folder, PolicyName, Seed
from districting.terms import say


def register(app: typer.Typer) -> None:
    """Add the command of this file to `app`."""
    app.command("pareto", help=say("pareto.command"))(pareto)


def pareto(
    folder: Folder,
    policy: PolicyName,
    over: Annotated[list[str], typer.Option(help=say("pareto.over"))],
    out: Annotated[Path, typer.Option("-o", "--out", help=say("pareto.out"))],
    kind: Annotated[str, typer.Option(help=say("cli.kind"))] = "districts",
    plans: Annotated[int, typer.Option(min=2, max=26, help=say("pareto.plans"))] = 9,
    seconds: Annotated[float, typer.Option(min=0.1, help=say("cli.seconds"))] = 300.0,
    seed: Seed = 0,
    as_json: Annotated[bool, typer.Option("--json", help=say("cli.json"))] = False,
) -> None:
    """Solve for plans between one or two aims and all others; write plans, plot and table."""
    from districting.export.files import replacing
    from districting.export.front_plot import write_front
    from districting.policy import read_policy
    from districting.proposing.front_file import write_front_file
    from districting.proposing.pareto import pareto as front_of
    from districting.read import read_county
    from districting.solve.stop import Stop

    county, rules = read_county(folder), read_policy(policy)
    front = front_of(county, rules, kind, over, plans=plans, stop=Stop(seconds), seed=seed)
    write_front_file(front, out)
    write_front(front, out / "pareto.png")
    table = front.table()
    with replacing(out / "pareto.csv") as temporary:
        table.to_csv(temporary, index=False, encoding="utf-8-sig")
    if as_json:
        typer.echo(table.to_json(orient="records", force_ascii=False, indent=1))
    else:
        typer.echo(str(front))
        typer.echo(say("cli.saved", path=out))
