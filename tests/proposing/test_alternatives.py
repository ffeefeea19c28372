"""Several good layouts: each truly different, none better than its bound allows."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from labelling import every_layout

from districting.county import County
from districting.errors import PolicyError
from districting.policy import district_problem, read_policy
from districting.policy.tier_words import tier_words
from districting.proposing import propose
from districting.proposing.alternatives import Alternatives, alternatives
from districting.solve.partition.value import best_seats, evaluate
from districting.solve.stop import Stop
from districting.terms import say

PROFILE = """
[policy]
name = "small"
title = "试验"
{tiers}
[[rule]]
use = "district_count"
text = "两个学区"
strength = "must"
params = {{ least = 2, most = 2 }}
[[rule]]
use = "contiguous"
text = "成片"
strength = "must"
[[rule]]
use = "compact"
text = "紧凑"
strength = "aim"
weight = 700
[[rule]]
use = "seat_travel"
text = "就近"
strength = "aim"
"""


@pytest.fixture
def county(grid_county: Callable[..., County]) -> County:
    schools = [{"at": 0, "kind": "junior"}, {"at": 7, "kind": "junior"}]
    children = [3, 8, 5, 9, 4, 7, 6, 2]
    return grid_county(2, 4, schools=schools, children_primary=children)


def profile(tmp_path: Path, tiers: str = "") -> Path:
    path = tmp_path / "small.toml"
    path.write_text(PROFILE.format(tiers=tiers), encoding="utf-8")
    return path


@pytest.fixture
def found(county: County, tmp_path: Path) -> Alternatives:
    return alternatives(
        county, read_policy(profile(tmp_path)), 3, differ=0.1, stop=Stop(60), seed=1
    )


def test_alternatives_differ_by_as_much_as_asked(county: County, found: Alternatives) -> None:
    """Any two plans put at least the wanted share of children elsewhere, districts matched."""
    assert [p.name for p in found.plans] == ["A", "B", "C"]
    children = county.villages[["children_primary", "children_junior"]].sum(axis=1).to_numpy()
    for i, one in enumerate(found.plans):
        for j, other in enumerate(found.plans):
            same = one.villages.to_numpy() == other.villages.to_numpy()
            _, a = np.unique(one.villages, return_inverse=True)
            _, b = np.unique(other.villages, return_inverse=True)
            share = min(children[(a == b)].sum(), children[(a != b)].sum()) / children.sum()
            assert found.moved[i, j] == pytest.approx(share)
            assert i == j or share >= 0.1
            assert i != j or same.all()


def test_bounds_hold_among_layouts_that_keep_no_more_borders(
    county: County, found: Alternatives, tmp_path: Path
) -> None:
    """Over all layouts by brute force: none that keeps as little of A's border beats B's bound."""
    policy = read_policy(profile(tmp_path))
    problem, _ = district_problem(county, policy)
    children = county.villages[["children_primary", "children_junior"]].sum(axis=1).to_numpy()
    ends = problem.edges

    def labels(plan: object) -> np.ndarray:
        return np.unique(plan.villages, return_inverse=True)[1]  # type: ignore[attr-defined]

    first = labels(found.plans[0])
    border = first[ends[:, 0]] != first[ends[:, 1]]
    weight = children[ends].sum(axis=1) * border

    def kept(layout: np.ndarray) -> float:
        return float(weight[layout[ends[:, 0]] != layout[ends[:, 1]]].sum())

    second = found.plans[1]
    assert second.solver is not None
    allowed = kept(labels(second))
    values = []
    for layout in every_layout(problem.n, 2):
        worth = evaluate(problem, layout, best_seats(problem, layout))
        if worth.feasible and kept(layout) <= allowed + 1e-9:
            values.append(worth.objective)
    assert min(values) >= second.solver.bound - 1e-6
    assert second.solver.objective in [pytest.approx(v) for v in values]
    best = found.plans[0].solver
    assert best is not None
    assert all(p.solver.objective >= best.objective for p in found.plans if p.solver)


def test_the_table_says_what_each_gives_up(found: Alternatives) -> None:
    """Parts add up to the objective, and the print names every plan."""
    table = found.table().set_index("title")
    assert table["unit"].tolist()[:2] == ["对相邻村居", "人·米"]
    for plan in found.plans:
        assert plan.solver is not None
        total = sum(p.value * p.weight for p in plan.solver.parts.values())
        assert table.loc["政策目标总值", plan.name] == pytest.approx(total)
    assert table.loc["与首个方案相比换学区的儿童", "A"] == 0.0
    assert "形状紧凑" in str(found)


def test_too_much_difference_is_said(county: County, tmp_path: Path) -> None:
    """Where no layout differs enough, fewer come back and the print says so."""
    few = alternatives(county, read_policy(profile(tmp_path)), 2, differ=0.9, stop=Stop(60))
    assert len(few.plans) == 1
    assert "只找到 1 个" in str(few)


def test_tiers_rank_aims(county: County, tmp_path: Path) -> None:
    """With compactness first, the fewest cuts; with travel first, the shortest ways."""
    plans = {}
    then_of = {"compact": "seat_travel", "seat_travel": "compact"}
    for first, then in then_of.items():
        path = profile(tmp_path, f'tiers = [["{first}"], ["{then}"]]')
        proposal = propose(county, read_policy(path), stop=Stop(60), seed=1)
        plans[first] = proposal
    policy = read_policy(profile(tmp_path))
    problem, _ = district_problem(county, policy)
    for first, proposal in plans.items():
        assert proposal.plan is not None
        assert proposal.plan.solver is not None
        record = proposal.plan.solver
        assert [tier.gates for tier in record.tiers] == [(first,), (then_of[first],)]
        assert record.tiers[1].value == pytest.approx(record.objective)
        assert record.widest_gap == pytest.approx(max(tier.open for tier in record.tiers))
        words = tier_words(proposal.plan)
        assert say(f"rule.{first}.title") in words[0][0] and "已证明下界" in words[0][1]
        bare = problem.minimising([first])
        best = min(
            worth.objective
            for layout in every_layout(problem.n, 2)
            if (worth := evaluate(bare, layout, best_seats(bare, layout))).feasible
        )
        solution = proposal.solution
        mine = evaluate(problem, solution.labels, solution.seats).parts[first]
        assert mine.value * mine.weight == pytest.approx(best)
    ranked = read_policy(profile(tmp_path, 'tiers = [["compact"]]'))
    with pytest.raises(PolicyError, match="层"):
        alternatives(county, ranked, 2)


@pytest.mark.parametrize(
    ("tiers", "word"),
    [
        ('tiers = [["compact"], ["compact"]]', "两层"),
        ('tiers = [["nothing"]]', "nothing"),
        ('tiers = ["compact"]', "tiers"),
        ("allowance = 2.0", "allowance"),
    ],
)
def test_bad_tiers_are_refused(tmp_path: Path, tiers: str, word: str) -> None:
    with pytest.raises(PolicyError, match=word):
        read_policy(profile(tmp_path, tiers))


def test_a_tier_without_aim_is_refused(county: County, tmp_path: Path) -> None:
    path = profile(tmp_path, 'tiers = [["contiguous"], ["compact"]]')
    with pytest.raises(PolicyError, match="contiguous"):
        propose(county, read_policy(path), stop=Stop(10))
