"""Cohorts carried forward: totals kept, nothing negative, variants in order, entered cells win."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from districting.demand import VARIANTS, Outlook, county_in_year, project
from districting.demand.ratios import cohort_ratios
from districting.demand.rounding import whole_by_group
from districting.sample import make_county

STEADY = Outlook("steady", 0.0, 1.0)


@pytest.fixture(scope="module")
def county():
    return make_county(3, towns=3, villages=24, records=True)


def totals(children: pd.DataFrame) -> pd.DataFrame:
    return children.pivot_table(index="year", columns="age", values="count", aggfunc="sum")


@given(
    st.lists(st.tuples(st.floats(0, 500), st.integers(0, 3)), min_size=1, max_size=30),
)
def test_rounding_keeps_group_totals(cells) -> None:
    expected = np.array([c[0] for c in cells])
    group = np.array([c[1] for c in cells])
    whole = whole_by_group(expected, group)
    assert (whole >= 0).all() and (np.abs(whole - expected) < 1 + 1e-6).all()
    for g in set(group):
        assert whole[group == g].sum() == np.rint(expected[group == g].sum())


def test_without_change_every_cohort_is_kept(county) -> None:
    first = county.year
    table = totals(project(county, range(first, first + 6), STEADY))
    for year in range(first, first + 5):
        assert (table.loc[year + 1, 4:14].to_numpy() == table.loc[year, 3:13].to_numpy()).all()
    assert set(table[3]) == {table.loc[first, 3]}


@settings(max_examples=15, deadline=None)
@given(births=st.floats(-0.5, 0.5), staying=st.floats(0.8, 1.2), years=st.integers(1, 8))
def test_totals_follow_the_formula_and_nothing_is_negative(county, births, staying, years) -> None:
    first = county.year
    found = project(county, range(first, first + years), Outlook("own", births, staying))
    assert (found["count"] >= 0).all()
    assert not found.duplicated(["village", "year", "age"]).any()
    towns = found.assign(town=found["village"].map(county.villages["town"]))
    by_town = towns.groupby(["town", "year", "age"])["count"].sum()
    for (town, year, age), count in by_town.items():
        born = max(0, year - first - (age - 3))
        grown = year - first - born
        start = by_town[town, first, max(3, age - (year - first))]
        assert abs(count - start * (1 + births) ** born * staying**grown) <= 0.5 + 1e-6


def test_variants_are_in_order(county) -> None:
    years = range(county.year, county.year + 8)
    low, medium, high = (totals(project(county, years, VARIANTS[v])) for v in VARIANTS)
    assert (low.to_numpy() <= medium.to_numpy()).all()
    assert (medium.to_numpy() <= high.to_numpy()).all()
    assert low.to_numpy().sum() < high.to_numpy().sum()


def test_entered_years_win_and_carry_on(county) -> None:
    table = county.tables["children"]
    village = table["village"].iloc[0]
    row = {"village": village, "year": county.year + 1, "age": 6, "count": 777, "pop_q": "official"}
    later = county.with_tables(children=pd.concat([table, pd.DataFrame([row])]))
    found = project(later, range(county.year, county.year + 3), STEADY).set_index(
        ["village", "year", "age"]
    )
    assert tuple(found.loc[village, county.year + 1, 6][["count", "basis"]]) == (777, "counted")
    assert tuple(found.loc[village, county.year + 2, 7][["count", "basis"]]) == (777, "carried")


def test_ratios_come_from_cohorts_counted_twice(grid_county) -> None:
    county = grid_county(1, 2, town=["370999101", "370999102"])
    a, b = county.villages.index
    rows = [(a, 2025, 7, 200), (a, 2026, 8, 180), (b, 2025, 7, 40), (b, 2026, 8, 60)]
    table = pd.DataFrame(rows, columns=["village", "year", "age", "count"])
    county = county.with_tables(children=table)
    counted = table.assign(basis="counted", pop_q="")
    ratios = cohort_ratios(county, counted)
    assert ratios is not None
    assert ratios["370999101"] == pytest.approx(0.9)
    assert ratios["370999102"] == pytest.approx(1.0)  # too few of its own: the county's 240 / 240
    found = project(county, range(2025, 2028), STEADY).set_index(["village", "year", "age"])
    assert found.loc[(a, 2027, 9), "count"] == 162
    assert found.loc[(a, 2027, 9), "pop_q"] == "derived"


def test_without_ages_the_stages_are_spread_and_marked(grid_county) -> None:
    county = grid_county(1, 3, children_primary=[10, 0, 7])
    found = project(county.with_tables(children=pd.DataFrame()), range(2026, 2027))
    assert set(found["basis"]) == {"spread"} and set(found["pop_q"]) == {"assumed"}
    primary = found[found["age"].between(6, 11)].groupby("village")["count"].sum()
    assert primary.tolist() == [10, 0, 7]


def test_a_county_in_a_coming_year(county) -> None:
    year = county.year + 2
    children = project(county, range(county.year, year + 1))
    later = county_in_year(county, children, year)
    assert later.year == year
    assert later.villages["children_junior"].sum() == totals(children).loc[year, 12:14].sum()
    assert later.provenance["villages", "children_junior"].mark == "synthetic"
    with pytest.raises(ValueError, match=str(year + 1)):
        county_in_year(county, children, year + 1)
