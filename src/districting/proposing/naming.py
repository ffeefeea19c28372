"""Names for proposed districts and unions: keep a current name wherever most of it stays."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
from scipy.optimize import linear_sum_assignment

from districting.county import County
from districting.model.partition import Ints
from districting.plan.district_plan import DistrictPlan, district_anchor
from districting.terms import say

KEEP_SHARE = 0.5
"""A new district keeps a current name when at least this share of its people lived there."""


def name_districts(
    county: County, labels: Ints, seats: Ints, current: DistrictPlan | None
) -> pd.DataFrame:
    """Return the table of districts for `labels`.

    Parameters
    ----------
    labels : int array, shape (n,)
        District number of each village, in county order.
    seats : int array, shape (K,)
        Village position of each district's seat.
    current : DistrictPlan or None
        Layout whose names are kept where the overlap in population is largest.

    Returns
    -------
    pandas.DataFrame
        One row a district number: ``district`` (unique name), ``union``, ``town``, ``seat``.
    """
    villages = county.villages
    names: list[str] = [""] * len(seats)
    if current is not None:
        held = _locked_names(county, labels, current)
        for number, name in (
            *held.items(),
            *_kept_names(county, labels, len(seats), current, held),
        ):
            names[number] = name
    taken = {n for n in names if n}
    towns = villages["town"].to_numpy()
    rows = []
    for number, seat in enumerate(seats):
        inside = pd.unique(towns[labels == number])
        town = str(inside[0]) if len(inside) == 1 else ""
        name = names[number] or _unused(_seat_stem(county, int(seat)), taken)
        taken.add(name)
        rows.append((name, town, str(villages.index[seat])))
    table = pd.DataFrame(rows, columns=["district", "town", "seat"])
    table["union"] = _unions(county, table["town"], current)
    return table


def _locked_names(county: County, labels: Ints, current: DistrictPlan) -> dict[int, str]:
    """Return the name of each district that holds locked units: the one they are locked to.

    A district that some unit is forbidden keeps its name where its seat lies.
    """
    schools, held = county.schools["village"], {}
    barred = {lock.to for lock in current.locks if lock.forbid}
    for name in sorted(barred):
        anchor = district_anchor(current, name)
        held[int(labels[county.villages.index.get_loc(anchor)])] = name
    for lock in current.locks:
        if lock.forbid:
            continue
        village = lock.unit if lock.unit_kind == "village" else schools[lock.unit]
        held[int(labels[county.villages.index.get_loc(village)])] = lock.to
    return held


def _kept_names(
    county: County, labels: Ints, count: int, current: DistrictPlan, held: dict[int, str]
) -> list[tuple[int, str]]:
    people = county.villages["population"].to_numpy(dtype=float) + 1.0
    old_names = sorted(set(current.villages) - {""})
    old = pd.Categorical(current.villages, categories=old_names).codes
    overlap = np.zeros((count, len(old_names)))
    known = old >= 0
    np.add.at(overlap, (labels[known], old[known]), people[known])
    overlap[list(held)] = 0.0
    overlap[:, [n in held.values() for n in old_names]] = 0.0
    share = overlap / np.bincount(labels, weights=people, minlength=count)[:, None]
    rows, columns = linear_sum_assignment(-overlap)
    return [
        (int(r), str(old_names[c]))
        for r, c in zip(rows, columns, strict=True)
        if share[r, c] >= KEEP_SHARE
    ]


def _seat_stem(county: County, seat: int) -> str:
    name = str(county.villages["name"].iloc[seat])
    return re.sub(r"(社区)?(居|村)(民)?委(员)?会$|社区$", "", name) or name


def _unused(stem: str, taken: set[str]) -> str:
    base = say("plan.district_name", stem=stem)
    name, number = base, 1
    while name in taken:
        number += 1
        name = f"{base}{number}"
    return name


def _unions(county: County, towns: pd.Series, current: DistrictPlan | None) -> list[str]:
    """Group a town's several districts into its union; a lone district has none."""
    several = towns.map(towns[towns != ""].value_counts()).fillna(1) > 1
    known: dict[str, str] = {}
    if current is not None:
        with_union = current.districts[current.districts["union"] != ""]
        known = dict(zip(with_union["town"], with_union["union"], strict=True))
    return [
        known.get(town) or say("plan.union_name", town=county.towns.loc[town, "name"])
        if many
        else ""
        for town, many in zip(towns, several, strict=True)
    ]
