"""Rotation plans from policy and roster: kept to every must, explained, planned again."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import districting as dt
from districting.county import County
from districting.errors import PlanFileError, PolicyError
from districting.evaluate.structure import _contradictions
from districting.export import export
from districting.plan.plan_file import plan_text
from districting.plan.rotation_plan import RotationPlan
from districting.policy import Policy
from districting.policy.rotation.build import build, rules_and_view
from districting.policy.rotation.near_district import scopes
from districting.policy.tier_words import tier_words
from districting.proposing.explaining import explain_place
from districting.proposing.replan import replan
from districting.proposing.rotation_why import standing
from districting.sample import make_county, staffed
from districting.solve.rotation import lowest_sums, rotation_limits, solve_rotation
from districting.solve.rotation.second import solve_by_cpsat
from districting.terms import using_language


@pytest.fixture(scope="module")
def county() -> County:
    return staffed(make_county(4, towns=3, villages=42, records=True), 4)


@pytest.fixture(scope="module")
def policy() -> Policy:
    return dt.read_policy("taierzhuang")


@pytest.fixture(scope="module")
def plan(county: County, policy: Policy) -> RotationPlan:
    found = dt.propose(county, policy, "rotation", stop=dt.Stop(600), seed=1).plan
    assert isinstance(found, RotationPlan)
    return found


def test_the_plan_keeps_every_must(county: County, policy: Policy, plan: RotationPlan) -> None:
    """Every rule re-checked from the raw tables: no must is broken, nothing contradicts itself."""
    report = dt.verify(county, plan, policy)
    assert report.ok and report.complete, str(report)
    assert plan.solver is not None and plan.solver.status == "optimal"
    assert plan.solver.bound <= plan.solver.objective
    contradictions = [f for f in report.findings if f.rule == "structure" and f.outcome != "pass"]
    assert contradictions == []


def test_tiers_are_told_in_what_they_add_up(county: County, plan: RotationPlan) -> None:
    """A tier of several aims is the sum of these times their weights; one of one has its unit."""
    record = plan.solver
    assert record is not None and not _contradictions(record)
    several = [t for t in record.tiers if len(t.weights) > 1]
    assert several
    for tier in several:
        told = sum(w * record.parts[g].value for g, w in zip(tier.gates, tier.weights, strict=True))
        assert told == pytest.approx(tier.value)
    lines = dict(tier_words(plan))
    (sums,) = [came for name, came in lines.items() if "通勤增量合计" in name]
    assert "由各项乘以档案中的权重相加" in sums and "公里×1" in sums
    (variation,) = [came for name, came in lines.items() if "师资指标差异系数）" in name
                    and "破例" not in name]  # fmt: skip
    assert "差异系数平方之和" in variation
    wrong = replace(several[0], value=several[0].value + 1, bound=several[0].bound)
    tiers = tuple(wrong if t is several[0] else t for t in record.tiers)
    assert _contradictions(replace(record, tiers=tiers))


def test_who_must_move_moves_beside_leaders_who_do(
    county: County, policy: Policy, plan: RotationPlan
) -> None:
    """Leaders have a problem of their own: nobody else's lock may leave it without a plan."""
    rules, view = rules_and_view(county, policy)
    assert len(build(rules, view, 0, leaders=True).view.teacher)
    posts = county.tables["teachers"].set_index("teacher")["post"]
    mover = next(r for r in plan.moves.to_dict("records") if posts[r["teacher"]] == "teacher")
    locked = plan.lock(county, units=[mover["teacher"]], reason="定")
    again = dt.propose(county, policy, "rotation", start=locked).plan
    assert isinstance(again, RotationPlan)
    assert mover["to_school"] in set(
        again.moves["to_school"][again.moves["teacher"] == mover["teacher"]]
    )
    assert dt.verify(county, again, policy).ok


def test_a_move_entered_by_hand_has_the_form_of_the_others(
    county: County, policy: Policy, plan: RotationPlan
) -> None:
    """Scope, term and form are filled in, so that a change by hand breaks no rule on them."""
    moves = plan.moves[plan.moves["scope"] == "county"]
    mover, other = moves.iloc[0], moves[moves["stage"] == moves["stage"].iloc[0]].iloc[-1]
    assert mover["to_school"] != other["to_school"] != mover["from_school"]
    edited = plan.assign(county, mover["teacher"], other["to_school"])
    now = edited.moves[edited.moves["teacher"] == mover["teacher"]].iloc[0]
    assert now["to_school"] == other["to_school"] and now["end"] == mover["end"] != ""
    report = dt.verify(county, edited, policy)
    assert all(f.outcome == "pass" for f in report.findings if f.rule in ("structure", "term"))


