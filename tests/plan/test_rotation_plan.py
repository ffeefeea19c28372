"""Rotation plans: on disk, edited, locked, withdrawn from."""

from collections.abc import Callable
from pathlib import Path

import pytest

from districting.county import County
from districting.errors import PlanFileError
from districting.plan.plan_file import plan_text, read_plan, write_plan
from districting.plan.rotation_plan import RotationPlan, move_table
from districting.sample import make_county, staffed


@pytest.fixture(scope="module")
def county() -> County:
    return staffed(make_county(7, towns=2, villages=20, records=True), 7)


@pytest.fixture
def plan(county: County) -> RotationPlan:
    """Return a plan in which the first primary teacher goes to another primary school."""
    teachers = county.tables["teachers"]
    first = teachers[teachers["stage"] == "primary"].iloc[0]
    other = next(s for s in county.teaching("primary").index if s != first["school"])
    empty = RotationPlan(name="甲", county=county.code, year=2026, moves=move_table([]))
    return empty.assign(county, str(first["teacher"]), str(other), "试")


def test_a_plan_reads_back_as_written(plan: RotationPlan, tmp_path: Path) -> None:
    """Same bytes, and the moves are what they were."""
    write_plan(plan, tmp_path / "a.plan.toml")
    again = read_plan(tmp_path / "a.plan.toml")
    assert isinstance(again, RotationPlan)
    assert plan_text(again) == plan_text(plan)
    assert again.moves.equals(plan.moves)


def test_a_move_is_made_and_taken_back(county: County, plan: RotationPlan) -> None:
    """Going to the present school takes the move out."""
    (row,) = plan.moves.to_dict("records")
    assert row["from_school"] != row["to_school"] and row["start"] == "2026-09"
    back = plan.assign(county, row["teacher"], row["from_school"])
    assert back.moves.empty and back.parent == plan.name


def test_locked_teachers_stay(county: County, plan: RotationPlan) -> None:
    """A locked teacher cannot be moved until unlocked."""
    teacher = str(plan.moves["teacher"].iloc[0])
    held = plan.lock(county, everything=True, reason="已公示")
    assert [k.unit for k in held.locks] == [teacher]
    with pytest.raises(PlanFileError, match=teacher):
        held.assign(county, teacher, str(plan.moves["from_school"].iloc[0]))
    assert held.unlock(county, [teacher]).locks == ()


def test_who_withdraws_is_locked_to_stay(plan: RotationPlan) -> None:
    """Planning again from the child keeps the teacher at school."""
    row = plan.moves.iloc[0]
    child = plan.without([row["teacher"]], "因病")
    assert child.moves.empty
    (lock,) = child.locks
    assert (lock.unit, lock.to, lock.reason) == (row["teacher"], row["from_school"], "因病")


def _mover(plan: RotationPlan) -> str:
    return str(plan.moves["teacher"].iloc[0])


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (lambda c, p: p.assign(c, "T9", c.teaching("primary").index[0]), "T9"),
        (lambda c, p: p.assign(c, p.moves["teacher"].iloc[0], c.villages.index[0]), "不是学校"),
        (
            lambda c, p: p.assign(c, p.moves["teacher"].iloc[0], c.teaching("junior").index[0]),
            "学段",
        ),
    ],
)
def test_faults_are_named(
    county: County, plan: RotationPlan, wrong: Callable[[County, RotationPlan], object], said: str
) -> None:
    """Unknown teachers, places that are no schools, schools of another stage."""
    with pytest.raises(PlanFileError, match=said):
        wrong(county, plan)


def test_nobody_moves_twice_a_year(plan: RotationPlan) -> None:
    """Two rows of one teacher in one year are refused."""
    rows = plan.moves.to_dict("records")
    with pytest.raises(ValueError, match=str(rows[0]["teacher"])):
        move_table(rows * 2)
