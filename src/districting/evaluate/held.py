"""Tables of a county as measures take them: there or empty, optional columns or not."""

from __future__ import annotations

import pandas as pd

from districting.county import County
from districting.read.schema import empty_frame


def held(county: County, name: str) -> pd.DataFrame:
    """Return table `name`; an empty one with all its columns where the county has none."""
    return county.tables[name] if name in county.tables else empty_frame(name)


def of_year(table: pd.DataFrame, year: int) -> pd.DataFrame:
    """Return the rows of the latest school year that is not after `year`."""
    past = table.loc[table["year"] <= year, "year"]
    return table[table["year"] == past.max()] if len(past) else table.iloc[:0]
