"""For every rotation rule: what the model allows is what the check lets pass, plan by plan."""

from collections.abc import Callable
from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np
import pandas as pd
import pytest
from tiny_staff import (
    YEAR,
    arcs_of,
    built_of,
    empty_plan,
    filled,
    passes,
    plain,
    plans,
    rule_of,
    tiny,
)

from districting.county import County
from districting.model.rotation import Convex
from districting.plan.record import Lock
from districting.plan.rotation_plan import move_table, new_move
from districting.policy.rotation import RULES
from districting.solve.rotation.solution import broken, tier_value

HARD: list[tuple[str, dict[str, Any]]] = [
    ("tenure", {}),
    ("tenure", {"basis": "appointments"}),
    ("tenure", {"years": {"primary": 5}, "titles_of": {"primary": ("first",)}}),
    ("exempted", {}),
    ("retirement", {"years": 12}),
    ("retirement", {"years": 1, "oldest": {"m": 50, "f": 45}}),
    ("share_sending", {"share": 0.5, "areas": ("urban", "seat")}),
    ("share_county", {"share": 0.4, "most": 0.7}),
    ("share_backbone", {"share": 0.4}),
    ("share_backbone", {"share": 0.5, "base": "eligible"}),
    ("share_weak", {"share": 0.5, "backbone": 0.6, "areas": ("seat", "rural")}),
    ("longest_stay", {"years": {"primary": 6}}),
    ("direction", {}),
    ("near_district", {"widest": "district", "free_subjects": ()}),
    ("near_district", {"widest": "district"}),
    ("subject_fit", {}),
    ("subject_floor", {}),
    ("subject_ceiling", {"spare": 0}),
    ("out_cap", {"school": 0.4, "subject": 0.5}),
    ("post_band", {"band": 0.1}),
    ("post_band", {"band": 0.0, "scaled": False}),
    ("commute_limit", {"limit": 500.0, "extra": 1500.0}),
    ("links", {"within": {"couple": 1000, "team": 0}}),
    ("holds", {}),
    ("no_return", {}),
    ("staff_variation", {"indicators": ("backbone",), "least": 0}),
    ("leaders", {"terms": 1, "term_years": 3}),
]


def _county(grid_county: Callable[..., County], name: str, seed: int) -> County:
    over: dict[str, Any] = {}
    random = np.random.default_rng(seed)
    if name == "links":
        over = {"link": ["L1", "L1", "L2", "L2"], "link_kind": ["couple", "couple", "team", "team"]}
    if name == "holds":
        over = {"hold": random.choice(["", "stay", "move"], 4)}
    if name == "leaders":
        over = {"post": ["principal", "principal", "vice_principal", "principal"],
                "school": ["S0", "S1", "S1", "S2"]}  # fmt: skip
    if name == "commute_limit":
        over = {"commute_limit": [500.0, np.nan, np.nan, 1500.0]}
    if name == "exempted":
        over = {"exempt": ["illness", "", "nursing"], "exempt_until": [None, None, "2026-12-01"]}
    if name.startswith("share"):
        over = {
            "exempt": [""] * 4,
            "joined": ["2015-09-01", "2016-09-01", "2014-09-01", "2024-09-01"],
        }
    many = name in ("links", "leaders") or name.startswith("share")
    if over or many:
        county = tiny(grid_county, seed, 4 if many else 3, **over)
    else:
        county = plain(grid_county, seed)
    if name == "subject_fit":
        own = [{"subject": "语文", "grade": g, "periods": 8.0} for g in (1, 2, 3)]
        own += [{"subject": "音乐", "grade": 2, "periods": 2.0}]
        county = county.with_tables(curriculum=filled("curriculum", own))
    if name == "no_return":
        past = [
            {"teacher": "T0", "from_school": "S1", "to_school": "S0", "start": "2022-09-01"},
            {"teacher": "T1", "from_school": "S2", "to_school": "S1", "start": "2020-09-01"},
        ]
        county = county.with_tables(rotations=filled("rotations", past))
    if name in ("direction", "share_weak") and seed:  # weak schools by mark, not by area
        marked = county.schools.assign(weak=[False, True, False])
        if name == "direction":
            marked = marked.assign(area_type="rural", kind="primary", lead=False)
        county = county.with_tables(schools=marked)
    return county


