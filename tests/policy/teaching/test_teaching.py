"""Teaching across schools and mentoring: optima, checks that bite, edits and files."""

from collections.abc import Callable
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from districting.county import County
from districting.errors import PlanFileError, PolicyError
from districting.evaluate import verify
from districting.model.teaching import HalfDayPrice, MissingPrice, teaching_view
from districting.plan.plan_file import plan_text, read_plan, write_plan
from districting.plan.record import Lock, Status
from districting.plan.teaching_plan import PAIRS, SLOTS, VISITS, TeachingPlan, table_of
from districting.policy import Clause, Policy, Strength, Verdict
from districting.policy.teaching import RULES, TeachingRule
from districting.proposing import propose
from districting.solve.stop import Stop
from districting.solve.teaching import lay_timetable, pair_mentors, solve_teaching

STAFF = [
    # teacher, school, subject, subject_2, post, honour, title, joined
    ("A", "S0", "音乐", "", "teacher", "county", "first", "2005-08-01"),
    ("B", "S0", "音乐", "", "teacher", "none", "none", "2025-08-01"),
    ("C", "S1", "美术", "音乐", "teacher", "none", "second", "2015-08-01"),
    ("D", "S2", "音乐", "", "teacher", "none", "none", "2026-08-01"),
]
CURRICULUM = [("音乐", 1, 2.0), ("美术", 1, 2.0)]


@pytest.fixture(scope="module")
def county(grid_county: Callable[..., County]) -> County:
    """Three primaries 1 km apart in one district; music is short at S1, art at S0 and S2."""
    made = grid_county(1, 3, schools=[{"at": i} for i in range(3)], labels=["甲"] * 3)
    columns = ["teacher", "school", "subject", "subject_2", "post", "honour", "title", "joined"]
    teachers = pd.DataFrame(STAFF, columns=columns).assign(stage="primary", on_quota="yes")
    teachers["joined"] = pd.to_datetime(teachers["joined"])
    classes = pd.DataFrame(
        {"school": ["S0", "S1", "S2"], "year": 2026, "grade": 1, "classes": [4, 3, 2]}
    )
    curriculum = pd.DataFrame(CURRICULUM, columns=["subject", "grade", "periods"])
    return made.with_tables(teachers=teachers, classes=classes, curriculum=curriculum)


def _rule(name: str, strength: str = "must", **params: Any) -> TeachingRule:
    return RULES[name](clause=Clause("", "试"), strength=Strength(strength), **params)


def _policy(*extra: TeachingRule, **rhythm: Any) -> Policy:
    rules = (
        _rule("teaching_load"),
        _rule("full_curriculum", "aim"),
        _rule("subject_fit"),
        _rule("visit_rhythm", **rhythm),
        _rule("visit_way", limit=5000.0),
        _rule("visit_scope", widest="district"),
        _rule("visit_clash"),
        _rule("teaching_locks"),
        _rule("mentor_pairs"),
    )
    return Policy("试", "试", {}, rules=(*rules, *extra))


def _plan(county: County, policy: Policy, start: TeachingPlan | None = None) -> TeachingPlan:
    plan = propose(county, policy, "teaching", start=start).plan
    assert isinstance(plan, TeachingPlan)
    return plan


def test_missing_periods_are_taught_by_the_nearest_with_time_to_spare(county: County) -> None:
    """S1 lacks 6 periods of music, S0 8 and S2 4 of art; four half-days of C hold 8 and 3."""
    plan = _plan(county, _policy())
    music = plan.visits[plan.visits["subject"] == "音乐"]
    assert music["periods"].sum() == 6 and set(music["school"]) == {"S1"}
    art = plan.visits[plan.visits["subject"] == "美术"]
    assert art["periods"].sum() == 11 and set(art["teacher"]) == {"C"}
    assert plan.solver is not None and plan.solver.status is Status.OPTIMAL
    report = verify(county, plan, _policy())
    assert report.ok and report.complete, str(report)


def test_optimum_equals_brute_force(county: County) -> None:
    """The objective is the least over all whole periods and half-days."""
    policy = _policy(half_days=2, per_half_day=3)
    gaps, staff = policy.rules[0].reckon(county)  # type: ignore[attr-defined]
    view = teaching_view(county, None, gaps, staff, 5000.0)
    parts = tuple(p for r in policy.rules for p in r.constrain(view))
    found = solve_teaching(view, parts, Stop(30))
    assert found.objective == pytest.approx(_brute(view, parts))
    assert found.gap == pytest.approx(0, abs=1e-6)


