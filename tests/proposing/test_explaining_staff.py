"""Explaining plans of posts and of teaching across schools: reasons, next best, costs."""

from collections.abc import Callable
from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np
import pandas as pd
import pytest

from districting.county import County
from districting.errors import PlanFileError
from districting.plan.posts_plan import PostsPlan
from districting.plan.rotation_plan import RotationPlan, move_table
from districting.plan.teaching_plan import TeachingPlan
from districting.policy import Clause, Policy, Strength
from districting.policy.posts import RULES as POSTS
from districting.policy.rule import Rule
from districting.policy.teaching import RULES as TEACHING
from districting.proposing import propose
from districting.proposing.explaining import explain_place
from districting.proposing.teaching import posed
from districting.solve.teaching import objective_parts
from districting.solve.teaching_effects import TeachingStanding

HEADS = [
    # teacher, school, post, party, born, title, honour
    ("T0", "S0", "principal", True, "1980-01-01", "senior", "none"),
    ("T1", "S0", "secretary", True, "1960-01-01", "first", "none"),
    ("T2", "S1", "principal", True, "1985-01-01", "first", "none"),
    ("T3", "S1", "teacher", True, "1990-01-01", "second", "none"),
]
MUSIC = [
    # teacher, school, subject, subject_2, honour, joined
    ("A", "S0", "音乐", "", "county", "2005-08-01"),
    ("B", "S0", "音乐", "", "none", "2025-08-01"),
    ("C", "S1", "美术", "音乐", "none", "2015-08-01"),
    ("D", "S2", "音乐", "", "none", "2026-08-01"),
]


def _rule(rules: Any, name: str, strength: str = "must", **params: Any) -> Rule:
    made: Rule = rules[name](clause=Clause("", "试"), strength=Strength(strength), **params)
    return made


@pytest.fixture(scope="module")
def heads(grid_county: Callable[..., County]) -> County:
    """A junior school at the seat whose secretary is too old, and a primary school."""
    schools = [{"at": 0, "kind": "junior", "town_seat": True}, {"at": 1, "kind": "primary"}]
    made = grid_county(1, 2, schools=schools, labels=["甲"] * 2)
    columns = ["teacher", "school", "post", "party", "born", "title", "honour"]
    teachers = pd.DataFrame(HEADS, columns=columns)
    posts = pd.DataFrame(columns=["place", "post", "teacher", "terms"])
    scores = pd.DataFrame(columns=["place", "post", "teacher", "score"])
    born = pd.to_datetime(teachers["born"])
    return made.with_tables(teachers=teachers.assign(born=born), posts=posts, candidates=scores)


def _posts(county: County) -> tuple[Policy, PostsPlan]:
    rules = (
        _rule(POSTS, "district_heads"),
        _rule(POSTS, "director_pool", "principle", price=100.0),
        _rule(POSTS, "head_pool", heads=("principal", "secretary")),
        _rule(POSTS, "one_office", together="must"),
        _rule(POSTS, "office_terms"),
        _rule(POSTS, "standing", "aim"),
    )
    policy = Policy("试", "试", {}, rules=rules)
    plan = propose(county, policy, "posts").plan
    assert isinstance(plan, PostsPlan)
    return policy, plan


def test_a_post_tells_who_is_next_and_the_cost(heads: County) -> None:
    """The junior school's principal leads; the primary's would cost the principle and 5 points."""
    policy, plan = _posts(heads)
    assert set(plan.posts["teacher"]) == {"T0"}
    told = explain_place(heads, policy, plan, "甲/主任")
    assert "甲主任：T0（第0学校，校长）" in told and "必须条款容许 2 人任此职" in told
    assert "T0若不任此职，次优人选是T2（第1学校，校长），代价：" in told
    assert "主任由驻地初中书记或校长兼任：+1 人" in told and "择优选任：+5 分" in told
    assert "连带变动：甲书记 T0 → T2" in told
    assert explain_place(heads, policy, plan, "甲").count("次优人选") == 2


