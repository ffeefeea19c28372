"""For every zone rule: the plans its parts allow are those its check lets pass, at its price."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import cache
from itertools import product
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd
import pytest
from zone_check import check_zones

from districting.county import County
from districting.plan.record import Lock
from districting.plan.zone_plan import ZonePlan, feeder_table, zone_table
from districting.policy import Clause, Policy, Strength, Verdict
from districting.policy.zone_build import zone_model
from districting.policy.zones import RULES, ZoneRule, base, contiguous

MUST, PRINCIPLE, AIM = Strength.MUST, Strength.PRINCIPLE, Strength.AIM
STAGES = ("primary", "junior")

HARD: list[tuple[str, dict[str, Any]]] = [
    ("whole_village", {}),
    ("seats", {}),
    ("walking_time", {"minutes": 20.0}),
    ("one_way_time", {"minutes": 11.0}),
    ("rural_radius", {"primary": 1300.0, "junior": 1900.0}),
    ("urban_radius", {"primary": 900.0, "junior": 1500.0}),
    ("contiguous", {}),
    ("contiguous", {"form": "shortest_path"}),
    ("town_border", {}),
    ("several_schools", {"groups": {"S1": "S0", "S4": "S3"}}),
    ("several_schools", {}),
    ("feeder_alignment", {}),
    ("quality_between_towns", {"tolerance": 6.0}),
    ("locks", {}),
]
CAN_BE_IMPOSSIBLE = ("seats", "walking_time", "one_way_time", "rural_radius", "urban_radius")


def _rule(name: str, strength: Strength, params: dict[str, Any]) -> ZoneRule:
    return RULES[name](clause=Clause("", "试"), strength=strength, **params)


def _policy(*rules: ZoneRule) -> Policy:
    return Policy("试", "试", {}, rules=rules)


KINDS = ("primary", "primary", "nine_year", "junior", "junior")


def _county(
    grid_county: Callable[..., County], seed: int, columns: int, kinds: Sequence[str] = KINDS
) -> County:
    """Two rows of villages, a town each; by default three primaries and three junior schools, one
    of them nine-year; random roads, children, seats and qualities; one without seats; current
    zones and feeders."""
    random, n = np.random.default_rng(seed), 2 * columns
    schools = [
        {
            "at": int(random.integers(n)),
            "kind": kind,
            "seats_primary": int(random.integers(20, 90)) if kind != "junior" else 0,
            "seats_junior": int(random.integers(10, 60)) if kind != "primary" else 0,
            "quality": None if k == 4 else float(random.integers(50, 80)),
            "lead": bool(random.random() < 0.5),
        }
        for k, kind in enumerate(kinds)
    ]
    schools[1]["seats_primary"] = 0 if kinds == KINDS else 40
    schools.append({"at": 0, "kind": "primary", "run_by": "private"})
    across = [(r * columns + c, r * columns + c + 1) for r in range(2) for c in range(columns - 1)]
    pairs = across + [(c, c + columns) for c in range(columns)]
    made = grid_county(
        2,
        columns,
        schools=schools,
        roads=[(a, b, float(random.integers(600, 1700)) + 0.4, "village") for a, b in pairs],
        town=["370999101"] * columns + ["370999102"] * columns,
        kind=["village", "community"] * columns,
        children_primary=random.integers(0, 40, n),
        children_junior=random.integers(0, 30, n),
    )
    rows = [
        (v, stage, f"S{random.integers(3) + 2 * (stage == 'junior')}")
        for v in made.villages.index
        for stage in STAGES
    ]
    return made.with_tables(
        zones=pd.DataFrame(rows, columns=["village", "stage", "school"]),
        feeders=pd.DataFrame([("S0", "S3"), ("S2", "S2")], columns=["primary", "junior"]),
    )


@pytest.fixture(scope="module", autouse=True)
def _graphs_once() -> Iterator[None]:
    """Build each county's roads and neighbours once for all its plans."""
    patch, kept = pytest.MonkeyPatch(), {}
    for module, name in ((base, "road_network"), (contiguous, "adjacency_graph")):
        make = getattr(module, name)

        def once(county: County, make: Any = make, name: str = name) -> Any:
            key = (name, id(county))
            if key not in kept:
                kept[key] = (county, make(county))
            return kept[key][1]

        patch.setattr(module, name, once)
    yield
    patch.undo()


