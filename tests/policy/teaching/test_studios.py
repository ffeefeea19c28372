"""Reach of studios: the most schools, then the least way; a check for every condition."""

from collections.abc import Callable
from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np
import pandas as pd
import pytest

from districting.county import County
from districting.errors import PolicyError
from districting.export.documents import Material, find_recipe
from districting.model.studios import candidate_reach
from districting.model.teaching import teaching_view
from districting.plan.teaching_plan import PAIRS, REACH, SLOTS, VISITS, TeachingPlan, table_of
from districting.policy import Clause, Strength, Verdict
from districting.policy.teaching import RULES, TeachingRule
from districting.solve.teaching import pair_mentors

LEADS = [("A", "S0", "city"), ("B", "S4", "province"), ("C", "S2", "county")]


@pytest.fixture(scope="module")
def county(grid_county: Callable[..., County]) -> County:
    """Six primaries 1 km apart in two districts; studios of music at the first and the fifth."""
    labels = ["甲"] * 3 + ["乙"] * 3
    made = grid_county(1, 6, schools=[{"at": i} for i in range(6)], labels=labels)
    teachers = pd.DataFrame(LEADS, columns=["teacher", "school", "honour"])
    teachers = teachers.assign(stage="primary", subject="音乐", on_quota="yes", post="teacher")
    schools = [f"S{i}" for i in range(6)]
    classes = pd.DataFrame({"school": schools, "year": 2026, "grade": 1, "classes": 2})
    curriculum = pd.DataFrame([("音乐", 1, 2.0)], columns=["subject", "grade", "periods"])
    return made.with_tables(teachers=teachers, classes=classes, curriculum=curriculum)


def _rule(**params: Any) -> TeachingRule:
    return RULES["studio_reach"](clause=Clause("", "试"), strength=Strength("must"), **params)


def _candidates(county: County, rule: TeachingRule) -> pd.DataFrame:
    nothing = pd.DataFrame({"school": [], "stage": [], "subject": []})
    staff = pd.DataFrame({c: [] for c in ("teacher", "school", "stage", "subject", "subject_2")})
    view = teaching_view(county, None, nothing, staff, np.inf)
    (outreach,) = rule.constrain(view)
    return candidate_reach(county, outreach)


def _best(table: pd.DataFrame, most: int) -> tuple[int, float]:
    """Return the most schools served and the least cost, by trying every choice of studios."""
    options = [[None, *g.index] for _, g in table.groupby("school")]
    found = []
    for pick in product(*options):
        rows = table.loc[[i for i in pick if i is not None]]
        if (rows["studio"].value_counts() <= most).all():
            found.append((-len(rows), float(rows["cost"].sum())))
    count, cost = min(found)
    return -count, cost


@pytest.mark.parametrize(("most", "reach"), [(1, 9000.0), (2, 9000.0), (4, 1500.0), (3, 2500.0)])
def test_the_most_schools_are_served_with_the_least_way(
    county: County, most: int, reach: float
) -> None:
    """Equal to all choices; the check passes what the model makes and misses none."""
    rule = _rule(most=most, reach=reach)
    table = _candidates(county, rule)
    assert set(table["school"]).isdisjoint({"S0", "S4"})
    roles = {"studio": "mentor", "school": "mentee"}
    made = pair_mentors(table.rename(columns=roles), most)
    assert (len(made), float(made["cost"].sum())) == pytest.approx(_best(table, most))
    (finding,) = rule.check(
        county, _plan(county, made.rename(columns={"mentor": "studio", "mentee": "school"}))
    )
    assert finding.verdict is Verdict.PASS and finding.number == len(made)
    assert finding.details["all"] == 4


def _plan(county: County, reach: pd.DataFrame) -> TeachingPlan:
    return TeachingPlan(
        name="试",
        county=county.code,
        year=2026,
        visits=table_of([], VISITS),
        timetable=table_of([], SLOTS),
        pairs=table_of([], PAIRS),
        reach=table_of(reach.to_dict("records"), REACH),
    )


@pytest.mark.parametrize(
    ("change", "params"),
    [
        ({"studio": "C"}, {}),
        ({"school": "S4"}, {}),
        ({"subject": "美术"}, {}),
        ({"school": "S9"}, {}),
        ({"school": "S5"}, {"reach": 3500.0}),
        ({"school": "S2"}, {}),
        ({}, {"most": 1}),
        ({"studio": "X"}, {}),
    ],
)
def test_every_condition_has_a_plan_that_breaks_it(
    county: County, change: dict[str, str], params: dict[str, Any]
) -> None:
    """Honour, a studio of its own, subject, way, served twice, too many: each is noticed."""
    row = {"studio": "A", "school": "S1", "stage": "primary", "subject": "音乐"}
    good = [row, row | {"school": "S2"}]
    rule = _rule(**params)
    fine = [f.verdict for f in _rule().check(county, _plan(county, pd.DataFrame(good)))]
    assert fine == [Verdict.PASS]
    plan = _plan(county, pd.DataFrame([row | change, good[1]]))
    assert any(f.verdict is Verdict.FAIL for f in rule.check(county, plan))


def test_the_plan_file_keeps_the_reach_and_old_files_are_read(county: County) -> None:
    """A body without the table is read as one without studios."""
    row = {"studio": "A", "school": "S1", "stage": "primary", "subject": "音乐"}
    plan = _plan(county, pd.DataFrame([row]))
    head = {"name": "试", "county": county.code, "year": 2026}
    body = plan.body()
    again = TeachingPlan.from_body(head, body)
    assert again.reach.to_dict("records") == [row]
    old = {k: v for k, v in body.items() if k != "reach"}
    assert TeachingPlan.from_body(head, old).reach.empty
    assert replace(plan, reach=again.reach).body() == body


def test_the_list_names_studios_and_what_every_school_can_draw_on(county: County) -> None:
    """A row a school served, and one for each school with its own and its district's teachers."""
    row = {"studio": "A", "school": "S1", "stage": "primary", "subject": "音乐"}
    plan = _plan(county, pd.DataFrame([row]))
    material = Material(county, (plan,), None, (), {})
    served, schools = find_recipe("名师工作室辐射表").build(material).tables()
    assert served.frame["school"].tolist() == [county.schools["name"]["S1"]]
    assert schools.frame["reached"].tolist() == [0, 1, 0, 0, 0, 0]
    assert schools.frame["backbone"].tolist() == [1, 0, 1, 0, 1, 0]
    assert schools.frame["shared"].tolist() == [2, 2, 2, 1, 1, 1]


def test_bad_words_are_refused() -> None:
    with pytest.raises(PolicyError, match="school"):
        _rule(honour="school")
    with pytest.raises(PolicyError):
        _rule(most=0)
