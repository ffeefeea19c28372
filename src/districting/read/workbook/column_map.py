"""What a bureau's own headers and words mean: asked once, kept in ``columns.map.toml``.

.. code-block:: toml

    [sheets]
    "2025年学校基本情况" = "schools"      # sheet (or file) name → table; "" is left out
    [schools.columns]
    "单位名称" = "name"                   # header → column; "" is left out
    "备注" = ""
    [schools.words.kind]
    "完小" = "primary"                    # the bureau's word → word of the column
    [schools.fill]
    run_by = "town"                       # columns that the file lacks
    [schools]
    datum = "gcj02"                       # of the file's coordinates, where not the county's
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import tomli_w

from districting.errors import DistrictingError
from districting.read.schema import Column, tables
from districting.read.settings import DATUM_WORDS
from districting.terms import say

FILE = "columns.map.toml"


@dataclass
class TableMap:
    """How one table's foreign columns and words are understood; see the module."""

    columns: dict[str, str] = field(default_factory=dict)
    words: dict[str, dict[str, str]] = field(default_factory=dict)
    fill: dict[str, str] = field(default_factory=dict)
    datum: str = ""


@dataclass
class ColumnMap:
    """All that is remembered: sheet → table, and the map of each table."""

    sheets: dict[str, str] = field(default_factory=dict)
    tables: dict[str, TableMap] = field(default_factory=dict)

    def of(self, table: str) -> TableMap:
        """Return the map of `table`, a new one where there is none."""
        return self.tables.setdefault(table, TableMap())


def read_map(path: Path) -> ColumnMap:
    """Read a map; a file that is not there gives an empty one.

    Raises
    ------
    DistrictingError
        If it is no TOML, or names a table, column, word or datum that there is not. All such
        entries are named.
    """
    if not path.is_file():
        return ColumnMap()
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise DistrictingError(say("desk.bad_map", path=path, reason=error)) from None
    wrong = _wrong(content)
    if wrong:
        raise DistrictingError(say("desk.bad_map", path=path, reason="；".join(wrong)))
    found = ColumnMap(dict(content.pop("sheets", {})))
    for name, entry in content.items():
        words = {c: dict(w) for c, w in entry.get("words", {}).items()}
        columns, fill = dict(entry.get("columns", {})), dict(entry.get("fill", {}))
        found.tables[name] = TableMap(columns, words, fill, str(entry.get("datum", "")))
    return found


def _wrong(content: Mapping[str, Any]) -> list[str]:
    """Return the entries of a map that name what there is not."""
    known = tables()
    sheets = content.get("sheets", {})
    wrong = [f"sheets.{s} = {t}" for s, t in sheets.items() if t not in ("", *known)]
    for name, entry in content.items():
        if name == "sheets":
            continue
        if name not in known:
            wrong.append(name)
            continue
        wrong += [f"{name}.{place}" for place in _wrong_of(entry, known[name].columns)]
        if entry.get("datum", "") not in ("", *DATUM_WORDS.values()):
            wrong.append(f"{name}.datum = {entry['datum']}")
    return wrong


def _wrong_of(entry: Mapping[str, Any], columns: Mapping[str, Column]) -> list[str]:
    named = {h: c for h, c in entry.get("columns", {}).items() if c}
    wrong = [f"columns.{h} = {c}" for h, c in named.items() if c not in columns]
    wrong += [f"fill.{c}" for c in entry.get("fill", {}) if c not in columns]
    for column, words in entry.get("words", {}).items():
        allowed = columns[column].values if column in columns else ()
        wrong += [f"words.{column}.{w} = {v}" for w, v in words.items() if v not in allowed]
    return wrong


def write_map(found: ColumnMap, path: Path) -> None:
    """Write a map: first under a temporary name, then into place."""
    document: dict[str, Any] = {"sheets": found.sheets}
    for name, table in sorted(found.tables.items()):
        entry: dict[str, Any] = {"datum": table.datum} if table.datum else {}
        entry |= {"columns": table.columns, "words": table.words, "fill": table.fill}
        document[name] = {k: v for k, v in entry.items() if v}
    temporary = path.with_name(f".{path.name}.part")
    temporary.write_text(tomli_w.dumps(document), encoding="utf-8")
    temporary.replace(path)
