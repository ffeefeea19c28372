"""A zone plan adopted by its county is the county's current zone plan."""

from collections.abc import Callable

import pandas as pd

from districting.county import County
from districting.plan.adopt import with_moves, with_zones
from districting.plan.rotation_plan import RotationPlan, move_table
from districting.plan.zone_plan import ZonePlan, feeder_table, zone_table


def test_an_adopted_zone_plan_is_the_current_one(grid_county: Callable[..., County]) -> None:
    """Zones and direct feeders come back as they were; unassigned villages stay unassigned."""
    schools = [{"at": 0}, {"at": 3, "kind": "junior"}]
    county = grid_county(2, 2, schools=schools)
    codes = county.villages.index
    plan = ZonePlan(
        name="片区",
        county=county.code,
        year=county.year,
        zones=zone_table({"primary": {codes[0]: "S0", codes[1]: "S0"}, "junior": {codes[2]: "S1"}}),
        feeders=feeder_table([("S0", "S1", "direct", county.year)]),
    )
    current = with_zones(county, plan).current_zones
    assert current is not None
    assert current.zones.loc[plan.zones.index].equals(plan.zones)
    assert (current.zones.loc[codes[3]] == "").all()
    assert current.feeds() == {"S0": "S1"}


def test_moves_carried_out_put_teachers_where_they_lead(
    grid_county: Callable[..., County],
) -> None:
    """School and subject are those of the move; nobody else changes; the plan is an input."""
    county = grid_county(1, 3, schools=[{"at": 0}, {"at": 1}])
    rows = [("T0", "语文", "音乐"), ("T1", "语文", "音乐"), ("T2", "数学", "")]
    teachers = pd.DataFrame(rows, columns=["teacher", "subject", "subject_2"])
    county = county.with_tables(teachers=teachers.assign(school="S0", stage="primary"))
    moves = [
        {"teacher": "T0", "year": county.year, "to_school": "S1", "subject": "音乐"},
        {"teacher": "T1", "year": county.year, "to_school": "S1", "subject": "语文"},
        {"teacher": "T2", "year": county.year + 1, "to_school": "S1", "subject": "数学"},
    ]
    plan = RotationPlan(name="轮岗", county=county.code, year=county.year, moves=move_table(moves))
    after = with_moves(county, plan)
    assert after.tables["teachers"].drop(columns="stage").to_numpy().tolist() == [
        ["T0", "音乐", "语文", "S1"],
        ["T1", "语文", "音乐", "S1"],
        ["T2", "数学", "", "S0"],
    ]
    assert set(after.inputs) - set(county.inputs) == {"轮岗.plan.toml"}
    assert (county.tables["teachers"]["school"] == "S0").all()