@pytest.fixture(scope="module")
def county(grid_county: Callable[..., County]) -> County:
    """Return a county of four villages."""
    return _county(grid_county, 1, 2)


@pytest.fixture(scope="module")
def priced_county(grid_county: Callable[..., County]) -> County:
    """Return another."""
    return _county(grid_county, 2, 2)


def _start(county: County) -> ZonePlan:
    """Return the current zones with a school locked, one forbidden and a hot feeder."""
    start = county.current_zones
    assert start is not None
    v = county.villages.index
    locks = (
        Lock("primary", v[1], "S0"),
        Lock("primary", v[3], "S2", forbid=True),
        Lock("junior", v[2], "S3"),
        Lock("junior", v[0], "S4", forbid=True),
    )
    return replace(start, locks=locks)


def _plans(county: County, rules: tuple[ZoneRule, ...], stage: str) -> Iterator[tuple[Any, ...]]:
    """Yield every assignment of the model's arcs with the plan that it means, and the model."""
    start = _start(county)
    model = zone_model(county, _policy(*rules), stage, start)
    view = model.view
    groups = {s: str(view.leads[z]) for z, g in enumerate(view.members) if len(g) > 1 for s in g}
    plan = replace(start, groups=MappingProxyType(groups))
    kept = {s: tuple(plan.zones[s].items()) for s in STAGES}
    for zones in product(range(view.m), repeat=view.n):
        named = tuple(zip(view.units, view.leads[list(zones)], strict=True))
        yield model, np.array(zones), replace(plan, zones=_table(**kept | {stage: named}))


@cache
def _table(primary: tuple[tuple[str, str], ...], junior: tuple[tuple[str, str], ...]) -> Any:
    """Return the table of zones; many rules are tried on the same ones."""
    return zone_table({"primary": dict(primary), "junior": dict(junior)})


def _agreements(county: County, rule: ZoneRule, stage: str) -> list[bool]:
    """Hold model against check for every assignment; return which of them are allowed."""
    problem, allowed = None, []
    for model, zones, plan in _plans(county, (rule,), stage):
        problem = problem or model.problem()
        _, wrong = check_zones(problem, zones)
        broken = [f for f in rule.judge(county, plan, stage) if f.verdict is Verdict.FAIL]
        assert (not wrong) == (not broken), (zones, wrong, [rule.explain(f) for f in broken])
        allowed.append(not wrong)
    assert len(allowed) == model.view.m**model.view.n
    return allowed


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize(("name", "params"), HARD, ids=lambda p: p if isinstance(p, str) else "")
def test_parts_allow_what_checks_let_pass(
    county: County, name: str, params: dict[str, Any], stage: str
) -> None:
    """Over all assignments, model and check agree."""
    rule = _rule(name, MUST, params)
    if stage in rule.stages:
        assert any(_agreements(county, rule, stage)) or name in CAN_BE_IMPOSSIBLE


RINGS = ("primary", "nine_year", "junior", "junior", "junior")


@pytest.mark.parametrize("form", ["separator", "shortest_path"])
def test_contiguity_where_ways_branch(grid_county: Callable[..., County], form: str) -> None:
    """On two rows of villages each form parts the assignments as its check does."""
    rule, allowed = _rule("contiguous", MUST, {"form": form}), []
    for seed in (5, 6):
        county = _county(grid_county, seed, 3, RINGS)
        allowed += _agreements(county, rule, "primary")
    assert 0 < sum(allowed) < len(allowed)


def test_the_stronger_form_allows_fewer(grid_county: Callable[..., County]) -> None:
    """Zones that are closed under shortest ways are in one piece, and not the other way round."""
    county, stage = _county(grid_county, 5, 4, RINGS), "primary"
    found = {}
    for form in ("separator", "shortest_path"):
        rule = _rule("contiguous", MUST, {"form": form})
        plans = list(_plans(county, (rule,), stage))
        problem = plans[0][0].problem()
        found[form] = {tuple(z) for _, z, _ in plans if not check_zones(problem, z)[1]}
    assert found["shortest_path"] < found["separator"]