def test_a_person_without_a_post_learns_why(heads: County) -> None:
    """A rule that bars, or what the post would cost; those who hold one are told which."""
    policy, plan = _posts(heads)
    barred = explain_place(heads, policy, plan, "T1")
    assert "甲主任：不能任（聘期与任满）" in barred
    dearer = explain_place(heads, policy, plan, "T2")
    assert "若任甲主任（替下 T0），代价：" in dearer and "择优选任：+5 分" in dearer
    assert "任甲书记" in explain_place(heads, policy, plan, "T0")
    placed = plan.posts.assign(teacher=plan.posts["teacher"].replace("T0", "T9"))
    stranger = replace(plan, posts=placed)
    told = explain_place(heads, policy, stranger, "甲/主任")
    assert "甲主任：T9" in told and "T9不是所辖学校的教师，不在人选内" in told


def test_exceptions_and_posts_without_choice_are_told_for_the_county(heads: County) -> None:
    """Nobody at the seat, one who is barred, and no other candidate at all."""
    away = heads.with_tables(schools=heads.schools.assign(town_seat=[False, False]))
    policy, plan = _posts(away)
    assert "没有人选符合“主任由驻地初中书记或校长兼任”" in explain_place(away, policy, plan, "全县")
    teachers = heads.tables["teachers"]
    old = heads.with_tables(teachers=teachers[teachers["teacher"] != "T0"])
    policy, plan = _posts(old)
    told = explain_place(old, policy, plan, "全县")
    assert "T1（第0学校，党组织书记）符合“主任由驻地初中书记或校长兼任”，但不能任" in told
    assert "没有挑选余地（候选人不多于职数）的岗位：甲主任、甲书记" in told
    alone = explain_place(old, policy, plan, "甲/director")
    assert "T2不任此职，则没有方案满足全部必须条款" in alone
    with pytest.raises(PlanFileError, match="乙"):
        explain_place(old, policy, plan, "乙/主任")


@pytest.fixture(scope="module")
def music(grid_county: Callable[..., County]) -> County:
    """Three primaries 1 km apart in one district; music is short at S1, art at S0 and S2."""
    made = grid_county(1, 3, schools=[{"at": i} for i in range(3)], labels=["甲"] * 3)
    columns = ["teacher", "school", "subject", "subject_2", "honour", "joined"]
    teachers = pd.DataFrame(MUSIC, columns=columns)
    same = {"stage": "primary", "on_quota": "yes", "post": "teacher", "title": "none"}
    teachers = teachers.assign(joined=pd.to_datetime(teachers["joined"]), **same)
    classes = pd.DataFrame(
        {"school": ["S0", "S1", "S2"], "year": 2026, "grade": 1, "classes": [4, 3, 2]}
    )
    periods = pd.DataFrame({"subject": ["音乐", "美术"], "grade": 1, "periods": 2.0})
    return made.with_tables(teachers=teachers, classes=classes, curriculum=periods)


def _teaching(county: County) -> tuple[Policy, TeachingPlan]:
    rules = (
        _rule(TEACHING, "teaching_load"),
        _rule(TEACHING, "full_curriculum", "aim"),
        _rule(TEACHING, "subject_fit"),
        _rule(TEACHING, "visit_rhythm", half_days=4, per_half_day=3),
        _rule(TEACHING, "visit_way", limit=5000.0),
        _rule(TEACHING, "visit_scope", widest="district", price=20.0),
        _rule(TEACHING, "mentor_pairs"),
    )
    policy = Policy("试", "试", {}, rules=rules)
    plan = propose(county, policy, "teaching").plan
    assert isinstance(plan, TeachingPlan)
    return policy, plan


def test_a_visit_tells_who_is_next_and_the_cost(music: County) -> None:
    """Music at S1 could be taught by any of three; art at S0 by nobody else."""
    policy, plan = _teaching(music)
    [teacher] = set(plan.visits.loc[plan.visits["subject"] == "音乐", "teacher"])
    told = explain_place(music, policy, plan, teacher)
    assert "到第1学校兼小学音乐 6 节（单程 1.0 公里，本学区内，每周 2 个半天）" in told
    assert "次优人选是" in told and "无（与现方案同优，由种子决定）" in told
    alone = explain_place(music, policy, plan, "C")
    assert "没有更合算的人接替这" in alone and "开足开齐课程：+" in alone


