"""Turn text cells into numbers, words and dates, and say which cells cannot be."""

from __future__ import annotations

import unicodedata
from decimal import Decimal, InvalidOperation
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from districting.errors import Problem
from districting.read.headers import plain
from districting.read.schema import EMPTY, PANDAS_DTYPES, Column, Table, marks, tables
from districting.read.sheet import Sheet

_YES = ("是", "true", "1", "yes", "y", "√", "有", "t", "1.0")
_NO = ("否", "false", "0", "no", "n", "×", "无", "f", "0.0")
_DATE = r"^(\d{4})(?:[-/.年](\d{1,2})(?:[-/.月](\d{1,2}))?|(\d{2})(\d{2})?)?[日月年]?$"
_LARGEST_COUNT = 1e9

Found = tuple[pd.Series, list[Problem]]


def typed(sheet: Sheet) -> tuple[pd.DataFrame, list[Problem]]:
    """Return the table's documented columns with their dtypes, and the cells that are wrong.

    Wrong and empty cells hold :data:`~districting.read.schema.EMPTY`. Rows keep their order, so
    position i of the frame is position i of the sheet. ``cells`` has the village key only.
    """
    table = _table_of(sheet.table)
    problems: list[Problem] = []
    columns: dict[str, pd.Series] = {}
    ids = table.id_columns()
    for column in table.columns.values():
        if sheet.table == "cells" and column.name != "village":
            continue
        if column.name not in sheet.cells.columns:
            columns[column.name] = _absent(column, len(sheet))
            continue
        text = sheet.cells[column.name]
        blank = (text == "").to_numpy()
        if column.required:
            problems += sheet.faults("missing_value", blank, column.name)
        parse = _text if column.name in ids else _PARSERS[column.dtype]
        columns[column.name], found = parse(sheet, column, text, blank)
        problems += found
    return pd.DataFrame(columns, index=range(len(sheet))), problems


def _table_of(name: str) -> Table:
    return tables()["villages" if name == "cells" else name]


def _absent(column: Column, count: int) -> pd.Series:
    dtype = "float64" if column.dtype == "int" else PANDAS_DTYPES[column.dtype]
    return pd.Series([EMPTY[column.dtype]] * count, dtype=dtype)


def _free_text(sheet: Sheet, column: Column, text: pd.Series, blank: npt.NDArray[Any]) -> Found:
    return text.astype("str"), []


def _text(sheet: Sheet, column: Column, text: pd.Series, blank: npt.NDArray[Any]) -> Found:
    """Clean identifiers: narrow digits, no decimal point, no exponent where no digit is lost."""
    values = text.to_numpy().astype(object)
    odd = np.flatnonzero([not v.isascii() for v in values])
    values[odd] = [unicodedata.normalize("NFKC", v).strip() for v in values[odd]]
    words = pd.Series(values, dtype="str")
    words = words.str.replace(r"^(\d+)\.0+$", r"\1", regex=True)
    powers = words.str.fullmatch(r"[\d.]+[eE]\+?\d+").to_numpy()
    whole = {i: _expanded(words.iloc[i]) for i in np.flatnonzero(powers).tolist()}
    lost = np.array([i for i, v in whole.items() if not v], dtype=np.intp)
    problems = sheet.faults("id_lost_digits", lost, column.name)
    for position, value in whole.items():
        words.iloc[position] = value
    if column.pattern:
        bad = ~words.str.fullmatch(column.pattern).to_numpy() & ~blank
        bad[lost] = False
        problems += sheet.faults("bad_id", bad, column.name, pattern=_in_words(column.pattern))
        words = words.where(~bad, "")
    return words, problems


def _expanded(text: str) -> str:
    """Return ``3.70405103216E+11`` written out; ``""`` where its last digits are gone."""
    try:
        number = Decimal(text)
    except InvalidOperation:
        return ""
    exponent = number.as_tuple().exponent
    digits = len(number.as_tuple().digits)
    whole = isinstance(exponent, int) and exponent <= 0 and number == number.to_integral_value()
    return str(int(number)) if whole and digits <= 15 else ""


def _in_words(pattern: str) -> str:
    return pattern.replace(r"\d{", "").replace("}", "")


