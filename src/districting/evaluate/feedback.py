"""Feedback to primary schools from junior results, small groups suppressed (C38).

Results arrive added up by junior school and source primary. They are reported back and nothing
else: plans are made from a county without this table (:meth:`County.for_planning`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from districting.county import County
from districting.evaluate.held import held
from districting.evaluate.text import table_text
from districting.terms import say

SCORES = ("level", "ability", "habits")
KEYS = ("year", "junior", "subject")


@dataclass(frozen=True, eq=False)
class Feedback:
    """What :func:`feedback` found.

    Parameters
    ----------
    least : int
        Pupils below which a group is not shown.
    table : pandas.DataFrame
        One row a year, junior school, subject and primary: ids and names, ``pupils`` and the mean
        scores :data:`SCORES`, NaN where ``suppressed``; ``<score>_apart`` is the difference to the
        mean of all pupils of the junior school in that subject.
    primaries : pandas.DataFrame
        The same by year, primary and subject over all junior schools.
    """

    least: int
    table: pd.DataFrame
    primaries: pd.DataFrame

    def sheets(self) -> dict[str, pd.DataFrame]:
        """Return tables by title for a workbook, headings in the current language."""
        return {
            say("feedback.sheet.juniors"): _printed(self.table, ["junior_name", "primary_name"]),
            say("feedback.sheet.primaries"): _printed(self.primaries, ["primary_name"]),
        }

    def __str__(self) -> str:
        lines = [say("feedback.report", least=self.least)]
        if self.table.empty:
            return "\n".join([*lines, say("feedback.none")])
        return "\n".join([*lines, *(table_text(t) for t in self.sheets().values())])


def feedback(county: County, least: int = 5) -> Feedback:
    """Group junior results by the primary school that pupils came from.

    Parameters
    ----------
    county : County
        Table ``results``; without it the tables are empty.
    least : int
        Groups of fewer pupils are suppressed. Where only one group of a junior school and subject
        would be, the next smallest is suppressed with it, so that the hidden one does not follow
        from the total. Primaries' own totals take shown groups only.

    Returns
    -------
    Feedback

    Raises
    ------
    ValueError
        If `least` is less than 1.
    """
    if least < 1:
        raise ValueError(f"groups need at least one pupil, not {least}")
    results = held(county, "results")
    names = county.schools["name"]
    table = results.assign(
        junior_name=results["junior"].map(names), primary_name=results["primary"].map(names)
    )
    table = table.sort_values([*KEYS, "primary"], ignore_index=True)
    table["suppressed"] = _suppressed(table, least)
    for score in SCORES:
        table[f"{score}_apart"] = table[score] - _mean(table, score, list(KEYS))
        hidden = [score, f"{score}_apart"]
        table.loc[table["suppressed"], hidden] = np.nan
    table["pupils"] = table["pupils"].astype(float).where(~table["suppressed"])
    order = [*KEYS, "junior_name", "primary", "primary_name", "pupils", "suppressed"]
    order += [c for score in SCORES for c in (score, f"{score}_apart")]
    return Feedback(least, table[order], _primaries(table))


def _mean(table: pd.DataFrame, score: str, keys: list[str]) -> pd.Series:
    """Return the pupil-weighted mean of each row's group; groups without the score are left out."""
    known = table[score].notna()
    pupils = table["pupils"].where(known, 0.0).astype(float)
    groups = [table[k] for k in keys]
    points = (pupils * table[score].fillna(0.0)).groupby(groups).transform("sum")
    people = pupils.groupby(groups).transform("sum")
    return points / people.where(people > 0)


def _suppressed(table: pd.DataFrame, least: int) -> pd.Series:
    """Return which rows are hidden: small ones, and a second where one alone would be."""
    hidden = table["pupils"] < least
    for _, rows in table.groupby(list(KEYS)):
        here = hidden.loc[rows.index]
        if here.sum() == 1 and len(rows) > 1:
            rest = rows.loc[~here, "pupils"]
            hidden |= hidden.index == rest.idxmin()
    return hidden.astype(bool)


def _primaries(table: pd.DataFrame) -> pd.DataFrame:
    shown = table[~table["suppressed"]]
    keys = ["year", "primary", "primary_name", "subject"]
    means = {s: _mean(shown, s, keys) for s in SCORES}
    rows = shown[keys].assign(pupils=shown["pupils"], juniors=1, **means)
    kept = dict.fromkeys(SCORES, "first")
    sums = rows.groupby(keys, sort=True).agg({"pupils": "sum", "juniors": "sum", **kept})
    return sums.reset_index()


def _printed(table: pd.DataFrame, who: list[str]) -> pd.DataFrame:
    scores = [c for c in table.columns if c.removesuffix("_apart") in SCORES]
    shown = table[["year", *who, "subject", "pupils", *scores]].copy()
    shown[scores] = shown[scores].round(1)
    shown["pupils"] = [say("feedback.hidden") if p != p else f"{p:.0f}" for p in shown["pupils"]]
    return shown.rename(columns={c: say(f"feedback.column.{c}") for c in shown.columns})