def _brute(view: Any, parts: tuple[Any, ...]) -> float:
    """Two half-days of three periods: enumerate half-days of every teacher and school."""
    missing = next(p for p in parts if isinstance(p, MissingPrice))
    way = next(p for p in parts if isinstance(p, HalfDayPrice))
    schools = view.gaps["school"].to_numpy()
    pairs = sorted({(int(t), schools[g]) for t, g in zip(view.teacher, view.gap, strict=True)})
    cost = {
        (int(t), schools[g]): way.weight * c
        for t, g, c in zip(view.teacher, view.gap, way.cost, strict=True)
    }
    best = np.inf
    for days in product(range(3), repeat=len(pairs)):
        given = dict(zip(pairs, days, strict=True))
        if any(sum(d for k, d in given.items() if k[0] == t) > 2 for t, _ in pairs):
            continue
        total = sum(cost[k] * d for k, d in given.items())
        total += _uncovered(view, missing, given)
        best = min(best, total)
    return best


def _uncovered(view: Any, missing: MissingPrice, given: dict[tuple[int, str], int]) -> float:
    """Every gap here has its own teachers, so covering is greedy; short visits cover nothing."""
    left = view.gaps["missing"].to_numpy(dtype=float).copy()
    spare = view.staff["spare"].to_numpy(dtype=float).copy()
    schools = view.gaps["school"].to_numpy()
    for t, g in zip(view.teacher, view.gap, strict=True):
        taken = min(3.0 * given[(int(t), schools[g])], left[g], spare[t])
        if taken < 2:
            continue
        left[g] -= taken
        spare[t] -= taken
    return float(missing.weight * (missing.share @ left))


def _broken(county: County, plan: TeachingPlan, rule: TeachingRule) -> bool:
    return any(f.verdict is Verdict.FAIL for f in rule.check(county, plan))


def test_every_check_finds_its_fault(county: County) -> None:
    """Each rule has a plan that breaks it and only then fails."""
    good = _plan(county, _policy())
    rows = good.visits.to_dict("records")

    def with_visits(**change: Any) -> TeachingPlan:
        changed = [{**rows[0], **change}, *rows[1:]]
        return replace(good, visits=table_of(changed, VISITS))

    faults = {
        "teaching_load": with_visits(periods=40),
        "subject_fit": with_visits(subject="英语"),
        "visit_rhythm": with_visits(periods=1),
        "visit_way": good,
        "visit_clash": replace(good, timetable=good.timetable[good.timetable["school"] != "S1"]),
        "full_curriculum": with_visits(periods=40),
        "teaching_locks": replace(good, locks=(Lock("teacher", "A", "S2"),)),
        "mentor_pairs": replace(
            good,
            pairs=table_of(
                [{"mentor": "B", "mentee": "D", "stage": "primary", "subject": "音乐"}], PAIRS
            ),
        ),
    }
    for name, plan in faults.items():
        rule = _rule(name, "aim" if name == "full_curriculum" else "must")
        if name == "visit_way":
            rule = _rule(name, limit=500.0)
        else:
            assert not _broken(county, good, rule), name
        assert _broken(county, plan, rule), name
    apart = county.with_tables(
        members=county.tables["members"].assign(
            district=["甲", "甲", "乙", "甲", "甲", "乙"][: len(county.tables["members"])]
        ),
        districts=pd.DataFrame({"district": ["甲", "乙"], "union": "", "town": ""}),
    )
    over = replace(
        good,
        visits=table_of(
            [{"teacher": "C", "school": "S2", "stage": "primary", "subject": "美术", "periods": 4}],
            VISITS,
        ),
    )
    assert _broken(apart, over, _rule("visit_scope", widest="district"))


def test_pairs_edited_by_hand_are_refused(county: County) -> None:
    """A pair too far apart, under another subject, or with a novice who is none any more."""
    good, rule = _plan(county, _policy()), _rule("mentor_pairs")
    assert set(good.pairs["mentee"]) == {"B", "D"} and not _broken(county, good, rule)
    assert _broken(county, good, _rule("mentor_pairs", reach=1500.0))
    named = good.pairs.assign(subject="美术")
    assert _broken(county, replace(good, pairs=named), rule)
    staff = county.tables["teachers"]
    for column, value in (("title", "first"), ("honour", "county")):
        grown = staff.assign(**{column: staff[column].mask(staff["teacher"] == "D", value)})
        assert _broken(county.with_tables(teachers=grown), good, rule)


def test_fewer_pairs_than_could_be_made_are_refused(county: County) -> None:
    """One of two novices left out; not where the only mentor takes one, or one heads the school."""
    good = _plan(county, _policy())
    one = replace(good, pairs=good.pairs[:1])
    told = [f for f in _rule("mentor_pairs").check(county, one) if f.verdict is Verdict.FAIL]
    assert [(f.number, f.limit) for f in told] == [(1.0, 2.0)]
    assert _broken(county, replace(good, pairs=good.pairs[:0]), _rule("mentor_pairs"))
    assert not _broken(county, one, _rule("mentor_pairs", most=1))
    staff = county.tables["teachers"]
    heads = staff.assign(post=staff["post"].mask(staff["teacher"] == "D", "principal"))
    assert len(_plan(county.with_tables(teachers=heads), _policy()).pairs) == 1