@pytest.mark.parametrize(
    ("name", "params"), HARD, ids=[f"{n}-{i}" for i, (n, _) in enumerate(HARD)]
)
def test_the_model_allows_what_the_check_lets_pass(
    grid_county: Callable[..., County], name: str, params: dict[str, Any]
) -> None:
    """On every plan of small counties both agree, and each rule refuses some plan."""
    refused = 0
    for seed in range(2):
        county = _county(grid_county, name, seed)
        rule = rule_of(name, **params)
        others = [rule_of("tenure"), rule_of("exempted")] if name.startswith("share") else []
        rules = [rule, *others]
        for leaders in (False, True) if name == "leaders" else (False,):
            built = built_of(county, rules, leaders=leaders)
            heads = set(county.tables["teachers"]["teacher"]) if name == "leaders" else set()
            for plan in plans(county):
                if leaders != bool(heads & set(plan.moves["teacher"])) and heads:
                    continue
                chosen = arcs_of(built, plan)
                if others and chosen is None:
                    continue  # the conditions' matter
                allowed = chosen is not None and not broken(built.problem, chosen)
                if heads and not leaders:
                    allowed = not rule.due(built.view).any()  # type: ignore[attr-defined]
                assert allowed == passes(rule, rules, county, plan), plan.moves
                refused += not allowed
    assert refused > 0


def test_a_second_subject_is_taught_where_it_is_short(grid_county: Callable[..., County]) -> None:
    """Whoever moves, and whatever the plan says they teach there: model and checks agree."""
    params = {"rural": 1.0, "point": 1.0}
    fit, need = rule_of("subject_fit", second=True), rule_of("shortage", "aim", **params)
    used = refused = 0
    for seed in range(2):
        county = tiny(grid_county, seed, 3, subject=["语文", "语文", "音乐"],
                      subject_2=["音乐", "", "语文"])  # fmt: skip
        own = [{"subject": "语文", "grade": g, "periods": 8.0} for g in (1, 2)]
        own += [{"subject": "音乐", "grade": g, "periods": 2.0} for g in (1, 3)]
        county = county.with_tables(curriculum=filled("curriculum", own))
        built = built_of(county, [fit, need])
        view, seconds = built.view, county.tables["teachers"].set_index("teacher")["subject_2"]
        for plan in plans(county):
            rows = plan.moves.to_dict("records")
            options = [{r["subject"], seconds[r["teacher"]]} - {""} for r in rows]
            chosen = arcs_of(built, plan)
            due = None if chosen is None else [view.subjects[j] for j in view.joins[chosen]]
            for subjects in product(*options):
                taught = [r | {"subject": j} for r, j in zip(rows, subjects, strict=True)]
                trial = replace(plan, moves=move_table(taught))
                allowed = due == list(subjects)
                assert passes(fit, [fit], county, trial) == allowed, trial.moves
                refused += not allowed
                if allowed and chosen is not None:
                    value = tier_value(built.problem, 1, chosen)
                    assert value == pytest.approx(_numbers("shortage", county, trial, **params))
                    used += subjects != tuple(r["subject"] for r in rows)
    assert used > 0 and refused > 0


def test_locks_bind_model_and_check(grid_county: Callable[..., County]) -> None:
    """A lock to a school, to the present one, and away from one are kept by both."""
    county = tiny(grid_county, 1, 3, school=["S0", "S1", "S2"])
    locks = (
        Lock("teacher", "T0", "S1"),
        Lock("teacher", "T1", "S1"),
        Lock("teacher", "T2", "S0", forbid=True),
    )
    start = replace(empty_plan(county), locks=locks)
    rule = rule_of("holds")
    built = built_of(county, [rule], start=start)
    kept = 0
    for plan in plans(county, start):
        chosen = arcs_of(built, plan)
        allowed = chosen is not None and not broken(built.problem, chosen)
        assert allowed == passes(rule, [rule], county, plan)
        kept += allowed
    assert kept == 2


def _numbers(name: str, county: County, plan: Any, **params: Any) -> float:
    (finding,) = rule_of(name, "aim", **params).check(county, plan)
    assert finding.number is not None
    return finding.number


