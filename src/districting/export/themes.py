"""Numbers laid over the map in classes: way to school by village, quality and seats by district."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from districting.county import County
from districting.evaluate.measures.ground import labels_of, survey
from districting.evaluate.measures.quality import quality
from districting.evaluate.measures.size import size
from districting.evaluate.measures.travel import ways
from districting.export.regions import dissolve
from districting.plan.district_plan import DistrictPlan
from districting.terms import say

Floats = npt.NDArray[np.float64]

SEQUENTIAL = ("#fff7bc", "#fec44f", "#fe9929", "#d95f0e", "#8c2d04")
BETTER = ("#edf8fb", "#b3cde3", "#8c96c6", "#8856a7", "#6e016b")
DIVERGING = ("#2166ac", "#92c5de", "#f7f7f7", "#f4a582", "#b2182b")
NO_DATA = "#d5d8dc"
"""Colours by class, ColorBrewer's (legible to the colour-blind), and where there is no number."""
SEAT_BREAKS = (60.0, 85.0, 100.0, 115.0)
"""Children per 100 seats: ample, enough, full, short, very short."""
THEMES = ("travel", "quality", "seats")


@dataclass(frozen=True, eq=False)
class Theme:
    """Values of areas and the classes they are shown in.

    Parameters
    ----------
    name : str
        One of :data:`THEMES`; titles are the messages ``themes.<name>``.
    stage : str
        ``primary`` or ``junior``; empty where the values know no stage.
    values : pandas.Series
        By village or district; NaN where there is no number.
    weights : pandas.Series
        Children (or pupils) of each area, for the legend.
    shapes : geopandas.GeoSeries
        The areas, in the county's system.
    breaks : tuple of float
        Upper ends of all classes but the last, increasing.
    colours : tuple of str
        One a class.
    """

    name: str
    stage: str
    values: pd.Series
    weights: pd.Series
    shapes: gpd.GeoSeries
    breaks: tuple[float, ...]
    colours: tuple[str, ...]

    @property
    def title(self) -> str:
        """What is shown, in the current language."""
        title = say(f"themes.{self.name}")
        return f"{say(f'terms.{self.stage}')} · {title}" if self.stage else title

    def classes(self) -> npt.NDArray[np.int64]:
        """Return the class of each area, -1 where there is no number."""
        values = self.values.to_numpy(dtype=float)
        found = np.searchsorted(np.array(self.breaks), values, side="left")
        return np.where(np.isnan(values), -1, found).astype(np.int64)

    def labels(self) -> list[str]:
        """Return the words of each class: ``≤ 1``, ``1–2``, ``> 2``."""
        ends = [f"{b:,g}" for b in self.breaks]
        if not ends:
            return [say("themes.all")]
        middle = [f"{low}–{high}" for low, high in pairwise(ends)]
        return [f"≤ {ends[0]}", *middle, f"> {ends[-1]}"]


def theme_of(name: str, county: County, plan: DistrictPlan, stage: str = "primary") -> Theme:
    """Return the theme called `name` for a plan.

    ``travel`` is each village's way to the nearest school of `stage` in its district [km], in
    classes of round numbers that hold about as many children each; ``quality`` the mean quality of
    each district [points]; ``seats`` the children of `stage` per 100 seats in each district.

    Raises
    ------
    KeyError
        If there is no such theme.
    """
    ground = survey(county)
    labels = labels_of(county, plan)
    districts = dissolve(county.villages, plan.villages)
    if name == "travel":
        table = ways(ground, labels, stage)
        km = (table["metres"] / 1000).replace(np.inf, np.nan)
        breaks = round_breaks(km.to_numpy(dtype=float), table["children"].to_numpy(dtype=float))
        shapes, weights = county.villages.geometry, table["children"]
        return Theme(name, stage, km, weights, shapes, breaks, SEQUENTIAL[: len(breaks) + 1])
    sizes = size(ground, labels).reindex(districts.index)
    if name == "quality":
        points = quality(ground, labels)["quality"].reindex(districts.index)
        breaks = round_breaks(points.to_numpy(dtype=float), np.ones(len(points)))
        return Theme(
            name, "", points, sizes["pupils"], districts, breaks, BETTER[: len(breaks) + 1]
        )
    if name == "seats":
        children, seats = sizes[f"children_{stage}"], sizes[f"seats_{stage}"]
        use = (100.0 * children / seats.where(seats > 0)).astype(float)
        return Theme(name, stage, use, children, districts, SEAT_BREAKS, DIVERGING)
    raise KeyError(name)


def round_breaks(values: Floats, weights: Floats, count: int = 5) -> tuple[float, ...]:
    """Return class ends: weighted quantiles rounded to two digits, without repeats.

    Parameters
    ----------
    values, weights : float arrays, shape (n,)
        NaN values are left out.
    count : int
        Classes wanted; values that hardly differ give fewer.

    Examples
    --------
    >>> round_breaks(np.arange(1.0, 101.0), np.ones(100))
    (20.0, 40.0, 60.0, 80.0)
    """
    known = ~np.isnan(values)
    order = np.argsort(values[known], kind="stable")
    ranked, weight = values[known][order], weights[known][order]
    if not len(ranked) or ranked[0] == ranked[-1] or not weight.sum():
        return ()
    share = np.cumsum(weight) / weight.sum()
    at = [int(np.searchsorted(share, k / count - 1e-12)) for k in range(1, count)]
    ends = [_round(float(ranked[i])) for i in at]
    low, high = float(ranked[0]), float(ranked[-1])
    return tuple(sorted({e for e in ends if low <= e < high}))


def _round(value: float) -> float:
    if value == 0:
        return 0.0
    digits = 1 - int(np.floor(np.log10(abs(value))))
    return round(value, digits)


def same_classes(themes: Sequence[Theme]) -> list[Theme]:
    """Return themes of one name in the classes of all their values together."""
    first = themes[0]
    if first.name == "seats":
        return list(themes)
    values = np.concatenate([t.values.to_numpy(dtype=float) for t in themes])
    weights = np.concatenate([t.weights.to_numpy(dtype=float) for t in themes])
    even = np.ones(len(values)) if first.name == "quality" else weights
    breaks = round_breaks(values, even)
    colours = (BETTER if first.name == "quality" else SEQUENTIAL)[: len(breaks) + 1]
    return [replace(t, breaks=breaks, colours=colours) for t in themes]
