"""Population and children of villages, and the rows behind them by age."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from districting.sample.frames import side_table
from districting.sample.regions import Floats, Ints

SHARES = {"preschool": 0.034, "primary": 0.082, "junior": 0.040}
"""Children of each stage per resident; about the county bulletins' 0-14 share of 22 %."""
AGES = {"preschool": (3, 4, 5), "primary": (6, 7, 8, 9, 10, 11), "junior": (12, 13, 14)}
SPREAD = 0.45
"""Standard deviation of the logarithm of village population."""


def spread_total(rng: np.random.Generator, total: float, weights: Floats) -> Ints:
    """Return whole numbers proportional to `weights` that sum to `total` rounded."""
    exact = round(total) * weights / weights.sum()
    whole: Ints = np.floor(exact).astype(np.int64)
    order = np.lexsort((rng.random(len(weights)), whole - exact))
    whole[order[: round(total) - int(whole.sum())]] += 1
    return whole


def populate(
    rng: np.random.Generator,
    totals: Floats,
    town: Ints,
    children: Mapping[str, Floats],
) -> pd.DataFrame:
    """Return population and children of each village.

    Parameters
    ----------
    totals : float array, shape (t,)
        Residents of each town.
    town : int array, shape (n,)
    children : Mapping of stage to float array, shape (t,)
        Children of each town.

    Returns
    -------
    pandas.DataFrame
        ``population``, ``children_preschool``, ``children_primary``, ``children_junior``; each
        town's sums are as asked.
    """
    size = np.exp(rng.normal(0.0, SPREAD, len(town)))
    frame = pd.DataFrame({"population": _by_town(rng, totals, town, size)})
    for stage, wanted in children.items():
        weight = frame["population"].to_numpy() * rng.uniform(0.85, 1.15, len(town)) + 1e-9
        frame[f"children_{stage}"] = _by_town(rng, wanted, town, weight)
    return frame


def _by_town(rng: np.random.Generator, totals: Floats, town: Ints, weight: Floats) -> Ints:
    found = np.zeros(len(town), dtype=np.int64)
    order = np.argsort(town, kind="stable")
    ends = np.cumsum(np.bincount(town, minlength=len(totals)))
    for total, here in zip(totals, np.split(order, ends[:-1]), strict=True):
        if len(here):
            found[here] = spread_total(rng, float(total), weight[here])
    return found


def children_by_age(rng: np.random.Generator, villages: pd.DataFrame, year: int) -> pd.DataFrame:
    """Return the ``children`` table: each stage's children spread over its ages."""
    rows = []
    for stage, ages in AGES.items():
        count = villages[f"children_{stage}"].to_numpy(dtype=np.int64)
        split = rng.multinomial(count, np.full(len(ages), 1 / len(ages)))
        for column, age in enumerate(ages):
            rows.append(
                pd.DataFrame({"village": villages.index, "age": age, "count": split[:, column]})
            )
    return side_table("children", pd.concat(rows).assign(year=year, pop_q="synthetic"))
