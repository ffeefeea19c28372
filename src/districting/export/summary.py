"""Districts in the order bureaus list them, with the numbers that sheets and legends print."""

from __future__ import annotations

import pandas as pd

from districting.county import County
from districting.plan.district_plan import DistrictPlan

KIND_ORDER = ("junior", "nine_year", "primary", "teaching_point", "special", "kindergarten")
"""Kinds of school in the order of a distribution table."""


def _given_order(county: County) -> pd.DataFrame:
    """Return town and printed place of each current district; places not given are infinite."""
    listed = county.tables["districts"].set_index("district").reindex(columns=["town", "order"])
    return listed.assign(order=pd.to_numeric(listed["order"]).fillna(float("inf")))


def town_order(county: County) -> list[str]:
    """Return town codes in the order in which the current layout lists them, then by code."""
    given = _given_order(county)
    first = given.groupby("town")["order"].min().reindex(county.towns.index)
    place = first.fillna(float("inf")).to_dict()
    return sorted(county.towns.index, key=lambda town: (place[town], town))


def school_order(county: County) -> pd.DataFrame:
    """Return the districts' schools in table order: by kind, the central one first, then by id."""
    schools = county.district_schools()
    central = schools["central"] if "central" in schools else pd.Series(False, index=schools.index)
    keys = pd.DataFrame(
        {
            "kind": schools["kind"].map({k: i for i, k in enumerate(KIND_ORDER)}),
            "outer": ~central.fillna(False).astype(bool),
            "id": schools.index,
        },
        index=schools.index,
    )
    return schools.loc[keys.sort_values(["kind", "outer", "id"]).index]


def home_towns(county: County, plan: DistrictPlan) -> pd.Series:
    """Return the town of each district: its own, or that of most of its villages."""
    towns = county.villages["town"].reindex(plan.villages.index)
    counted = (-towns.groupby([plan.villages, towns]).size()).sort_values(kind="stable")
    most = counted.index.to_frame(index=False, name=["district", "town"])
    most = most.drop_duplicates("district").set_index("district")["town"]
    own = plan.districts["town"]
    return own.where(own != "", most.reindex(own.index)).fillna("").astype(str)


def district_order(county: County, plan: DistrictPlan) -> list[str]:
    """Return district names by town, by union, and by place in the current layout.

    Districts without a given place go by their school that comes first: the one with the town's
    junior school or central primary leads.
    """
    listed = _given_order(county)["order"].to_dict()
    towns = {t: i for i, t in enumerate(town_order(county))}
    rank = {s: i for i, s in enumerate(school_order(county).index)}
    first = plan.schools.index.to_series().map(rank).groupby(plan.schools).min()
    home, union = home_towns(county, plan), plan.districts["union"]

    def place(name: str) -> tuple[float, float]:
        return float(listed.get(name, float("inf"))), float(first.get(name, float("inf")))

    def key(name: str) -> tuple[int, tuple[float, float], str, tuple[float, float], str]:
        town = towns.get(home[name], len(towns))
        kin = [d for d in home.index if union[d] and union[d] == union[name]] or [name]
        return town, min(map(place, kin)), union[name], place(name), name

    return sorted(plan.districts.index, key=key)


def district_table(county: County, plan: DistrictPlan) -> pd.DataFrame:
    """Return one row for each district, in table order.

    Returns
    -------
    pandas.DataFrame
        Indexed by district; columns ``union``, ``town`` (home town code), ``villages`` (count),
        ``schools`` (institutions), one count for each kind present, ``pupils_primary``,
        ``pupils_junior``, ``children_primary``, ``children_junior`` (children in the villages),
        ``seats_primary``, ``seats_junior``.
    """
    order = district_order(county, plan)
    schools = county.district_schools().reindex(plan.schools.index)
    villages = county.villages.reindex(plan.villages.index)
    table = plan.districts.loc[order, ["union"]].assign(town=home_towns(county, plan))
    table["villages"] = plan.villages.value_counts().reindex(order)
    table["schools"] = plan.schools.value_counts().reindex(order)
    counts = pd.crosstab(plan.schools, schools["kind"])
    for kind in KIND_ORDER:
        if kind in counts:
            table[kind] = counts[kind].reindex(order)
    sums = {
        "pupils": schools[["pupils_primary", "pupils_junior"]].groupby(plan.schools).sum(),
        "children": villages[["children_primary", "children_junior"]].groupby(plan.villages).sum(),
        "seats": schools[["seats_primary", "seats_junior"]].groupby(plan.schools).sum(),
    }
    for part in sums.values():
        for column in part:
            table[column] = part[column].reindex(order)
    numbers = table.columns.difference(["union", "town"], sort=False)
    table[numbers] = table[numbers].fillna(0).astype("int64")
    return table
