"""Take over a bureau's own tables: other headers, other words, titles and totals around them.

What a header or word means is looked up in the :mod:`~districting.read.workbook.column_map`; what
it does not say is asked once through `ask` and kept in it.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from districting.errors import DistrictingError
from districting.read.headers import DATUM_COLUMN, column_of, plain
from districting.read.schema import Column, Table, tables
from districting.read.settings import table_called
from districting.read.tabular import UnreadableFile, raw_rows
from districting.read.workbook.column_map import ColumnMap, TableMap
from districting.terms import say

TOTALS = ("合计", "总计", "小计", "total")
"""First cells of rows that add up others; they are left out."""
ALIKE = 0.5
"""Likeness from which a header is suggested for a column."""
SEARCHED = 10
"""First rows among which headers are looked for."""
SHOWN = 3
"""Values shown with a question about a header."""


@dataclass(frozen=True)
class Question:
    """Something that the map does not say.

    Parameters
    ----------
    text : str
        In the current language.
    choices : Mapping of str to str
        What may be answered: code → words shown; ``""`` leaves the thing out.
    suggested : str
        Code of the likely answer.
    free : bool
        Any text may be answered.
    """

    text: str
    choices: Mapping[str, str]
    suggested: str = ""
    free: bool = False


Ask = Callable[[Question], str]


def refuse(question: Question) -> str:
    """Answer no question: for work without a person at hand.

    Raises
    ------
    DistrictingError
        With the question.
    """
    raise DistrictingError(say("desk.unanswered", question=question.text))


def import_table(
    path: Path, known: ColumnMap, ask: Ask = refuse, sheet: str = "", datum: str = ""
) -> dict[str, pd.DataFrame]:
    """Return the tables that a foreign file holds; answers are entered into `known`.

    Parameters
    ----------
    path : Path
        CSV, XLSX or XLS.
    known : ColumnMap
        Changed: what is answered is entered.
    ask : callable
        ``ask(question) -> code``.
    sheet : str
        Only this sheet; all of them by default.
    datum : str
        Of the coordinates in the file, where it is not the county's.

    Returns
    -------
    dict of str to pandas.DataFrame
        By table: text cells under English column names, totals and blank rows left out; words of
        columns with a list of words are the list's own.

    Raises
    ------
    DistrictingError
        If the file cannot be read, has no such sheet, or a question is left open.
    """
    try:
        grids = raw_rows(path)
    except UnreadableFile as error:
        raise DistrictingError(say("desk.unreadable", path=path, reason=error.value)) from None
    if sheet and sheet not in grids:
        raise DistrictingError(say("desk.no_sheet", path=path, sheet=sheet, found="、".join(grids)))
    found: dict[str, pd.DataFrame] = {}
    for name, rows in grids.items():
        filled = any(any(c.strip() for c in row) for row in rows)
        if not filled or (sheet and name != sheet):
            continue
        table = _table_of(name or path.stem, rows, known, ask)
        if table:
            frame = _frame(rows, tables()[table], known.of(table), ask)
            if datum:
                known.of(table).datum = datum
            if known.of(table).datum and "lon" in frame:
                frame[DATUM_COLUMN] = known.of(table).datum
            found[table] = pd.concat([found[table], frame]) if table in found else frame
    return {name: frame.fillna("").reset_index(drop=True) for name, frame in found.items()}


def _table_of(name: str, rows: Sequence[Sequence[str]], known: ColumnMap, ask: Ask) -> str:
    """Return the table that a sheet holds, ``""`` for none; asked where its name does not tell."""
    if name in known.sheets:
        return known.sheets[name]
    if table_called(name) in tables():
        return table_called(name)
    likely = max(tables(), key=lambda t: _likeness(rows, t, known.of(t).columns))
    choices = {t.name: t.zh for t in tables().values()} | {"": say("desk.leave_out")}
    answer = ask(Question(say("desk.ask_table", sheet=name), choices, likely))
    known.sheets[name] = answer
    return answer


def _likeness(rows: Sequence[Sequence[str]], table: str, given: Mapping[str, str]) -> float:
    top = rows[_header_place(rows, table, given)]
    return float(sum(1 for h in top if h in given or column_of(h, table)))


def _header_place(rows: Sequence[Sequence[str]], table: str, given: Mapping[str, str]) -> int:
    """Return which row holds the headers: most known names, then most filled cells, then first."""

    def score(row: Sequence[str]) -> tuple[int, int]:
        filled = [h.strip() for h in row if h.strip()]
        return sum(1 for h in filled if h in given or column_of(h, table)), len(filled)

    first = rows[:SEARCHED]
    return max(range(len(first)), key=lambda at: (score(first[at]), -at))


def suggest(header: str, columns: Mapping[str, Column]) -> str:
    """Return the column whose names are most like `header`; ``""`` where none is.

    Examples
    --------
    >>> suggest("小学学生数", tables()["schools"].columns)
    'pupils_primary'
    """
    best, score = "", ALIKE
    for column in columns.values():
        for name in (column.zh, *column.also):
            ratio = difflib.SequenceMatcher(None, plain(header), plain(name)).ratio()
            if ratio > score:
                best, score = column.name, ratio
    return best


def _frame(rows: Sequence[Sequence[str]], table: Table, known: TableMap, ask: Ask) -> pd.DataFrame:
    top = _header_place(rows, table.name, known.columns)
    headers = [h.strip() for h in rows[top]]
    body = [r for r in rows[top + 1 :] if any(c.strip() for c in r) and not _is_total(r)]
    places = _places(headers, body, table, known, ask)
    cells = {
        column: [row[at].strip() if at < len(row) else "" for row in body]
        for column, at in places.items()
    }
    frame = pd.DataFrame(cells, dtype="str")
    for column in table.columns.values():
        if column.name not in frame and (column.required or column.name in known.fill):
            frame[column.name] = _fill(column, table, known, ask)
        if column.values and column.name in frame:
            frame[column.name] = _words(frame[column.name], column, table, known, ask)
    return frame[[c for c in table.columns if c in frame]]


def _is_total(row: Sequence[str]) -> bool:
    first = next((plain(c) for c in row if c.strip()), "")
    return first in TOTALS


def _places(
    headers: Sequence[str],
    body: Sequence[Sequence[str]],
    table: Table,
    known: TableMap,
    ask: Ask,
) -> dict[str, int]:
    """Return column → position of the headers, asking for those that nobody knows."""
    places: dict[str, int] = {}
    open_headers: list[tuple[int, str]] = []
    for at, header in enumerate(headers):
        if not header:
            continue
        column = known.columns[header] if header in known.columns else column_of(header, table.name)
        if column and column in table.columns:
            places.setdefault(column, at)
        elif header not in known.columns:
            open_headers.append((at, header))
    for at, header in open_headers:
        left = {n: c for n, c in table.columns.items() if n not in places}
        values = [row[at] for row in body[:SHOWN] if at < len(row)]
        text = say("desk.ask_column", header=header, table=table.zh, values="、".join(values))
        choices = {n: c.zh for n, c in left.items()} | {"": say("desk.leave_out")}
        answer = ask(Question(text, choices, suggest(header, left)))
        known.columns[header] = answer
        if answer:
            places[answer] = at
    return places


def _fill(column: Column, table: Table, known: TableMap, ask: Ask) -> str:
    """Return the value of a required column that the file lacks, asked once; it may be empty."""
    if column.name not in known.fill:
        text = say("desk.ask_fill", column=column.zh, table=table.zh)
        choices = {**column.values, "": say("desk.leave_empty")}
        known.fill[column.name] = ask(Question(text, choices, free=not column.values))
    return known.fill[column.name]


def _words(values: pd.Series, column: Column, table: Table, known: TableMap, ask: Ask) -> pd.Series:
    """Return words of the column's list, asking for those that are not in it."""
    listed = {plain(w): code for code, zh in column.values.items() for w in (code, zh)}
    given = known.words.setdefault(column.name, {})
    for word in dict.fromkeys(values):
        if word and plain(word) not in listed and word not in given:
            text = say("desk.ask_word", word=word, column=column.zh, table=table.zh)
            near = difflib.get_close_matches(word, list(column.values.values()), 1, 0.3)
            likely = listed[plain(near[0])] if near else ""
            given[word] = ask(Question(text, dict(column.values), likely))
    codes = {w: given.get(w) or listed.get(plain(w), "") for w in dict.fromkeys(values)}
    shown = {w: column.values.get(code, "") for w, code in codes.items()}
    words: pd.Series = values.map(shown)
    return words
