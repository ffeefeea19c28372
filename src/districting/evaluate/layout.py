"""Measure bare layouts, villages numbered by district, many in a row."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from districting.county import County
from districting.evaluate.measures.compactness import cut
from districting.evaluate.measures.ground import Ground, Ints, Labels
from districting.evaluate.measures.item import Item
from districting.evaluate.measures.quality import quality, quality_items
from districting.evaluate.measures.size import size, size_items
from districting.evaluate.measures.travel import travel, travel_items


def layout_labels(county: County, village: Ints) -> Labels:
    """Return a layout as :class:`Labels`: schools follow their village, towns form the unions.

    Parameters
    ----------
    county : County
    village : int array, shape (n,)
        District 0 … K-1 of each village in county order.
    """
    count = int(village.max()) + 1
    town = county.towns.index.get_indexer(pd.Index(county.villages["town"]))
    first = np.full(count, -1, np.int64)
    first[village] = town
    mixed = np.bincount(village[town != first[village]], minlength=count) > 0
    union = np.where(mixed, len(county.towns) + np.arange(count), first)
    school = np.full(len(county.schools), -1, np.int64)
    run = (county.schools["run_by"] == "town").to_numpy()
    at = county.villages.index.get_indexer(pd.Index(county.schools["village"]))
    school[run] = village[at[run]]
    return Labels([f"{k:04d}" for k in range(count)], village, school, np.append(union, -1))


def layout_items(ground: Ground, labels: Labels) -> Iterator[Item]:
    """Yield travel, size, quality and cut borders of a layout; outlines, which are slow, are left
    out."""
    yield from travel_items(travel(ground, labels))
    yield from size_items(size(ground, labels))
    yield from quality_items(quality(ground, labels))
    pairs, metres = cut(ground, labels)
    yield Item("cut_pairs", float(pairs), "pairs", "lower")
    yield Item("cut_border", metres, "km", "lower")
