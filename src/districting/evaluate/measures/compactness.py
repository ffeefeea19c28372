"""Compactness: how round districts are, in how many pieces, and what borders they cut."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
import pandas as pd
import shapely

from districting.evaluate.measures.ground import Ground, Labels
from districting.evaluate.measures.item import Item
from districting.graph import part_counts

HAIR = 0.1
"""Metres by which cells are widened before they are dissolved, and the result shrunk again, so that
hair cracks between separately drawn cells do not count as border."""


def compactness(ground: Ground, labels: Labels) -> pd.DataFrame:
    """Return the shape of each district.

    Returns
    -------
    pandas.DataFrame
        Indexed by district; ``area`` (km2), ``perimeter`` (km), ``polsby_popper``
        (4 pi area / perimeter^2: 1 for a circle, NaN without cells), ``pieces`` (connected parts
        by borders and listed crossings).

    References
    ----------
    Polsby, Popper (1991), The third criterion: compactness as a procedural safeguard.
    """
    cells = ground.county.villages.geometry.to_numpy()
    grown = shapely.buffer(cells, HAIR, quad_segs=1, join_style="mitre")
    pieces = part_counts(labels.village, ground.neighbours.edges)
    rows = []
    for district in range(len(labels.names)):
        whole = shapely.union_all(grown[labels.village == district])
        whole = shapely.buffer(whole, -HAIR, quad_segs=1, join_style="mitre")
        area, perimeter = shapely.area(whole), shapely.length(whole)
        round_ = 4 * math.pi * area / perimeter**2 if perimeter else np.nan
        rows.append((area / 1e6, perimeter / 1e3, round_, pieces.get(district, 0)))
    columns = ["area", "perimeter", "polsby_popper", "pieces"]
    return pd.DataFrame(rows, columns=columns, index=pd.Index(labels.names, name="district"))


def cut(ground: Ground, labels: Labels) -> tuple[int, float]:
    """Return how many neighbour pairs lie in different districts, and their border in km.

    Pairs with a village that has no district yet do not count.
    """
    ends = labels.village[ground.neighbours.edges]
    apart = (ends[:, 0] != ends[:, 1]) & (ends >= 0).all(axis=1)
    return int(apart.sum()), float(ground.neighbours.border[apart].sum() / 1e3)


def compactness_items(table: pd.DataFrame, cut_pairs: int, cut_km: float) -> Iterator[Item]:
    """Yield the numbers of :func:`compactness` and :func:`cut` that plans are compared by."""
    if not table.empty:
        mean, least = table["polsby_popper"].mean(), table["polsby_popper"].min()
        yield Item("compactness_mean", float(mean), "ratio", "higher", leading=True)
        yield Item("compactness_min", float(least), "ratio", "higher")
        yield Item("in_pieces", float((table["pieces"] > 1).sum()), "districts", "lower")
    yield Item("cut_pairs", float(cut_pairs), "pairs", "lower")
    yield Item("cut_border", cut_km, "km", "lower")
