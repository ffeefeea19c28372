"""Synthetic counties: whole, in one piece, the same for the same seed."""

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from districting.county import TEACHES, County
from districting.graph import adjacency, components, village_distances
from districting.read.schema import tables
from districting.sample import make_county
from districting.sample.layout import neighbours

sizes = st.tuples(st.integers(0, 10_000), st.integers(1, 7), st.integers(0, 60)).map(
    lambda t: (t[0], t[1], t[1] + t[2])
)


def _parts(county: County, labels: pd.Series) -> int:
    codes = pd.factorize(labels)[0].astype(np.int64)
    return int(components(codes, adjacency(county).edges).max()) + 1


@settings(max_examples=25, deadline=None)
@given(sizes)
def test_cells_tile_the_outline_and_hold_their_villages(size: tuple[int, int, int]) -> None:
    """Cells leave no gap and no overlap; each holds its own village."""
    county = make_county(*size)
    cells = county.villages.geometry.to_numpy()
    assert shapely.coverage_is_valid(cells)
    assert (shapely.get_type_id(cells) == shapely.GeometryType.POLYGON).all()
    outline = county.outline.iloc[0]
    assert shapely.area(cells).sum() == pytest.approx(outline.area, rel=1e-9)
    assert shapely.get_num_interior_rings(outline) == 0
    assert shapely.contains_xy(cells, county.villages["x"], county.villages["y"]).all()


@settings(max_examples=25, deadline=None)
@given(sizes)
def test_towns_and_current_districts_are_in_one_piece(size: tuple[int, int, int]) -> None:
    """Every town and every current district is one piece; districts stay inside towns."""
    county = make_county(*size)
    villages, plan = county.villages, county.current_plan
    assert plan is not None
    assert _parts(county, villages["town"]) == size[1]
    assert _parts(county, plan.villages) == len(plan.districts)
    assert villages["town"].groupby(plan.villages).nunique().eq(1).all()
    assert (
        plan.schools == plan.villages[county.schools.loc[plan.schools.index, "village"]].to_numpy()
    ).all()
    unions = plan.districts.loc[plan.districts["union"] != "", "union"]
    assert unions.value_counts().eq(2).all()


@settings(max_examples=20, deadline=None)
@given(sizes, st.booleans())
def test_every_village_reaches_every_other(size: tuple[int, int, int], river: bool) -> None:
    """Roads connect the whole county, with and without a river."""
    county = make_county(*size, river=river)
    if size[2] > 1:
        assert np.isfinite(village_distances(county, np.array([0]))).all()


@settings(max_examples=20, deadline=None)
@given(sizes)
def test_schools_stand_in_their_village_and_seats_exceed_children(
    size: tuple[int, int, int],
) -> None:
    """A school lies in its village's cell; seats total about 1.15 per child of the stage."""
    county = make_county(*size)
    schools, villages = county.schools, county.villages
    cells = villages.geometry.loc[schools["village"]].to_numpy()
    assert shapely.contains_xy(cells, schools["x"], schools["y"]).all()
    assert (schools["town"] == villages["town"].loc[schools["village"]].to_numpy()).all()
    for stage, kinds in TEACHES.items():
        taught = schools["kind"].isin(kinds)
        seats, pupils = schools[f"seats_{stage}"], schools[f"pupils_{stage}"]
        assert (seats[taught] > 0).all() and (seats[~taught] == 0).all()
        assert (pupils <= seats).all()
    children = villages["children_primary"].sum()
    assert schools["seats_primary"].sum() >= min(1.1 * children, 1.15 * children - 45)


def test_the_same_arguments_give_the_same_county() -> None:
    """A seed fixes every table; another seed gives another county."""
    first, again, other = (make_county(s, 3, 40, records=True) for s in (5, 5, 6))
    for name in tables():
        pd.testing.assert_frame_equal(
            pd.DataFrame(first.table(name)), pd.DataFrame(again.table(name))
        )
    assert not first.villages["population"].equals(other.villages["population"])


def test_every_column_bears_a_mark() -> None:
    """Each documented column of a table with rows is marked synthetic."""
    county = make_county(2, 2, 12, records=True)
    for name, table in tables().items():
        if len(county.table(name)):
            wanted = {(name, c) for c in table.columns if not c.endswith("_q")}
            assert wanted <= set(county.provenance), name
    assert {m.mark for m in county.provenance.values()} == {"synthetic"}


def test_a_river_is_crossed_at_few_bridges() -> None:
    """With a river some sections are bridges, and they are few."""
    kinds = make_county(4, 4, 200, river=True).roads["kind"].value_counts()
    assert 1 <= kinds["bridge"] <= 8
    assert "bridge" not in set(make_county(4, 4, 200).roads["kind"])


def test_the_county_runs_schools_of_its_own_outside_districts() -> None:
    """Schools run by the county are in no district."""
    county = make_county(8, 5, 90)
    own = county.schools.index[county.schools["run_by"] == "county"]
    assert len(own) == 2
    assert not set(own) & set(county.tables["members"]["unit"])


def test_class_records_add_up_to_the_school_table() -> None:
    """Classes by grade sum to the seats and pupils of their school; ages to the children."""
    county = make_county(11, 4, 80, records=True)
    sums = county.tables["classes"].groupby("school")[["pupils", "seats"]].sum()
    schools = county.schools.loc[sums.index]
    assert (sums["seats"] == schools["seats_primary"] + schools["seats_junior"]).all()
    assert (sums["pupils"] == schools["pupils_primary"] + schools["pupils_junior"]).all()
    ages = county.tables["children"]
    primary = ages[ages["age"].between(6, 11)].groupby("village")["count"].sum()
    assert (primary == county.villages["children_primary"]).all()


def test_a_given_outline_is_kept() -> None:
    """A rectangle with two towns and eight villages works, and stays a rectangle."""
    box = shapely.box(500_000, 3_800_000, 504_000, 3_802_000)
    county = make_county(1, 2, 8, outline=box)
    assert len(county.villages) == 8 and len(county.towns) == 2
    assert shapely.hausdorff_distance(county.outline.iloc[0], box) < 1.0


def test_fewer_villages_than_towns_are_refused() -> None:
    """The error names both numbers."""
    with pytest.raises(ValueError, match=r"5 towns .* not 3"):
        make_county(1, 5, 3)


def test_shared_corners_give_the_neighbours_that_the_graph_finds() -> None:
    """Neighbours from shared corners are those that the graph layer finds from borders."""
    county = make_county(9, 3, 150)
    pairs = neighbours(county.villages.geometry.to_numpy())
    assert pairs.tolist() == adjacency(county).edges.tolist()
