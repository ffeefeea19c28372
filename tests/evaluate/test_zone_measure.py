"""Zone plans measured and compared: numbers that can be reckoned by hand."""

from collections.abc import Callable

import pytest

import districting as dt
from districting.county import County
from districting.errors import PlanFileError
from districting.evaluate import ZoneComparison, compare, measure, nearest_zones
from districting.plan.zone_plan import ZonePlan, feeder_table, zone_table
from districting.sample import make_county
from districting.terms import using_language
from grid_codes import village_code


@pytest.fixture(scope="module")
def county(grid_county: Callable[..., County]) -> County:
    """Five villages in a row, 1 km apart, in two towns, 10 primary children each; primaries at
    both ends with 30 and 10 seats and quality 60 and 80; a junior school in the middle."""
    schools = [
        {"at": 0, "seats_primary": 30, "quality": 60.0, "area_type": "seat"},
        {"at": 4, "seats_primary": 10, "quality": 80.0, "area_type": "rural"},
        {"at": 2, "kind": "junior", "seats_junior": 25, "quality": 70.0, "area_type": "seat"},
    ]
    towns = ["370999101"] * 3 + ["370999102"] * 2
    made = grid_county(1, 5, schools=schools, town=towns)
    kinds = [s["area_type"] for s in schools]
    return made.with_tables(schools=made.schools.assign(area_type=kinds))


def _plan(county: County, primary: str, name: str = "试") -> ZonePlan:
    codes = [village_code(i) for i in range(5)]
    columns = {
        "primary": dict(zip(codes, primary.split(), strict=True)),
        "junior": dict.fromkeys(codes, "S2"),
    }
    return ZonePlan(
        name=name,
        county=county.code,
        year=2026,
        zones=zone_table(columns),
        feeders=feeder_table([("S0", "S2", "direct", 2026)]),
    )


def test_numbers_of_a_plan(county: County) -> None:
    """Ways, seats, quality and feeders of S0 S0 S0 S0 S1."""
    found = measure(county, _plan(county, "S0 S0 S0 S0 S1"))
    assert found.value("zone_travel_mean", "primary") == pytest.approx((0 + 1 + 2 + 3 + 0) * 200)
    assert found.value("zone_travel_max", "primary") == 3000.0
    assert found.value("minutes_max", "primary") == pytest.approx(45.0)
    assert found.value("zone_beyond", "primary") == pytest.approx(20.0)
    assert found.value("zone_nearest", "primary") == pytest.approx(800.0)
    assert found.value("zone_over", "primary") == 10.0
    assert found.value("zone_over_schools", "primary") == 1.0
    assert found.value("zone_free", "primary") == 0.0
    assert found.value("zone_near_primary", "primary") == pytest.approx(75.0)
    assert found.value("zone_near_junior", "junior") == pytest.approx(100.0)
    assert found.value("zone_quality", "primary") == pytest.approx(64.0)
    assert found.value("zone_quality_towns", "primary") == pytest.approx(70.0 - 60.0)
    assert found.value("zone_fed") == pytest.approx(50.0)
    assert found.value("zone_stray", "junior") == 0.0
    assert found.value("zone_in_pieces", "primary") == 0.0
    with pytest.raises(KeyError):
        found.value("zone_fed", "primary")


def test_a_zone_in_pieces_is_counted(county: County) -> None:
    """S1 in the middle of S0's villages is off its school."""
    found = measure(county, _plan(county, "S0 S1 S0 S0 S1"))
    assert found.value("zone_in_pieces", "primary") == 2.0
    pieces = found.zones.set_index(["stage", "zone"])["pieces"]
    assert list(pieces["primary"]) == [2, 2]


def test_who_gains_and_who_loses(county: County) -> None:
    """Village 3 moves to the near school and gains; village 1 moves away and loses."""
    before = _plan(county, "S0 S0 S0 S0 S1", "原")
    after = _plan(county, "S0 S1 S0 S1 S1", "现")
    found = compare(county, [before, after])
    assert isinstance(found, ZoneComparison)
    (change,) = found.changes
    assert list(change.moved["village"]) == [village_code(1), village_code(3)]
    assert list(change.gains["village"]) == [village_code(3)]
    assert list(change.losses["village"]) == [village_code(1)]
    table = found.table().set_index(["measure", "stage"])
    assert table.loc[("zone_moved_children", "primary"), "现"] == 20.0
    assert table.loc[("zone_loss", "primary"), "现"] == 10.0
    text = str(found)
    assert "2 个村居换学校" in text
    assert "小学 第1村委会（10 人）：第0学校 → 第1学校，+2,000 米" in text


def test_the_nearest_school_baseline_says_what_it_is(county: County) -> None:
    """Its name tells, ties go to the first school, and no plan of the county travels less."""
    plan = nearest_zones(county)
    assert plan.name == "就近基线"
    assert list(plan.zones["primary"]) == ["S0", "S0", "S0", "S1", "S1"]
    found = measure(county, plan)
    assert found.value("zone_travel_mean", "primary") == found.value("zone_nearest", "primary")


def test_every_table_prints_in_both_languages() -> None:
    """Sheets and summaries of a made-up county have headings for every column."""
    county = make_county(1, 2, 14)
    policy = dt.read_policy("taierzhuang")
    for code in ("zh", "en"):
        with using_language(code):
            base = nearest_zones(county)
            found = compare(county, [base, base], policy)
            assert found.plans[1].endswith("(2)")
            assert len(found.sheets()) == 1 + 2 * 2 + 3
            assert len(found.summary()) < len(found.table())
            assert str(found)
            assert str(measure(county, base))


def test_plans_of_two_kinds_are_not_compared(county: County) -> None:
    """A district plan among zone plans is named; so is a kind without measures."""
    layout = make_county(1, 2, 14).current_plan
    assert layout is not None
    with pytest.raises(PlanFileError, match="districts"):
        compare(county, [nearest_zones(county), layout])
    other = type("Other", (), {"kind": "posts", "name": "岗位"})()
    with pytest.raises(PlanFileError, match="posts"):
        measure(county, other)