@pytest.mark.parametrize(
    ("name", "params"),
    [
        ("shortage", {"rural": 1.0, "point": 1.0}),
        ("total_commute", {}),
        ("few_moves", {}),
    ],
)
def test_aims_come_to_what_the_check_measures(
    grid_county: Callable[..., County], name: str, params: dict[str, Any]
) -> None:
    """Objective and independent measure agree on every plan."""
    for seed in range(2):
        county = plain(grid_county, seed)
        built = built_of(county, [rule_of(name, "aim", **params)])
        tier = built.problem.tiers[0]
        for plan in plans(county):
            chosen = arcs_of(built, plan)
            assert chosen is not None
            value = tier_value(built.problem, tier, chosen)
            assert value == pytest.approx(_numbers(name, county, plan, **params), abs=0.06)


def test_the_worst_way_is_counted_in_steps(grid_county: Callable[..., County]) -> None:
    """The tier counts whole steps of the largest extra way."""
    county = plain(grid_county, 2)
    built = built_of(county, [rule_of("worst_commute", "aim", step=500.0)])
    for plan in plans(county):
        chosen = arcs_of(built, plan)
        assert chosen is not None
        km = _numbers("worst_commute", county, plan)
        assert tier_value(built.problem, 2, chosen) == np.ceil(km * 2)


def test_coefficients_are_exact(grid_county: Callable[..., County]) -> None:
    """The convex steps add up to the squared coefficients that the check works out."""
    for seed in range(2):
        county = tiny(grid_county, seed, 3, honour=["county", "none", "county", "none"])
        rule = rule_of("staff_variation", "aim", least=0)
        built = built_of(county, [rule])
        for plan in plans(county):
            chosen = arcs_of(built, plan)
            assert chosen is not None
            found = [f.number for f in rule.check(county, plan) if f.number is not None]
            value = sum(
                p.cost_of(p.counts(chosen)) for p in built.problem.parts if isinstance(p, Convex)
            )
            assert value == pytest.approx(sum(n**2 for n in found), abs=1e-9)


def test_the_published_coefficient_is_weighted_by_pupils(
    grid_county: Callable[..., County],
) -> None:
    """45, 37, 89, 76, 55 pupils and 279, 137, 935, 160, 402 items: 0.5153, above the 0.50 ceiling.

    Unweighted it would be 0.4888 and pass: weighting decides.
    """
    pupils, items = (45, 37, 89, 76, 55), (279, 137, 935, 160, 402)
    schools = [{"at": k, "pupils_primary": p} for k, p in enumerate(pupils)]
    county = grid_county(1, 5, schools=schools)
    county = county.with_tables(schools=county.schools.assign(area_type="rural"))
    rows = [
        {"teacher": f"T{k:04d}", "school": f"S{s}", "stage": "primary", "subject": "语文",
         "honour": "county", "post": "teacher", "joined": "2010-09-01"}
        for k, s in enumerate(np.repeat(np.arange(5), items).tolist())
    ]  # fmt: skip
    blank = {t: filled(t, []) for t in ("classes", "preferences", "rotations", "curriculum")}
    county = county.with_tables(teachers=filled("teachers", rows), **blank)
    rule = rule_of("staff_variation", indicators=("backbone",))
    (finding,) = rule.check(county, empty_plan(county))
    assert finding.number == pytest.approx(0.5153, abs=5e-5)
    assert str(finding.verdict) == "fail"
    each = np.array(items) / np.array(pupils)
    assert each.std() / each.mean() == pytest.approx(0.4888, abs=5e-5)
    from districting.model.rotation_view import rotation_view

    (part,) = rule.constrain(rotation_view(county, YEAR))
    assert part.cost_of(part.base) == pytest.approx(finding.number**2)


def test_wishes_are_ranked(grid_county: Callable[..., County]) -> None:
    """A first wish costs nothing, a second 1, anything else 3."""
    county = tiny(grid_county, 3, school=["S0", "S0", "S0", "S0"])
    wishes = [
        {"teacher": "T0", "rank": 1, "school": "S1"},
        {"teacher": "T0", "rank": 2, "school": "S2"},
    ]
    county = county.with_tables(preferences=filled("preferences", wishes))
    rule = rule_of("wishes", "aim")
    built = built_of(county, [rule])
    rows = county.tables["teachers"].to_dict("records")
    for goals, cost, met in ((["S1"], 0, 1), (["S2"], 1, 1), (["S1", "S1"], 3, 1)):
        moves = [new_move(t, s, YEAR) for t, s in zip(rows, goals, strict=False)]
        plan = replace(empty_plan(county), moves=move_table(moves))
        chosen = arcs_of(built, plan)
        assert chosen is not None and tier_value(built.problem, 4, chosen) == cost
        assert _numbers("wishes", county, plan) == met


