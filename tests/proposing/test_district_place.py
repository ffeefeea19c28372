"""Why a village lies where it does: prices by re-evaluation, shadow prices by re-solving."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from labelling import every_layout

from districting.county import County
from districting.errors import PlanFileError
from districting.plan.district_plan import DistrictPlan
from districting.policy import Clause, Policy, Strength, district_problem, read_policy
from districting.policy.districts import RULES
from districting.proposing import propose
from districting.proposing.binding import binding
from districting.proposing.explaining import explain_place
from districting.solve.partition.value import best_seats, evaluate
from districting.solve.stop import Stop
from districting.terms import LANGUAGES, using_language

PROFILE = """
[policy]
name = "small"
title = "试验"
[[rule]]
use = "district_count"
text = "两个学区"
strength = "must"
params = { least = 2, most = 2 }
[[rule]]
use = "contiguous"
text = "成片"
strength = "must"
[[rule]]
use = "size_limits"
text = "规模"
clause = "一"
strength = "must"
params = { children_min = 265 }
[[rule]]
use = "seat_travel"
text = "就近"
strength = "aim"
[[rule]]
use = "locks"
text = "锁定"
strength = "must"
"""


@pytest.fixture
def county(grid_county: Callable[..., County]) -> County:
    schools = [{"at": 0, "kind": "junior"}, {"at": 7, "kind": "junior"}]
    children = [25, 82, 67, 91, 54, 63, 96, 74]
    return grid_county(2, 4, schools=schools, children_primary=children, children_junior=0)


@pytest.fixture
def policy(tmp_path: Path) -> Policy:
    path = tmp_path / "small.toml"
    path.write_text(PROFILE, encoding="utf-8")
    return read_policy(path)


@pytest.fixture
def plan(county: County, policy: Policy) -> DistrictPlan:
    found = propose(county, policy, stop=Stop(60), seed=1).plan
    assert isinstance(found, DistrictPlan)
    assert found.solver is not None
    assert found.solver.status == "optimal"
    return found


def _values(county: County, policy: Policy, least: float) -> Iterator[float]:
    """Yield the objective of every layout that is contiguous and large enough."""
    problem, view = district_problem(county, policy)
    children = view.schooling(("primary",))
    for layout in every_layout(problem.n, 2):
        worth = evaluate(problem, layout, best_seats(problem, layout))
        large = np.bincount(layout, children).min() >= least
        if large and {v.gate for v in worth.violations} <= {"size_limits"}:
            yield worth.objective


def test_shadow_price_is_the_difference_of_two_optima(
    county: County, policy: Policy, plan: DistrictPlan
) -> None:
    """The saving equals brute force over all layouts, before and after loosening."""
    problem, view = district_problem(county, policy, plan)
    assert view.start_labels is not None
    found = binding(problem, view.start_labels, Stop(60))
    size = next(b for b in found if b.gate == "size_limits")
    assert not size.upper
    before, after = (min(_values(county, policy, 265 - s)) for s in (0.0, size.step))
    assert after < before
    assert size.saving == pytest.approx(before - after)


def test_prices_of_moves_are_exact(county: County, policy: Policy, plan: DistrictPlan) -> None:
    """For each border village the text shows the difference that moving it makes."""
    problem, view = district_problem(county, policy, plan)
    labels = view.start_labels
    assert labels is not None
    now = evaluate(problem, labels, best_seats(problem, labels)).objective
    told = 0
    for at, village in enumerate(view.units):
        text = explain_place(county, policy, plan, str(village))
        moved = labels.copy()
        moved[at] = 1 - moved[at]
        then = evaluate(problem, moved, best_seats(problem, moved))
        touching = view.edges[(view.edges == at).any(axis=1)].ravel()
        if not (labels[touching] != labels[at]).any():
            assert "相邻村居都在本学区" in text
            continue
        if np.isfinite(then.objective):
            assert f"目标值 {then.objective - now:+,.0f}" in text
            told += 1
        broken = {v.gate for v in then.violations}
        assert ("学区成片相连" in text) == ("contiguous" in broken)
        assert ("学区规模上下限" in text) == ("size_limits" in broken)
    assert told > 1


def test_locks_districts_and_the_county_can_be_asked_for(
    county: County, policy: Policy, plan: DistrictPlan
) -> None:
    """A lock is named; a district lists its bounds; the county its binding ones with prices."""
    village, district = str(county.villages.index[0]), str(plan.districts.index[0])
    locked = plan.lock(county, units=[village], reason="不动")
    assert "不动" in explain_place(county, policy, locked, village)
    for code in LANGUAGES:
        with using_language(code):
            for place in (district, county.name, "第0学校"):
                text = explain_place(county, policy, plan, place)
                assert text
                assert "{" not in text
    assert "省" in explain_place(county, policy, plan, "全县")
    with pytest.raises(PlanFileError):
        explain_place(county, policy, plan, "无此村")


def test_a_limit_on_a_number_of_things_is_loosened_by_one(county: County, policy: Policy) -> None:
    """Pairs of neighbours are not divided, the mean way in metres is."""
    compact = RULES["compact"](clause=Clause("", "试"), strength=Strength.AIM)
    limits = {"compact": 4.0, "seat_travel": 5000.0}
    bounded = replace(policy, rules=(*policy.rules, compact), limits=limits)
    problem, _ = district_problem(county, bounded)
    found = binding(problem, np.repeat([0, 1], 4))
    steps = {b.gate: (b.unit, b.step) for b in found if b.name == "limits"}
    assert steps == {"compact": ("neighbour pairs", 1.0), "seat_travel": ("m", 250.0)}
