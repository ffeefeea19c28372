"""Posts: what the model allows is what the checks let pass; optima, conflicts, edits, files."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from districting.county import County
from districting.errors import PlanFileError, PolicyError
from districting.evaluate import verify
from districting.model.posts import Ban, Cost, Count, PostsProblem, PostsView, posts_view
from districting.plan.plan_file import plan_text, read_plan, write_plan
from districting.plan.posts_plan import PostsPlan, posts_table
from districting.plan.record import Lock, Status
from districting.policy import Clause, Policy, Strength, Verdict
from districting.policy.posts import RULES, PostsRule
from districting.policy.posts.base import Numbers
from districting.proposing import propose
from districting.proposing.posts import posts_of
from districting.solve.posts import find_posts_conflict, solve_posts
from districting.solve.stop import Stop

STAFF = [
    # teacher, school, post, party, born, title, honour
    ("T0", "S0", "principal", True, "1980-01-01", "senior", "county"),
    ("T1", "S0", "secretary", True, "1968-01-01", "first", "none"),
    ("T2", "S1", "principal", False, "1985-01-01", "first", "city"),
    ("T3", "S1", "teacher", True, "1990-01-01", "second", "none"),
    ("T4", "S2", "principal", True, "1982-01-01", "second", "none"),
]


def _tables(rows: list[tuple[Any, ...]]) -> dict[str, pd.DataFrame]:
    columns = ["teacher", "school", "post", "party", "born", "title", "honour"]
    teachers = pd.DataFrame(rows, columns=columns)
    teachers["born"] = pd.to_datetime(teachers["born"])
    return {
        "teachers": teachers,
        "posts": pd.DataFrame(
            {
                "place": ["甲"],
                "post": ["director"],
                "teacher": ["T4"],
                "terms": [2],
                "result": ["failed"],
            }
        ),
        "candidates": pd.DataFrame(
            {"place": ["甲"], "post": ["director"], "teacher": ["T2"], "score": [90.0]}
        ),
    }


@pytest.fixture(scope="module")
def county(grid_county: Callable[..., County]) -> County:
    """One district of a junior school at the seat, a primary school and a kindergarten."""
    schools = [
        {"at": 0, "kind": "junior", "town_seat": True},
        {"at": 1, "kind": "primary"},
        {"at": 2, "kind": "kindergarten"},
    ]
    made = grid_county(1, 3, schools=schools, labels=["甲"] * 3)
    return made.with_tables(**_tables(STAFF))


def _rule(name: str, strength: str = "must", **params: Any) -> PostsRule:
    return RULES[name](clause=Clause("", "试"), strength=Strength(strength), **params)


def _policy(*rules: PostsRule) -> Policy:
    return Policy("试", "试", {}, rules=rules)


def _start(county: County, *locks: Lock) -> PostsPlan:
    layout = county.current_plan
    assert layout is not None
    return replace(posts_of(county, layout), locks=locks)


def _view(county: County, start: PostsPlan, rules: tuple[PostsRule, ...]) -> PostsView:
    rows = [
        (body, place, post)
        for rule in rules
        if isinstance(rule, Numbers)
        for body, place in start.places()
        if body == rule.body
        for post in rule.numbers(3)
    ]
    return posts_view(county, start, pd.DataFrame(rows, columns=["body", "place", "post"]))


def _one_director(view: PostsView, used: np.ndarray) -> bool:
    return int((view.fills("district", "director") & used).sum()) <= 1


def _staffed(view: PostsView, used: np.ndarray) -> bool:
    """Whether every office has one holder and two posts of one person are one arc."""
    filled = [o for a in np.flatnonzero(used) for o in (view.office[a], view.second[a]) if o >= 0]
    people = [view.teacher[a] for a in np.flatnonzero(used)]
    twice = len(view.offices) == 2 and len(people) == 2 and len(set(people)) == 1
    single = len(filled) == len(set(filled))
    return set(filled) == set(range(len(view.offices))) and single and not twice


def _accepts(part: Ban | Count | Cost, used: np.ndarray) -> bool:
    if isinstance(part, Ban):
        return not (part.arcs & used).any()
    if isinstance(part, Count):
        held = np.bincount(part.row[used[part.arc]], minlength=len(part.lower))
        return bool(((held >= part.lower) & (held <= part.upper)).all())
    return True


def _posts(view: PostsView, used: np.ndarray) -> pd.DataFrame:
    people = view.staff[["teacher", "school"]].to_numpy()
    offices = view.offices.to_numpy()
    rows = []
    for arc in np.flatnonzero(used):
        for office in (view.office[arc], view.second[arc]):
            if office >= 0:
                who = people[view.teacher[arc]]
                rows.append((*offices[office], *who, "2026-09", "2029-08"))
    return posts_table(rows)


def _choices(view: PostsView, most: int) -> Iterator[np.ndarray]:
    """Yield every set of at most so many arcs that fills no office twice with one person."""
    for size in range(most + 1):
        for chosen in combinations(range(len(view.teacher)), size):
            filled = [
                (view.teacher[a], o)
                for a in chosen
                for o in (view.office[a], view.second[a])
                if o >= 0
            ]
            if len(filled) == len(set(filled)):
                used = np.zeros(len(view.teacher), dtype=bool)
                used[list(chosen)] = True
                yield used


HEADS = ("district_heads", {})
STAFFED = ("district_staff", {"managers_min": 0, "deputies_min": 1})
CASES: list[tuple[tuple[str, dict[str, Any]], tuple[str, dict[str, Any]]]] = [
    (HEADS, HEADS),
    (STAFFED, STAFFED),
    (HEADS, ("head_pool", {})),
    (STAFFED, ("director_pool", {})),
    (STAFFED, ("deputy_pool", {})),
    (STAFFED, ("deputy_stages", {})),
    (STAFFED, ("manager_pool", {})),
    (HEADS, ("party_secretary", {})),
    (HEADS, ("one_office", {"together": "must"})),
    (HEADS, ("one_office", {"together": "never"})),
    (HEADS, ("office_terms", {"terms": 2, "oldest": 60.0})),
    (HEADS, ("appraisal", {})),
    (HEADS, ("appraisal", {"dismissed": (), "least": 95.0})),
    (HEADS, ("post_locks", {})),
]
LOCKS = (Lock("post", "甲/director", "T0"), Lock("post", "甲/secretary", "T1", forbid=True))


@pytest.fixture(scope="module")
def plan_of_arcs() -> dict[tuple[str, tuple[Lock, ...], bytes], PostsPlan]:
    """Return the plan that arcs mean, by rule of numbers: many cases look at the same ones."""
    return {}


@pytest.mark.parametrize(("numbers", "wanted"), CASES, ids=lambda c: f"{c[0]}-{c[1]}")
def test_model_allows_what_the_check_lets_pass(
    county: County,
    plan_of_arcs: dict[tuple[str, tuple[Lock, ...], bytes], PostsPlan],
    numbers: tuple[str, dict[str, Any]],
    wanted: tuple[str, dict[str, Any]],
) -> None:
    """Over all choices of up to three arcs the rule's parts and its check agree, and part them."""
    rule = _rule(wanted[0], **wanted[1])
    locks = LOCKS if wanted[0] == "post_locks" else ()
    view = _view(county, _start(county, *locks), (_rule(numbers[0], **numbers[1]),))
    parts = list(rule.constrain(view))
    seen = set()
    for used in _choices(view, 3 if len(view.teacher) < 16 else 2):
        if rule.name == "one_office" and not _staffed(view, used):
            continue  # whether two posts are one person's is known once both are filled
        if rule.name == "deputy_pool" and not _one_director(view, used):
            continue  # the rows say so as well, which is another rule's business
        model = all(_accepts(p, used) for p in parts)
        key = (numbers[0], locks, used.tobytes())
        if key not in plan_of_arcs:
            plan_of_arcs[key] = replace(view.start, posts=_posts(view, used))
        plan = plan_of_arcs[key]
        verdicts = {f.verdict for f in rule.check(county, plan)}
        checker = verdicts <= {Verdict.PASS}
        assert model == checker, plan.posts
        seen.add(model)
    assert seen == {True, False} or (wanted[0] == "office_terms" and seen)