def test_the_same_seed_gives_the_same_bytes(
    county: County, policy: Policy, plan: RotationPlan
) -> None:
    """Shuffled rows of the roster change nothing."""
    teachers = county.tables["teachers"].sample(frac=1.0, random_state=3)
    shuffled = county.with_tables(teachers=teachers.reset_index(drop=True))
    again = dt.propose(shuffled, policy, "rotation", stop=dt.Stop(600), seed=1).plan
    assert again is not None and plan_text(again) == plan_text(plan)


@pytest.mark.parametrize("name", ["taierzhuang", "caoxian"])
@pytest.mark.parametrize(("seed", "towns", "villages"), [(2, 1, 12), (3, 2, 20)])
def test_two_solvers_and_two_threads_make_one_plan(
    name: str, seed: int, towns: int, villages: int
) -> None:
    """Nothing given away between tiers: CP-SAT, one thread and two name the same moves."""
    made = make_county(seed, towns=towns, villages=villages, records=True)
    rules, view = rules_and_view(staffed(made, seed), dt.read_policy(name))
    exact = [
        replace(r, tolerance=0.0) if hasattr(r, "tolerance") else r  # type: ignore[call-arg]
        for r in rules
    ]
    problem = build([r.joined(tuple(exact)) for r in exact], view, 1, False).problem
    one, two = (solve_rotation(problem, dt.Stop(600), threads=n) for n in (1, 2))
    chosen, _, _ = solve_by_cpsat(problem, dt.Stop(600))
    assert one.chosen is not None and two.chosen is not None and chosen is not None
    assert one.chosen.tolist() == two.chosen.tolist() == chosen.tolist()
    assert one.status == two.status == "optimal"


def test_reasons_are_told(county: County, policy: Policy, plan: RotationPlan) -> None:
    """Who moves, who is held and by which rule, and a school before and after."""
    mover = str(plan.moves["teacher"].iloc[0])
    assert "交流到" in explain_place(county, policy, plan, mover)
    teachers = county.tables["teachers"]
    ill = teachers[(teachers["exempt"] != "") & (teachers["stage"] == "primary")]["teacher"].iloc[0]
    assert "暂缓" in explain_place(county, policy, plan, str(ill))
    told = explain_place(county, policy, plan, str(plan.moves["to_school"].iloc[0]))
    assert "骨干教师" in told and "平均年龄" in told


def test_the_next_best_choice_is_told_and_no_better(
    county: County, policy: Policy, plan: RotationPlan
) -> None:
    """For every mover the next school, and for who stays the nearest chance: never a gain."""
    rules, view = rules_and_view(county, policy, None, plan.year)
    built = build(rules, view, 0, leaders=False)
    now = standing(built, plan)
    assert len(now.chosen) == (plan.moves["reason"] != "leader").sum()
    for arc in now.chosen[:6]:
        same = built.view.teacher == built.view.teacher[arc]
        for other in np.flatnonzero(same & (np.arange(len(same)) != arc)):
            effect = now.effect(np.array([arc]), np.array([other]))
            first = next((t for t in effect.tiers if abs(t) > 1e-3), 0.0)
            assert effect.breaks or first >= 0, effect
    mover = str(view.staff["teacher"].iloc[int(built.view.teacher[now.chosen[0]])])
    assert "次优去处是" in explain_place(county, policy, plan, mover)
    moved = set(plan.moves["teacher"])
    staying = [t for t in np.unique(built.view.teacher)
               if str(view.staff["teacher"].iloc[int(t)]) not in moved]  # fmt: skip
    told = explain_place(county, policy, plan, str(view.staff["teacher"].iloc[int(staying[0])]))
    assert "最接近的机会是代替" in told or "多交流这一名" in told


def test_limits_hold_for_the_plan(county: County, policy: Policy, plan: RotationPlan) -> None:
    """No coefficient of the plan is below its limit, no more move than can, no fewer than must."""
    rules, view = rules_and_view(county, policy, None, plan.year)
    built = build(rules, view, 0, leaders=False)
    limits = rotation_limits(built.problem, "staff_variation", dt.Stop(60))
    report = dt.verify(county, plan, policy)
    reached = [f.finding.number for f in report.findings if f.rule == "staff_variation"]
    for lowest, found in zip(limits.lowest, reached, strict=True):
        assert found is not None and lowest.bound <= found**2 + 1e-6
        assert lowest.bound <= lowest.reached + 1e-9 and lowest.reached <= found**2 + 1e-6
        assert lowest.reached - lowest.bound < 2e-3 * lowest.reached + 1e-6
    assert limits.most_moves.bound >= limits.most_moves.reached >= len(plan.moves)
    assert limits.fewest_moves.bound <= limits.fewest_moves.reached
    asked = rotation_limits(built.problem, "staff_variation", dt.Stop(60), ("share_county",))
    assert asked.most_moves.bound >= limits.most_moves.bound
    assert asked.fewest_moves.bound <= limits.fewest_moves.bound


