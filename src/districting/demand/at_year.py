"""The county as it will be in a coming year, for whoever plans for that year."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

import pandas as pd

from districting.county import County, Mark
from districting.demand.ages import AGES, GRADES, age_of_grade
from districting.terms import say


def county_in_year(county: County, children: pd.DataFrame, year: int) -> County:
    """Return `county` in school year `year` with that year's children in its village table.

    Parameters
    ----------
    county : County
    children : pandas.DataFrame
        As :func:`districting.demand.project` gives it; must hold `year`.
    year : int

    Returns
    -------
    County
        ``children_<stage>`` of the villages replaced and marked as projected where they are.

    Raises
    ------
    ValueError
        If `children` has no rows of `year`.
    """
    here = children[children["year"] == year]
    if here.empty:
        raise ValueError(f"no children of the year {year}")
    sums, marks = {}, dict(county.provenance)
    for stage, ages in AGES.items():
        rows = here[here["age"].isin(ages)]
        if rows.empty:
            continue
        by_village = rows.groupby("village")["count"].sum()
        column = f"children_{stage}"
        sums[column] = by_village.reindex(county.villages.index).fillna(0).astype("int64")
        marks["villages", column] = _mark(rows, year)
    villages = county.villages.assign(**sums)
    return replace(county, year=year, villages=villages, provenance=MappingProxyType(marks))


def entrants_only(county: County, children: pd.DataFrame) -> County:
    """Return `county` with only the children of entry age of its year, stage by stage.

    Parameters
    ----------
    county : County
    children : pandas.DataFrame
        As :func:`districting.demand.project` gives it; must hold the county's year.
    """
    villages = county.villages.copy()
    for stage, grades in GRADES.items():
        age = age_of_grade(grades[0])
        aged = children[(children["year"] == county.year) & (children["age"] == age)]
        count = aged.set_index("village")["count"].reindex(villages.index).fillna(0)
        villages[f"children_{stage}"] = count.astype("int64")
    return replace(county, villages=villages)


def _mark(rows: pd.DataFrame, year: int) -> Mark:
    """Return the weakest mark among `rows`."""
    found = set(rows["pop_q"])
    weakest = next((m for m in ("synthetic", "assumed", "derived", "quoted") if m in found), "")
    projected = (~rows["basis"].isin(["counted", "spread"])).any()
    source = say("demand.projected_source" if projected else "demand.counted_source", year=year)
    return Mark(weakest or "official", source)
