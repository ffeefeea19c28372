"""Everyone due moves once: the last year of a plan, model against check, plan by plan."""

from collections.abc import Callable
from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from tiny_staff import YEAR, arcs_of, passes, rule_of, tiny

from districting.county import County
from districting.model.rotation_view import rotation_view
from districting.model.rotation_years import county_in_autumn
from districting.plan.rotation_plan import RotationPlan, move_table, new_move
from districting.policy.rotation.build import build
from districting.policy.rotation.due_once import DueOnce
from districting.policy.rule import Verdict
from districting.proposing.due import look_ahead, outlook_of
from districting.solve.rotation.solution import broken

JOINED = ["2012-09-01", "2014-09-01", "2021-09-01", "2024-09-01"]


def _case(grid_county: Callable[..., County], seed: int) -> County:
    return tiny(
        grid_county,
        seed,
        4,
        joined=JOINED,
        exempt=["", "", "", ""],
        school=["S0", "S0", "S1", "S2"],
    )


def _start(county: County) -> RotationPlan:
    """Return a plan of two years in which T0 moves in the first."""
    row = county.tables["teachers"].iloc[0].to_dict()
    move = new_move(row, "S2", YEAR) | {"end": f"{YEAR + 3}-08"}
    return RotationPlan(
        name="期", county=county.code, year=YEAR, until=YEAR + 1, moves=move_table([move])
    )


@pytest.mark.parametrize(("share", "allowed"), [(1.0, 4), (0.4, 8), (0.3, 9)])
def test_the_last_year_asks_for_whoever_is_left(
    grid_county: Callable[..., County], share: float, allowed: int
) -> None:
    """T0 has moved, T1 is due now and T2 becomes due: 3, 3, 2 or 1 of the 3 have to move.

    T3 has not been there long enough and may not move.
    """
    county = _case(grid_county, 1)
    once, tenure = rule_of("due_once", share=share), rule_of("tenure")
    rules = [r.joined((once, tenure)) for r in (once, tenure)]
    plan, year = _start(county), YEAR + 1
    outlook = outlook_of(county, rules, replace(plan, moves=plan.moves.iloc[:0]))
    assert outlook is not None and not outlook.again
    here = county_in_autumn(county, plan, year)
    view = rotation_view(here, year)
    built = build(
        rules, replace(view, ahead=look_ahead(outlook, rules, view, plan, 0)), 0, leaders=False
    )
    assert list(built.view.staff["teacher"][built.view.held["due_once"]]) == ["T0"]
    kept = 0
    staff = here.tables["teachers"].to_dict("records")
    for goals in product(county.schools.index, repeat=len(staff)):
        rows = [new_move(t, s, year) for t, s in zip(staff, goals, strict=True) if s != t["school"]]
        whole = replace(plan, moves=move_table([*plan.moves.to_dict("records"), *rows]))
        if not passes(tenure, rules, county, whole):
            continue
        chosen = arcs_of(built, replace(plan, moves=move_table(rows)))
        fits = chosen is not None and not broken(built.problem, chosen)
        assert fits == passes(once, rules, county, whole), rows
        kept += fits
    assert kept == allowed


def test_a_plan_of_one_year_is_not_concerned(grid_county: Callable[..., County]) -> None:
    """No row, nobody held, and the check has nothing to say."""
    county = _case(grid_county, 2)
    rule = rule_of("due_once").joined((rule_of("tenure"),))
    view = rotation_view(county, YEAR)
    assert not rule.stay(view).any() and not list(rule.constrain(view))
    assert not list(rule.check(county, replace(_start(county), until=0)))


