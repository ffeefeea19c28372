"""A county cut down to some of its villages, for sheets and insets that show a part."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely

from districting.county import County

AROUND = 600.0
"""A sheet of a town or a zone shows the villages within this distance of it as well [m]."""


def part_of(county: County, villages: pd.Index) -> County:
    """Return the county cut down to `villages` and those around them."""
    core = shapely.union_all(county.villages.geometry.loc[villages].to_numpy())
    near = county.villages.geometry.distance(core) <= AROUND
    kept = county.villages[near]
    outline = gpd.GeoSeries([shapely.union_all(kept.geometry.to_numpy())], crs=county.crs)
    ends = county.roads[["from_node", "to_node"]].isin(kept.index).all(axis=1)
    towns = county.towns.loc[sorted(set(kept["town"]))]
    shapes = kept.geometry.groupby(kept["town"]).agg(lambda g: shapely.union_all(g.to_numpy()))
    towns = towns.set_geometry(gpd.GeoSeries(shapes, crs=county.crs).reindex(towns.index))
    tables: dict[str, Any] = {
        "villages": kept,
        "schools": county.schools[county.schools["village"].isin(kept.index)],
        "roads": county.roads[ends],
        "towns": towns,
    }
    return replace(county.with_tables(**tables), outline=outline)
