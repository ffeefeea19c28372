"""Dates as planners write them; what is none is told with its row."""

import numpy as np
import pandas as pd

from districting.read.checks.values import typed
from districting.read.sheet import Sheet, Source

WRITTEN = {
    "2015-08-03": "2015-08-03",
    "2015-8-3": "2015-08-03",
    "2015/8/3": "2015-08-03",
    "2015.8.3": "2015-08-03",
    "2015年8月3日": "2015-08-03",
    "20150803": "2015-08-03",
    "2015-08-03 00:00:00": "2015-08-03",
    "2015-08-03T08:30": "2015-08-03",
    "2015-08": "2015-08-01",
    "2015年8月": "2015-08-01",
    "201508": "2015-08-01",
    "": None,
}
WRONG = ("2015", "八五年三月", "15-8-3", "2015-13-01", "2015-02-30", "1850-01-01", "now")


def test_dates_in_any_spelling_and_none_made_up() -> None:
    """One column holds them all: each is read by itself."""
    text = [*WRITTEN, *WRONG]
    rows = np.arange(len(text))
    sheet = Sheet(
        "teachers",
        pd.DataFrame({"born": text}, dtype="str"),
        (Source("teachers.csv", "", "", {}),),
        np.zeros_like(rows),
        rows + 2,
    )
    frame, problems = typed(sheet)
    read = [None if pd.isna(day) else str(day.date()) for day in frame["born"]]
    assert read == [*WRITTEN.values(), *[None] * len(WRONG)]
    found = {p.row: p.value for p in problems if p.code == "check.not_a_date"}
    assert found == {len(WRITTEN) + 2 + at: word for at, word in enumerate(WRONG)}