def _brute(view: PostsView, parts: list[Any], most: int) -> float:
    best = np.inf
    for used in _choices(view, most):
        if all(_accepts(p, used) for p in parts if not isinstance(p, Cost)):
            cost = sum(p.weight * p.cost[used].sum() for p in parts if isinstance(p, Cost))
            best = min(best, float(cost))
    return best


def test_optimum_equals_brute_force(county: County) -> None:
    """The solver's optimum is that of all choices, proven, and the plan passes every check."""
    rules = (
        _rule("district_heads"),
        _rule("head_pool"),
        _rule("party_secretary"),
        _rule("one_office"),
        _rule("standing", "aim"),
        _rule("keep_holders", "aim", weight=20.0),
    )
    view = _view(county, _start(county), rules)
    parts = [p for r in rules for p in r.constrain(view)]
    found = solve_posts(PostsProblem(len(view.teacher), tuple(parts)), Stop(30))
    assert found.status is Status.OPTIMAL
    assert found.objective == pytest.approx(_brute(view, parts, 2))
    proposal = propose(county, _policy(*rules), "posts", seed=1)
    assert isinstance(proposal.plan, PostsPlan)
    report = verify(county, proposal.plan, _policy(*rules))
    assert report.ok and report.complete
    assert proposal.plan.solver is not None and proposal.plan.solver.gap == 0


