"""What is wrong with a zone plan as such: unknown ids, wrong stages, gaps, feeders that differ."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from districting.county import County
from districting.evaluate.structure import explain_structure, structure
from districting.plan.zone_plan import ZonePlan, feeder_table, zone_table
from districting.policy import Verdict
from grid_codes import village_code


@pytest.fixture(scope="module")
def county(grid_county: Callable[..., County]) -> County:
    """Three villages; primaries S0, S1 and junior schools S2, S3."""
    kinds = ["primary", "primary", "junior", "junior"]
    return grid_county(1, 3, schools=[{"at": i % 3, "kind": k} for i, k in enumerate(kinds)])


def _plan(county: County, primary: str, junior: str) -> ZonePlan:
    codes = [village_code(i) for i in range(3)]
    columns = {
        stage: dict(zip(codes, [s.strip("-") for s in words.split()], strict=True))
        for stage, words in (("primary", primary), ("junior", junior))
    }
    feeders = feeder_table([("S0", "S2", "direct", 2026), ("S1", "S3", "direct", 2026)])
    return ZonePlan(
        name="试", county=county.code, year=2026, zones=zone_table(columns), feeders=feeders
    )


def _faults(county: County, plan: ZonePlan) -> dict[str, int]:
    found = [f for f, _ in structure(county, plan)]
    assert all(explain_structure(f) for f in found)
    return {f.details["part"]: int(f.number or 0) for f in found if f.verdict is not Verdict.PASS}


@pytest.mark.parametrize(
    ("primary", "junior", "faults"),
    [
        ("S0 S0 S1", "S2 S2 S3", {}),
        ("S0 - S1", "S2 - -", {"primary_zones": 1, "junior_zones": 2}),
        ("S0 S0 S2", "S2 S2 S3", {"wrong_primary": 1, "unfed": 1}),
        ("S0 S0 S1", "S1 S2 S3", {"wrong_junior": 1, "stray": 1}),
        ("S0 S0 S9", "S2 S2 S3", {"unknown_zone_schools": 1, "unfed": 1}),
        ("S0 S1 S1", "S2 S2 S3", {"stray": 1}),
    ],
)
def test_faults_are_counted(
    county: County, primary: str, junior: str, faults: dict[str, int]
) -> None:
    """Each fault is found, and a sound plan has none."""
    assert _faults(county, _plan(county, primary, junior)) == faults


def test_unknown_villages_and_missing_feeders(county: County) -> None:
    """A village that the county lacks is named; a plan without feeders is not held to them."""
    plan = _plan(county, "S0 S0 S1", "S3 S3 S3")
    foreign = replace(plan, zones=plan.zones.rename(index={village_code(0): "外村"}))
    assert _faults(county, foreign) == {
        "unknown_villages": 1,
        "primary_zones": 1,
        "junior_zones": 1,
        "stray": 1,
    }
    assert _faults(county, replace(plan, feeders=feeder_table([]))) == {}
