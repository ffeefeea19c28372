"""Children of each village year by year: of a stage, or of the age at which they leave primary."""

from __future__ import annotations

import pandas as pd

from districting.county import County
from districting.demand.ages import AGES, GRADES, age_of_grade
from districting.demand.cohort import project
from districting.graph.remembered import remembered


@remembered
def graduates_by_village(county: County, years: range) -> pd.DataFrame:
    """Return the children who leave primary school: those aged 12 in each of `years`.

    Returns
    -------
    pandas.DataFrame
        Indexed by year; one column a village, in county order; int.
    """
    return _aged(county, years, (age_of_grade(GRADES["junior"][0]),))


@remembered
def children_by_village(county: County, stage: str, years: range) -> pd.DataFrame:
    """Return the children of `stage` in each of `years`, as :func:`graduates_by_village` does."""
    return _aged(county, years, AGES[stage])


def _aged(county: County, years: range, ages: tuple[int, ...]) -> pd.DataFrame:
    rows = project(county, years)
    table = rows[rows["age"].isin(ages)].pivot_table(
        index="year", columns="village", values="count", aggfunc="sum"
    )
    table = table.reindex(index=list(years), columns=county.villages.index).fillna(0)
    return table.astype("int64")
