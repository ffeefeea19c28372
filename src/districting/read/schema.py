"""The tables and columns of a county, as ``columns.toml`` defines them."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

import pandas as pd

from districting.terms import language

MAIN_TABLES = ("towns", "villages", "schools", "roads")
"""Tables that are fields of :class:`~districting.county.County`, indexed by their key."""

EMPTY: Mapping[str, Any] = MappingProxyType(
    {
        "text": "",
        "enum": "",
        "mark": "",
        "bool": False,
        "int": float("nan"),
        "float": float("nan"),
        "lon": float("nan"),
        "lat": float("nan"),
        "date": pd.NaT,
    }
)
"""What stands for an empty cell, by dtype. An empty optional yes/no counts as no."""

PANDAS_DTYPES: Mapping[str, str] = MappingProxyType(
    {
        "text": "str",
        "enum": "str",
        "mark": "str",
        "bool": "bool",
        "int": "int64",
        "float": "float64",
        "lon": "float64",
        "lat": "float64",
        "date": "datetime64[s]",
    }
)
"""Column dtype in memory. An optional int column with empty cells is float64 with NaN."""


@dataclass(frozen=True)
class Column:
    """One column of a table.

    Parameters
    ----------
    name, zh : str
        English and Chinese header.
    dtype : {"text", "int", "float", "bool", "date", "enum", "lon", "lat", "mark"}
    required : bool
    also : tuple of str
        Further headers the column may have.
    unit : str
    values : Mapping of str to str
        Allowed words of an enum: code → Chinese.
    words : Mapping of str to str
        Further words that mean the same: word → code.
    refers : str
        ``"table.column"`` that the values must occur in; empty for none.
    pattern : str
        Regular expression the whole text must match; empty for none.
    min, max : float or None
        Bounds of numbers, inclusive.
    example, description, description_zh : str
        The Chinese description is that of ``columns.zh.toml``; empty where it has none.
    """

    name: str
    zh: str
    dtype: str
    required: bool = False
    also: tuple[str, ...] = ()
    unit: str = ""
    values: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    words: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    refers: str = ""
    pattern: str = ""
    min: float | None = None
    max: float | None = None
    example: str = ""
    description: str = ""
    description_zh: str = ""

    @property
    def meaning(self) -> str:
        """What the column means, in the current language."""
        return _meaning(self)

    @property
    def unit_in_words(self) -> str:
        """The unit in the current language; as it stands where it has no Chinese word."""
        chinese = _content("columns.zh")["UNITS"] if language() == "zh" else {}
        return str(chinese.get(self.unit, self.unit))


@dataclass(frozen=True)
class Table:
    """One table: its names, key, geometry and columns in order."""

    name: str
    zh: str
    en: str
    key: tuple[str, ...]
    required: bool
    geometry: str
    description: str
    columns: Mapping[str, Column]
    description_zh: str = ""

    @property
    def meaning(self) -> str:
        """What the table holds, in the current language."""
        return _meaning(self)

    def id_columns(self) -> tuple[str, ...]:
        """Return the text columns that hold identifiers: keys, references, coded patterns."""
        return tuple(
            c.name
            for c in self.columns.values()
            if c.dtype == "text"
            and (c.name in self.key or c.refers or c.pattern or c.name in ("unit",))
        )


def _meaning(thing: Table | Column) -> str:
    chinese = language() == "zh" and thing.description_zh
    return thing.description_zh if chinese else thing.description


def _table(name: str, entry: Mapping[str, Any]) -> Table:
    columns, chinese = {}, _content("columns.zh").get(name, {})
    for column, values in entry["columns"].items():
        known = {**values, "also": tuple(values.get("also", ()))}
        known |= {k: MappingProxyType(dict(values.get(k, {}))) for k in ("values", "words")}
        columns[column] = Column(name=column, **known, description_zh=chinese.get(column, ""))
    return Table(
        name=name,
        zh=entry["zh"],
        en=entry["en"],
        key=tuple(entry["key"]),
        required=entry["required"],
        geometry=entry.get("geometry", "none"),
        description=entry["description"],
        columns=MappingProxyType(columns),
        description_zh=chinese.get("ABOUT", ""),
    )


@cache
def _content(name: str = "columns") -> dict[str, Any]:
    text = files("districting").joinpath(f"{name}.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


@lru_cache(maxsize=1)
def tables() -> Mapping[str, Table]:
    """Return every table by name, in the order of ``columns.toml``.

    Examples
    --------
    >>> tables()["villages"].columns["town"].zh
    '所属镇街代码'
    """
    content = _content()
    return MappingProxyType({n: _table(n, e) for n, e in content.items() if "columns" in e})


@lru_cache(maxsize=1)
def marks() -> Mapping[str, str]:
    """Return the words of provenance columns: code → Chinese."""
    return MappingProxyType(dict(_content()["marks"]["values"]))


def empty_frame(name: str) -> pd.DataFrame:
    """Return table `name` without rows, its documented columns in order and typed."""
    return _empty_frame(name).copy()


@cache
def _empty_frame(name: str) -> pd.DataFrame:
    return pd.DataFrame(
        {
            c.name: pd.Series([], dtype=PANDAS_DTYPES[c.dtype])
            for c in tables()[name].columns.values()
        }
    )
