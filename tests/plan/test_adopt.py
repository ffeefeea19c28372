"""A zone plan adopted by its county is the county's current zone plan."""

from collections.abc import Callable

from districting.county import County
from districting.plan.adopt import with_zones
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
