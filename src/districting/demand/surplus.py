"""学位余缺: seats against pupils by school and year, for the entry grade and the whole school."""

from __future__ import annotations

import numpy as np
import pandas as pd

from districting.county import County
from districting.demand.enrolment import ClassSizes

COLUMNS = [
    "school",
    "name",
    "town",
    "stage",
    "year",
    "entrants",
    "entry_seats",
    "entry_surplus",
    "pupils",
    "seats",
    "surplus",
    "classes",
    "rooms",
    "class_surplus",
    "entry_class_size",
    "large_class",
    "basis",
]


def seat_balance(
    county: County, enrolment: pd.DataFrame, sizes: ClassSizes | None = None
) -> pd.DataFrame:
    """Return the table of seat surplus and shortage (学位余缺表).

    Parameters
    ----------
    county : County
    enrolment : pandas.DataFrame
        As :func:`districting.demand.enrolment.enrolment` gives it.
    sizes : ClassSizes, optional

    Returns
    -------
    pandas.DataFrame
        One row a school, stage and year: ``entrants``, ``entry_seats``, ``entry_surplus`` (below 0
        a shortage), ``pupils``, ``seats``, ``surplus``, ``classes`` (needed), ``rooms`` (classes
        that the seats hold), ``class_surplus``, ``entry_class_size`` (pupils in an entry class if
        no room is added, NaN without entrants or rooms), ``large_class`` (whether that, or having
        no room at all, makes 大班额), ``basis`` of the entrants.
    """
    sizes = sizes or ClassSizes()
    keys = ["school", "stage", "year"]
    entry = enrolment.groupby(keys, sort=False).first()
    whole = enrolment.groupby(keys, sort=False)[["pupils", "classes"]].sum()
    table = whole.reset_index()
    table["entrants"] = entry["pupils"].to_numpy(dtype="int64")
    table["entry_seats"] = entry["entry_seats"].to_numpy(dtype="int64")
    table["basis"] = entry["basis"].to_numpy()
    schools = county.schools.loc[table["school"]]
    table["name"] = schools["name"].to_numpy()
    table["town"] = county.towns["name"].reindex(schools["town"]).to_numpy()
    size = table["stage"].map(sizes.of).astype("int64")
    seats = np.where(table["stage"] == "primary", schools["seats_primary"], schools["seats_junior"])
    table["seats"] = seats.astype("int64")
    table["rooms"] = table["seats"] // size
    table["entry_surplus"] = table["entry_seats"] - table["entrants"]
    table["surplus"] = table["seats"] - table["pupils"]
    table["class_surplus"] = table["rooms"] - table["classes"]
    free = table["entry_seats"] // size
    table["entry_class_size"] = (table["entrants"] / free.where(free > 0)).round(1)
    table["large_class"] = (table["entry_class_size"] >= sizes.large) | (
        (free == 0) & (table["entrants"] > 0)
    )
    return table.sort_values(["stage", "year", "school"], ascending=[False, True, True])[
        COLUMNS
    ].reset_index(drop=True)
