"""Population and children of villages, and the rows behind them by age."""

from __future__ import annotations

import numpy as np
import pandas as pd

from districting.sample.regions import Floats, Ints

SHARES = {"preschool": 0.034, "primary": 0.082, "junior": 0.040}
"""Children of each stage per resident; about the county bulletins' 0-14 share of 22 %."""
AGES = {"preschool": (3, 4, 5), "primary": (6, 7, 8, 9, 10, 11), "junior": (12, 13, 14)}
SPREAD = 0.45
"""Standard deviation of the logarithm of village population."""


def spread_total(rng: np.random.Generator, total: float, weights: Floats) -> Ints:
    """Return whole numbers proportional to `weights` that sum to `total` exactly."""
    exact = total * weights / weights.sum()
    whole = np.floor(exact).astype(np.int64)
    missing = int(round(total)) - int(whole.sum())
    order = np.lexsort((rng.random(len(weights)), whole - exact))
    whole[order[:missing]] += 1
    return whole


def populate(rng: np.random.Generator, totals: Floats, town: Ints) -> pd.DataFrame:
    """Return population and children of each village.

    Parameters
    ----------
    totals : float array, shape (t,)
        Residents of each town.
    town : int array, shape (n,)

    Returns
    -------
    pandas.DataFrame
        ``population``, ``children_preschool``, ``children_primary``, ``children_junior``.
    """
    size = np.exp(rng.normal(0.0, SPREAD, len(town)))
    population = np.zeros(len(town), dtype=np.int64)
    for number, total in enumerate(totals):
        here = np.flatnonzero(town == number)
        population[here] = spread_total(rng, float(total), size[here])
    frame = pd.DataFrame({"population": population})
    for stage, share in SHARES.items():
        noisy = population * share * rng.uniform(0.85, 1.15, len(town))
        frame[f"children_{stage}"] = np.round(noisy).astype(np.int64)
    return frame


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
    table = pd.concat(rows).assign(year=year, pop_q="synthetic")
    table = table.sort_values(["village", "age"])[["village", "year", "age", "count", "pop_q"]]
    return table.reset_index(drop=True)
