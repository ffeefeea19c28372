"""The single source of names, types and units."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from districting.read.checks.values import typed
from districting.read.headers import column_of
from districting.read.schema import MAIN_TABLES, PANDAS_DTYPES, empty_frame, tables
from districting.read.settings import table_called
from districting.read.sheet import Sheet, Source


def test_every_column_is_complete_and_of_a_known_dtype() -> None:
    """Each has a Chinese name, a description, and words where it is an enum."""
    for table in tables().values():
        assert set(table.key) <= set(table.columns)
        for column in table.columns.values():
            assert column.zh and column.description
            assert column.dtype in PANDAS_DTYPES
            assert bool(column.values) == (column.dtype == "enum")


def test_every_reference_leads_to_a_key() -> None:
    """What a column refers to exists and identifies rows."""
    for table in tables().values():
        for column in table.columns.values():
            if column.refers:
                name, key = column.refers.split(".")
                assert tables()[name].key == (key,)


@pytest.mark.parametrize("table", list(tables()))
def test_both_names_of_a_column_are_understood(table: str) -> None:
    """English and Chinese headers never mean two columns of one table."""
    for column in tables()[table].columns.values():
        assert column_of(column.name, table) == column.name
        assert column_of(column.zh, table) == column.name


def test_tables_are_known_by_both_names() -> None:
    """Files and sheets may be called either way."""
    for table in tables().values():
        assert table_called(table.zh) == table_called(table.en) == table.name
    assert set(MAIN_TABLES) <= set(tables())


def test_an_absent_table_keeps_its_columns() -> None:
    """An empty table has every documented column."""
    assert empty_frame("feeders").columns.to_list() == ["primary", "junior"]


def test_usual_words_stand_for_the_codes_they_mean() -> None:
    """大专 is 专科 and 县级骨干 is 县级; no word stands for two codes."""
    for table in tables().values():
        for column in table.columns.values():
            assert set(column.words.values()) <= set(column.values)
            assert not set(column.words) & {*column.values, *column.values.values()}
    given = {"degree": ["大专", "本科", "夜大"], "honour": ["县级骨干", "市级", ""]}
    place = Source("教师.csv", "", "", {c: c for c in given})
    rows = np.arange(3)
    sheet = Sheet("teachers", pd.DataFrame(given, dtype="str"), (place,), rows * 0, rows + 2)
    frame, problems = typed(sheet)
    assert frame["degree"].tolist() == ["college", "bachelor", ""]
    assert frame["honour"].tolist() == ["county", "city", ""]
    assert [(p.row, p.value) for p in problems] == [(4, "夜大")]