def test_a_wish_for_a_nine_year_school_means_both_stages(
    grid_county: Callable[..., County],
) -> None:
    """A primary and a junior teacher who name it: their moves there cost nothing."""
    county = tiny(grid_county, 3, school=["S0", "S0"], stage=["primary", "junior"])
    schools = county.schools.assign(pupils_junior=50, kind=["nine_year", "nine_year", "primary"])
    wishes = [{"teacher": t, "rank": 1, "school": "S1"} for t in ("T0", "T1")]
    county = county.with_tables(schools=schools, preferences=filled("preferences", wishes))
    built = built_of(county, [rule_of("wishes", "aim")])
    view, (part,) = built.view, built.problem.parts
    teachers = view.staff["teacher"].to_numpy(dtype=str)[view.teacher]
    there = view.places["school"].to_numpy(dtype=str)[view.to] == "S1"
    wished = np.isin(teachers, ["T0", "T1"]) & there
    assert wished.sum() == 2
    assert part.cost.tolist() == np.where(wished, 0.0, 3.0).tolist()


def test_announced_moves_are_counted_as_changes(grid_county: Callable[..., County]) -> None:
    """Dropped and redirected moves count one each, new ones what the rule says."""
    county = tiny(grid_county, 4, school=["S0", "S0", "S1", "S1"])
    rows = county.tables["teachers"].to_dict("records")
    announced = [new_move(rows[0], "S1", YEAR), new_move(rows[2], "S0", YEAR)]
    start = replace(empty_plan(county), moves=move_table(announced))
    cases = [
        (announced, 0, 0),
        (announced[:1], 1, 0),
        ([new_move(rows[0], "S2", YEAR), announced[1]], 1, 0),
        ([*announced, new_move(rows[1], "S1", YEAR)], 0, 1),
        ([], 2, 0),
    ]
    for price in (0.0, 1.0, 0.5):
        rule = rule_of("keep_announced", "aim", newcomers=price)
        built = built_of(county, [rule], start=start)
        for moves, changes, new in cases:
            chosen = arcs_of(built, replace(start, moves=move_table(moves)))
            assert chosen is not None
            assert tier_value(built.problem, rule.tier, chosen) == changes + price * new


def test_leaders_near_retirement_are_not_due(grid_county: Callable[..., County]) -> None:
    """Of two principals who have served their terms one retires soon: nobody is asked to move."""
    county = tiny(grid_county, 5, 2, school=["S0", "S1"], post=["principal"] * 2, sex=["m"] * 2,
                  joined=["2010-09-01"] * 2, post_since=["2010-09-01"] * 2, exempt=["", ""],
                  born=["1967-01-01", "1985-01-01"])  # fmt: skip
    plan = empty_plan(county)
    for others, stays in (([], 2), ([rule_of("retirement")], 1)):
        rules = [rule_of("leaders"), *others]
        rule = rules[0].joined(tuple(rules))
        due = rule.due(built_of(county, rules, leaders=True).view)  # type: ignore[attr-defined]
        told = [f.place for f in rule.check(county, plan) if str(f.verdict) == "fail"]
        assert due.sum() == len(told) == stays
    assert told == [("T1",)]


