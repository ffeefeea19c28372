"""Rotation plans of several years: the first as by itself, the later ones kept to every must."""

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

import districting as dt
from districting.county import County
from districting.errors import PolicyError
from districting.export.documents import Material, find_recipe
from districting.model.rotation import Convex
from districting.model.rotation_years import county_in_autumn
from districting.plan.plan_file import plan_text, read_plan, write_plan
from districting.plan.rotation_plan import RotationPlan
from districting.policy import Policy
from districting.policy.rotation.build import build, rules_and_view
from districting.policy.rotation.due_once import DueOnce
from districting.policy.rule import Strength
from districting.proposing.due import look_ahead, outlook_of
from districting.proposing.explaining import explain_place
from districting.proposing.horizon import HorizonSolution, HorizonYear, propose_horizon
from districting.proposing.horizon_ahead import Foreseen, later_years
from districting.proposing.proposal import Proposal
from districting.sample import make_county, staffed
from districting.sample.frames import side_table

YEARS = range(2026, 2029)
GRACE = 1


@pytest.fixture(scope="module")
def county() -> County:
    base = staffed(make_county(4, towns=2, villages=20, records=True), 4)
    school = str(base.teaching("primary").index[0])
    leaver = str(base.tables["teachers"].query("stage == 'primary'")["teacher"].iloc[3])
    changes = pd.DataFrame(
        {
            "teacher": ["N001", leaver],
            "change": ["enter", "leave"],
            "date": pd.to_datetime(["2027-08-01", "2028-02-01"]),
            "school": [school, ""],
            "stage": ["primary", ""],
            "subject": ["音乐", ""],
        }
    )
    return base.with_tables(staff_changes=side_table("staff_changes", changes))


@pytest.fixture(scope="module")
def policy() -> Policy:
    return _changed(dt.read_policy("taierzhuang"), "due_once", grace=GRACE)


def _changed(policy: Policy, name: str, **values: Any) -> Policy:
    rules = tuple(replace(r, **values) if r.name == name else r for r in policy.rules)
    return replace(policy, rules=rules)


def _propose(county: County, policy: Policy, **options: Any) -> Proposal:
    return propose_horizon(county, policy, YEARS, stop=dt.Stop(600), seed=1, **options)


@pytest.fixture(scope="module")
def found(county: County, policy: Policy) -> Proposal:
    return _propose(county, policy, name="期")


@pytest.fixture(scope="module")
def plan(found: Proposal) -> RotationPlan:
    assert isinstance(found.plan, RotationPlan)
    return found.plan


def test_every_year_keeps_every_must(county: County, policy: Policy, plan: RotationPlan) -> None:
    """All rules re-checked from the raw tables, year by year."""
    assert plan.years == YEARS and set(plan.moves["year"]) == set(YEARS)
    report = dt.verify(county, plan, policy)
    assert report.ok and report.complete, str(report)
    shares = [f for f in report.findings if f.rule == "share_county"]
    assert [f.finding.details["year"] for f in shares] == list(YEARS)
    odd = [f.text for f in report.findings if f.rule == "structure" and f.outcome != "pass"]
    assert odd == []


def test_the_first_year_is_that_of_the_plan_of_one_year(
    county: County, policy: Policy, plan: RotationPlan
) -> None:
    """Where the count of those due steers nothing, the same moves come out."""
    alone = dt.propose(county, policy, "rotation", stop=dt.Stop(600), seed=1).plan
    assert isinstance(alone, RotationPlan)
    first = plan.in_year(2026).reset_index(drop=True)
    pd.testing.assert_frame_equal(first, alone.moves)


def test_who_comes_and_goes_is_planned_with(county: County, plan: RotationPlan) -> None:
    """Known leavers and the retired are in the plan, and none of them moves after leaving."""
    known = county.tables["staff_changes"]
    leaver = str(known.loc[known["change"] == "leave", "teacher"].iloc[0])
    gone = plan.leaves.set_index("teacher")
    assert gone.loc[leaver].tolist() == [2028, "leaves"]
    assert (gone["ground"] == "retires").any()
    both = plan.moves.merge(plan.leaves, on="teacher")
    assert (both["year_x"] < both["year_y"]).all()


def test_a_forgotten_retirement_is_found(
    county: County, policy: Policy, plan: RotationPlan
) -> None:
    """The check works retirements out for itself."""
    rule = policy.rule("retirement", "rotation")
    assert all(f.verdict == "pass" for f in rule.check(county, plan))
    careless = replace(plan, leaves=plan.leaves[plan.leaves["ground"] != "retires"])
    forgotten = [f for f in rule.check(county, careless) if f.verdict == "fail"]
    assert len(forgotten) == int((plan.leaves["ground"] == "retires").sum())


