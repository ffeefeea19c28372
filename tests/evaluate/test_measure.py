"""Measures of plans on counties that are reckoned by hand."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from districting.evaluate import measure, survey, variation_coefficient
from districting.evaluate.measures.ground import labels_of
from districting.evaluate.measures.travel import centile, ways
from districting.terms import using_language


@pytest.fixture(scope="module")
def line(grid_county):
    """Four villages in a row: a primary at each end, a junior at the far end, 甲甲乙乙."""
    return grid_county(
        1,
        4,
        schools=[
            {"at": 0, "pupils_primary": 100, "teachers": 5, "quality": 50.0},
            {"at": 3, "pupils_primary": 300, "teachers": 20, "quality": 70.0, "lead": True},
            {"at": 3, "kind": "junior", "pupils_primary": 0, "pupils_junior": 100, "quality": None},
            {"at": 1, "run_by": "county"},
            {"at": 2, "kind": "kindergarten", "run_by": "private", "pupils_primary": 0},
        ],
        labels=["甲", "甲", "乙", "乙"],
        children_primary=[10, 30, 20, 40],
        children_junior=[5, 5, 5, 5],
    )


def test_travel_goes_to_the_own_district_first(line):
    """甲 has a primary at village 0, and the county's school at village 1 does not count for it."""
    found = measure(line, line.current_plan).travel.loc["primary"]
    assert found["children"] == 100
    assert found["mean"] == pytest.approx((0 * 10 + 1000 * 30 + 1000 * 20 + 0 * 40) / 100)
    assert found["p95"] == 1000.0
    assert found["max_minutes"] == pytest.approx(15.0)
    assert found[["own", "union", "elsewhere", "none"]].tolist() == [100, 0, 0, 0]
    assert found["nearest_mean"] == pytest.approx(1000 * 20 / 100)
    assert found["near_home"] == 100


def test_a_district_without_the_stage_goes_elsewhere(line):
    found = measure(line, line.current_plan).travel.loc["junior"]
    assert found[["own", "union", "elsewhere"]].tolist() == [50, 0, 50]
    assert found["mean"] == pytest.approx((3000 + 2000 + 1000 + 0) / 4)
    assert found["mean_minutes"] == pytest.approx(1500 / 5000 * 60)
    assert found["limit"] == pytest.approx(40 / 60 * 5000)
    assert found["beyond"] == 0


def test_a_union_is_searched_before_the_county(line):
    plan = line.current_plan
    plan.districts["union"] = "联区"
    found = measure(line, plan).travel.loc["junior"]
    assert found[["own", "union", "elsewhere"]].tolist() == [50, 50, 0]


def test_the_way_in_the_district_may_be_longer_than_the_nearest(grid_county):
    """Village 1 lies beside the school of 乙 but belongs to 甲, whose school is 2 km away."""
    county = grid_county(1, 4, schools=[{"at": 3}, {"at": 0}], labels=["乙", "甲", "甲", "甲"])
    ground = survey(county)
    table = ways(ground, labels_of(county, county.current_plan), "primary")
    assert table["metres"].tolist() == [0, 2000, 1000, 0]
    assert table["nearest"].tolist() == [0, 1000, 1000, 0]
    assert table["near_home"].tolist() == [True, False, True, True]


def test_limits_count_children_above_them_and_children_without_a_school(grid_county):
    roads = [(0, 1, 2000.0, "village"), (1, 2, 1.0, "village"), (3, 3, 1.0, "village")]
    county = grid_county(1, 4, schools=[{"at": 0}], labels=["甲"] * 4, roads=roads)
    found = measure(county, county.current_plan).travel.loc["primary"]
    assert found["beyond"] == 50
    assert found["none"] == 25
    assert found["max"] == 2001.0


def test_size_counts_the_districts_own_schools(line):
    table = measure(line, line.current_plan).districts
    assert table["institutions"].tolist() == [2, 1]
    assert table["pupils"].tolist() == [400, 100]
    assert table["teachers"].tolist() == [26, 5]
    assert table["children_primary"].tolist() == [60, 40]
    assert table[["primary", "junior", "kindergarten"]].loc["乙"].tolist() == [1, 1, 0]
    assert table["lead"].tolist() == [1, 0]