def test_a_term_fixes_dates_form_and_file(grid_county: Callable[..., County]) -> None:
    """A move without its end, or of another form, breaks the rule."""
    county = tiny(grid_county, 5, school=["S0"] * 4)
    (row, *_) = county.tables["teachers"].to_dict("records")
    right = new_move(row, "S1", YEAR) | {"end": "2029-08", "exchange": "district"}
    rule = rule_of("term")
    for change, holds in (({}, True), ({"end": ""}, False), ({"end": "2028-08"}, False),
                          ({"exchange": "support"}, False), ({"moved": True}, False)):  # fmt: skip
        plan = replace(empty_plan(county), moves=move_table([right | change]))
        assert passes(rule, [rule], county, plan) == holds
    head = county.tables["teachers"]["teacher"] == row["teacher"]
    posts = county.tables["teachers"]["post"].where(~head, "principal")
    led = county.with_tables(teachers=county.tables["teachers"].assign(post=posts))
    longer = rule_of("term", leader_years=5)
    for end, holds in (("2031-08", True), ("2029-08", False)):
        plan = replace(empty_plan(led), moves=move_table([right | {"end": end}]))
        assert passes(longer, [longer], led, plan) == holds
        assert longer.end_of(YEAR, leader=holds) == end  # type: ignore[attr-defined]
    far = right | {"to_school": "S2"}  # another district
    for form, holds in (("regular", True), ("district", False)):
        plan = replace(empty_plan(county), moves=move_table([far | {"exchange": form}]))
        assert passes(rule, [rule], county, plan) == holds


@pytest.mark.parametrize(
    ("born", "sex", "last"),
    [
        ("1964-12-01", "m", (2024, 12)),
        ("1965-01-01", "m", (2025, 2)),
        ("1965-04-01", "m", (2025, 5)),
        ("1965-05-01", "m", (2025, 7)),
        ("1980-01-01", "m", (2043, 1)),
        ("1970-01-01", "f", (2025, 2)),
        ("1990-06-01", "f", (2048, 6)),
    ],
)
def test_retirement_by_table(born: str, sex: str, last: tuple[int, int]) -> None:
    """Month by month as the gradual delay has it, by formula and by stepping alike."""
    rule = rule_of("retirement")
    day = pd.Timestamp(born)
    assert rule.retires(day, sex) == last  # type: ignore[attr-defined]
    months = np.array([12.0 * day.year + day.month])
    found = rule.last_month(months, pd.Series([sex]))[0]  # type: ignore[attr-defined]
    assert found == 12 * last[0] + last[1]


def test_a_deferral_does_not_excuse_the_longest_stay(grid_county: Callable[..., County]) -> None:
    """Whoever is exempt and there too long is an exception; whoever is near retirement is not."""
    county = tiny(grid_county, 3, 3, joined=["2015-09-01", "2015-09-01", "2022-09-01"],
                  exempt=["illness", "", ""], exempt_until=[None, None, None],
                  born=["1980-01-01", "1966-12-01", "1990-01-01"])  # fmt: skip
    rule = rule_of("longest_stay")
    conditions = [rule_of("exempted"), rule_of("retirement", years=5)]
    rules = [rule, *conditions]
    assert not passes(rule, rules, county, empty_plan(county))
    free = county.tables["teachers"].assign(joined=pd.Timestamp(2022, 9, 1))
    free["joined"] = free["joined"].where(free["teacher"] != "T1", pd.Timestamp(2015, 9, 1))
    assert passes(rule, rules, county.with_tables(teachers=free), empty_plan(county))


def test_no_plan_uses_a_move_that_a_link_rules_out(grid_county: Callable[..., County]) -> None:
    """Of a couple and a team, one may not move at all: the other's moves are in no good plan."""
    over = {"link": ["L1", "L1", "L2", "L2"], "link_kind": ["couple", "couple", "team", "team"]}
    ruled_out = used = 0
    for seed in range(4):
        exempt = np.where(np.arange(4) == seed, "illness", "")
        county = tiny(grid_county, seed, 4, exempt=exempt, exempt_until=[None] * 4, **over)
        link = rule_of("links", within={"couple": 1000, "team": 0})
        rules = [link, rule_of("exempted")]
        built = built_of(county, rules)
        alone = link.alone(built.view)  # type: ignore[attr-defined]
        ruled_out += int(alone.sum())
        for plan in plans(county):
            chosen = arcs_of(built, plan)
            if chosen is not None and passes(link, rules, county, plan):
                assert not alone[chosen].any()
                used += len(chosen)
    assert ruled_out > 0 and used > 0


def test_every_rule_has_a_test() -> None:
    """Hard rules are tried plan by plan, the others by measure."""
    measured = {"shortage", "total_commute", "few_moves", "worst_commute", "wishes",
                "keep_announced", "term"}  # fmt: skip
    of_years = {"due_once"}  # plans of several years: tests/policy/rotation/test_due_once.py
    assert {n for n, _ in HARD} | measured | of_years == set(RULES)