def test_nobody_moves_twice(grid_county: Callable[..., County]) -> None:
    """A second move is found, and the table says who is due when and when each moves."""
    county = _case(grid_county, 3)
    rule = rule_of("due_once").joined((rule_of("tenure"),))
    assert isinstance(rule, DueOnce)
    plan = _start(county)
    row = county.tables["teachers"].iloc[0].to_dict() | {"school": "S2"}
    twice = replace(
        plan, moves=move_table([*plan.moves.to_dict("records"), new_move(row, "S1", YEAR + 1)])
    )
    found = [f for f in rule.check(county, twice) if f.details.get("message") == "twice"]
    assert [f.place for f in found] == [("T0",)] and found[0].verdict is Verdict.FAIL
    table = rule.table(county, plan).set_index("teacher")
    assert list(table.index) == ["T0", "T1", "T2"]
    assert list(table["first"]) == [YEAR, YEAR, YEAR + 1]
    assert list(table["deadline"]) == [YEAR + 1] * 3
    assert list(table["moved"]) == [YEAR, 0, 0] and table.loc["T0", "to_school"] == "S2"


def test_schools_are_asked_by_deadline(grid_county: Callable[..., County]) -> None:
    """Where everyone is to move, the first year asks for those whose last chance it is."""
    county = tiny(
        grid_county, 4, 4, joined=["2012-09-01"] * 4, exempt=[""] * 4, school=["S0"] * 4,
        sex=["m", "m", "m", "m"],
        born=["1967-03-01", "1980-01-01", "1980-01-01", "1980-01-01"],
    )  # fmt: skip
    rules = [rule_of("due_once"), rule_of("tenure"), rule_of("retirement", years=1),
             rule_of("out_cap", school=0.5)]  # fmt: skip
    rules = [r.joined(tuple(rules)) for r in rules]
    plan = replace(_start(county), moves=move_table([]))
    outlook = outlook_of(county, rules, plan)
    assert outlook is not None
    assert outlook.able.sum().tolist() == [4, 3]
    view = rotation_view(county, YEAR)
    ahead = look_ahead(outlook, rules, view, plan, 0)
    assert ahead.planned[0] == YEAR and int((ahead.planned == YEAR).sum()) == 2
    view = replace(view, ahead=ahead).pairs(np.ones(4, dtype=bool))
    (rows,) = rules[0].constrain(view)
    asked = dict(zip(rows.low.tolist(), range(len(rows.low)), strict=True))
    first = set(view.teacher[rows.arc[rows.row == asked[1.0]]].tolist())
    assert first == {0} and set(asked) == {1.0, 2.0}


def test_later_years_keep_the_backbone_they_need(grid_county: Callable[..., County]) -> None:
    """Of three backbone teachers one may go now: the two years to come ask for one each."""
    county = tiny(
        grid_county, 5, 4, joined=["2012-09-01"] * 4, exempt=[""] * 4,
        honour=["county", "county", "county", "none"],
    )  # fmt: skip
    rules = [rule_of("due_once"), rule_of("tenure"), rule_of("share_county", share=0.25),
             rule_of("share_backbone", share=0.2)]  # fmt: skip
    rules = [r.joined(tuple(rules)) for r in rules]
    plan = replace(_start(county), moves=move_table([]), until=YEAR + 2)
    outlook = outlook_of(county, rules, plan)
    assert outlook is not None
    view = rotation_view(county, YEAR)
    ahead = look_ahead(outlook, rules, view, plan, 0)
    assert ahead.least == (1, 1, 1) and ahead.open_later.all()
    view = replace(view, ahead=ahead).pairs(np.ones(4, dtype=bool))
    _, kept = rules[3].constrain(view)
    assert kept.high.tolist() == [1.0]
    assert set(view.teacher[kept.arc].tolist()) == {0, 1, 2}
    _, fewer = rules[3].constrain(replace(view, ahead=replace(ahead, least=(0, 1, 0))))
    assert fewer.high.tolist() == [1.0]  # two of the three are counted on
    open_ = view.teacher > 0
    stuck = view.with_arcs(view.teacher[open_], view.to[open_])
    _, less = rules[3].constrain(stuck)
    assert set(stuck.teacher[less.arc].tolist()) == {1, 2}
    tied = replace(view, staff=view.staff.assign(link=["", "", "L", "L"]))
    _, less = rules[3].constrain(tied)
    assert set(view.teacher[less.arc].tolist()) == {0, 1}
    view = replace(view, ahead=replace(ahead, least=(1,)))
    assert len(list(rules[3].constrain(view))) == 1
