"""Problems shown to people and to programs."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import tiny
from breaking import Parts

from districting.errors import Problem
from districting.read import check_county, format_problems, problem_rows
from districting.read.report import totals
from districting.terms import using_language


@pytest.fixture(scope="module")
def broken_rows(tmp_path_factory: pytest.TempPathFactory) -> list[Problem]:
    """Return the problems of 100,000 rows in which everything is wrong."""
    parts = Parts()
    rows = {c: np.resize(v.to_numpy(), 100_000) for c, v in parts.frames["villages"].items()}
    frame = pd.DataFrame(rows).assign(
        town="999999999", kind="城", population="很多", lon="34.5", lat="117.4",
        children_primary="-3", children_junior="2.5",
    )  # fmt: skip
    parts.frames["villages"] = frame.assign(village=[f"x{i}" for i in range(len(frame))])
    folder = parts.write(tmp_path_factory.mktemp("broken"))
    return check_county(folder)


def test_a_hundred_thousand_broken_rows_are_told_briefly(broken_rows: list[Problem]) -> None:
    """The report is short and counts every fault."""
    text = format_problems(broken_rows, cap=10)
    assert totals(broken_rows)["error"] > 600_000
    assert text.count("还有 99,990 处同样的问题") == 7
    assert len(text.splitlines()) < 250


def test_like_faults_stand_together(tmp_path: Path) -> None:
    """Each group shows its places up to the cap, then what is allowed and how to mend it."""
    parts = Parts()
    for row in range(4):
        parts.set("villages", row, population="x")
    parts.set("villages", 0, 备注="y")
    with using_language("en"):
        text = format_problems(check_county(parts.write(tmp_path)), cap=2)
    assert text == (
        "4 errors and 1 warnings.\n\n"
        "Errors: 4\n"
        "  villages.csv row 2 column “population”: “x” in “population” is not a number.\n"
        "  villages.csv row 3 column “population”: “x” in “population” is not a number.\n"
        "  … and 2 more like this\n"
        "  Allowed: digits only\n"
        "  To mend: Take units and words away.\n\n"
        "Warnings: 1\n"
        "  villages.csv row 1 column “备注”: Column “备注” is not known and was not read.\n"
        "  Allowed: the columns of the data dictionary\n"
        "  To mend: Leave it if it is not needed, else rename it after the dictionary."
    )


def test_nothing_wrong_is_said_too(tmp_path: Path) -> None:
    """A county without problems gets a sentence, not silence."""
    assert "没有发现问题" in format_problems(check_county(tiny.write_good(tmp_path)))


def test_rows_go_into_json(tmp_path: Path) -> None:
    """Every field of a problem is plain."""
    parts = Parts()
    parts.set("schools", 0, seats_primary="0")
    rows = problem_rows(check_county(parts.write(tmp_path)))
    (row,) = json.loads(json.dumps(rows, ensure_ascii=False))
    assert row["code"] == "check.school_without_seats"
    assert (row["file"], row["row"], row["severity"], row["count"]) == (
        "schools.csv",
        2,
        "error",
        1,
    )
    assert row["what"] == "“甲小学”教小学，却没有小学学位。"


def test_the_language_is_chosen_when_shown(tmp_path: Path) -> None:
    """Words inside a message follow the language of the reader, not of the check."""
    parts = Parts()
    parts.set("schools", 0, seats_primary="0")
    (problem,) = check_county(parts.write(tmp_path))
    with using_language("en"):
        assert problem.what == "“甲小学” teaches primary but has no primary seats."