def test_who_is_ill_or_nursing_is_not_sent(county: County) -> None:
    """C teaches elsewhere unless exempt; a ground whose date is over, or another one, is none."""
    rule, staff, good = _rule("visit_exempt"), county.tables["teachers"], _plan(county, _policy())
    for ground, until, sent in (
        ("illness", None, False),
        ("nursing", "2027-01-01", False),
        ("nursing", "2026-03-01", True),
        ("course", None, True),
    ):
        ill = staff["teacher"] == "C"
        dates = pd.Series(pd.Timestamp(until), index=staff.index).where(ill)
        held = staff.assign(exempt=np.where(ill, ground, ""), exempt_until=dates)
        here = county.with_tables(teachers=held)
        assert _broken(here, good, rule) is not sent
        plan = _plan(here, _policy(rule))
        assert ("C" in set(plan.visits["teacher"])) is sent and not _broken(here, plan, rule)


def test_nobody_is_in_two_places_at_once(county: County) -> None:
    """Two schools in one half-day are a fault, and the proposal has none."""
    plan = _plan(county, _policy())
    twice = plan.timetable.groupby(["teacher", "day", "half"])["school"].nunique()
    assert (twice <= 1).all()
    slot = plan.timetable.iloc[0].to_dict()
    double = [*plan.timetable.to_dict("records"), {**slot, "school": "S2"}]
    assert _broken(county, replace(plan, timetable=table_of(double, SLOTS)), _rule("visit_clash"))


def test_locks_are_kept_or_named(county: County) -> None:
    """A forbidden visit is avoided; a lock that nobody can keep has no plan, with the reason."""
    plan = _plan(county, _policy())
    teacher = str(plan.visits.loc[plan.visits["subject"] == "音乐", "teacher"].iloc[0])
    barred = replace(plan, locks=(Lock("teacher", teacher, "S1", forbid=True),))
    again = _plan(county, _policy(), barred)
    assert not ((again.visits["teacher"] == teacher) & (again.visits["school"] == "S1")).any()
    impossible = replace(plan, locks=(Lock("teacher", "C", "S1"),))
    proposal = propose(county, _policy(), "teaching", start=impossible)
    assert proposal.no_plan and "锁定" in proposal.explain()


def test_mentoring_makes_the_most_pairs_then_the_nearest() -> None:
    """Two novices, one mentor of two: both are guided; with a nearer second mentor, by that one."""
    rows = [("M", "a", 10.0), ("M", "b", 20.0), ("N", "b", 5.0)]
    table = pd.DataFrame(rows, columns=["mentor", "mentee", "cost"])
    table = table.assign(stage="primary", subject="音乐", metres=table["cost"])
    made = pair_mentors(table, 2)
    assert set(zip(made["mentor"], made["mentee"], strict=True)) == {("M", "a"), ("N", "b")}
    alone = pair_mentors(table[table["mentor"] == "M"], 2)
    assert len(alone) == 2
    assert len(pair_mentors(table[table["mentor"] == "M"], 1)) == 1


def test_novices_are_paired_with_an_honoured_teacher(county: County) -> None:
    """The county's backbone teacher guides both novices of music."""
    plan = _plan(county, _policy())
    assert set(zip(plan.pairs["mentor"], plan.pairs["mentee"], strict=True)) == {
        ("A", "B"),
        ("A", "D"),
    }


def test_edits_and_files(county: County, tmp_path: Path) -> None:
    """Visits move with their half-days, locks hold, files round-trip."""
    plan = _plan(county, _policy())
    moved = plan.assign(county, "C", "S2", reason="试")
    assert set(moved.visits.loc[moved.visits["teacher"] == "C", "school"]) == {"S2"}
    locked = moved.lock(county, units=["C"])
    with pytest.raises(PlanFileError, match="锁定"):
        locked.assign(county, "C", "S0")
    with pytest.raises(PlanFileError, match="Z"):
        plan.assign(county, "Z", "S0")
    assert locked.unlock(county).locks == ()
    write_plan(locked, tmp_path / "a.plan.toml")
    assert plan_text(read_plan(tmp_path / "a.plan.toml")) == plan_text(locked)


def test_bad_parameters_are_refused() -> None:
    """Scopes take known words, counts are at least one."""
    with pytest.raises(PolicyError, match="world"):
        _rule("visit_scope", widest="world")
    with pytest.raises(PolicyError):
        _rule("visit_rhythm", schools=0)


def test_visitors_come_spread_over_the_week() -> None:
    """Five half-days at one school are one a day, in the mornings."""
    visits = pd.DataFrame({"teacher": list("ABCD"), "school": "S0", "half_days": [2, 1, 1, 1]})
    laid = lay_timetable(visits, {"S0": 9}, Stop(10.0))
    assert laid is not None and sorted(laid["day"]) == [1, 2, 3, 4, 5]
    assert set(laid["half"]) == {"am"}
