"""Quality: the resource index of each district's schools, and how far districts lie apart."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from districting.county import STAGES
from districting.evaluate.measures.ground import Ground, Labels, numbers, sums
from districting.evaluate.measures.item import Item
from districting.evaluate.measures.variation import variation_coefficient


def quality(ground: Ground, labels: Labels) -> pd.DataFrame:
    """Return the mean quality of each district, every pupil counting alike.

    Returns
    -------
    pandas.DataFrame
        Indexed by district; ``quality`` (points, NaN where no school has an index),
        ``rated_pupils`` (pupils of schools with an index) and ``rated`` (% of all pupils).
    """
    schools, count = ground.county.schools, len(labels.names)
    pupils = np.sum([numbers(schools, f"pupils_{s}") for s in STAGES], axis=0)
    known = np.zeros(len(schools))
    if "quality" in schools:
        known = np.where(schools["quality"].notna(), 1.0, 0.0)
    rated = sums(labels.school, known * pupils, count)
    points = sums(labels.school, numbers(schools, "quality") * pupils, count)
    everyone = sums(labels.school, pupils, count)
    with np.errstate(invalid="ignore", divide="ignore"):
        columns = {
            "quality": np.where(rated > 0, points / rated, np.nan),
            "rated_pupils": rated,
            "rated": np.where(everyone > 0, 100.0 * rated / everyone, np.nan),
        }
    return pd.DataFrame(columns, index=pd.Index(labels.names, name="district"))


def quality_items(table: pd.DataFrame) -> Iterator[Item]:
    """Yield the numbers of :func:`quality` that plans are compared by."""
    known = table[table["rated_pupils"] > 0]
    if known.empty:
        return
    points = known["quality"] * known["rated_pupils"]
    mean = float(points.sum() / known["rated_pupils"].sum())
    low, high = float(known["quality"].min()), float(known["quality"].max())
    yield Item("quality_mean", mean, "points", "higher")
    yield Item("quality_lowest", low, "points", "higher")
    yield Item("quality_range", high - low, "points", "lower", leading=True)
    apart = variation_coefficient(points, known["rated_pupils"])
    yield Item("quality_variation", apart, "ratio", "lower", leading=True)