def test_one_person_may_head_a_district_alone_but_not_be_its_deputy(county: County) -> None:
    """Director and secretary go together where the policy says so; other pairs never do."""
    rule, start = _rule("one_office"), _start(county)
    for second, verdict in (("secretary", Verdict.PASS), ("deputy", Verdict.FAIL)):
        rows = [("district", "甲", p, "T0", "S0", "", "") for p in ("director", second)]
        found = {f.verdict for f in rule.check(county, replace(start, posts=posts_table(rows)))}
        assert (Verdict.FAIL in found) == (verdict is Verdict.FAIL)


def test_scores_of_candidates_decide(county: County) -> None:
    """The assessed candidate becomes director where nothing else speaks against it."""
    rules = (
        _rule("district_heads"),
        _rule("one_office", together="never"),
        _rule("standing", "aim"),
    )
    plan = propose(county, _policy(*rules), "posts").plan
    assert isinstance(plan, PostsPlan)
    assert plan.posts.loc[plan.posts["post"] == "director", "teacher"].tolist() == ["T2"]


def test_rural_service_decides_where_nothing_else_does(county: County) -> None:
    """Years at a rural school, now or in an earlier stay, count; model and check agree."""
    joined = pd.to_datetime(["2010-09-01", "2010-09-01", "2024-09-01", "2010-09-01", "2010-09-01"])
    stays = [("T0", "S1", "2018-09-01", "2022-08-31"), ("T2", "S1", "2020-09-01", None)]
    past = pd.DataFrame(stays, columns=["teacher", "to_school", "start", "end"])
    past = past.assign(start=pd.to_datetime(past["start"]), end=pd.to_datetime(past["end"]))
    schools = county.schools.assign(area_type=["urban", "rural", "urban"])
    teachers = county.tables["teachers"].assign(joined=joined)
    rural = county.with_tables(schools=schools, teachers=teachers, rotations=past)
    rule = _rule("rural_service", "aim", posts=("director",))
    view = _view(rural, _start(rural), (_rule("district_heads"), rule))
    (cost,) = rule.constrain(view)
    directs = view.fills("district", "director")
    served = {t for t, n in zip(view.of("teacher")[directs], cost.cost[directs], strict=True)
              if n == 0}  # fmt: skip
    assert served == {"T0", "T3"} and not cost.cost[~directs].any()
    for teacher in ("T0", "T1", "T2", "T3", "T4"):
        rows = [("district", "甲", "director", teacher, "S0", "", "")]
        (found,) = rule.check(rural, replace(_start(rural), posts=posts_table(rows)))
        assert (found.number == 0) == (teacher in served)


def test_conflict_names_the_rules_and_what_is_missing(county: County) -> None:
    """Without a Party member among the heads, pool, number and membership are in conflict."""
    rows = [(*r[:3], False, *r[4:]) if r[2] != "teacher" else r for r in STAFF]
    bare = county.with_tables(**_tables(rows))
    rules = (
        _rule("district_heads"),
        _rule("head_pool"),
        _rule("party_secretary"),
        _rule("one_office"),
    )
    view = _view(bare, _start(bare), rules)
    problem = PostsProblem(len(view.teacher), tuple(p for r in rules for p in r.constrain(view)))
    conflict = find_posts_conflict(problem, Stop(30))
    assert set(conflict.gates) == {"district_heads", "head_pool", "party_secretary"}
    assert conflict.proven and sum(g[2] for g in conflict.relaxation) == 1
    proposal = propose(bare, _policy(*rules), "posts")
    assert proposal.no_plan and "党员" in proposal.explain()


def test_a_district_without_junior_school_gets_somebody_else_and_says_so(county: County) -> None:
    """Where nobody is eligible as director the principle is broken and the finding says so."""
    schools = county.schools.assign(town_seat=False)
    rules = (_rule("district_heads"), _rule("director_pool", "principle", price=100.0))
    moved = county.with_tables(schools=schools)
    plan = propose(moved, _policy(*rules), "posts").plan
    assert plan is not None
    (finding,) = rules[1].check(moved, plan)
    assert finding.verdict is Verdict.FAIL and finding.number == 0
    assert "没有驻地初中" in rules[1].explain(finding)


