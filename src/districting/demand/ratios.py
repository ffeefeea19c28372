"""Cohort ratios by town: how many of those aged a one year are there at a + 1 the next."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from districting.county import County

LEAST = 100
"""Children below which a town's own ratio is not used but the county's, nor that one either."""


def cohort_ratios(county: County, children: pd.DataFrame, least: int = LEAST) -> pd.Series | None:
    """Return the yearly cohort ratio of each town from successive counts.

    Parameters
    ----------
    county : County
    children : pandas.DataFrame
        As :func:`districting.demand.entered.entered` gives it.
    least : int
        Children whom pairs of counts must cover for a ratio, of a town or of the county.

    Returns
    -------
    pandas.Series or None
        Ratio by town code, in county order: survival and net migration together. None where too
        few were counted twice.
    """
    counted = children[children["basis"] == "counted"]
    later = counted.assign(year=counted["year"] - 1, age=counted["age"] - 1)
    pairs = counted.merge(later, on=["village", "year", "age"], suffixes=("", "_next"))
    if pairs["count"].sum() < least:
        return None
    pairs["town"] = pairs["village"].map(county.villages["town"])
    sums = pairs.groupby("town")[["count", "count_next"]].sum().reindex(county.towns.index)
    sums = sums.fillna(0)
    whole = float(pairs["count_next"].sum() / pairs["count"].sum())
    own = sums["count_next"] / sums["count"].where(sums["count"] >= least)
    return own.fillna(whole).rename("ratio")


def by_village(county: County, ratios: pd.Series) -> npt.NDArray[np.float64]:
    """Return the ratio of each village's town; 1 where `ratios` does not name the town."""
    towns = county.villages["town"]
    return np.asarray(towns.map(ratios).fillna(1.0), dtype=np.float64)
