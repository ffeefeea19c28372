"""Commands of the planner's desk: init (a workbook to fill) and import (tables of the bureau)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from districting.terms import say

if TYPE_CHECKING:
    from districting.read.workbook import Question


def register(app: typer.Typer) -> None:
    """Add the commands of this file to `app`."""
    app.command("init", help=say("desk.init"))(init)
    app.command("import", help=say("desk.import"))(take_over)


def init(
    folder: Annotated[Path, typer.Argument(help=say("desk.init_folder"))],
    code: Annotated[str, typer.Option(prompt=say("desk.code"), help=say("desk.code"))],
    name: Annotated[str, typer.Option(prompt=say("desk.name"), help=say("desk.name"))],
    year: Annotated[
        int, typer.Option(prompt=say("desk.year"), min=2000, max=2100, help=say("desk.year"))
    ],
    datum: Annotated[str, typer.Option(help=say("desk.datum"))] = "cgcs2000",
) -> None:
    """Write a blank county: the workbook to fill and its county.toml."""
    from districting.errors import DistrictingError
    from districting.read.settings import DATUM_WORDS
    from districting.read.workbook import write_blank_county

    if not (len(code) == 6 and code.isascii() and code.isdigit()):
        raise DistrictingError(say("desk.bad_code", value=code))
    known = DATUM_WORDS.get(datum.lower())
    if known is None:
        raise DistrictingError(say("desk.bad_datum", value=datum))
    book, settings = write_blank_county(folder, code, name, year, known)
    typer.echo(say("desk.init_done", book=book, settings=settings))


def take_over(
    file: Annotated[Path, typer.Argument(help=say("desk.import_file"))],
    folder: Annotated[Path, typer.Argument(help=say("cli.folder"))],
    sheet: Annotated[str, typer.Option(help=say("desk.import_sheet"))] = "",
    mapping: Annotated[Path | None, typer.Option("--map", help=say("desk.import_map"))] = None,
    datum: Annotated[str, typer.Option(help=say("desk.import_datum"))] = "",
    replace: Annotated[bool, typer.Option("--replace", help=say("desk.import_replace"))] = False,
    no_input: Annotated[bool, typer.Option("--no-input", help=say("desk.no_input"))] = False,
) -> None:
    """Take over the tables of a file, asking once what its headers and words mean."""
    from districting.errors import DistrictingError
    from districting.read.schema import tables
    from districting.read.settings import DATUM_WORDS
    from districting.read.workbook import import_table, place_tables, read_map, write_map
    from districting.read.workbook.column_map import FILE
    from districting.read.workbook.foreign import refuse

    if datum and datum.lower() not in DATUM_WORDS:
        raise DistrictingError(say("desk.bad_datum", value=datum))
    kept = mapping or folder / FILE
    known = read_map(kept)
    ask = refuse if no_input else _ask
    found = import_table(file, known, ask, sheet, DATUM_WORDS.get(datum.lower(), ""))
    if not found:
        typer.echo(say("desk.nothing_imported"))
        raise typer.Exit(1)
    for name, path, count in place_tables(found, folder, replace):
        typer.echo(say("desk.imported", table=tables()[name].zh, count=count, path=path))
    write_map(known, kept)
    typer.echo(say("desk.map_kept", path=kept))


def _ask(question: Question) -> str:
    """Ask at the terminal until the answer is one of the choices."""
    typer.echo(question.text)
    codes = list(question.choices)
    for number, code in enumerate(codes, 1):
        typer.echo(f"  {number}  {question.choices[code]}")
    if question.free:
        return str(typer.prompt(say("desk.answer_free"), default="", show_default=False)).strip()
    likely = str(codes.index(question.suggested) + 1) if question.suggested in codes else None
    while True:
        answer = str(typer.prompt(say("desk.answer"), default=likely)).strip()
        if answer.isdecimal() and 1 <= int(answer) <= len(codes):
            return codes[int(answer) - 1]
