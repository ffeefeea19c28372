"""Match the headers of a planner's table to the documented columns."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from functools import cache

from districting.errors import Problem
from districting.read.schema import Column, tables

DATUM_COLUMN = "datum"
_DATUM_HEADERS = ("datum", "坐标系", "坐标基准", "大地基准")
_SCORES = re.compile(r"成绩|分数|得分|考分|排名|名次|score|exam|ranking")
_PERSONAL = re.compile(r"姓名|名字|身份证|手机|电话|住址|^name$|id_?card|phone|mobile|identity")
_BRACKET = re.compile(r"[(\[【].*?[)\]】]$")
_DBF_NAME_BYTES = 10


def plain(text: str) -> str:
    """Return a header without full-width forms, spaces, stars and case.

    Examples
    --------
    >>> plain(" 村居　代码＊ "), plain("Ｔｏｗｎ")
    ('村居代码', 'town')
    """
    narrow = unicodedata.normalize("NFKC", text)
    return re.sub(r"[\s*\ufeff]+", "", narrow).lower()


@cache
def _known(table: str) -> Mapping[str, str]:
    """Return plain header → column of `table`; own names win over the further ones."""
    columns = _columns(table).values()
    names: dict[str, str] = {}
    for rank in (lambda c: (c.name,), lambda c: (c.zh,), lambda c: c.also):
        for column in columns:
            for name in rank(column):
                names.setdefault(plain(name), column.name)
    for name in _DATUM_HEADERS:
        names.setdefault(plain(name), DATUM_COLUMN)
    return names


def _columns(table: str) -> Mapping[str, Column]:
    """Return the columns of `table`; a cells file only has the villages' key."""
    if table == "cells":
        return {"village": tables()["villages"].columns["village"]}
    return tables()[table].columns if table in tables() else {}


@cache
def _cut(table: str) -> Mapping[str, str]:
    """Return header cut to the ten bytes of a DBF field → column, where that is unambiguous."""
    found: dict[str, set[str]] = {}
    for name, column in _known(table).items():
        for encoding in ("gb18030", "utf-8"):
            short = name.encode(encoding)[:_DBF_NAME_BYTES].decode(encoding, errors="ignore")
            found.setdefault(short, set()).add(column)
    return {short: min(columns) for short, columns in found.items() if len(columns) == 1}


def column_of(header: str, table: str, short_names: bool = False) -> str:
    """Return the column of `table` that `header` means, or ``""``.

    Parameters
    ----------
    short_names : bool
        Also accept names cut to ten bytes, as shapefiles do.

    Examples
    --------
    >>> column_of("常住人口（人）", "villages")
    'population'
    >>> column_of("所属镇街代", "villages", short_names=True)
    'town'
    """
    name = plain(header)
    known = _known(table)
    found = known.get(name) or known.get(_BRACKET.sub("", name), "")
    return found or (_cut(table).get(name, "") if short_names else "")


def match_headers(
    headers: Sequence[str],
    table: str,
    place: tuple[str, str, int | None],
    given: Mapping[str, str],
    short_names: bool = False,
) -> tuple[dict[str, int], list[Problem]]:
    """Return column → position among `headers`, and what is wrong with them.

    Parameters
    ----------
    headers : sequence of str
        As written.
    place : (file, sheet, row)
        Where the headers stand.
    given : Mapping of str to str
        Headers that the county file assigns to columns itself.
    short_names : bool
        The file's format cuts names to ten bytes.
    """
    file, sheet, row = place
    found: dict[str, int] = {}
    problems: list[Problem] = []

    def fault(code: str, header: str, severity: str = "error", **details: str) -> None:
        told = tuple(details.items())
        problems.append(
            Problem(f"check.{code}", file, sheet, row, header, header, severity, details=told)
        )

    for position, header in enumerate(headers):
        if not plain(header):
            continue
        column = given.get(header) or column_of(header, table, short_names)
        if column and column in found:
            fault("duplicate_column", header, first=headers[found[column]])
        elif column:
            found[column] = position
        elif _SCORES.search(plain(header)):
            fault("score_column", header)
        elif table == "teachers" and _PERSONAL.search(plain(header)):
            fault("personal_column", header)
        elif table not in ("cells", "outline"):
            fault("unknown_column", header, severity="warning")
    return found, problems


def missing_columns(
    found: Mapping[str, int],
    table: str,
    place: tuple[str, str, int | None],
    from_geometry: Sequence[str] = (),
) -> list[Problem]:
    """Return a problem for each required column of `table` that is neither found nor derivable."""
    file, sheet, row = place
    return [
        Problem("check.missing_column", file, sheet, row, c.zh, "", details=(("english", c.name),))
        for c in _columns(table).values()
        if c.required and c.name not in found and c.name not in from_geometry
    ]


def header_row(rows: Sequence[Sequence[str]], table: str, given: Mapping[str, str]) -> int:
    """Return which of the first rows holds the headers: the one with most known names.

    Sheets from offices often carry a title above their header.
    """
    best, best_known = 0, -1
    for position, row in enumerate(rows[:10]):
        known = sum(1 for h in row if h and (h in given or column_of(h, table)))
        if known > best_known and any(row):
            best, best_known = position, known
    return best