def test_edits_locks_and_file(county: County, tmp_path: Path) -> None:
    """Posts are assigned by place and title, locks hold in a new proposal, files round-trip."""
    rules = (_rule("district_heads"), _rule("one_office"), _rule("post_locks"))
    plan = propose(county, _policy(*rules), "posts").plan
    assert isinstance(plan, PostsPlan)
    child = plan.assign(county, "甲/主任", "T3", reason="试").lock(county, units=["甲/director"])
    assert child.locks == (Lock("post", "甲/director", "T3"),)
    with pytest.raises(PlanFileError, match="锁定"):
        child.assign(county, "甲/director", "T0")
    with pytest.raises(PlanFileError, match="T9"):
        plan.assign(county, "甲/director", "T9")
    with pytest.raises(PlanFileError, match="乙/主任"):
        plan.assign(county, "乙/主任", "T0")
    again = propose(county, _policy(*rules), "posts", start=child).plan
    assert isinstance(again, PostsPlan)
    assert "T3" in set(again.posts.loc[again.posts["post"] == "director", "teacher"])
    assert child.unlock(county, ["甲/director"]).locks == ()
    write_plan(child, tmp_path / "甲.plan.toml")
    back = read_plan(tmp_path / "甲.plan.toml")
    assert plan_text(back) == plan_text(child)


def test_bad_words_are_refused() -> None:
    """Pools and double offices take only the words that the rules know."""
    with pytest.raises(PolicyError, match="mayor"):
        _rule("head_pool", heads=("mayor",))
    with pytest.raises(PolicyError, match="perhaps"):
        _rule("one_office", together="perhaps")


def _parts(county: County, plan: PostsPlan, *rules: PostsRule) -> dict[str, tuple[str, ...]]:
    """Return the texts of what `verify` finds wrong in a plan written to a file, by rule."""
    report = verify(county, plan, _policy(*rules))
    wrong: dict[str, tuple[str, ...]] = {}
    for found in report.findings:
        if found.outcome != "pass":
            wrong[found.rule] = (*wrong.get(found.rule, ()), found.text)
    return wrong


def test_plans_edited_by_hand_are_refused(county: County) -> None:
    """A holder from elsewhere, a school not the own, another term, a post the policy lacks."""
    heads, terms = _rule("district_heads"), _rule("office_terms")
    proposal = propose(county, _policy(heads, terms), "posts")
    plan = proposal.plan
    assert isinstance(plan, PostsPlan) and not _parts(county, plan, heads, terms)
    rows, first = plan.posts, plan.posts.index[0]
    school_of = county.tables["teachers"].set_index("teacher")["school"]
    other = next(str(t) for t, s in school_of.items() if s != rows["school"][first])

    def changed(**cells: str) -> PostsPlan:
        table = rows.copy()
        for column, value in cells.items():
            table.loc[first, column] = value
        return replace(plan, posts=table)

    moved = changed(teacher=other, school=school_of[other])
    moved = replace(moved, schools=moved.schools.drop(school_of[other]))
    (text,) = _parts(county, moved, heads, terms)["structure"]
    assert other in text and "本学区" in text
    (text,) = _parts(county, changed(school="S9"), heads, terms)["structure"]
    assert rows["teacher"][first] in text
    (text,) = _parts(county, changed(end="2049-08"), heads, terms)["office_terms"]
    assert "2049-08" in text
    extra = rows.loc[[first]].assign(post="manager")
    grown = replace(plan, posts=pd.concat([rows, extra], ignore_index=True))
    (text,) = _parts(county, grown, heads, terms)["district_heads"]
    assert "不设兼职管理员" in text
    staff = _rule("district_staff", deputies_min=0, managers_min=0)
    assert "district_heads" not in _parts(county, grown, heads, staff)


def test_locks_are_told_by_the_post(county: County) -> None:
    """A lock that the plan does not keep is named; the place is written out."""
    heads, locks = _rule("district_heads"), _rule("post_locks")
    plan = propose(county, _policy(heads), "posts").plan
    assert isinstance(plan, PostsPlan)
    held = set(plan.posts["teacher"])
    free = next(t for t in county.tables["teachers"]["teacher"] if t not in held)
    place = str(plan.posts["place"].iloc[0])
    plan = replace(plan, locks=(Lock("post", f"{place}/director", free),))
    (text,) = _parts(county, plan, heads, locks)["post_locks"]
    assert f"{place}/主任" in text and free in text
