"""What plans of one county are measured on: roads, neighbours and who belongs where."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from districting.county import County
from districting.graph import Adjacency, RoadNetwork, adjacency, road_network
from districting.plan.district_plan import DistrictPlan

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Ground:
    """A county with its roads and neighbours, made once for all the plans that are measured."""

    county: County
    roads: RoadNetwork
    neighbours: Adjacency


def survey(county: County) -> Ground:
    """Return what plans of `county` are measured on."""
    return Ground(county, road_network(county), adjacency(county))


@dataclass(frozen=True, eq=False)
class Labels:
    """Districts and unions of a plan as numbers.

    Parameters
    ----------
    names : list of str
        Districts that the plan lists or uses, sorted; a district's number is its place here.
    village : int array, shape (n,)
        District number of each village in county order; -1 where the plan does not say.
    school : int array, shape (s,)
        The same for every school of the county; -1 for those outside districts.
    union : int array, shape (len(names) + 1,)
        Union number of each district, a district without union standing for itself; -1 at the end,
        so that ``union[-1]`` is -1.
    """

    names: list[str]
    village: Ints
    school: Ints
    union: Ints


def labels_of(county: County, plan: DistrictPlan) -> Labels:
    """Return the districts of `plan` as numbers."""
    used = {*plan.districts.index, *plan.villages, *plan.schools} - {""}
    names = sorted(str(d) for d in used)
    index = pd.Index(names, dtype="str")
    unions = plan.districts["union"].reindex(index).fillna("").astype(str).to_numpy()
    keys = [("union", u) if u else ("district", d) for d, u in zip(names, unions, strict=True)]
    numbers = {key: i for i, key in enumerate(sorted(set(keys)))}
    village = plan.villages.reindex(county.villages.index).fillna("")
    school = plan.schools.reindex(county.schools.index).fillna("")
    return Labels(
        names=names,
        village=index.get_indexer(pd.Index(village)).astype(np.int64),
        school=index.get_indexer(pd.Index(school)).astype(np.int64),
        union=np.array([numbers[key] for key in keys] + [-1], dtype=np.int64),
    )


def numbers(table: pd.DataFrame, column: str) -> Floats:
    """Return a column as floats with 0 for empty cells; zeros where the column is missing."""
    if column not in table:
        return np.zeros(len(table))
    return table[column].fillna(0).to_numpy(dtype=float)


def sums(label: Ints, weights: Floats, count: int) -> Floats:
    """Return the sum of `weights` over each label 0 … `count` - 1; label -1 is left out."""
    known = label >= 0
    added = np.bincount(label[known], weights=weights[known], minlength=count)
    return added.astype(np.float64)
