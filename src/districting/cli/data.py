"""Commands on county folders and policies: check, columns, rules, sample."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from districting.terms import say

if TYPE_CHECKING:
    from districting.errors import Problem


def register(app: typer.Typer) -> None:
    """Add the commands of this file to `app`."""
    app.command("check", help=say("cli.check"))(check)
    app.command("columns", help=say("dictionary.command"))(columns)
    app.command("rules", help=say("cli.rules"))(rules)
    app.command("sample", help=say("cli.sample"))(sample)


def check(
    folder: Annotated[Path, typer.Argument(help=say("cli.folder"))],
    as_json: Annotated[bool, typer.Option("--json", help=say("cli.json"))] = False,
    marked: Annotated[Path | None, typer.Option("--marked", help=say("desk.marked"))] = None,
) -> None:
    """List every problem of a county folder; its own files are never changed."""
    from districting.read import check_county, format_problems, problem_rows

    problems = check_county(folder)
    if marked is not None and folder.is_dir():
        _mark(folder, problems, marked)
    if as_json:
        typer.echo(json.dumps(problem_rows(problems), ensure_ascii=False, indent=1))
    else:
        typer.echo(format_problems(problems) if problems else say("cli.check_clean"))
    raise typer.Exit(int(any(p.severity == "error" for p in problems)))


def _mark(folder: Path, problems: list[Problem], marked: Path) -> None:
    from districting.read.workbook import write_marked

    written = write_marked(folder, problems, marked)
    for path in written:
        typer.echo(say("desk.marked_done", path=path), err=True)
    if not written:
        typer.echo(say("desk.nothing_marked"), err=True)


def columns(
    out: Annotated[Path | None, typer.Option("-o", "--out", help=say("dictionary.out"))] = None,
    as_json: Annotated[bool, typer.Option("--json", help=say("cli.json"))] = False,
) -> None:
    """Print the data dictionary, or write it as Markdown."""
    from districting.export.files import replacing
    from districting.read.dictionary import dictionary_markdown, dictionary_rows

    if as_json:
        typer.echo(dictionary_rows().to_json(orient="records", force_ascii=False, indent=1))
    elif out is None:
        typer.echo(dictionary_markdown())
    else:
        with replacing(out) as temporary:
            text = dictionary_markdown() + "\n"
            temporary.write_text(text, encoding="utf-8", newline="\n")
        typer.echo(say("cli.saved", path=out))


def rules(
    policy: Annotated[str, typer.Argument(help=say("cli.policy"))],
    as_json: Annotated[bool, typer.Option("--json", help=say("cli.json"))] = False,
) -> None:
    """Show which sentence is which rule, how binding it is, and in which file it lives."""
    from districting.evaluate.text import table_text
    from districting.policy import read_policy, rules_table

    table = rules_table(read_policy(policy))
    if as_json:
        typer.echo(table.to_json(orient="records", force_ascii=False, indent=1))
    else:
        typer.echo(table_text(table.rename(columns=lambda c: say(f"policy.column.{c}"))))


def sample(
    folder: Annotated[Path, typer.Argument(help=say("cli.sample_folder"))],
    towns: Annotated[int, typer.Option(min=1, help=say("cli.sample_towns"))] = 6,
    villages: Annotated[int, typer.Option(min=2, help=say("cli.sample_villages"))] = 200,
    seed: Annotated[int, typer.Option(help=say("cli.seed"))] = 0,
) -> None:
    """Write a synthetic county of any size."""
    from districting.sample import make_county, write_county

    county = make_county(seed, towns, villages)
    write_county(county, folder)
    typer.echo(
        say(
            "cli.sampled", folder=folder, villages=len(county.villages), schools=len(county.schools)
        )
    )