def test_the_bound_holds_and_the_record_adds_up(found: Proposal, plan: RotationPlan) -> None:
    """Objective: periods missing over the years; the bound is below and no claim is too strong."""
    record, solution = plan.solver, found.solution
    assert record is not None and isinstance(solution, HorizonSolution)
    assert 0 < record.bound <= record.objective
    missing = sum(y.missing for y in solution.years)
    part = record.parts["shortage"]
    assert missing == pytest.approx(part.value)
    assert record.objective == pytest.approx(part.weight * part.value)
    assert record.status != "optimal" or record.gap <= 1e-7
    assert [y.year for y in solution.years] == list(YEARS) and solution.short == ""


def test_a_year_counts_later_ones_as_they_come_out(
    county: County, policy: Policy, found: Proposal, plan: RotationPlan
) -> None:
    """Were the last year foreseen as it is planned, the year before would count just that."""
    begun = replace(plan, moves=plan.in_year(2026))
    rules, view = rules_and_view(county_in_autumn(county, begun, 2027), policy, None, 2027)
    outlook = outlook_of(county, rules, replace(plan, moves=plan.moves[:0]))
    assert outlook is not None
    ahead = look_ahead(outlook, rules, view, begun, 1)
    last = plan.in_year(2028).query("reason != 'leader'")
    places = pd.MultiIndex.from_frame(view.places[["school", "stage"]])
    to = places.get_indexer(pd.MultiIndex.from_frame(last[["to_school", "stage"]]))
    foreseen = Foreseen(last[["teacher", "year"]].assign(place=to), 0.0)
    later = later_years(county, rules, begun, view, foreseen)
    built = build(rules, replace(view, ahead=replace(ahead, later=later)), 1, False)
    now, then = (p for p in built.problem.parts if p.gate == "shortage")
    assert isinstance(now, Convex) and isinstance(then, Convex)
    goals = plan.in_year(2027).set_index("teacher")["to_school"]
    staff, schools = view.staff["teacher"], view.places["school"]
    chosen = np.flatnonzero(
        staff.iloc[built.view.teacher].map(goals).to_numpy()
        == schools.iloc[built.view.to].to_numpy()
    )
    assert len(chosen) == found.solution.years[1].moves - found.solution.years[1].leaders > 0
    counted = [part.cost_of(part.counts(chosen)) for part in (now, then)]
    assert counted == pytest.approx([y.missing for y in found.solution.years[1:]])


