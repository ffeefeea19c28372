"""The front: ordered, undominated, bounded by proof, and reached by the plans it lists."""

from dataclasses import replace
from pathlib import Path

import pytest

from districting.county import County
from districting.errors import PlanFileError, PolicyError
from districting.export.front_plot import write_front
from districting.policy import Policy, read_policy
from districting.proposing.front import Front, Point
from districting.proposing.front_file import read_front_file, write_front_file
from districting.proposing.pareto import pareto
from districting.sample import make_county


@pytest.fixture(scope="module")
def county() -> County:
    return make_county(4, 2, 30)


@pytest.fixture(scope="module")
def policy() -> Policy:
    return read_policy("taierzhuang")


@pytest.fixture(scope="module")
def front(county: County, policy: Policy) -> Front:
    return pareto(county, policy, "zones", "quality_received", plans=4)


def test_plans_run_from_one_end_to_the_other(front: Front) -> None:
    """What one aim gains the rest loses, and no plan dominates another."""
    assert len(front.points) >= 2
    for a, b in zip(front.points, front.points[1:], strict=False):
        assert a.rest < b.rest and a.aims > b.aims
    assert [p.plan.name for p in front.points] == list("ABCD")[: len(front.points)]


def test_bounds_hold_for_every_plan_of_the_front(front: Front) -> None:
    """A plan that is no worse in the second aim costs at least the bound of the point."""
    for p in front.points:
        assert p.bound <= p.rest
        assert p.gap < 0.1
        for other in front.points:
            if other.aims <= p.aims:
                assert other.rest >= p.bound


def test_knee_and_words(front: Front) -> None:
    """At most one knee, never an end; every row says what it gives up."""
    table = front.table()
    assert table["knee"].sum() <= 1
    assert not table["knee"].iloc[0] and not table["knee"].iloc[-1]
    assert (table["told"].str.len() > 0).all()
    assert front.title in str(front)


def test_a_dominated_current_plan_is_named(front: Front) -> None:
    """A current plan worse in both is told with the plan that beats it; an ideal one is not."""
    p = front.points[0]
    worse = Point(p.plan, p.rest + 10, (p.aims[0] + 10,), p.weights)
    beaten = replace(front, current=worse)
    assert beaten.dominated_by is not None and "都不如" in str(beaten)
    better = replace(front, current=Point(p.plan, p.rest - 10, (p.aims[0] - 10,), p.weights))
    assert better.dominated_by is None


def test_picture_is_written_whole(front: Front, tmp_path: Path) -> None:
    """The plot is a PNG of some size."""
    write_front(front, tmp_path / "front.png")
    assert (tmp_path / "front.png").read_bytes().startswith(b"\x89PNG")


def test_unknown_aim_is_refused(county: County, policy: Policy) -> None:
    """A rule that the policy lacks for this kind of plan is named."""
    with pytest.raises(PolicyError, match="nothing"):
        pareto(county, policy, "zones", "nothing")


def test_a_front_read_back_is_the_same(front: Front, tmp_path: Path) -> None:
    """Points, proofs and plans come back from disk; what is no front is refused by name."""
    path = write_front_file(front, tmp_path)
    back = read_front_file(tmp_path)
    assert back.title == front.title
    assert str(back) == str(front) and back.proofs == front.proofs
    for a, b in zip(back.points, front.points, strict=True):
        assert a.bound == b.bound and a.plan.zones.equals(b.plan.zones)
    path.write_text(path.read_text(encoding="utf-8").replace("over =", "ovr ="), encoding="utf-8")
    with pytest.raises(PlanFileError, match="over"):
        read_front_file(path)
    with pytest.raises(PlanFileError, match=r"front\.toml"):
        read_front_file(tmp_path / "none" / "front.toml")


@pytest.fixture(scope="module")
def between_three(county: County, policy: Policy) -> Front:
    return pareto(county, policy, "zones", ["quality_received", "seat_use"], plans=5)


def test_three_measures_trade_against_each_other(between_three: Front) -> None:
    """No plan dominates another, each is bounded, and every aim has a plan that serves it best."""
    points = between_three.points
    assert len(points) >= 3
    assert not any(a.dominates(b) for a in points for b in points)
    for p in points:
        assert p.bound <= p.rest
        for other in points:
            if all(a <= b for a, b in zip(other.aims, p.aims, strict=True)):
                assert other.rest >= p.bound
    assert len({min(points, key=lambda p, k=k: p.measures[k]).plan.name for k in range(3)}) >= 2


def test_three_measures_go_to_disk_and_on_paper(between_three: Front, tmp_path: Path) -> None:
    """Words, table, file and plot tell both aims and the rest."""
    for rule in between_three.rules:
        assert rule.title in str(between_three)
        assert rule.name in between_three.table()
    write_front_file(between_three, tmp_path)
    assert str(read_front_file(tmp_path)) == str(between_three)
    write_front(between_three, tmp_path / "front.svg")
    assert (tmp_path / "front.svg").read_bytes().startswith(b"<?xml")


def test_four_measures_are_refused(county: County, policy: Policy) -> None:
    """One aim or two different ones; what was asked for is named."""
    for over in ((), ("seat_use", "seat_use"), ("seat_use", "quality_received", "travel")):
        with pytest.raises(PolicyError, match="--over"):
            pareto(county, policy, "zones", over)


def test_a_must_is_no_aim(county: County, policy: Policy) -> None:
    """What has to be kept has no price to weigh; the way out is named."""
    with pytest.raises(PolicyError, match="应"):
        pareto(county, policy, "zones", "whole_village")
