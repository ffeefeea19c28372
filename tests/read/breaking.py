"""Ways to break the tiny county, one fault each, and where the fault must be reported."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd
import tiny

T0, T1 = tiny.TOWNS
V = tiny.village_code


@dataclass
class Parts:
    """The tiny county before it is written; `after` works on the folder."""

    frames: dict[str, pd.DataFrame] = field(default_factory=tiny.good_tables)
    shapes: dict[str, list[Any]] = field(default_factory=tiny.good_shapes)
    files: list[dict[str, Any]] = field(default_factory=lambda: [dict(f) for f in tiny.FILES])
    after: Callable[[Path], Any] = lambda folder: None

    def entry(self, table: str) -> dict[str, Any]:
        return next(f for f in self.files if f["table"] == table)

    def set(self, table: str, row: int, **values: str) -> None:
        for column, value in values.items():
            if column not in self.frames[table]:
                self.frames[table][column] = ""
            self.frames[table].loc[row, column] = value

    def add(self, table: str, **columns: list[str]) -> None:
        """Append rows; a table that was absent is declared too."""
        rows = pd.DataFrame(columns)
        if table in self.frames:
            rows = pd.concat([self.frames[table], rows], ignore_index=True).fillna("")
        else:
            self.files.append({"path": f"{table}.csv", "table": table})
        self.frames[table] = rows

    def drop(self, table: str, rows: list[int]) -> None:
        self.frames[table] = self.frames[table].drop(rows).reset_index(drop=True)

    def remove(self, table: str) -> None:
        """Take the table's file away altogether."""
        self.files = [f for f in self.files if f["table"] != table]
        self.frames.pop(table, None)

    def long_roads(self) -> None:
        """Make roads long enough for any place a village is moved to."""
        self.frames["roads"]["metres"] = "99999"

    def write(self, folder: Path) -> Path:
        tiny.write_good(folder, self.frames, self.shapes, self.files)
        self.after(folder)
        return folder


@dataclass(frozen=True)
class Case:
    """One fault: how to make it, what must be said where, and what else follows from it."""

    code: str
    change: Callable[[Parts], Any]
    file: str = ""
    row: int | None = None
    column: str = ""
    value: str = ""
    sheet: str = ""
    count: int = 1
    also: frozenset[str] = frozenset()


CASES: list[Case] = []


def case(code: str, also: str = "", **place: Any) -> Callable[[Callable[[Parts], Any]], Any]:
    """Register a way to break the county."""

    def register(change: Callable[[Parts], Any]) -> Callable[[Parts], Any]:
        CASES.append(Case(code, change, also=frozenset(also.split()), **place))
        return change

    return register


def cell(
    code: str, table: str, at: int, column: str, value: str, also: str = "", **more: Any
) -> None:
    """Register a fault made by one wrong cell; it is reported at that cell."""
    place = {"file": f"{table}.csv", "row": at + 2, "column": column, "value": value, **more}

    def change(parts: Parts) -> None:
        parts.set(table, at, **{column: value})

    CASES.append(Case(code, change, also=frozenset(also.split()), **place))


def settings(code: str, text: str, **place: Any) -> None:
    """Register a fault of county.toml, made by adding to or replacing its text."""

    def after(folder: Path) -> None:
        path = folder / "county.toml"
        old, new = text.split("→") if "→" in text else ("[county]", text)
        path.write_text(path.read_text("utf-8").replace(old, new), "utf-8")

    def change(parts: Parts) -> None:
        parts.after = after

    CASES.append(Case(code, change, file="county.toml", **place))
