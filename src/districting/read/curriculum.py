"""Periods a week by subject and grade: the county's own table, or one that comes along."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

import pandas as pd

from districting.county import County

SCHEMES = ("national_2022", "shandong_2023")
"""Tables under ``standards/``; each says in its head what it rests on."""
GRADES = {"primary": range(1, 7), "junior": range(7, 10)}


@cache
def _shipped(scheme: str) -> pd.DataFrame:
    path = files("districting").joinpath("standards", f"{scheme}.csv")
    with path.open(encoding="utf-8") as text:
        wide = pd.read_csv(text, comment="#").rename(columns={str(g): g for g in range(1, 10)})
    long = wide.melt(id_vars="subject", var_name="grade", value_name="periods")
    long = long.astype({"grade": "int64", "periods": "float64"})
    return long[long["periods"] > 0].sort_values(["subject", "grade"], ignore_index=True)


def shipped_curriculum(scheme: str = "national_2022") -> pd.DataFrame:
    """Return a table of periods that comes with the package.

    Parameters
    ----------
    scheme : {"national_2022", "shandong_2023"}

    Returns
    -------
    pandas.DataFrame
        ``subject``, ``grade`` (1-9), ``periods`` (a week, one class), sorted; no zero rows.

    Examples
    --------
    >>> table = shipped_curriculum()
    >>> [int(n) for n in table.groupby("grade")["periods"].sum()]
    [26, 26, 30, 30, 30, 30, 34, 34, 34]
    """
    if scheme not in SCHEMES:
        raise ValueError(f"scheme must be one of {SCHEMES}, not {scheme!r}")
    return _shipped(scheme).copy()


def curriculum(county: County, scheme: str = "national_2022") -> pd.DataFrame:
    """Return the county's own table of periods, or `scheme` where it has none."""
    own = county.tables.get("curriculum")
    if own is None or own.empty:
        return shipped_curriculum(scheme)
    return own.loc[own["periods"] > 0, ["subject", "grade", "periods"]].reset_index(drop=True)
