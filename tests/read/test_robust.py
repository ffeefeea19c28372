"""However broken the input, checking ends with problems and not with a crash."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
import tiny
from breaking import Parts
from hypothesis import given, settings
from hypothesis import strategies as st

from districting.read import check_county, format_problems

TABLES = ["towns", "villages", "schools", "roads", "districts", "members"]
JUNK = [
    "",
    "x",
    "-1",
    "1e400",
    "nan",
    "0",
    "3.7E+11",
    "是",
    "村居",
    "\t",
    "＃",
    "{value}",
    "九",
    "S1",
]


def _removed(parts: Parts, table: str) -> None:
    if table == "towns":
        parts.files.remove(parts.entry(table))
        parts.after = lambda folder: (folder / "towns.gpkg").unlink()
    else:
        parts.remove(table)


def _without_rows(parts: Parts, table: str) -> None:
    parts.frames[table] = parts.frames[table].head(0)
    if table == "towns":
        parts.shapes["towns"] = []


def _blank(parts: Parts, table: str) -> None:
    parts.frames[table] = pd.DataFrame("?", index=range(2), columns=parts.frames[table].columns)
    if table == "towns":
        parts.shapes["towns"] = parts.shapes["towns"][:2]


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("change", [_removed, _without_rows, _blank])
def test_a_table_that_is_gone_empty_or_nonsense(
    change: Callable[[Parts, str], None], table: str, tmp_path: Path
) -> None:
    """The rest is still checked."""
    parts = Parts()
    parts.set("schools", 0, 平均成绩="90")
    change(parts, table)
    problems = check_county(parts.write(tmp_path))
    assert format_problems(problems)
    if table != "schools":
        assert "check.score_column" in {p.code for p in problems}


@pytest.mark.parametrize(
    ("table", "column"),
    [(t, c) for t, frame in tiny.good_tables().items() for c in frame.columns],
)
def test_a_column_that_is_gone(table: str, column: str, tmp_path: Path) -> None:
    """A missing column is reported when it is required, and breaks nothing when it is not."""
    parts = Parts()
    del parts.frames[table][column]
    codes = {p.code for p in check_county(parts.write(tmp_path))}
    optional = column in ("seats_preschool", "backbone", "union") or (table, column) == (
        "districts",
        "town",
    )
    assert ("check.missing_column" in codes) != optional


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(TABLES), st.integers(0, 10), st.integers(0, 10), st.sampled_from(JUNK)
        ),
        min_size=1,
        max_size=12,
    )
)
def test_any_cell_may_hold_anything(junk: list[tuple[str, int, int, str]]) -> None:
    """Junk in any cells is reported or harmless."""
    parts = Parts()
    for table, row, column, text in junk:
        frame = parts.frames[table]
        frame.iloc[row % len(frame), column % len(frame.columns)] = text
    with tempfile.TemporaryDirectory() as folder:
        assert format_problems(check_county(parts.write(Path(folder))))