def test_spread_between_districts(line):
    found = measure(line, line.current_plan)
    assert found.value("pupils_spread") == pytest.approx(150 / 250)
    assert found.value("without_junior") == 1
    assert found.value("without_lead") == 1
    staffing = variation_coefficient([26, 5], [400, 100])
    assert found.value("staffing_variation") == pytest.approx(staffing)


def test_quality_counts_pupils_whose_school_has_an_index(line):
    found = measure(line, line.current_plan)
    assert found.districts["quality"].tolist() == [70, 50]
    assert found.districts["rated"].tolist() == [75, 100]
    assert found.value("quality_mean") == pytest.approx((300 * 70 + 100 * 50) / 400)
    assert found.value("quality_range") == 20


def test_shapes_of_two_rectangles(line):
    found = measure(line, line.current_plan)
    assert found.districts["area"].tolist() == pytest.approx([2, 2])
    assert found.districts["perimeter"].tolist() == pytest.approx([6, 6])
    assert found.districts["polsby_popper"].tolist() == pytest.approx([4 * math.pi * 2 / 36] * 2)
    assert found.value("cut_pairs") == 1
    assert found.value("cut_border") == pytest.approx(1.0, abs=1e-3)
    assert found.value("in_pieces") == 0


def test_a_district_in_two_pieces(grid_county):
    county = grid_county(1, 3, schools=[{"at": 0}], labels=["甲", "乙", "甲"])
    found = measure(county, county.current_plan)
    assert found.districts["pieces"].tolist() == [1, 2]
    assert found.value("in_pieces") == 1
    assert found.value("cut_pairs") == 2


def test_an_unfinished_plan_can_be_measured(grid_county):
    county = grid_county(1, 3, schools=[{"at": 0}], labels=["甲", "", ""])
    found = measure(county, county.current_plan)
    assert found.travel.loc["primary", "own"] == pytest.approx(100 / 3)
    assert found.travel.loc["primary", "elsewhere"] == pytest.approx(200 / 3)
    assert found.value("cut_pairs") == 0


def test_asking_for_a_number_that_was_not_measured(line):
    with pytest.raises(KeyError):
        measure(line, line.current_plan).value("travel_mean", "preschool")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_printed_measures_name_every_number(line, language):
    with using_language(language):
        found = measure(line, line.current_plan)
        text = str(found)
        assert all(title in text for title in found.table()["title"].str.slice(0, 20))
    assert "乙" in text


def test_the_public_sample_of_the_variation_coefficient():
    """Weighted by pupils it is 0.5153; counting schools alike it would be 0.4888."""
    pupils, books = [45, 37, 89, 76, 55], [279, 137, 935, 160, 402]
    assert variation_coefficient(books, pupils) == pytest.approx(0.5153, abs=5e-5)
    ratios = np.array(books) / np.array(pupils)
    assert ratios.std() / ratios.mean() == pytest.approx(0.4888, abs=5e-5)


def test_schools_without_pupils_have_no_part_in_the_variation():
    assert variation_coefficient([10, 20, 7], [5, 10, 0]) == pytest.approx(0)
    assert math.isnan(variation_coefficient([], []))


@given(
    st.lists(st.tuples(st.integers(0, 9000), st.integers(0, 50)), min_size=1, max_size=12),
    st.sampled_from([0.5, 0.95, 1.0]),
)
def test_the_centile_is_that_of_the_children_in_a_row(rows, share):
    """Writing every child down and counting gives the same distance."""
    metres, children = (np.array(c, dtype=float) for c in zip(*rows, strict=True))
    one_by_one = np.sort(np.repeat(metres, children.astype(int)))
    found = centile(metres, children, share)
    if not len(one_by_one):
        assert math.isnan(found)
    else:
        assert found == one_by_one[math.ceil(share * len(one_by_one) - 1e-9) - 1]
