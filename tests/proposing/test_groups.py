"""Groups of schools on grids small enough to see the answer."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from districting.county import County
from districting.errors import PolicyError
from districting.evaluate import verify
from districting.plan.zone_plan import ZonePlan
from districting.policy import Clause, Policy, Strength
from districting.policy.group_build import Wishes
from districting.policy.zones import RULES, ZoneRule
from districting.proposing import propose
from districting.proposing.grouping import propose_groups


def _rule(name: str, strength: str, **params: object) -> ZoneRule:
    return RULES[name](clause=Clause("一", "试"), strength=Strength(strength), **params)


TRAVEL = (_rule("travel", "aim"), _rule("contiguous", "must"))


def _policy(*rules: ZoneRule) -> Policy:
    return Policy("试", "试", {}, rules=(*TRAVEL, *rules))


@pytest.fixture(scope="module")
def row(grid_county: Callable[..., County]) -> County:
    """Four schools in a row of eight villages, of index 90, 50, 50, 90; the two good ones hot."""
    schools = [
        {"at": at, "quality": quality, "lead": quality > 80}
        for at, quality in ((0, 90.0), (3, 50.0), (4, 50.0), (7, 90.0))
    ]
    return grid_county(1, 8, schools=schools)


def test_good_and_poor_neighbours_share_and_the_zones_are_even(row: County) -> None:
    """Each good school joins the poor one beside it; what is reported is what a child meets."""
    loose = _rule("several_schools", "must", tolerance=25.0, part_hot=False)
    found = propose_groups(row, _policy(loose), Wishes(stage="primary", most=2))
    assert dict(found.shared) == {"S0": "S0", "S1": "S0", "S2": "S3", "S3": "S3"}
    figures = found.figures()
    assert figures["variance_before"] == pytest.approx(400.0)
    assert figures["variance_after"] == pytest.approx(0.0)
    near = figures["child_metres_nearest"]
    # Territories of two villages; by nearest 0 + 1 km, by lot half of each way to the other.
    assert near is not None and figures["distance_ratio"] is not None
    assert figures["distance_ratio"] == pytest.approx(3.0)
    plan = propose(row, _policy(replace(loose, groups=found.shared)), "zones", seed=1).plan
    assert isinstance(plan, ZonePlan)
    assert set(plan.zones["primary"]) == {"S0", "S3"}
    assert verify(row, plan, _policy(replace(loose, groups=found.shared))).ok
    assert "第0学校、第1学校" in str(found)


def test_limits_keep_schools_apart(row: County) -> None:
    """Neither beyond the way, nor two hot ones, nor past the policy's longest way, nor uneven."""
    wide = _rule("several_schools", "must", tolerance=40.0, part_hot=False)
    middle = {"S1": "S1", "S2": "S1"}
    close = propose_groups(row, _policy(wide), Wishes(stage="primary", within=1500.0))
    assert dict(close.shared) == middle and close.alone == ["S0", "S3"]
    assert not propose_groups(row, _policy(wide), Wishes(stage="primary", within=900.0)).shared
    assert not propose_groups(row, _policy(wide), Wishes(stage="primary", hot=0.0)).shared
    short = _rule("rural_radius", "must", primary=2500.0)
    assert dict(propose_groups(row, _policy(wide, short), Wishes(stage="primary")).shared) == middle
    assert not propose_groups(row, _policy(short), Wishes(stage="primary")).shared
    united = Wishes(stage="primary", least=4, within=8000.0, apart=False)
    assert set(propose_groups(row, _policy(wide), united).shared.values()) == {"S0"}
    assert not propose_groups(row, _policy(wide), replace(united, apart=True)).shared
    with pytest.raises(PolicyError):
        Wishes(stage="primary", least=3, most=2)
    with pytest.raises(PolicyError):
        propose_groups(
            row.with_tables(schools=row.schools.drop(columns="quality")),
            _policy(),
            Wishes(stage="primary"),
        )
