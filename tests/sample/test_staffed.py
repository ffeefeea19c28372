"""Synthetic staff: fits its schools, is marked, and reads back as written."""

from pathlib import Path

import pandas as pd
import pytest

from districting.county import TEACHES, County
from districting.read import check_county, read_county
from districting.sample import make_county, make_staffed_county, staffed, write_county
from districting.sample.staffed import PE_AND_ARTS, STAFF_TABLES


@pytest.fixture(scope="module")
def county() -> County:
    return make_staffed_county(3, "small")


def test_a_small_county_has_about_sixty_schools_and_2500_teachers(county: County) -> None:
    """Sizes are those the benchmarks name."""
    schools = county.schools[county.schools["kind"] != "kindergarten"]
    teachers = county.tables["teachers"]
    assert 50 <= len(schools) <= 70
    assert 2200 <= (teachers["stage"] != "preschool").sum() <= 2800


def test_the_roster_fits_the_schools(county: County) -> None:
    """Numbers, backbone and stages of the roster are those of the schools' table."""
    teachers, schools = county.tables["teachers"], county.schools
    count = teachers["school"].value_counts().reindex(schools.index, fill_value=0)
    assert (count == schools["teachers"]).all()
    backbone = teachers["honour"].isin(["county", "city", "province"])
    counted = backbone.groupby(teachers["school"]).sum().reindex(schools.index, fill_value=0)
    assert (counted == schools["backbone"]).all()
    kind = schools["kind"].reindex(teachers["school"]).to_numpy()
    for stage, kinds in TEACHES.items():
        assert set(kind[(teachers["stage"] == stage).to_numpy()]) <= set(kinds)


def test_indicators_are_counted_in_the_roster(county: County) -> None:
    """Resources and roster give the same teachers of sports and arts."""
    teachers, resources = county.tables["teachers"], county.tables["resources"]
    own = teachers["subject"].isin(PE_AND_ARTS).groupby([teachers["school"], teachers["stage"]])
    keys = pd.MultiIndex.from_frame(resources[["school", "stage"]])
    assert (own.sum().reindex(keys).to_numpy() == resources["teachers_pe_art"].to_numpy()).all()


def test_staff_is_marked_synthetic_and_reads_back(tmp_path: Path) -> None:
    """Files written are read without fault, equal, and every new column is marked."""
    county = staffed(make_county(5, towns=2, villages=24, records=True), 5)
    write_county(county, tmp_path)
    assert check_county(tmp_path) == []
    again = read_county(tmp_path)
    for name in STAFF_TABLES:
        pd.testing.assert_frame_equal(county.tables[name], again.tables[name])
        marks = {m.mark for (t, _), m in county.provenance.items() if t == name}
        assert marks == {"synthetic"}


def test_the_same_seed_gives_the_same_staff() -> None:
    """Another seed gives another roster, the same seed the same."""
    base = make_county(5, towns=2, villages=24, records=True)
    first, second, other = (staffed(base, s).tables["teachers"] for s in (1, 1, 2))
    pd.testing.assert_frame_equal(first, second)
    assert not first.equals(other)