def test_who_stays_learns_of_the_nearest_chance_and_of_mentors(music: County) -> None:
    """Teachers of music who are not needed could take another's place at no cost."""
    policy, plan = _teaching(music)
    for teacher in {"A", "B", "D"} - set(plan.visits["teacher"]):
        told = explain_place(music, policy, plan, teacher)
        assert "最接近的机会是代替" in told and "第1学校" in told
    assert "师徒结对：指导 B（第0学校）、D（第2学校）" in explain_place(music, policy, plan, "A")
    assert "导师是A（第0学校），2.0 公里" in explain_place(music, policy, plan, "D")
    busy = music.with_tables(teachers=music.tables["teachers"].assign(on_quota="no"))
    nobody = replace(plan, visits=plan.visits[:0], timetable=plan.timetable[:0])
    assert "没有余量课时" in explain_place(busy, policy, nobody, "A")


def test_what_stays_missing_is_told_with_its_cause(music: County) -> None:
    """One period of art is left at a school, whose only teacher has used the half-days."""
    policy, plan = _teaching(music)
    [short] = explain_place(music, policy, plan, "全县").splitlines()[1:2]
    assert short == "小学美术：仍缺 1 节"
    assert "余量、校数或半天数已用完：1 节（1 所学校）" in explain_place(
        music, policy, plan, "county"
    )
    told = "\n".join(explain_place(music, policy, plan, s) for s in ("S0", "S2"))
    assert "小学美术：缺 8 节" in told and "C（第1学校）来" in told
    assert "可来而余量、校数或半天数已用完：1 名" in told
    teachers = music.tables["teachers"]
    without = music.with_tables(teachers=teachers[teachers["teacher"] != "C"])
    bare = explain_place(without, *_teaching(without), "全县")
    assert "全县没有该学科有余量的教师：18 节（3 所学校）" in bare


def test_effects_are_those_of_the_changed_plan(music: County) -> None:
    """The cost of every small change is the difference of the objectives, rule by rule."""
    policy, plan = _teaching(music)
    view, parts = posed(music, policy, policy.of("teaching"), plan)
    now = TeachingStanding(view, parts, plan)
    before, seen = objective_parts(view, parts, now.periods, now.halves), 0
    arcs_ = range(len(view.teacher))
    for arc, other, more in product(arcs_, arcs_, (-2, 1, 2, 3)):
        changes = {other: -int(now.periods[other])} if now.periods[other] else {}
        changes[arc] = changes.get(arc, 0) + more
        effect = now.effect(changes)
        if effect is None:
            continue
        periods, halves = now.periods.copy(), dict(now.halves)
        for a, n in changes.items():
            periods[a] += n
        for key in {now.key(a) for a in changes}:
            arcs = [a for a in range(len(periods)) if now.key(a) == key]
            paid, had = int(periods[arcs].sum()), int(now.periods[arcs].sum())
            need = -(-paid // 3)
            halves[key] = max(now.halves.get(key, 0), need) if paid > had else need
            halves[key] = now.halves.get(key, 0) if paid == had else halves[key]
        assert sum(n for k, n in halves.items() if k[0] == view.teacher[arc]) <= 4
        after = objective_parts(view, parts, periods, halves)
        total = sum(after[g].value * after[g].weight for g in after)
        total -= sum(before[g].value * before[g].weight for g in before)
        assert np.isclose(effect.total, total)
        seen += 1
    assert seen > 20


def test_a_school_tells_what_rotation_changes_by_subject_and_age(music: County) -> None:
    """One teacher of music, a backbone teacher, comes to a school of one teacher of art."""
    born = pd.to_datetime(["1980-05-01", "1990-05-01", "1990-05-01", "1990-05-01"])
    county = music.with_tables(teachers=music.tables["teachers"].assign(born=born))
    head = {"county": county.code, "year": county.year, "moves": move_table([])}
    plan = RotationPlan(name="试", **head).assign(county, "A", "S1")
    told = explain_place(county, Policy("试", "试", {}, rules=()), plan, "第1学校")
    for line in ("音乐：0 → 1", "美术：1 → 1", "骨干教师：0 → 1", "教师总数：1 → 2"):
        assert line in told, told
    assert "36.0 → 41.0" in told
