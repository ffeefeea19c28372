"""The children a county has entered, by village, year and age."""

from __future__ import annotations

import numpy as np
import pandas as pd

from districting.county import County
from districting.demand.ages import AGES
from districting.demand.rounding import whole_by_group

COLUMNS = ["village", "year", "age", "count", "basis", "pop_q"]


def entered(county: County) -> pd.DataFrame:
    """Return counted children; where none are entered by age, those of the village table.

    Returns
    -------
    pandas.DataFrame
        ``village``, ``year``, ``age``, ``count``, ``basis`` and ``pop_q`` (provenance). Basis is
        ``counted``, or ``spread`` where the village's children of a stage are shared out evenly
        over its ages, which is an assumption.
    """
    table = county.tables.get("children")
    if table is not None and not table.empty:
        found = table[["village", "year", "age", "count"]].assign(basis="counted")
        marks = table["pop_q"] if "pop_q" in table else pd.Series("", index=table.index)
        found = found.assign(pop_q=marks.fillna("").astype(object))
        return found.sort_values(["year", "age", "village"], ignore_index=True)[COLUMNS]
    parts = []
    for stage, ages in AGES.items():
        column = f"children_{stage}"
        if column not in county.villages:
            continue
        count = county.villages[column].fillna(0).to_numpy(dtype=float)
        village = np.repeat(np.arange(len(count)), len(ages))
        split = whole_by_group(np.repeat(count / len(ages), len(ages)), village)
        part = {"village": county.villages.index[village], "age": np.tile(ages, len(count))}
        parts.append(pd.DataFrame({**part, "count": split}))
    found = pd.concat(parts).assign(year=county.year, basis="spread", pop_q="assumed")
    if "pop_q" in county.villages:
        synthetic = found["village"].map(county.villages["pop_q"]) == "synthetic"
        found["pop_q"] = found["pop_q"].mask(synthetic, "synthetic")
    return found.sort_values(["year", "age", "village"], ignore_index=True)[COLUMNS]
