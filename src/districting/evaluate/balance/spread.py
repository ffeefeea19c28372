"""差异系数: how far schools lie apart on each of the seven indicators (RES-09, RES-10)."""

from __future__ import annotations

import numpy as np
import pandas as pd

from districting.evaluate.balance.seven import SLACK, assessed
from districting.evaluate.balance.standard import STAGES, Standard
from districting.evaluate.measures.variation import relative_spread, variation_coefficient


def spread(table: pd.DataFrame, standard: Standard) -> pd.DataFrame:
    """Return the variation coefficients of the schools that are assessed.

    Parameters
    ----------
    table : pandas.DataFrame
        As :func:`districting.evaluate.balance.seven.seven` returns it.
    standard : Standard

    Returns
    -------
    pandas.DataFrame
        One row a stage and indicator; ``stage``, ``id``, ``column``, ``title``, ``schools``,
        ``mean`` (total amount over total pupils, for ``per`` pupils), ``least`` (threshold),
        ``met`` (schools that meet it), ``deviation`` (S, weighted), ``weighted`` (the coefficient
        that decides), ``unweighted`` (every school counting alike, shown beside it), ``ceiling``,
        ``verdict`` (``pass``, ``fail``; ``incomplete`` without data), ``flips`` (whether leaving
        out the weights would turn the verdict).
    """
    rows = []
    for stage in STAGES:
        here = assessed(table, stage)
        if not (table["stage"] == stage).any():
            continue
        pupils = here["pupils"].to_numpy(dtype=float)
        ceiling = standard.rule.spread.most(stage)
        for indicator in standard.indicator:
            name = indicator.column
            amounts = here[name].to_numpy(dtype=float)
            total = pupils.sum()
            mean = float(amounts.sum() / total * indicator.per) if total else float("nan")
            weighted = variation_coefficient(amounts, pupils)
            plain = relative_spread(here[f"{name}_each"])
            rows.append(
                {
                    "stage": stage,
                    "id": indicator.id,
                    "column": name,
                    "title": indicator.title,
                    "schools": len(here),
                    "mean": mean,
                    "least": indicator.least(stage),
                    "met": int((here[f"{name}_share"] >= 1 - SLACK).sum()),
                    "deviation": weighted * mean,
                    "weighted": weighted,
                    "unweighted": plain,
                    "ceiling": ceiling,
                    "verdict": _verdict(weighted, ceiling),
                    "flips": _verdict(weighted, ceiling) != _verdict(plain, ceiling),
                }
            )
    columns = list(rows[0]) if rows else ["stage", "id", "column", "verdict"]
    return pd.DataFrame(rows, columns=columns)


def _verdict(coefficient: float, ceiling: float) -> str:
    if np.isnan(coefficient):
        return "incomplete"
    return "pass" if coefficient <= ceiling + SLACK else "fail"
