"""For every feeder rule: the patterns its parts allow are those its check lets pass."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from itertools import product
from types import MappingProxyType
from typing import Any

import networkx as nx
import numpy as np
import pandas as pd
import pytest

from districting.county import County
from districting.errors import PolicyError
from districting.model.feeder_words import feeder_problem
from districting.model.feeders import FeederProblem
from districting.plan.record import Lock
from districting.plan.zone_plan import ZonePlan, feeder_table, zone_table
from districting.policy import Clause, Policy, Strength, Verdict
from districting.policy.feeder_build import feeder_model
from districting.policy.zones import RULES
from districting.policy.zones.feeder_base import FeederRule
from districting.solve.feeders import price_feeders

MUST, PRINCIPLE, AIM = Strength.MUST, Strength.PRINCIPLE, Strength.AIM
CASES: list[tuple[str, dict[str, Any]]] = [
    ("feeder_single", {}),
    ("feeder_inside_district", {}),
    ("feeder_near", {"choices": 1}),
    ("feeder_near", {"choices": 2}),
    ("feeder_contiguous", {}),
    ("feeder_capacity", {}),
    ("feeder_capacity", {"years": 2}),
    ("feeder_coverage", {"percent": {"2026": 40, "2027": 80}}),
    ("feeder_locks", {}),
]


def rule_of(name: str, strength: Strength = MUST, **params: Any) -> FeederRule:
    rule = RULES[name](clause=Clause("", "试"), strength=strength, **params)
    assert isinstance(rule, FeederRule)
    return rule


@pytest.fixture(scope="module", params=[1, 2])
def county(request: pytest.FixtureRequest, grid_county: Callable[..., County]) -> County:
    """Five villages in a row and one more; four primaries, three juniors in three districts."""
    random = np.random.default_rng(request.param)
    spots = random.permutation(6)
    schools: list[dict[str, Any]] = [{"at": int(spots[k])} for k in range(4)]
    schools += [
        {
            "at": int(random.integers(6)),
            "kind": "junior",
            "seats_primary": 0,
            "seats_junior": int(random.integers(40, 200)) if k else 0,
        }
        for k in range(3)
    ]
    made = grid_county(
        2,
        3,
        schools=schools,
        labels=[["甲", "乙", "丙"][int(random.integers(3))] for _ in range(6)],
        children_junior=random.integers(0, 90, 6),
    )
    zones = [(v, "primary", f"S{random.integers(4)}") for v in made.villages.index]
    rows = [
        (v, 2026, age, int(random.integers(0, 30)))
        for v in made.villages.index
        for age in range(10, 15)
    ]
    return made.with_tables(
        districts=made.tables["districts"].assign(
            union=["东", "东", ""][: made.tables["districts"].shape[0]]
        ),
        zones=pd.DataFrame(zones, columns=["village", "stage", "school"]),
        feeders=pd.DataFrame([("S0", "S4"), ("S1", "S5")], columns=["primary", "junior"]),
        children=pd.DataFrame(rows, columns=["village", "year", "age", "count"]),
    )


def start_of(county: County) -> ZonePlan:
    start = county.current_zones
    assert start is not None
    used = sorted(set(start.zones["primary"]))
    locks = [Lock("feeder", used[0], "S5")]
    if len(used) > 1:
        locks.append(Lock("feeder", used[1], "S6", forbid=True))
    return replace(start, locks=tuple(locks))


def allows(problem: FeederProblem, target: tuple[int, ...], start: tuple[int, ...]) -> bool:
    """Tell from the arrays' definition whether a pattern is allowed."""
    pairs = set(zip(problem.pair_primary.tolist(), problem.pair_target.tolist(), strict=True))
    if any((p, t) not in pairs for p, t in enumerate(target)):
        return False
    graph = nx.Graph(problem.edges.tolist())
    graph.add_nodes_from(range(problem.n))
    for t, host in enumerate(problem.host.tolist()):
        zone = {p for p in range(problem.n) if target[p] == t} | {host}
        if problem.contiguous and host >= 0 and not nx.is_connected(graph.subgraph(zone)):
            return False
    load = problem.loads(np.array(target), np.array(start))
    if problem.elastic is None and (load > problem.seats).any():
        return False
    if problem.coverage is not None:
        held = np.array(start) <= np.arange(problem.years)[:, None]
        covered = (problem.graduates * held).sum(axis=1)
        return bool((covered >= problem.coverage * problem.graduates.sum(axis=1) - 1e-9).all())
    return True


