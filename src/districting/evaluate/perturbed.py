"""A county with other numbers of children or other lengths of road, all else equal."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from districting.county import STAGES, County

Floats = npt.NDArray[np.float64]


def with_children(
    county: County, factors: Floats | float, stages: tuple[str, ...] = STAGES
) -> County:
    """Return `county` with its children multiplied, rounded to whole children.

    Parameters
    ----------
    county : County
    factors : float, or float array of shape (villages,)
        By village, in county order.
    stages : tuple of str
        Stages of the village table to change.

    Returns
    -------
    County
        ``children_<stage>`` of the villages changed, and the counts of the table ``children`` as
        well where all stages are.
    """
    villages = county.villages
    by_village = np.broadcast_to(np.asarray(factors, float), (len(villages),))
    columns = [c for c in (f"children_{s}" for s in stages) if c in villages]
    changed = {c: np.rint(villages[c].fillna(0).to_numpy(float) * by_village) for c in columns}
    changed_villages = villages.assign(**{c: v.astype(np.int64) for c, v in changed.items()})
    ages = county.tables.get("children")
    if ages is None or ages.empty or set(stages) != set(STAGES):
        return county.with_tables(villages=changed_villages)
    at = villages.index.get_indexer(ages["village"])
    factor = np.where(at >= 0, by_village[at], 1.0)
    count = np.rint(ages["count"].to_numpy(float) * factor).astype(np.int64)
    return county.with_tables(villages=changed_villages, children=ages.assign(count=count))


def with_roads(county: County, factors: Floats) -> County:
    """Return `county` with every road's ``metres`` multiplied by its factor, in county order."""
    return replace(county, roads=county.roads.assign(metres=county.roads["metres"] * factors))
