"""A plan's rank among feasible layouts, on a county small enough to list them all."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from districting.county import County
from districting.errors import PolicyError
from districting.evaluate import measure
from districting.evaluate.layout import layout_items, layout_labels
from districting.evaluate.measures.ground import survey
from districting.policy import read_policy
from districting.proposing import propose
from districting.proposing.ensemble import Ensemble, ensemble
from districting.sample import make_county, write_county
from districting.solve.stop import Stop

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
use = "balance"
text = "均衡"
strength = "must"
params = { scope = "county", tolerance = 0.4 }
[[rule]]
use = "seat_travel"
text = "就近"
strength = "aim"
"""


@pytest.fixture
def profile(tmp_path: Path) -> Path:
    path = tmp_path / "small.toml"
    path.write_text(PROFILE, encoding="utf-8")
    return path


@pytest.fixture
def county(grid_county: Callable[..., County]) -> County:
    schools = [{"at": 0, "kind": "junior"}, {"at": 7, "kind": "junior"}]
    return grid_county(2, 4, schools=schools, labels=["甲"] * 4 + ["乙"] * 4)


def test_a_proven_optimum_beats_or_ties_every_layout(county: County, profile: Path) -> None:
    """No feasible layout is better than the optimum; shares are those of the sampled values."""
    policy = read_policy(profile)
    plan = propose(county, policy, seed=1, stop=Stop(60)).plan
    found = ensemble(county, policy, 200, 1, plan=plan)
    row = found.ranks().set_index("title").loc["政策目标总值"]
    values = found.values["objective"].to_numpy()
    assert plan is not None
    assert plan.solver is not None
    assert row["plan"] == pytest.approx(plan.solver.objective)
    assert row["beats"] + row["ties"] == pytest.approx(100.0)
    assert row["beats"] == pytest.approx(100.0 * np.mean(values > plan.solver.objective + 1e-6))
    assert 0 < row["beats"] < 100
    assert "200" in str(found)


def test_layouts_are_measured_as_plans_are(county: County) -> None:
    """A layout's numbers equal those of the same plan measured in full."""
    plan = county.current_plan
    assert plan is not None
    whole = {(i.name, i.stage): i.value for i in measure(county, plan).items}
    labels = layout_labels(county, np.array([1] * 4 + [0] * 4))
    for item in layout_items(survey(county), labels):
        assert item.value == pytest.approx(whole[item.name, item.stage], nan_ok=True)


def test_a_plan_that_breaks_a_must_cannot_be_ranked(
    grid_county: Callable[..., County], profile: Path
) -> None:
    """The message names the rule; a county without layout has nothing to rank."""
    schools = [{"at": 0, "kind": "junior"}, {"at": 7, "kind": "junior"}]
    split = grid_county(2, 4, schools=schools, labels=["甲", "乙", "乙", "甲"] + ["甲", "乙"] * 2)
    with pytest.raises(PolicyError, match="contiguous"):
        ensemble(split, read_policy(profile), 10)
    with pytest.raises(PolicyError, match="没有可排名"):
        ensemble(grid_county(2, 4, schools=schools), read_policy(profile), 10)


def test_the_command_line_ranks_a_proposal(tmp_path: Path) -> None:
    """``propose --ensemble`` and ``ensemble`` print the same table."""
    from districting.cli.app import build_app

    county = make_county(seed=1, towns=2, villages=16)
    write_county(county, tmp_path / "county")
    runner, plan = CliRunner(), tmp_path / "a.plan.toml"
    call = ["propose", "districts", str(tmp_path / "county"), "--policy", "starter"]
    first = runner.invoke(build_app(), [*call, "-o", str(plan), "--ensemble", "20"])
    assert first.exit_code == 0, first.output
    assert "“a”在 20 个可行布局中的位置" in first.output
    again = runner.invoke(
        build_app(), ["ensemble", str(plan), "--county", str(tmp_path / "county"), "--count", "20"]
    )
    assert again.exit_code == 0, again.output
    assert again.output.strip() in first.output


def test_mixing_is_said_when_it_is_poor(county: County, profile: Path) -> None:
    """Chains that disagree are reported as such."""
    found = ensemble(county, read_policy(profile), 80, 1)
    assert "混合" in str(found)
    values = found.values.copy()
    values["objective"] = found.sample.chain * 1e6 + np.arange(len(values)) % 7
    assert "混合不足" in str(Ensemble(found.plan, found.sample, values, found.items))
