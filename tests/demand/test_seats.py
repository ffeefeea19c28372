"""Pupils by grade, entry seats, feeders and the table of surplus and shortage, reckoned by hand."""

from __future__ import annotations

from types import MappingProxyType

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from districting.demand import (
    ClassSizes,
    Outlook,
    catchment,
    enrolment,
    project,
    seat_balance,
)
from districting.demand.tables import shortest
from districting.plan.zone_plan import ZonePlan, feeder_table, zone_table
from districting.sample import make_county

STEADY = Outlook("steady", 0.0, 1.0)
YEARS = range(2026, 2029)


@pytest.fixture(scope="module")
def county(grid_county):
    """Four villages in a row; primaries at both ends, two junior schools; 20 six-year-olds each."""
    schools = [
        {"at": 0, "seats_primary": 270, "pupils_primary": 240},
        {"at": 3, "seats_primary": 90, "pupils_primary": 60},
        {"at": 0, "kind": "junior", "seats_primary": 0, "seats_junior": 150, "pupils_junior": 90},
        {"at": 3, "kind": "junior", "seats_primary": 0, "seats_junior": 300, "pupils_junior": 90},
    ]
    made = grid_county(1, 4, schools=schools)
    rows = [(v, 2026, age, 20) for v in made.villages.index for age in range(3, 15)]
    children = pd.DataFrame(rows, columns=["village", "year", "age", "count"])
    grades = [("S0", 2026, g, 1, 40, 45) for g in range(1, 7)]
    grades += [("S1", 2026, g, 1, 30, 45) for g in (1, 2)]
    columns = ["school", "year", "grade", "classes", "pupils", "seats"]
    return made.with_tables(children=children, classes=pd.DataFrame(grades, columns=columns))


def plan_of(county, feeders, groups=None) -> ZonePlan:
    villages = county.villages.index
    zones = zone_table(
        {
            "primary": dict(zip(villages, ["S0", "S0", "S0", "S1"], strict=True)),
            "junior": dict(zip(villages, ["S2", "S2", "S3", "S3"], strict=True)),
        }
    )
    return ZonePlan(
        name="片区",
        county=county.code,
        year=2026,
        zones=zones,
        feeders=feeder_table(feeders),
        groups=MappingProxyType(groups or {}),
    )


def grades_of(rolls, school, year):
    here = rolls[(rolls["school"] == school) & (rolls["year"] == year)]
    return here["pupils"].tolist()


def test_grades_move_up_and_the_zone_enters(county) -> None:
    children = project(county, YEARS, STEADY)
    rolls = enrolment(county, children, YEARS, catchment(county, plan_of(county, [])))
    assert grades_of(rolls, "S0", 2026) == [40] * 6
    # The second school teaches grades 1 and 2: its third grade moves to the nearest full school.
    assert grades_of(rolls, "S1", 2027) == [20, 30, 0, 0, 0, 0]
    assert grades_of(rolls, "S0", 2027) == [60, 40, 70, 40, 40, 40]
    assert grades_of(rolls, "S2", 2027) == [40, 30, 30]


def test_balance_by_hand(county) -> None:
    children = project(county, YEARS, STEADY)
    rolls = enrolment(county, children, YEARS, catchment(county, plan_of(county, [])))
    table = seat_balance(county, rolls).set_index(["school", "year"])
    # 2027: grades 2-6 hold 1 + 2 + 1 + 1 + 1 classes, all six rooms; 60 entrants find no seat.
    assert table.loc[("S0", 2027), ["entrants", "entry_seats", "classes"]].tolist() == [60, 0, 8]
    assert bool(table.loc[("S0", 2027), "large_class"])
    assert table.loc[("S0", 2027), "surplus"] == 270 - 290
    assert table.loc[("S1", 2027), "entry_surplus"] == 45 - 20
    assert table.loc[("S3", 2027), ["entry_seats", "entry_surplus"]].tolist() == [200, 160]
    assert table.loc[("S2", 2026), "basis"] == "spread"


def test_graduates_follow_feeders_from_their_year_on(county) -> None:
    plan = plan_of(county, [("S0", "S3", "direct", 2028)])
    children = project(county, YEARS, STEADY)
    rolls = enrolment(county, children, YEARS, catchment(county, plan))
    assert grades_of(rolls, "S3", 2027)[0] == 40  # its own zone, the feeder not yet in force
    # Grade 6 of S0 in 2027 is 40; the last village still enters by zone.
    assert grades_of(rolls, "S3", 2028)[0] == 40 + 20
    assert grades_of(rolls, "S2", 2028)[0] == 0


def test_lotteries_share_graduates_by_seats(county) -> None:
    plan = plan_of(county, [("S0", "S2", "lottery", 2026), ("S0", "S3", "lottery", 2026)])
    rolls = enrolment(county, project(county, YEARS, STEADY), YEARS, catchment(county, plan))
    assert grades_of(rolls, "S2", 2027)[0] == 13  # 40 graduates, 150 : 300 seats
    assert grades_of(rolls, "S3", 2027)[0] == 27 + 20


def test_shared_zones_share_entrants_by_seats(county) -> None:
    plan = plan_of(county, [], {"S2": "S2", "S3": "S2"})
    plan.zones["junior"] = "S2"
    rolls = enrolment(county, project(county, YEARS, STEADY), YEARS, catchment(county, plan))
    assert [grades_of(rolls, s, 2027)[0] for s in ("S2", "S3")] == [27, 53]


def test_villages_without_zone_enter_the_nearest_school(county) -> None:
    none = pd.DataFrame(columns=["village", "stage", "school"])
    where = catchment(county.with_tables(zones=none, feeders=none))
    assert where.zones["primary"].tolist() == ["S0", "S0", "S1", "S1"]
    assert where.nearest.to_numpy().all()


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 40), births=st.floats(-0.2, 0.2))
def test_entrants_are_the_children_of_that_age(seed, births) -> None:
    county = make_county(seed, towns=2, villages=16, records=True)
    years = range(county.year, county.year + 4)
    children = project(county, years, Outlook("own", births, 1.0))
    rolls = enrolment(county, children, years, catchment(county), ClassSizes())
    assert (rolls[["pupils", "classes", "entry_seats"]] >= 0).all().all()
    projected = rolls[rolls["year"] > county.year]
    for grade, age in ((1, 6), (7, 12)):
        entrants = projected[projected["grade"] == grade].groupby("year")["pupils"].sum()
        aged = children[(children["age"] == age) & (children["year"] > county.year)]
        assert entrants.tolist() == aged.groupby("year")["count"].sum().tolist()
    # Every stage keeps its pupils but for those who leave and enter.
    sums = rolls.groupby(["stage", "year", "grade"])["pupils"].sum()
    for (stage, year, grade), count in sums.items():
        if year > county.year and grade not in (1, 7):
            assert count == sums[stage, year - 1, grade - 1]


def test_schools_short_of_seats_are_listed_once() -> None:
    """Each school and stage in the year of its largest shortage, the worst school first."""
    rows = [("A", 2026, -5), ("A", 2027, -9), ("B", 2026, 3), ("C", 2026, -12), ("C", 2027, -12)]
    balance = pd.DataFrame(rows, columns=["school", "year", "entry_surplus"]).assign(
        name=lambda t: t["school"], town="甲镇", stage="primary", entrants=40, entry_seats=30,
        pupils=100, seats=200,
    )  # fmt: skip
    told = shortest(balance)[["name", "year", "entry_surplus"]].to_numpy().tolist()
    assert told == [["C", 2026, -12], ["A", 2027, -9]]
