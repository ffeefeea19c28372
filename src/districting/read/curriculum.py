"""Periods a week by subject and grade: the county's own table, or one that comes along."""

from __future__ import annotations

from collections.abc import Collection
from functools import cache
from importlib.resources import files

import pandas as pd

from districting.county import County

SCHEMES = ("national_2022", "shandong_2023")
"""Tables under ``standards/``; each says in its head what it rests on."""
OTHER_WORDS = {
    "英语": "外语",
    "日语": "外语",
    "俄语": "外语",
    "信息技术": "信息科技",
    "体育与健康": "体育",
    "生物学": "生物",
    "思想品德": "道德与法治",
    "品德": "道德与法治",
    "政治": "道德与法治",
    "道法": "道德与法治",
}
"""Words of rosters for subjects of the shipped tables."""
GRADES = {"primary": range(1, 7), "junior": range(7, 10)}


@cache
def _wide(scheme: str) -> pd.DataFrame:
    path = files("districting").joinpath("standards", f"{scheme}.csv")
    with path.open(encoding="utf-8") as text:
        return pd.read_csv(text, comment="#").rename(columns={str(g): g for g in range(1, 10)})


@cache
def _shipped(scheme: str) -> pd.DataFrame:
    long = _wide(scheme).melt(id_vars="subject", var_name="grade", value_name="periods")
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


def known_subjects(own: pd.DataFrame | None) -> list[str]:
    """Return the subjects of a county's own table, else of those that come along, in their order.

    Parameters
    ----------
    own : pandas.DataFrame, optional
        The county's table; None or empty where it has none.
    """
    if own is not None and len(own):
        return [s for s in own["subject"].unique() if s]
    return list(dict.fromkeys(s for scheme in SCHEMES for s in _wide(scheme)["subject"]))


def in_known_words(subjects: pd.Series, known: Collection[str]) -> pd.Series:
    """Return subjects with :data:`OTHER_WORDS` put right where `known` has only the usual word."""
    put = {w: usual for w, usual in OTHER_WORDS.items() if w not in known and usual in known}
    return subjects.replace(put)