def test_what_districts_alone_cannot_reach_is_said(
    county: County, policy: Policy, plan: RotationPlan
) -> None:
    """Moves inside districts reach no lower coefficient than all moves do; the text opens more."""
    rules, view = rules_and_view(county, policy, None, plan.year)
    built = build(rules, view, 0, leaders=False)
    gate, inside = "staff_variation", scopes(built.view) > 0
    narrow = lowest_sums(built.problem, gate, dt.Stop(60), inside, ("share_county",))
    whole = lowest_sums(built.problem, gate, dt.Stop(60), None, ("share_county",))
    assert all(n.bound >= w.bound - 1e-9 for n, w in zip(narrow, whole, strict=True))
    gain = [n.bound - w.reached for n, w in zip(narrow, whole, strict=True)]
    at = int(np.argmax(gain))
    assert gain[at] > 1e-3
    ceiling = {("primary", "junior")[at // 3]: float(np.sqrt(narrow[at].bound - gain[at] / 2))}
    tight = tuple(
        replace(r, ceilings=ceiling) if r.name == gate else r  # type: ignore[call-arg]
        for r in policy.rules
    )
    told = explain_place(county, replace(policy, rules=tight), plan, "全县")
    assert "只在学区内交流，最低为" in told and "因此须开放" in told
    assert "最低可到" in told and "一年最多交流" in told


def test_the_public_list_names_no_more_than_it_must(
    county: County, plan: RotationPlan, tmp_path: Path
) -> None:
    """Teachers by id, schools by name, and the national register's fields."""
    (path,) = export(plan, county, tmp_path / "名单.csv")
    lines = path.read_text("utf-8-sig").splitlines()
    assert lines[0].split(",")[0] == "教师编号" and "是否调动人事关系" in lines[0]
    assert len(lines) == 1 + len(plan.moves)
    assert str(county.schools["name"][plan.moves["to_school"].iloc[0]]) in lines[1]


def test_after_a_withdrawal_the_rest_is_kept(
    county: County, policy: Policy, plan: RotationPlan
) -> None:
    """One in twenty withdraws: hardly any other move changes, and the plan still holds."""
    movers = list(plan.moves["teacher"])
    gone = movers[:: max(1, len(movers) // 3)][:3]
    again = replan(county, policy, plan, gone, stop=dt.Stop(600), seed=1)
    new = again.proposal.plan
    assert isinstance(new, RotationPlan) and dt.verify(county, new, policy).ok
    assert not set(gone) & set(new.moves["teacher"])
    to = dict(zip(new.moves["teacher"], new.moves["to_school"], strict=True))
    old = dict(zip(plan.moves["teacher"], plan.moves["to_school"], strict=True))
    kept = {t for t, s in old.items() if to.get(t) == s}
    assert again.count("kept") == len(kept) >= len(old) - len(gone) - 1
    assert again.count("withdrawn") == len(gone)
    assert again.count("called") == len(set(to) - set(old))
    with using_language("en"):
        assert f"{len(gone)} withdrawn" in str(again)


def test_planning_again_without_withdrawals_changes_nothing(
    county: County, policy: Policy, plan: RotationPlan
) -> None:
    """The plan announced was best, and is found again; ids that do not move are refused."""
    again = replan(county, policy, plan, [], stop=dt.Stop(600), seed=1)
    assert again.count("kept") == len(plan.moves) == len(again.changes)
    with pytest.raises(PlanFileError, match="A1、A2"):
        replan(county, policy, plan, ["A2", "A1"])
    rules = tuple(r for r in policy.rules if r.name != "keep_announced")
    with pytest.raises(PolicyError, match="keep_announced"):
        replan(county, replace(policy, rules=rules), plan, [])


def test_a_move_that_lapsed_names_its_rule(
    county: County, policy: Policy, plan: RotationPlan
) -> None:
    """Somebody falls ill after the announcement: dropped, with the rule that holds them."""
    ill = str(plan.moves.loc[plan.moves["reason"] != "leader", "teacher"].iloc[0])
    teachers = county.tables["teachers"].copy()
    teachers.loc[teachers["teacher"] == ill, "exempt"] = "illness"
    changed = county.with_tables(teachers=teachers)
    again = replan(changed, policy, plan, [], stop=dt.Stop(600), seed=1)
    (row,) = again.changes[again.changes["teacher"] == ill].to_dict("records")
    assert row["change"] == "dropped" and "暂缓" in row["rules"]


def test_an_impossible_share_is_named(county: County, policy: Policy) -> None:
    """Asking half of the eligible to move: no plan, the rule is named, and what must give way."""
    rules = tuple(
        replace(r, share=0.9, most=0.0) if r.name == "share_county" else r  # type: ignore[call-arg]
        for r in policy.rules
    )
    proposal = dt.propose(county, replace(policy, rules=rules), "rotation", stop=dt.Stop(600))
    assert proposal.plan is None and proposal.no_plan
    assert "全县交流比例" in proposal.explain()
