"""The committed data of 台儿庄: its current layout is the annex and meets its policy."""

from pathlib import Path

import pytest

from districting.county import County
from districting.policy import Strength, Verdict, read_policy
from districting.policy.districts.districts_per_town import threshold_range
from districting.read import read_county
from districting.read.annex import read_annex

HERE = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def county() -> County:
    return read_county(HERE.parent / "data" / "geo" / "taierzhuang")


def test_the_annex_is_the_current_layout(county: County) -> None:
    """The published table read from scratch gives the districts, unions and members of the data."""
    annex = read_annex(HERE / "texts" / "annex_as_published.csv", county)
    current = county.current_plan
    assert current is not None
    assert dict(zip(annex.districts["district"], annex.districts["union"], strict=True)) == dict(
        current.districts["union"]
    )
    assert annex.members.set_index("unit")["district"].to_dict() == current.schools.to_dict()
    assert [p.code for p in annex.inferred if p.code == "annex.not_listed"] == []


def test_the_current_layout_meets_its_policy_and_not_that_of_caoxian(county: County) -> None:
    """No must or principle of 台儿庄 is broken; 曹县's director rule names the three districts
    without a junior school."""
    current = county.current_plan
    assert current is not None
    own = [
        f
        for rule in read_policy("taierzhuang").of("districts")
        if rule.strength is not Strength.AIM
        for f in rule.check(county, current)
    ]
    assert {f.verdict for f in own} == {Verdict.PASS}
    other = read_policy("caoxian").rule("director_candidate").check(county, current)
    assert {f.place[0] for f in other if f.verdict is Verdict.FAIL} == {
        "薛庄学区",
        "兰城学区",
        "运办学区",
    }
    assert threshold_range(county, current) == (11, 13)
