"""What a rotation plan says of its moves is what the tables say, whatever the policy."""

from dataclasses import replace

import pandas as pd
import pytest

from districting.county import County
from districting.evaluate.move_reasons import move_reasons
from districting.evaluate.structure import structure
from districting.plan.rotation_plan import RotationPlan, move_table, new_move
from districting.policy import Policy, read_policy
from districting.proposing import propose
from districting.sample import make_county, staffed


@pytest.fixture(scope="module")
def county() -> County:
    """Return a small county with teachers and districts."""
    return staffed(make_county(4, towns=3, villages=42, records=True), 4)


def _plan(county: County) -> RotationPlan:
    """Return a plan of one move inside a district, made by hand."""
    members = county.tables["members"]
    home = members[members["unit_kind"] == "school"].set_index("unit")["district"]
    teachers = county.tables["teachers"]
    primary = teachers[teachers["stage"] == "primary"]
    schools = county.schools.index[county.schools["kind"] == "primary"]
    for row in primary.to_dict("records"):
        near = [s for s in schools if s != row["school"] and home[s] == home[row["school"]]]
        if near:
            move = new_move(row, near[0], county.year) | {"scope": "district"}
            return RotationPlan(name="x", county=county.code, year=county.year,
                                moves=move_table([move]))  # fmt: skip
    raise AssertionError("no school near another")


def _broken(county: County, plan: RotationPlan) -> set[str]:
    return {f.details["part"] for f, _ in structure(county, plan) if f.verdict != "pass"}


@pytest.mark.parametrize(
    ("cells", "part"),
    [
        ({"scope": "county"}, "move_scope"),
        ({"stage": "junior"}, "move_stage"),
        ({"year": 2000}, "before_plan"),
        ({"from_school": ""}, "not_there"),
    ],
)
def test_what_a_move_says_of_itself_is_checked(
    county: County, cells: dict[str, object], part: str
) -> None:
    """Scope, stage, year and school left are held against the tables."""
    plan = _plan(county)
    assert not _broken(county, plan)
    moves = pd.DataFrame(plan.moves).assign(**cells)
    assert part in _broken(county, replace(plan, moves=moves))


def test_a_scope_that_is_not_told_is_no_fault(county: County) -> None:
    """Moves entered by hand have none."""
    plan = _plan(county)
    assert not _broken(county, replace(plan, moves=plan.moves.assign(scope="")))


def test_reasons_of_moves_are_told_anew(county: County) -> None:
    """A proposal's reasons hold; each put in place of another is found."""
    policy = read_policy("starter")
    plan = propose(county, policy, "rotation", seed=1).plan
    assert isinstance(plan, RotationPlan)
    given = plan.moves["reason"]
    assert not _unfounded(county, plan, policy)
    for old, new in (("need", "share"), ("share", "need"), ("quality", "held"), ("need", "leader")):
        rows = given == old
        moves = plan.moves.assign(reason=given.mask(rows, new))
        told = _unfounded(county, replace(plan, moves=moves), policy)
        assert told == set(plan.moves["teacher"][rows]) != set()
    locked = plan.lock(county, units=list(plan.moves["teacher"]))
    assert not _unfounded(county, replace(locked, moves=plan.moves.assign(reason="held")), policy)


def _unfounded(county: County, plan: RotationPlan, policy: Policy) -> set[str]:
    return {t for finding, _ in move_reasons(county, plan, policy) for t in finding.place}
