"""Periods a week: the shipped tables add up, the county's own table wins."""

import pandas as pd
import pytest

from districting.county import County
from districting.policy.load_norms import LoadNorms
from districting.read.curriculum import (
    SCHEMES,
    curriculum,
    in_known_words,
    known_subjects,
    shipped_curriculum,
)
from districting.sample import make_county

TOTALS = {
    "national_2022": [26, 26, 30, 30, 30, 30, 34, 34, 34],
    "shandong_2023": [29, 29, 30, 30, 30, 30, 34, 34, 34],
}


@pytest.fixture(scope="module")
def county() -> County:
    return make_county(1, towns=1, villages=6)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_weekly_totals_are_the_published_ones(scheme: str) -> None:
    """Each grade's periods add up to the plan's weekly total."""
    total = shipped_curriculum(scheme).groupby("grade")["periods"].sum()
    assert total.tolist() == TOTALS[scheme]


def test_nine_years_of_the_national_table_are_9522_periods() -> None:
    """35 weeks of new teaching, 33 in grade 9, give the plan's 9,522 periods."""
    total = shipped_curriculum().groupby("grade")["periods"].sum()
    assert 35 * total.sum() - 2 * total[9] == 9522


def test_the_countys_own_table_wins(county: County) -> None:
    """An empty table stands for the national one."""
    assert curriculum(county).equals(shipped_curriculum())
    own = pd.DataFrame({"subject": ["数学"], "grade": [1], "periods": [5.0], "pop_q": [""]})
    assert curriculum(county.with_tables(curriculum=own))["periods"].tolist() == [5.0]


def test_an_unknown_scheme_is_refused() -> None:
    """Only tables that come along have names."""
    with pytest.raises(ValueError, match="scheme"):
        shipped_curriculum("1992")


def test_usual_words_for_subjects_are_those_of_the_curriculum() -> None:
    """英语 is 外语 under the national table, and stands where the county's own table has it."""
    words = pd.Series(["英语", "信息技术", "书法", ""])
    assert in_known_words(words, known_subjects(None)).tolist() == ["外语", "信息科技", "书法", ""]
    own = pd.DataFrame({"subject": ["英语", "信息科技"]})
    assert in_known_words(words, known_subjects(own)).tolist() == ["英语", "信息科技", "书法", ""]
    norms = LoadNorms()
    assert norms.load("junior", "英语") == norms.load("junior", "外语") != norms.junior_other