def patterns(county: County, rule: FeederRule, most: int = 81) -> Iterator[tuple[Any, ...]]:
    """Yield patterns, all or `most` at random, with the problem and the plan that each means."""
    start = start_of(county)
    view, parts = feeder_model(county, Policy("试", "试", {}, rules=(rule,)), start)
    problem = feeder_problem(view, parts)
    targets = product(range(view.m), repeat=view.n)
    every = list(product(targets, product(range(problem.starts), repeat=view.n)))
    chosen = np.random.default_rng(0).permutation(len(every))[:most]
    for target, begin in (every[i] for i in chosen):
        rows = tuple(
            (view.primaries[p], view.juniors[t], "direct", view.years[k])
            for p, (t, k) in enumerate(zip(target, begin, strict=True))
        )
        yield problem, target, begin, replace(start, feeders=_table(rows))


@cache
def _table(rows: tuple[tuple[str, str, str, int], ...]) -> pd.DataFrame:
    """Return the table of feeders; many rules are tried on the same ones."""
    return feeder_table(rows)


@pytest.mark.parametrize(("name", "params"), CASES, ids=lambda p: p if isinstance(p, str) else "")
def test_parts_allow_what_checks_let_pass(
    county: County, name: str, params: dict[str, Any]
) -> None:
    rule = rule_of(name, **params)
    seen = []
    for problem, target, begin, plan in patterns(county, rule):
        broken = [f for f in rule.judge(county, plan, "junior") if f.verdict is Verdict.FAIL]
        allowed = allows(problem, target, begin)
        assert allowed == (not broken), (target, begin, [rule.explain(f) for f in broken])
        seen.append(allowed)
    assert any(seen) or name in ("feeder_capacity", "feeder_contiguous")


@pytest.mark.parametrize("form", ["separator", "shortest_path"])
def test_juniors_are_at_home_in_their_primary_zone(
    grid_county: Callable[..., County], form: str
) -> None:
    """Two juniors stand in one primary zone, in villages of their own: it feeds one of them.

    Three primary zones of two villages side by side; the village-wise rule on zones asks of feeders
    what its check finds in the junior zones that follow them.
    """
    juniors = ({"at": at, "kind": "junior", "seats_junior": 90} for at in (0, 3, 5))
    county = grid_county(2, 3, schools=[{"at": 0}, {"at": 1}, {"at": 2}, *juniors])
    primary = pd.Series(["S0", "S1", "S2"] * 2, index=county.villages.index)
    zones = zone_table({"primary": primary, "junior": {}})
    start = ZonePlan(name="试", county=county.code, year=2026, zones=zones)
    rules = (RULES["contiguous"](clause=Clause("", "片"), strength=MUST, form=form),)
    policy = Policy("试", "试", {}, rules=(*rules, rule_of("feeder_single")))
    view, parts = feeder_model(county, policy, start)
    problem, passed = feeder_problem(view, parts), []
    for target in product(range(view.m), repeat=view.n):
        plan = follow(start, dict(zip(view.primaries, view.juniors[list(target)], strict=True)))
        broken = [f for f in rules[0].judge(county, plan, "junior") if f.verdict is Verdict.FAIL]
        assert (not broken) == allows(problem, target, (0, 0, 0)), target
        passed += [target] if not broken else []
    # The west feeds one of its two juniors, the east its own; the middle any, through the west too.
    assert passed == [(a, b, 2) for a in (0, 1) for b in (0, 1, 2)]
    moved = follow(start, {"S0": "S3", "S1": "S3", "S2": "S5"})
    moved.zones.loc[county.villages.index[4], "junior"] = "S4"
    assert not [f for f in rules[0].judge(county, moved, "junior") if f.verdict is Verdict.FAIL]
    moved.zones.loc[county.villages.index[0], "junior"] = "S5"
    told = [rules[0].explain(f) for f in rules[0].judge(county, moved, "junior")]
    assert any("第3村委会是" in text for text in told)