def test_who_moves_is_not_counted_in_the_least_moves_of_later_years(
    county: County, policy: Policy, plan: RotationPlan
) -> None:
    """Ten in a hundred of the eligible, less those whom the shares of earlier years have moved."""
    rules, view = rules_and_view(county, policy)
    nobody = replace(plan, moves=plan.moves[:0])
    outlook = outlook_of(county, rules, nobody)
    assert outlook is not None and not outlook.again
    able = [int(outlook.able[year].sum()) for year in YEARS]
    least = look_ahead(outlook, rules, view, nobody, 1).least
    left = [n - sum(least[:k]) for k, n in enumerate(able)]
    assert list(least) == [-(-n // 10) for n in left]
    assert sum(least) < sum(-(-n // 10) for n in able)


def test_the_same_seed_gives_the_same_bytes(
    county: County, policy: Policy, plan: RotationPlan, tmp_path: Any
) -> None:
    """Shuffled rows change nothing, and the file reads back as written."""
    teachers = county.tables["teachers"].sample(frac=1.0, random_state=3)
    shuffled = county.with_tables(teachers=teachers.reset_index(drop=True))
    again = _propose(shuffled, policy, name="期").plan
    assert again is not None and plan_text(again) == plan_text(plan)
    write_plan(plan, tmp_path / "期.plan.toml")
    back = read_plan(tmp_path / "期.plan.toml")
    assert isinstance(back, RotationPlan) and back.years == YEARS
    assert plan_text(back) == plan_text(plan)


def test_the_table_of_years_adds_up(county: County, policy: Policy, plan: RotationPlan) -> None:
    """轮岗中期规划表: every move once by year, school and subject, and everyone who is due."""
    document = find_recipe("rotation-horizon").build(Material(county, (plan,), policy))
    years, schools, subjects, due = (t.frame for t in document.tables())
    by_year = plan.moves.groupby("year").size()
    assert years["moves"].tolist() == by_year.tolist()
    assert years["come"].tolist() == [0, 1, 0]
    assert years["gone"].sum() > 0 and years["back"].tolist() == [0, 0, 0]
    for frame in (schools, subjects):
        assert frame["moves"].sum() == len(plan.moves)
        assert [frame[str(y)].sum() for y in YEARS] == by_year.tolist()
        assert frame["due_count"].sum() == len(due)
        assert frame["left"].sum() == (due["planned"] == "规划期后").sum()
    ends = plan.moves.drop_duplicates("teacher").set_index("teacher")["end"]
    assert due["until"].tolist() == due["person"].map(ends).fillna("").tolist()
    assert (due["until"] != "").any()
    told = years["waiting"].tolist()
    assert told[0] == len(due) and told == sorted(told, reverse=True)


def test_a_teacher_is_told_when_and_why(county: County, policy: Policy, plan: RotationPlan) -> None:
    """Due when, planned for which year, or left over; who retires is told so."""
    later = plan.in_year(2027)
    mover = later[later["reason"] != "leader"].iloc[0]
    told = explain_place(county, policy, plan, str(mover["teacher"]))
    assert "安排 2027 学年交流到" in told and "符合条件" in told
    assert told.index("安排 2027") < told.index(f"\n{plan.year} 学年：\n")
    due = find_recipe("rotation-horizon").build(Material(county, (plan,), policy)).tables()[3].frame
    waiting = due[due["planned"] == "规划期后"]["person"].iloc[0]
    assert "没有安排交流" in explain_place(county, policy, plan, str(waiting))
    taught = county.tables["teachers"].query("stage != 'preschool'")["teacher"]
    gone = plan.leaves[plan.leaves["teacher"].isin(taught)]["teacher"].iloc[0]
    assert "秋季前" in explain_place(county, policy, plan, str(gone))


def test_interrupted_the_years_done_are_kept(county: County, policy: Policy) -> None:
    """After the first year the user stops: a plan of one year, and it says so."""
    stop = dt.Stop(600)
    seen: list[int] = []

    def told(year: HorizonYear) -> None:
        seen.append(year.year)
        stop.interrupt()

    found = propose_horizon(county, policy, YEARS, stop=stop, seed=1, told=told)
    assert seen == [2026] and isinstance(found.plan, RotationPlan)
    assert found.plan.years == range(2026, 2027) and "2027" in found.solution.short
    assert dt.verify(county, found.plan, policy).ok


def test_everyone_due_is_asked_for_at_a_price(county: County, policy: Policy) -> None:
    """As a principle the rule has more of those who are due move than as a count."""
    wide = _changed(policy, "share_county", most=0.5)
    priced = _changed(wide, "due_once", strength=Strength.PRINCIPLE, price=500.0)
    rule = next(r for r in priced.of("rotation") if isinstance(r, DueOnce))
    counts = []
    for strength in (wide, priced):
        found = propose_horizon(county, strength, YEARS[:2], stop=dt.Stop(600), seed=1).plan
        assert isinstance(found, RotationPlan) and dt.verify(county, found, strength).ok
        counts.append(int((rule.table(county, found)["moved"] > 0).sum()))
    assert counts[1] > counts[0]


def test_too_many_due_are_named_with_what_would_do(county: County, policy: Policy) -> None:
    """Everyone must move at 15 % a year: no plan, both clauses, and two ways out."""
    must = _changed(policy, "due_once", strength=Strength.MUST)
    none = _propose(county, must)
    assert none.plan is None and none.no_plan
    told = none.explain()
    assert "到期教师规划期内交流一次" in told and "全县交流比例" in told and "15.0%" in told
    share = float(told.rsplit("提高到 ", 1)[1].split("%")[0]) / 100
    assert 0.15 < share < 1.0
    fewer = float(told.split("只要求到期教师的 ", 1)[1].split("%")[0]) / 100
    milder = _changed(must, "due_once", share=fewer / 2)
    assert not _first_says_no(county, milder)


def _first_says_no(county: County, policy: Policy) -> bool:
    """Return whether the count alone rules a plan out, without solving any year."""
    stop = dt.Stop(600)
    stop.interrupt()
    return propose_horizon(county, policy, YEARS, stop=stop).no_plan


def test_the_years_must_make_sense(county: County, policy: Policy) -> None:
    """One year, seven years, or years gone by are refused."""
    for years in (range(2026, 2027), range(2026, 2033), range(2025, 2028)):
        with pytest.raises(PolicyError, match="2—6"):
            propose_horizon(county, policy, years)
