"""Plans of staff side by side: the numbers of their rules, who is in one only, schools."""

from dataclasses import replace
from pathlib import Path

import pytest

from districting.county import County
from districting.errors import PlanFileError
from districting.evaluate import compare
from districting.export.documents import Material, find_recipe
from districting.plan.posts_plan import PostsPlan
from districting.plan.rotation_plan import RotationPlan, move_table
from districting.plan.teaching_plan import PAIRS, SLOTS, VISITS, TeachingPlan, table_of
from districting.policy import read_policy
from districting.proposing.posts import posts_of
from districting.read import read_county
from districting.terms import using_language

DATA = Path(__file__).parents[2] / "data" / "geo" / "taierzhuang"


@pytest.fixture(scope="module")
def county() -> County:
    return read_county(DATA)


def _moved(county: County, name: str, moves: dict[str, str]) -> RotationPlan:
    plan = RotationPlan(
        name=name, county=county.code, year=county.year, policy="taierzhuang", moves=move_table([])
    )
    for teacher, school in moves.items():
        plan = plan.assign(county, teacher, school)
    return replace(plan, name=name)


@pytest.fixture(scope="module")
def three(county: County) -> list[str]:
    """Three teachers of primary schools, of different subjects."""
    teachers = county.tables["teachers"]
    primary = teachers[(teachers["stage"] == "primary") & (teachers["post"] == "teacher")]
    return primary.drop_duplicates("subject")["teacher"].head(3).tolist()


def test_who_moves_in_one_plan_only_is_listed(county: County, three: list[str]) -> None:
    """One stays, one is new, one goes elsewhere; schools tell the subjects that differ."""
    a, b, c = three
    homes = county.tables["teachers"].set_index("teacher")["school"]
    kinds = county.schools["kind"]
    goals = [s for s in kinds.index[kinds == "primary"] if s not in set(homes[three])]
    first = _moved(county, "一", {a: goals[0], b: goals[1]})
    second = _moved(county, "二", {b: goals[2], c: goals[0]})
    found = compare(county, [first, second])
    assert str(found).count("只在前者交流 1 名，只在后者交流 1 名，去处不同 1 名") == 1
    table = found.table().set_index("measure")
    assert table.loc["moves", ["一", "二"]].tolist() == [2, 2]
    assert {"shortage", "total_commute", "wishes"} <= set(table.index)
    assert sum(name.startswith("staff_variation:") for name in table.index) == 6
    [changes], [schools] = found.changes, found.schools
    assert set(changes["teacher"]) == {a, b, c}
    gone = changes.set_index("teacher")
    assert gone.loc[a, "after"] == "" and gone.loc[c, "before"] == ""
    # a's post, b's two goals, c's post and goal: each is a school and subject that differs
    assert ((schools["before"] - schools["after"]).abs() == 1).all() and len(schools) == 6
    assert schools["now"].sum() <= schools[["before", "after"]].max(axis=1).sum()
    material = Material(county, (first, second), read_policy("taierzhuang"), (), {})
    document = find_recipe("comparison").build(material)
    assert [s.heading for s in document.sections][1:] == ["二·人员变化", "二·分校分学科"]
    with using_language("en"):
        assert "1 move in the first only, 1 in the second only, 1 to another school" in str(
            compare(county, [first, second])
        )


def test_visits_and_posts_are_compared_as_well(county: County, three: list[str]) -> None:
    """Periods that differ, holders that differ; plans of two kinds are refused."""
    teacher = three[0]
    home = county.tables["teachers"].set_index("teacher").loc[teacher]
    other = next(s for s in county.schools.index if s != home["school"])
    visit = {"teacher": teacher, "school": other, "stage": "primary", "subject": home["subject"]}
    head = {"county": county.code, "year": county.year, "policy": "taierzhuang"}
    made = [
        TeachingPlan(
            name=name,
            visits=table_of([visit | {"periods": periods}], VISITS),
            timetable=table_of([], SLOTS),
            pairs=table_of([], PAIRS),
            **head,
        )
        for name, periods in (("一", 2), ("二", 4))
    ]
    found = compare(county, made)
    assert "课时不同 1 项" in str(found) and found.changes[0]["after"].tolist() == ["4"]
    layout = county.current_plan
    assert layout is not None
    empty = replace(posts_of(county, layout), policy="taierzhuang")
    place = layout.districts.index[0]
    held = empty.assign(county, f"{place}/director", teacher)
    assert isinstance(held, PostsPlan)
    posts = compare(county, [empty, held])
    assert "只在后者 1 个" in str(posts) and posts.schools == ()
    with pytest.raises(PlanFileError):
        compare(county, [made[0], held])
