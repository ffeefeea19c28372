"""The seven resource indicators, school by school and stage by stage (RES-01 … RES-08)."""

from __future__ import annotations

import numpy as np
import pandas as pd

from districting.county import TEACHES, County
from districting.evaluate.balance.standard import STAGES, Scope, Standard
from districting.evaluate.held import held
from districting.evaluate.measures.ground import numbers

SLACK = 1e-9
"""Relative rounding error below which an amount counts as just enough."""


def seven(county: County, standard: Standard) -> pd.DataFrame:
    """Return what each school has in each stage, and which indicators it meets.

    Nine-year schools have a row for each stage (RES-12); a stage that is taught but has no row in
    table ``resources`` gives a row without amounts.

    Returns
    -------
    pandas.DataFrame
        One row a school and stage, sorted; ``school``, ``name``, ``town``, ``kind``, ``area_type``,
        ``stage``, ``pupils``, ``excluded`` (key of the reason, ``""`` where it is assessed),
        ``small`` (visiting teachers count), for each indicator its column (amount, what
        counts by RES-13 and RES-14 included), ``<column>_each`` (amount for ``per`` pupils) and
        ``<column>_share`` (amount over threshold; NaN without data), and for all together ``met``
        (indicators met), ``lowest`` (least share) and ``verdict`` (``pass``, ``fail``,
        ``incomplete``; ``""`` where it is left out).

    References
    ----------
    县域义务教育优质均衡发展督导评估办法（教督〔2017〕6号）.
    """
    table = _rows(county)
    table["excluded"] = _excluded(table, standard.rule.scope)
    table = _counted(table, standard)
    pupils = table["pupils"].to_numpy(dtype=float)
    for indicator in standard.indicator:
        name = indicator.column
        least = np.array([indicator.least(s) for s in table["stage"]])
        with np.errstate(invalid="ignore", divide="ignore"):
            each = np.where(pupils > 0, table[name] * indicator.per / pupils, np.nan)
        table[f"{name}_each"] = each
        table[f"{name}_share"] = each / least
    return _judged(table, standard)


def _rows(county: County) -> pd.DataFrame:
    """Return resources with what the school is; stages taught without resources are added."""
    resources = held(county, "resources")
    schools = county.schools
    taught = [
        (school, stage)
        for stage in STAGES
        for school in schools.index[
            schools["kind"].isin(TEACHES[stage]) & (numbers(schools, f"pupils_{stage}") > 0)
        ]
    ]
    given = pd.MultiIndex.from_frame(resources[["school", "stage"]])
    keys = given.union(pd.MultiIndex.from_tuples(taught, names=["school", "stage"]), sort=False)
    table = resources.set_index(["school", "stage"]).reindex(keys.sort_values())
    at = schools.index.get_indexer(table.index.get_level_values("school"))
    known = schools.iloc[at]
    for column in ("name", "town", "kind", "area_type"):
        table[column] = known[column].to_numpy() if column in schools else ""
    enrolled = np.where(
        table.index.get_level_values("stage") == "primary",
        numbers(known, "pupils_primary"),
        numbers(known, "pupils_junior"),
    )
    table["pupils"] = table["pupils"].fillna(pd.Series(enrolled, index=table.index)).astype("int64")
    return table.reset_index()


def _excluded(table: pd.DataFrame, scope: Scope) -> pd.Series:
    """Return why a row is left out; small schools by the pupils of all their stages (RES-11)."""
    total = table.groupby("school")["pupils"].transform("sum")
    small = table["kind"].isin(scope.small_kinds) & (total < scope.least_pupils)
    by_kind = table["kind"].isin(scope.left_out_kinds)
    return pd.Series(
        np.select([by_kind, small, table["pupils"] == 0], ["kind", "small", "empty"], ""),
        index=table.index,
    )


def _counted(table: pd.DataFrame, standard: Standard) -> pd.DataFrame:
    """Add visiting teachers of small rural schools and rented grounds of urban ones."""
    visiting, rented = standard.rule.visiting, standard.rule.rented
    total = table.groupby("school")["pupils"].transform("sum")
    small = table["area_type"].isin(visiting.areas) & total.between(
        visiting.least_pupils, visiting.most_pupils
    )
    visitors = numbers(table, f"{visiting.column}_visiting")
    grounds = numbers(table, f"{rented.column}_rented")
    near = numbers(table, "rented_minutes") <= rented.minutes
    leased = table["area_type"].isin(rented.areas).to_numpy() & near
    table = table.assign(small=small, visitors=visitors)
    for column, extra in (
        (visiting.column, np.where(small, visitors, 0.0)),
        (rented.column, np.where(leased, grounds, 0.0)),
    ):
        if column in table:
            table[column] = table[column] + extra
    return table


def _judged(table: pd.DataFrame, standard: Standard) -> pd.DataFrame:
    shares = table[[f"{i.column}_share" for i in standard.indicator]].to_numpy()
    enough = standard.rule.enough
    met = (shares >= 1 - SLACK).sum(axis=1)
    missing = np.isnan(shares).any(axis=1)
    lowest = np.where(missing, np.nan, np.nan_to_num(shares, nan=np.inf).min(axis=1))
    passed = (met >= enough.least) & (lowest >= enough.remainder - SLACK)
    verdict = np.select(
        [table["excluded"] != "", missing, passed], ["", "incomplete", "pass"], "fail"
    )
    return table.assign(met=met, lowest=lowest, verdict=verdict)


def assessed(table: pd.DataFrame, stage: str) -> pd.DataFrame:
    """Return the rows of `stage` that are assessed and have data."""
    return table[(table["stage"] == stage) & table["verdict"].isin(["pass", "fail"])]
