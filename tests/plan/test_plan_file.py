"""Plan files: what is written is read back, equal plans give equal bytes, bad files say why."""

from dataclasses import replace
from pathlib import Path

import pytest

from districting.county import County
from districting.errors import PlanFileError
from districting.plan.district_plan import DistrictPlan
from districting.plan.plan_file import plan_text, read_plan, read_plan_of, write_plan
from districting.plan.record import Exemption, ObjectivePart, SolverRecord, Status, TierRecord
from districting.sample import make_county


@pytest.fixture(scope="module")
def county() -> County:
    return make_county(1, 3, 30)


@pytest.fixture(scope="module")
def plan(county: County) -> DistrictPlan:
    current = county.current_plan
    assert current is not None
    return current


def test_written_plan_is_read_back(county: County, plan: DistrictPlan, tmp_path: Path) -> None:
    """Assignments, locks, exemptions and the solver's record survive the round trip."""
    record = SolverRecord(
        status=Status.FEASIBLE,
        objective=12.5,
        bound=12.0,
        gap=0.04,
        parts={"seat_travel": ObjectivePart(12.5, "child-metres", 1.0)},
        seed=3,
        versions={"numpy": "2"},
        method="exact",
        tiers=(
            TierRecord(("membership",), 0.0, 0.0, prices=True),
            TierRecord(("seat_travel", "compact"), 12.5, 12.0, given=0.02, weights=(1.0, 2.5)),
            TierRecord(("seats",), 3.0, 3.0, stage="primary"),
        ),
    )
    full = replace(
        plan.lock(county, everything=True, reason="试点"),
        exemptions=(Exemption("districts_per_town", "*", "地理阻隔"),),
        solver=record,
    )
    write_plan(full, tmp_path / "A.plan.toml")
    back = read_plan(tmp_path / "A.plan.toml")
    assert plan_text(back) == plan_text(full)
    assert back.villages.equals(full.villages)
    assert back.locks == full.locks
    assert back.solver == replace(record, seconds=0.0)


def test_row_order_does_not_change_the_bytes(plan: DistrictPlan) -> None:
    """The text is sorted, so the order in which a plan was built leaves no trace."""
    shuffled = replace(plan, villages=plan.villages.iloc[::-1], districts=plan.districts.iloc[::-1])
    assert plan_text(shuffled) == plan_text(plan)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("format = 1\nkind = ", "TOML"),
        ('format = 9\nkind = "districts"\n', "format=9"),
        ('format = 1\nkind = "districts"\nname = "A"\n', "county"),
        (
            'format = 1\nkind = "zones"\nname = "A"\ncounty = "990001"\nyear = 2026\n'
            'lock = [{ unit_kind = "village", unit = "1", area = "S" }]\n',
            "area、to.*unit_kind、unit、to、reason、forbid",
        ),
    ],
)
def test_bad_plan_files_say_what_is_wrong(tmp_path: Path, text: str, word: str) -> None:
    """Broken TOML, another format and a missing field are each named."""
    path = tmp_path / "bad.plan.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(PlanFileError, match=word):
        read_plan(path)


def test_missing_plan_file_is_named(tmp_path: Path) -> None:
    """A path that does not exist is part of the message."""
    with pytest.raises(PlanFileError, match="absent"):
        read_plan(tmp_path / "absent.plan.toml")


def test_another_kind_is_refused_where_one_is_wanted(plan: DistrictPlan, tmp_path: Path) -> None:
    """Reading a plan of one kind names the kind that the file holds."""

    class Elsewhere(DistrictPlan):
        kind = "elsewhere"

    path = tmp_path / "A.plan.toml"
    write_plan(plan, path)
    assert isinstance(read_plan_of(path, DistrictPlan), DistrictPlan)
    with pytest.raises(PlanFileError, match="districts"):
        read_plan_of(path, Elsewhere)


def test_undeclared_district_is_refused(plan: DistrictPlan, tmp_path: Path) -> None:
    """A member of a district that the file does not declare is an error, not a new district."""
    village = plan.villages.index[0]
    text = plan_text(plan).replace(
        f'{village} = "{plan.villages.iloc[0]}"', f'{village} = "幽灵学区"'
    )
    assert "幽灵学区" in text
    path = tmp_path / "ghost.plan.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(PlanFileError, match="幽灵学区"):
        read_plan(path)


def test_edits_leave_the_parent_untouched(county: County, plan: DistrictPlan) -> None:
    """Assigning returns a child with the parent's name; a village takes its schools along."""
    school = county.district_schools().iloc[0]
    village = str(school["village"])
    target = next(d for d in plan.districts.index if d != plan.villages[village])
    child = plan.assign(county, village, target, reason="就近")
    assert child.villages[village] == target
    assert child.schools[school.name] == target
    assert plan.villages[village] != target
    assert child.parent == plan.name


def test_locked_units_cannot_be_moved(county: County, plan: DistrictPlan) -> None:
    """A lock holds until it is taken off."""
    village = str(plan.villages.index[0])
    target = next(d for d in plan.districts.index if d != plan.villages[village])
    locked = plan.lock(county, units=[village])
    with pytest.raises(PlanFileError, match=village):
        locked.assign(county, village, target)
    assert locked.unlock(county).assign(county, village, target).villages[village] == target


def test_unknown_names_are_refused(county: County, plan: DistrictPlan) -> None:
    """Unknown districts, units and towns are named in the error."""
    village = str(plan.villages.index[0])
    with pytest.raises(PlanFileError, match="无此学区"):
        plan.assign(county, village, "无此学区")
    with pytest.raises(PlanFileError, match="无此村"):
        plan.assign(county, "无此村", str(plan.districts.index[0]))
    with pytest.raises(PlanFileError, match="无此镇"):
        plan.lock(county, town="无此镇")


def test_what_a_policy_gives_away_is_no_gap() -> None:
    """Of a tier's gap only the part beyond what later tiers may use up is left open."""
    tier = TierRecord(("travel",), 102.0, 100.0, given=0.02)
    assert tier.gap == pytest.approx(2 / 102) and tier.open == 0.0
    record = SolverRecord(Status.FEASIBLE, 5.0, 5.0, 0.0, tiers=(tier, replace(tier, given=0.01)))
    assert record.widest_gap == pytest.approx(1 / 102)
