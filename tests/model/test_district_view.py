"""The arrays that district rules read, on counties small enough to reckon by hand."""

from collections.abc import Callable

import numpy as np
import pytest

from districting.county import County
from districting.model.district_view import DistrictView, district_view

SCHOOLS = [
    {"at": 0, "kind": "junior", "town_seat": True, "seats_primary": 0, "seats_junior": 90},
    {"at": 0, "kind": "kindergarten", "quality": None, "pupils_primary": 0, "pupils_preschool": 30},
    {"at": 2, "kind": "primary", "quality": 70.0, "lead": True},
    {"at": 3, "kind": "nine_year", "quality": 50.0, "partner": "S2", "seats_junior": 40},
    {"at": 3, "kind": "primary", "run_by": "county", "seats_primary": 200},
    {"at": 3, "kind": "primary", "run_by": "private", "seats_primary": 500},
]


@pytest.fixture(scope="module")
def view(grid_county: Callable[..., County]) -> DistrictView:
    county = grid_county(
        1,
        5,
        schools=SCHOOLS,
        labels=["乙", "乙", "甲", "甲", ""],
        town=["370999101"] * 2 + ["370999102"] * 3,
        children_primary=[10, 20, 30, 40, 50],
        roads=[
            (0, 1, 900.0, "village"),
            (1, 2, 1100.0, "village"),
            (2, 3, 1000.0, "village"),
            (4, "码头", 50.0, "village"),
        ],
    )
    return district_view(county)


def test_schools_are_counted_where_they_stand(view: DistrictView) -> None:
    """Town-run ones only; kindergartens are institutions without weight in the quality sums."""
    assert view.institutions.tolist() == [2, 0, 1, 1, 0]
    assert view.pupils.tolist() == [110, 0, 80, 80, 0]
    assert view.juniors.tolist() == [1, 0, 0, 1, 0]
    assert view.seat_juniors.tolist() == [1, 0, 0, 0, 0]
    assert view.lead.tolist() == [0, 0, 1, 0, 0]
    assert view.partnered.tolist() == [0, 0, 0, 1, 0]
    assert view.points.tolist() == [60 * 80, 0, 70 * 80, 50 * 80, 0]
    assert view.rated.tolist() == [80, 0, 80, 80, 0]


def test_seats_for_children_count_every_public_school(view: DistrictView) -> None:
    """County-run schools give seats; private ones do not."""
    assert view.capacity["primary"].tolist() == [100, 0, 100, 300, 0]
    assert view.capacity["junior"].tolist() == [90, 0, 0, 40, 0]
    assert view.schooling(("primary", "junior")).tolist() == [15, 25, 35, 45, 55]


def test_towns_and_current_districts_are_numbered_in_order(view: DistrictView) -> None:
    """Districts count by sorted name; a village without one has -1 and no start is offered."""
    assert view.town.tolist() == [0, 0, 1, 1, 1]
    assert view.town_sums(np.ones(5)).tolist() == [2, 3]
    assert view.current.tolist() == [0, 0, 1, 1, -1]
    assert view.initial.tolist() == view.current.tolist()
    assert view.start_labels is None


def test_edges_seats_and_distances(view: DistrictView) -> None:
    """Neighbours share borders; seats are school villages; unreachable is infinite."""
    assert view.edges.tolist() == [[0, 1], [1, 2], [2, 3], [3, 4]]
    assert view.seats.tolist() == [0, 2, 3]
    assert view.distance[1].tolist() == [900, 1100, 2100]
    assert np.isinf(view.distance[4]).all()


def test_nearest_schools(view: DistrictView) -> None:
    """Hosts and cut-off villages have no pair; the second nearest is in yet another village."""
    pairs, metres, further = view.nearest_pairs("primary")
    assert pairs.tolist() == [[0, 2], [1, 2]]
    assert metres.tolist() == [2000, 1100]
    assert further.tolist() == [3000, 2100]
    pairs, metres, further = view.nearest_pairs("junior")
    assert pairs.tolist() == [[1, 0], [2, 3]]
    assert further.tolist() == [2100, 2000]


def test_no_school_no_pairs(grid_county: Callable[..., County]) -> None:
    """A county without schools of the stage gives no pairs, and one without layout no labels."""
    bare = district_view(grid_county(1, 3, schools=[{"at": 0, "kind": "kindergarten"}]))
    pairs, metres, further = bare.nearest_pairs("junior")
    assert (len(pairs), len(metres), len(further)) == (0, 0, 0)
    assert bare.current.tolist() == [-1, -1, -1]
    assert bare.seats.tolist() == []
