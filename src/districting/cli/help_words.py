"""Help pages in the planner's language: the library that makes them has English words only."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from tomllib import loads
from typing import Any

import typer

from districting.terms import language, say

_Formatter: Any = typer.Context.formatter_class


class _Spoken(_Formatter):  # type: ignore[misc]
    """Writes help with the words of ``messages/help.toml``."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        """Write the line of usage."""
        super().write_usage(prog, _translated(args), say("help.Usage"))

    def write_heading(self, heading: str) -> None:
        """Write the heading of a list."""
        known = _pairs(language(), "head")
        super().write_heading(dict(known).get(heading, heading))

    def write_dl(self, rows: Sequence[tuple[str, str]], *args: Any, **options: Any) -> None:
        """Write a list of options, arguments or commands."""
        told = [(_translated(name), _translated(text)) for name, text in rows]
        super().write_dl(told, *args, **options)


class _Context(typer.Context):
    """A context whose help is written in the current language."""

    formatter_class = _Spoken


def speaking(command: Any) -> Any:
    """Return `command` with the help of it and of all commands below it in the current language."""
    command.context_class = _Context
    for below in getattr(command, "commands", {}).values():
        speaking(below)
    return command


@cache
def _pairs(code: str, part: str) -> tuple[tuple[str, str], ...]:
    """Return the library's words and those of language `code`."""
    text = files("districting").joinpath("messages", "help.toml").read_text(encoding="utf-8")
    return tuple((entry["en"], entry[code]) for entry in loads(text)[part].values())


def _translated(text: str) -> str:
    for theirs, ours in _pairs(language(), "part"):
        text = text.replace(theirs, ours)
    return text