def _number(
    sheet: Sheet, column: Column, text: pd.Series, blank: npt.NDArray[Any]
) -> tuple[npt.NDArray[np.float64], list[Problem]]:
    clean = text
    if not text.str.isascii().all():
        clean = pd.Series([unicodedata.normalize("NFKC", v) for v in text.tolist()], dtype="str")
    if clean.str.contains(",", regex=False).any():
        clean = clean.str.replace(r"(?<=\d),(?=\d{3})", "", regex=True)
    values = pd.to_numeric(clean, errors="coerce").to_numpy(dtype=np.float64, copy=True)
    broken = ~np.isfinite(values) & ~blank
    values[broken] = np.nan
    problems = sheet.faults("not_a_number", broken, column.name)
    low, high = column.min, column.max
    if high is None and column.dtype == "int":
        high = _LARGEST_COUNT
    if low is not None:
        below = values < low
        code = "negative" if low == 0 else "too_small"
        problems += sheet.faults(code, below, column.name, limit=f"{low:g}")
        values[below] = np.nan
    if high is not None:
        above = values > high
        problems += sheet.faults("too_large", above, column.name, limit=f"{high:g}")
        values[above] = np.nan
    return values, problems


def _float(sheet: Sheet, column: Column, text: pd.Series, blank: npt.NDArray[Any]) -> Found:
    values, problems = _number(sheet, column, text, blank)
    return pd.Series(values), problems


def _int(sheet: Sheet, column: Column, text: pd.Series, blank: npt.NDArray[Any]) -> Found:
    values, problems = _number(sheet, column, text, blank)
    part = np.isfinite(values) & (values != np.floor(values))
    problems += sheet.faults("not_whole", part, column.name)
    values[part] = np.nan
    series = pd.Series(values)
    return (series if np.isnan(values).any() else series.astype("int64")), problems


def _mapped(
    sheet: Sheet, column: Column, text: pd.Series, words: dict[str, Any], code: str, allowed: str
) -> tuple[pd.Series, list[Problem]]:
    """Return `text` looked up in `words` (plain spelling → value), None where absent."""
    distinct = {v: words.get(plain(v)) for v in pd.unique(text)}
    values = text.map(distinct).astype(object)
    bad = (values.isna() & (text != "")).to_numpy()
    return values, sheet.faults(code, bad, column.name, allowed=allowed)


def _words(values: Any) -> dict[str, Any]:
    return {plain(w): code for code, zh in values.items() for w in (code, zh)}


def _enum(sheet: Sheet, column: Column, text: pd.Series, blank: npt.NDArray[Any]) -> Found:
    allowed = "、".join(column.values.values())
    words = {plain(w): code for w, code in column.words.items()} | _words(column.values)
    found, problems = _mapped(sheet, column, text, words, "unknown_word", allowed)
    return found.where(found.notna(), "").astype("str"), problems


def _mark(sheet: Sheet, column: Column, text: pd.Series, blank: npt.NDArray[Any]) -> Found:
    allowed = "、".join(marks().values())
    found, problems = _mapped(sheet, column, text, _words(marks()), "unknown_mark", allowed)
    return found.where(found.notna(), "").astype("str"), problems


def _bool(sheet: Sheet, column: Column, text: pd.Series, blank: npt.NDArray[Any]) -> Found:
    words = {**dict.fromkeys(_YES, True), **dict.fromkeys(_NO, False)}
    found, problems = _mapped(sheet, column, text, words, "not_yes_no", "是、否")
    return found.where(found.notna(), False).astype("bool"), problems


def _date(sheet: Sheet, column: Column, text: pd.Series, blank: npt.NDArray[Any]) -> Found:
    odd = ~text.str.fullmatch(r"\d{4}-\d\d-\d\d").to_numpy() & ~blank
    if odd.any():
        text = text.mask(odd, _hyphened(text[odd]))
    dates = pd.to_datetime(text, format="%Y-%m-%d", errors="coerce").astype("datetime64[s]")
    strange = dates.notna() & ~dates.dt.year.between(1900, 2100)
    bad = (dates.isna() | strange).to_numpy() & ~blank
    return dates.where(~strange), sheet.faults("not_a_date", bad, column.name)


def _hyphened(text: pd.Series) -> pd.Series:
    """Return dates as planners write them as year-month-day; without a day, the first."""
    parts = text.str.replace(r"[T ]\d{2}:.*$", "", regex=True).str.extract(_DATE)
    month = parts[1].fillna(parts[3]).fillna("")
    day = parts[2].fillna(parts[4]).fillna("1")
    day = day.where(day != "", "1")
    return parts[0].fillna("") + "-" + month.str.zfill(2) + "-" + day.str.zfill(2)


_PARSERS = {
    "text": _free_text,
    "int": _int,
    "float": _float,
    "lon": _float,
    "lat": _float,
    "enum": _enum,
    "mark": _mark,
    "bool": _bool,
    "date": _date,
}