@pytest.mark.parametrize(
    ("name", "strength", "params", "measure"),
    [
        ("travel", AIM, {"weight": 2.0}, "child_metres"),
        ("long_ways", AIM, {"primary_from": 900.0, "junior_from": 900.0}, "child_metres"),
        ("seats", PRINCIPLE, {"price": 7.0, "steep": 11.0, "share": 0.2}, "cost"),
        ("seat_use", AIM, {"weight": 5.0}, "number"),
        ("walking_time", PRINCIPLE, {"minutes": 20.0, "price": 3.0}, "children"),
        ("urban_radius", AIM, {"primary": 900.0, "junior": 900.0, "weight": 3.0}, "children"),
        ("town_border", PRINCIPLE, {"price": 4.0}, "number"),
        ("feeder_alignment", AIM, {"weight": 6.0}, "number"),
        ("quality_received", AIM, {"weight": 2.0}, "lacking"),
        ("quality_between_towns", PRINCIPLE, {"tolerance": 3.0, "price": 40.0}, "beyond"),
        ("quality_between_towns", AIM, {"tolerance": 0.0, "weight": 20.0}, "beyond"),
        ("stability", AIM, {"weight": 6.0}, "number"),
        ("stability", AIM, {"weight": 6.0, "years": 2}, "number"),
    ],
)
def test_prices_are_what_checks_measure(
    priced_county: County, name: str, strength: Strength, params: dict[str, Any], measure: str
) -> None:
    """An aim's or principle's price is the number its check reports, times weight or price."""
    rule = _rule(name, strength, params)
    each = 1.0 if measure == "cost" else (rule.elastic or 0.0)
    stage, priced = rule.stages[-1], 0
    problem = None
    for model, zones, plan in _plans(priced_county, (rule,), stage):
        problem = problem or model.problem()
        objective, wrong = check_zones(problem, zones)
        assert not wrong
        found = list(rule.judge(priced_county, plan, stage))
        if measure == "number":
            told = sum(f.number or 0.0 for f in found)
        else:
            told = sum(
                f.details.get(measure, 0)
                for f in found
                if f.verdict is not Verdict.PASS
                or f.details.get("message") == "measured"
                or measure == "cost"
            )
        costs = model.costs(zones)
        assert costs[name].value == pytest.approx(told * each, abs=0.51 * model.view.n)
        assert sum(p.value for p in costs.values()) == objective + model.constant
        priced += costs[name].value > 0
    assert priced or len(set(model.view.zone_town)) == 1


def test_prices_of_several_rules_add_up(county: County) -> None:
    """Objective and parts of a whole policy agree on every plan."""
    rules = (
        _rule("travel", AIM, {}),
        _rule("seats", PRINCIPLE, {"price": 700.0, "steep": 900.0}),
        _rule("seat_use", AIM, {"weight": 50.0}),
        _rule("town_border", PRINCIPLE, {"price": 400.0}),
        _rule("stability", AIM, {"weight": 100.0}),
    )
    problem = None
    for model, zones, _ in _plans(county, rules, "primary"):
        problem = problem or model.problem()
        objective, _ = check_zones(problem, zones)
        assert sum(p.value for p in model.costs(zones).values()) == objective + model.constant


def test_locked_hosts_may_leave_their_school(grid_county: Callable[..., County]) -> None:
    """A lock beats the claim that a school has to its own village, in model and check."""
    county = grid_county(1, 3, schools=[{"at": 0}, {"at": 2}])
    v = county.villages.index
    start = ZonePlan(
        name="试",
        county=county.code,
        year=2026,
        zones=zone_table({"primary": dict(zip(v, ["S0", "S0", "S1"], strict=True)), "junior": {}}),
        feeders=feeder_table([]),
        locks=(Lock("primary", v[0], "S1"),),
    )
    rules = (_rule("contiguous", MUST, {}), _rule("locks", MUST, {}))
    model = zone_model(county, _policy(*rules), "primary", start)
    objective, wrong = check_zones(model.problem(), np.array([1, 1, 1]))
    assert (objective, wrong) == (0, [])
    moved = replace(start, zones=start.zones.assign(primary="S1"))
    assert all(f.verdict is Verdict.PASS for r in rules for f in r.judge(county, moved, "primary"))
    assert check_zones(model.problem(), np.array([0, 0, 1]))[1]
