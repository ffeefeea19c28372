"""Documents on staff: rotation lists, shares, quotas, merits; no name unless it is given."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from districting.county import County
from districting.export.documents import Material, find_recipe
from districting.export.documents.document import Document
from districting.export.documents.rotation_list import word
from districting.plan.posts_plan import PostsPlan
from districting.plan.rotation_plan import RotationPlan
from districting.plan.teaching_plan import TeachingPlan
from districting.policy import Policy, read_policy
from districting.proposing import propose
from districting.read import read_county
from districting.terms import using_language

DATA = Path(__file__).parents[3] / "data" / "geo" / "taierzhuang"


@pytest.fixture(scope="module")
def county() -> County:
    return read_county(DATA)


@pytest.fixture(scope="module")
def policy() -> Policy:
    return read_policy("taierzhuang")


@pytest.fixture(scope="module")
def rotation(county: County, policy: Policy) -> RotationPlan:
    plan = propose(county, policy, "rotation", seed=1).plan
    assert isinstance(plan, RotationPlan)
    return plan


@pytest.fixture(scope="module")
def built(county: County, policy: Policy, rotation: RotationPlan) -> Callable[..., Document]:
    def build(name: str, *plans: object, names: dict[str, str] | None = None) -> Document:
        material = Material(county, plans or (rotation,), policy, (), names or {})
        return find_recipe(name).build(material)

    return build


def test_every_move_is_listed_once(built: Callable[..., Document], rotation: RotationPlan) -> None:
    """List and notice have a row a move, leaders apart; the notice has no personal columns."""
    *full, sums = built("rotation-list").tables()
    notice = built("rotation-notice").tables()
    moved = sums.frame[["out", "into", "inside"]].sum()
    assert moved["out"] == moved["into"] and moved["out"] + moved["inside"] == len(rotation.moves)
    assert 0 < sums.frame["leaders"].sum() < len(rotation.moves)
    assert sum(len(t.frame) for t in full) == len(rotation.moves)
    assert sum(len(t.frame) for t in notice) == len(rotation.moves)
    shown = {c.key for t in notice for c in t.columns}
    assert not shown & {"sex", "born", "degree", "title", "honour", "post", "reason"}
    assert all((t.frame["reason"] != "").all() for t in full)
    leads = [(t.frame["post"].isin(["校长", "副校长", "书记"])).mean() for t in full]
    assert sorted(leads) == [0.0, 1.0]
    ways = {tuple(r) for t in full for r in t.frame[["scope", "exchange"]].to_numpy()}
    assert ("学区内", "学区一体化管理") in ways and ("跨学区", "定期交流") in ways


def test_names_come_only_from_the_file_of_names(
    built: Callable[..., Document], rotation: RotationPlan
) -> None:
    """Without names ids stand alone; with them name and id."""
    teacher = str(rotation.moves["teacher"].iloc[0])
    bare = pd.concat([t.frame["person"] for t in built("rotation-list").tables()[:-1]])
    assert teacher in set(bare)
    named = built("rotation-list", names={teacher: "试名"}).tables()[:-1]
    assert f"试名（{teacher}）" in set(pd.concat([t.frame["person"] for t in named]))


def test_shares_show_both_denominators(
    built: Callable[..., Document], rotation: RotationPlan
) -> None:
    """Sending schools and county stand apart, and the county's count is that of the moves."""
    frame = built("rotation-shares").tables()[0].frame
    assert frame["share"].nunique() == 3
    assert len(set(frame["base"])) > 1
    assert frame["actual"].max() <= len(rotation.moves)


def test_quotas_add_up_before_and_after(built: Callable[..., Document], county: County) -> None:
    """Rotation moves teachers and makes none: the sums stay, by district and by school."""
    by_district, _, by_school = built("quota-list").tables()
    for table in (by_district, by_school):
        sums = table.totals()
        assert sums["before"] == sums["after"]
    assert by_district.totals()["before"] == by_school.totals()["before"]


def test_merits_join_several_plans(
    built: Callable[..., Document], county: County, policy: Policy, rotation: RotationPlan
) -> None:
    """Periods away and rotation stand in one list, a row a teacher."""
    teaching = propose(county, policy, "teaching", seed=1).plan
    assert isinstance(teaching, TeachingPlan)
    frame, service = (t.frame for t in built("merit-list", teaching, rotation).tables())
    assert frame["person"].is_unique
    assert frame["periods"].sum() == teaching.visits["periods"].sum()
    assert frame["rotation"].notna().sum() == rotation.in_year()["teacher"].nunique()
    home = county.tables["teachers"].set_index("teacher")["school"]
    away = teaching.pairs["mentor"].map(home) != teaching.pairs["mentee"].map(home)
    assert frame["novices"].sum() == away.sum()
    past = county.tables["rotations"]
    away = {*teaching.visits["teacher"], *rotation.in_year()["teacher"]}
    assert away | set(past.loc[~past["moved"], "teacher"]) == set(service["person"])
    assert (service["rural"].fillna(0) <= service["away"].fillna(0) + 1e-9).all()


