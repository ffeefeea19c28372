"""The data dictionary: every table and column that a county folder may hold, as ``columns.toml``
defines them."""

from __future__ import annotations

import pandas as pd

from districting.read.schema import Column, Table, marks, tables
from districting.terms import language, say

FIELDS = ("header", "name", "needed", "kind", "unit", "allowed", "example", "meaning")


def dictionary_rows() -> pd.DataFrame:
    """Return one row a column, in the order of ``columns.toml`` and the current language.

    Returns
    -------
    pandas.DataFrame
        ``table`` (name), then :data:`FIELDS`; all text. Headings for people are the messages
        ``dictionary.<field>``.
    """
    rows = [
        {"table": table.name, **dict(zip(FIELDS, _row(table, column), strict=True))}
        for table in tables().values()
        for column in table.columns.values()
    ]
    return pd.DataFrame(rows, dtype="str")


def _row(table: Table, column: Column) -> tuple[str, ...]:
    need = "key" if column.name in table.key else "required" if column.required else "optional"
    return (
        "、".join((column.zh, *column.also)),
        column.name,
        say(f"dictionary.need.{need}"),
        say(f"desk.kind.{column.dtype}"),
        column.unit_in_words,
        _allowed(column),
        column.example,
        column.meaning,
    )


def _allowed(column: Column) -> str:
    """Return what a value may be: words, bounds, a pattern, or the column it has to occur in."""
    words = marks() if column.dtype == "mark" else column.values
    parts = [f"{zh} ({code})" for code, zh in words.items()]
    if column.min is not None:
        parts.append(f"≥ {column.min:g}")
    if column.max is not None:
        parts.append(f"≤ {column.max:g}")
    if column.pattern:
        parts.append(f"`{column.pattern}`")
    if column.refers:
        parts.append(f"→ {column.refers}")
    return "、".join(parts) if language() == "zh" else ", ".join(parts)


def dictionary_markdown() -> str:
    """Return the data dictionary as a Markdown page in the current language."""
    rows = dictionary_rows()
    heads = [say(f"dictionary.{field}") for field in FIELDS]
    lines = [f"# {say('dictionary.title')}", "", say("dictionary.about"), ""]
    for table in tables().values():
        title = table.zh if language() == "zh" else table.en
        need = say(f"dictionary.need.{'required' if table.required else 'optional'}")
        key = say("dictionary.key_of", columns=", ".join(f"`{k}`" for k in table.key))
        lines += [f"## {title} (`{table.name}`)", "", f"{table.meaning} ({need}; {key})"]
        lines += ["", _line(heads), _line(["---"] * len(heads))]
        own = rows[rows["table"] == table.name]
        lines += [_line(list(row)) for row in own[list(FIELDS)].itertuples(index=False)]
        lines.append("")
    return "\n".join(lines)


def _line(cells: list[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"
