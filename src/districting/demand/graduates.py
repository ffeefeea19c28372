"""How many children of each village reach the entry age of a stage, year by year."""

from __future__ import annotations

import pandas as pd

from districting.county import County
from districting.demand.ages import GRADES, age_of_grade
from districting.demand.cohort import project


def graduates_by_village(county: County, years: range) -> pd.DataFrame:
    """Return the children who leave primary school: those aged 12 in each of `years`.

    Returns
    -------
    pandas.DataFrame
        Indexed by year; one column a village, in county order; int.
    """
    age = age_of_grade(GRADES["junior"][0])
    rows = project(county, years)
    aged = rows[rows["age"] == age].pivot_table(index="year", columns="village", values="count")
    table = aged.reindex(index=list(years), columns=county.villages.index).fillna(0)
    return table.astype("int64")
