"""Names of teachers, joined only when a document is printed; nothing else ever reads them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

import pandas as pd

from districting.errors import DataError, Problem

IDS, NAMES = ("教师编号", "teacher"), ("姓名", "name")


def read_names(path: str | Path) -> Mapping[str, str]:
    """Read a CSV of teachers' ids and names (headers 教师编号, 姓名).

    Raises
    ------
    DataError
        If the file cannot be read, lacks a column, or gives one id two names.
    """
    target = Path(path)
    try:
        table = pd.read_csv(target, dtype=str, encoding="utf-8-sig", keep_default_na=False)
    except (OSError, UnicodeDecodeError, pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        raise DataError(
            [Problem("names.unreadable", str(target), details=(("error", str(error)),))]
        ) from None
    found = [next((c for c in wanted if c in table), None) for wanted in (IDS, NAMES)]
    if None in found:
        missing = [w[0] for w, c in zip((IDS, NAMES), found, strict=True) if c is None]
        raise DataError([Problem("names.column", str(target), column=c) for c in missing])
    ids, names = (table[c].str.strip() for c in found)
    twice = ids.duplicated() & (ids != "")
    if twice.any():
        raise DataError(
            [
                Problem("names.twice", str(target), row=int(r) + 2, column=IDS[0], value=ids[r])
                for r in ids.index[twice]
            ]
        )
    return MappingProxyType(dict(zip(ids, names, strict=True)))