def test_periods_missing_and_the_week_add_up(
    built: Callable[..., Document], county: County, policy: Policy
) -> None:
    """What is missing is covered or left; every half-day stands once for teacher and school."""
    teaching = propose(county, policy, "teaching", seed=1).plan
    assert isinstance(teaching, TeachingPlan)
    by_subject, by_school = (t.frame for t in built("missing-list", teaching).tables())
    for frame in (by_subject, by_school):
        assert frame["covered"].sum() == teaching.visits["periods"].sum()
        assert (frame["missing"] == frame["covered"] + frame["left"]).all()
    _, by_teacher, by_place = (t.frame for t in built("teaching-list", teaching).tables())
    halves = [f"{d}{h}" for d in range(1, 6) for h in ("am", "pm")]
    for frame in (by_teacher, by_place):
        told = frame[halves].map(lambda cell: len(cell.split("\n")) if cell else 0)
        assert told.to_numpy().sum() == len(teaching.timetable)
    assert by_teacher[halves].map(lambda cell: "\n" not in cell).to_numpy().all()


def test_surplus_by_subject_and_school_leaves_persons_to_the_bureau(
    built: Callable[..., Document], county: County, policy: Policy, rotation: RotationPlan
) -> None:
    """Whole posts above quota agree with the quota list; persons and goals stay empty."""
    _, by_subject, by_school = built("quota-list").tables()
    frame = by_subject.frame
    assert np.allclose(frame["surplus"], frame["have"] - frame["need"], atol=0.11)
    (table,) = built("surplus-list").tables()
    above = by_school.frame[by_school.frame["surplus"] > 0]
    assert set(zip(table.frame["name"], table.frame["surplus"], strict=True)) == set(
        zip(above["name"], above["surplus"], strict=True)
    )
    assert (table.frame[["persons", "goal"]] == "").all(axis=None)
    assert (table.frame["subjects"] != "").any()
    below = set(by_school.frame.loc[by_school.frame["surplus"] < 0, "name"])
    named = {g.rsplit(" ", 1)[0] for cell in table.frame["goals"] for g in cell.split("、") if g}
    assert named and named <= below


def test_the_reserve_leaves_out_heads_and_holders(
    built: Callable[..., Document], county: County, policy: Policy
) -> None:
    """Managers and backbone teachers of the districts' schools, none of whom holds a post."""
    posts = propose(county, policy, "posts").plan
    assert isinstance(posts, PostsPlan)
    summary, people = built("reserve-list", posts).tables()
    ids = people.frame["person"]
    rows = county.tables["teachers"].set_index("teacher").loc[ids]
    assert not set(ids) & set(posts.posts["teacher"])
    assert not rows["post"].isin(["principal", "secretary"]).any()
    known = rows["post"].isin(["manager", "vice_principal"]).to_numpy()
    assert (known | rows["honour"].isin(["county", "city", "province"]).to_numpy()).all()
    assert summary.frame["size"].sum() == len(people.frame)
    assert (people.frame[["recommended", "decided"]] == "").all(axis=None)
    assert {c.key for c in people.columns} & {"born", "sex", "party"} == set()


def test_posts_list_names_present_holders_who_do_not_go_on(county: County, policy: Policy) -> None:
    """Dismissed after an appraisal, at the limit of terms, or neither, with what they hold now."""
    dismissing = read_policy("starter")
    posts = propose(county, policy, "posts").plan
    assert isinstance(posts, PostsPlan)
    row, held = posts.posts.iloc[0], set(posts.posts["teacher"])
    free = [t for t in county.tables["teachers"]["teacher"] if t not in held]
    present = pd.DataFrame(
        [
            {"place": row["place"], "post": row["post"], "teacher": t, "terms": 1, "result": r}
            for t, r in ((row["teacher"], "good"), (free[0], "failed"), (free[1], ""))
        ]
    )
    seated = county.with_tables(posts=present)
    material = Material(seated, (posts,), dismissing, (), {})
    left = find_recipe("posts-list").build(material).tables()[2].frame
    assert left["person"].tolist() == free[:2]
    assert left["status"].tolist() == ["解聘（考核）", "未续任"]
    assert left["result"].tolist() == ["不合格", ""]
    elsewhere = present.assign(teacher=row["teacher"], place="别处学区").iloc[:1]
    moved = replace(material, county=county.with_tables(posts=elsewhere))
    left = find_recipe("posts-list").build(moved).tables()[2].frame
    assert str(row["place"]) in left["now"].iloc[0]


def test_posts_tell_duties_and_how_holders_came_about(county: County, policy: Policy) -> None:
    """The policy's own sentences stand below; the way and the score where there are candidates."""
    posts = propose(county, policy, "posts").plan
    assert isinstance(posts, PostsPlan)
    row = posts.posts.iloc[0]
    candidates = pd.DataFrame(
        [{"place": row["place"], "post": row["post"], "teacher": row["teacher"],
          "way": "nomination", "score": 90.0}]
    )  # fmt: skip
    bare = find_recipe("posts-list").build(Material(county, (posts,), policy, (), {}))
    assert not {"score", "way", "served"} & {c.key for c in bare.tables()[0].columns}
    present = candidates[["place", "post", "teacher"]].assign(terms=1)
    assessed = county.with_tables(candidates=candidates, posts=present)
    list_, _, duties = (
        find_recipe("posts-list").build(Material(assessed, (posts,), policy, (), {})).tables()
    )
    known = list_.frame[list_.frame["score"].notna()]
    assert known["way"].tolist() == ["民主推荐"] and known["score"].tolist() == [90.0]
    assert list_.frame["served"].value_counts().to_dict() == {
        "新任": len(posts.posts) - 1,
        "续任（第 2 届）": 1,
    }
    assert any("每个教育联区设主任一名" in text for text in duties.frame["text"])


def test_codes_are_printed_as_words(county: County) -> None:
    """副校长 in Chinese, two words in English."""
    assert word(county, "teachers", "post", "vice_principal") == "副校长"
    with using_language("en"):
        assert word(county, "teachers", "post", "vice_principal") == "vice principal"