def follow(start: ZonePlan, feeds: dict[str, str]) -> ZonePlan:
    """Return the plan whose junior zones follow these feeders."""
    zones = start.zones.assign(junior=start.zones["primary"].map(feeds))
    rows = [(p, j, "direct", 2026) for p, j in feeds.items()]
    return replace(start, zones=zones, feeders=feeder_table(rows))


@pytest.mark.parametrize(
    ("name", "strength"),
    [
        ("feeder_inside_district", PRINCIPLE),
        ("feeder_capacity", PRINCIPLE),
        ("feeder_stability", AIM),
    ],
)
def test_prices_are_what_checks_measure(county: County, name: str, strength: Strength) -> None:
    """What a softened rule adds to the objective is its price times what its check finds."""
    rule = rule_of(name, strength)
    for problem, target, begin, plan in patterns(county, rule, most=30):
        parts = price_feeders(problem, np.array(target), np.array(begin))
        paid = sum(p.value for key, p in parts.items() if key != "travel")
        findings = list(rule.judge(county, plan, "junior"))
        if name == "feeder_capacity":
            due = float(sum(f.details["cost"] for f in findings))
        elif name == "feeder_stability":
            due = rule.weight * (findings[0].number or 0.0)
        else:
            graduates = dict(
                zip(sorted(set(plan.zones["primary"])), problem.graduates[0].tolist(), strict=True)
            )
            names = {n: s for s, n in county.schools["name"].items()}
            steps = {names[f.place[0]]: f.number or 0.0 for f in findings}
            due = rule.price * sum(steps[s] * g for s, g in graduates.items())
        assert paid == pytest.approx(due)


def test_single_feeders_and_lotteries(county: County) -> None:
    rule, start = rule_of("feeder_single"), start_of(county)
    used = sorted(set(start.zones["primary"]))

    def verdicts(rows: list[tuple[Any, ...]], groups: dict[str, str]) -> set[Verdict]:
        plan = replace(start, feeders=feeder_table(rows), groups=MappingProxyType(groups))
        return {f.verdict for f in rule.judge(county, plan, "junior")}

    direct = [(p, "S5", "direct", 2026) for p in used]
    assert verdicts(direct, {}) == {Verdict.PASS}
    assert verdicts(direct[1:], {}) == {Verdict.INCOMPLETE}
    assert verdicts([*direct, (used[0], "S6", "direct", 2026)], {}) == {Verdict.FAIL}
    lots = [(p, j, "lottery", 2026) for p in used for j in ("S5", "S6")]
    assert verdicts(lots, {"S5": "S5", "S6": "S5"}) == {Verdict.PASS}
    assert verdicts(lots, {}) == {Verdict.FAIL}
    assert verdicts(lots[1:], {"S5": "S5", "S6": "S5"}) == {Verdict.FAIL}
    assert verdicts([(p, "S1", "direct", 2026) for p in used], {}) == {Verdict.FAIL}


def test_bad_parameters_are_refused() -> None:
    for bad in ({"2026": 60, "2027": 40}, {"2026": 140}, {"明年": 10}, {}):
        with pytest.raises(PolicyError):
            rule_of("feeder_coverage", percent=bad)
    with pytest.raises(PolicyError):
        rule_of("feeder_near", choices=0)
    with pytest.raises(PolicyError):
        rule_of("feeder_capacity", AIM)
