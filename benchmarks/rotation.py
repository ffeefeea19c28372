"""Time the rotation solver and its peers: one JSON object a line.

    python benchmarks/rotation.py small|county|prefecture [--seeds 5] [--limit 60] [--clock cpu]
    python benchmarks/rotation.py small|county --years 6

All feasible moves are in the model. ``districting`` solves one year with all aims weighted into one
objective; ``districting, tiers`` with the shipped tiers. Peers get the same weighted problem: plain
CP-SAT, plain HiGHS, and a list by seniority as a bureau draws it up by hand. ``seconds`` counts
from the problem's arrays to the moves; ``verified`` is the policy's own check from raw tables, and
``shortage`` (periods a week), ``variation`` (coefficient of backbone teachers), ``mean_km`` and
``worst_km`` (extra way of those who move) are what those checks measure.

``districting, replan`` counts from tables to plan after one announced move in twenty is withdrawn:
``changed`` of the ``valid`` others do not keep their move. ``districting, repair`` makes a county
infeasible and counts until the rules are named and the smallest repair is known. A prefecture is
nine counties in two processes: ``seconds`` is the time of the process that took longer, ``wall``
from start to end with the synthetic counties made, ``peak_gb`` the memory of both at their peaks.

``districting, years`` plans several years, from tables to plan: objective and bound are weighted
missing periods of all years, the bound for every plan with the same first year; ``first`` is the
first year's gap, which is the one-year problem's, ``due`` who is due and ``moved`` how many of them
move, by the rule's own count.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from rotation_peers import by_seniority, cpsat, highs

from districting.county import County
from districting.model.rotation import Ints
from districting.plan.rotation_plan import RotationPlan, move_table
from districting.policy import read_policy
from districting.policy.rotation.base import RotationRule
from districting.policy.rotation.build import Built, build, moved, rules_and_view
from districting.policy.rule import Strength, Verdict
from districting.proposing.horizon import HorizonSolution, propose_horizon
from districting.proposing.replan import replan
from districting.proposing.rotation import move_rows
from districting.sample import make_staffed_county
from districting.solve.rotation import find_conflict, solve_rotation
from districting.solve.rotation.solution import broken, tier_value
from districting.solve.stop import Stop

COUNTIES = 9
LAST_GAP = 1e-4
"""Gap asked of the last tier."""
YEARS_SECONDS = 300.0
"""Time for a plan of several years."""
WITHDRAWN = 0.05
"""Share of the moves announced that are withdrawn."""
IMPOSSIBLE = 0.9
"""Share of the eligible asked to move where no plan is to exist."""
CLOCKS = {"wall": time.perf_counter, "cpu": time.process_time}
clock = CLOCKS["wall"]


@dataclass
class Case:
    """A county ready to be solved: leaders placed, the teachers' problem built."""

    county: County
    rules: list[RotationRule]
    built: Built
    heads: list[dict[str, Any]]


def case(seed: int, size: str, single: bool) -> Case:
    """Return a county of `size` under the 曹县 profile."""
    county, policy = make_staffed_county(seed, size), read_policy("caoxian")
    rules, view = rules_and_view(county, policy)
    if single:
        rules = [r for r in rules if r.name != "worst_commute"]
        rules = [replace(r, tier=1) if hasattr(r, "tier") else r for r in rules]
    rules = [r.joined(tuple(rules)) for r in rules]
    first = build(rules, view, seed, True)
    heads: list[dict[str, Any]] = []
    if first.problem.arcs:
        chosen = solve_rotation(first.problem, Stop(60)).chosen
        if chosen is not None:
            heads = move_rows(first, chosen, rules)
            view = moved(first.view, chosen)
    return Case(county, rules, build(rules, view, seed, False), heads)


def plan_of(it: Case, chosen: Ints) -> RotationPlan:
    """Return the plan with the moves `chosen` and those of leaders."""
    rows = [*it.heads, *move_rows(it.built, chosen, it.rules)]
    year = it.built.view.year
    return RotationPlan(name="b", county=it.county.code, year=year, moves=move_table(rows))


def failing(county: County, rules: list[RotationRule], plan: RotationPlan) -> set[str]:
    """Return the musts that the rules' own checks from raw tables find broken."""
    return {
        rule.name
        for rule in rules
        if rule.strength is Strength.MUST
        for f in rule.check(county, plan)
        if f.verdict is Verdict.FAIL
    }


def verified(it: Case, chosen: Ints | None) -> bool:
    """Return whether no must is broken, by the rules' own checks from raw tables."""
    return chosen is not None and not failing(it.county, it.rules, plan_of(it, chosen))


def measured(it: Case, chosen: Ints | None) -> dict[str, Any]:
    """Return what the checks of the aims measure on the plan, from raw tables."""
    if chosen is None:
        return {}
    plan = plan_of(it, chosen)
    policy = read_policy("caoxian")
    found = {
        name: list(policy.rule(name, "rotation").check(it.county, plan))
        for name in ("shortage", "staff_variation", "worst_commute", "total_commute")
    }
    # The first indicator of each stage: backbone teachers, primary then junior.
    backbone = [f.number for f in found["staff_variation"]][::3]
    return {
        "moves": len(plan.moves),
        "shortage": found["shortage"][0].number,
        "shortage_before": found["shortage"][0].details["before"],
        "variation": [round(float(n or 0), 4) for n in backbone],
        "mean_km": round(float(found["total_commute"][0].details["mean"]), 3),
        "worst_km": found["worst_commute"][0].number,
    }


def told(method: str, size: str, seed: int, seconds: float, objective: float, bound: float,
         holds: bool) -> dict[str, Any]:  # fmt: skip
    """Return one line of the result."""
    gap = (objective - bound) / max(abs(objective), 1.0)
    found = {"method": method, "size": size, "seed": seed, "seconds": round(seconds, 3),
             "objective": objective, "bound": bound, "gap": gap}  # fmt: skip
    clean = {
        k: None if isinstance(v, float) and not np.isfinite(v) else v for k, v in found.items()
    }
    return clean | {"verified": holds}


def ours(
    it: Case, seed: int, size: str, method: str, gap: float
) -> tuple[dict[str, Any], Ints | None]:
    """Solve with the package; return the line and the moves."""
    begin = clock()
    solution = solve_rotation(it.built.problem, Stop(600, gap=gap))
    seconds = clock() - begin
    holds = verified(it, solution.chosen)
    line = told(
        method, size, seed, seconds, float(solution.objective), float(solution.bound), holds
    )
    return line, solution.chosen


def again(it: Case, chosen: Ints, seed: int, size: str) -> dict[str, Any]:
    """Withdraw one announced move in twenty and plan again, from the tables on."""
    announced, policy = plan_of(it, chosen), read_policy("caoxian")
    random = np.random.default_rng(seed)
    count = max(1, round(WITHDRAWN * len(announced.moves)))
    gone = random.choice(announced.moves["teacher"].to_numpy(dtype=str), count, replace=False)
    begin = clock()
    found = replan(
        it.county, policy, announced, gone.tolist(), stop=Stop(600, gap=LAST_GAP), seed=seed
    )
    seconds = clock() - begin
    plan, solution = found.proposal.plan, found.proposal.solution
    holds = isinstance(plan, RotationPlan) and not failing(it.county, it.rules, plan)
    valid = len(announced.moves) - count
    line = told("districting, replan", size, seed, seconds,
                float(solution.objective), float(solution.bound), holds)  # fmt: skip
    changed = valid - found.count("kept")
    return line | {"withdrawn": count, "valid": valid, "changed": changed,
                   "changed_share": round(changed / valid, 4),
                   "called": found.count("called")}  # fmt: skip


def repair(it: Case, seed: int, size: str) -> dict[str, Any]:
    """Ask for more moves than the rules allow, and find the rules and the smallest repair."""
    rules = [
        replace(r, share=IMPOSSIBLE, most=0.0) if r.name == "share_county" else r  # type: ignore[call-arg]
        for r in it.rules
    ]
    rules = [r.joined(tuple(rules)) for r in rules]
    built = build(rules, replace(it.built.view, start=None), seed, False)
    begin = clock()
    conflict = find_conflict(built.problem, Stop(600))
    seconds = clock() - begin
    least = conflict.repair
    amount, bound = (np.nan, 0.0) if least is None else (least.amount, least.bound)
    gates = {g.gate for g in conflict.gives}
    holds = least is not None and conflict.proven and (
        failing(it.county, rules, plan_of(replace(it, built=built, rules=rules), least.chosen))
        == gates == set(broken(built.problem, least.chosen)))  # fmt: skip
    line = told("districting, repair", size, seed, seconds, float(amount), float(bound), holds)
    return line | {"rules": list(conflict.gates), "gives": sorted(gates)}


def several(seed: int, size: str, count: int) -> dict[str, Any]:
    """Plan several years of a county under the 曹县 profile."""
    county, policy = make_staffed_county(seed, size), read_policy("caoxian")
    begin = clock()
    years = range(county.year, county.year + count)
    found = propose_horizon(
        county, policy, years, stop=Stop(YEARS_SECONDS, gap=LAST_GAP), seed=seed
    )
    seconds = clock() - begin
    plan, solution = found.plan, found.solution
    assert isinstance(solution, HorizonSolution)
    rules = [r for r in policy.of("rotation") if isinstance(r, RotationRule)]
    holds = isinstance(plan, RotationPlan) and not failing(county, rules, plan)
    line = told("districting, years", size, seed, seconds,
                float(solution.objective), float(solution.bound), holds)  # fmt: skip
    if not isinstance(plan, RotationPlan):
        return line
    due = next(iter(policy.rule("due_once", "rotation").check(county, plan))).details
    return line | {
        "years": [y.year for y in solution.years],
        "first": float(solution.years[0].solution.gap),
        "moves": [y.moves for y in solution.years],
        "due": due["due"],
        "moved": due["due"] - due["left"],
    }


@dataclass
class Worked:
    """One county of a prefecture, solved: its line, the process, and that process's peak bytes."""

    line: dict[str, Any]
    process: int
    peak: int


def one(job: tuple[int, str]) -> Worked:
    """Solve one county of a prefecture, timed by the clock named."""
    global clock
    seed, name = job
    clock = CLOCKS[name]
    line, _ = ours(case(seed, "prefecture", True), seed, "prefecture", "districting", 0.0)
    return Worked(line, os.getpid(), 1024 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)


def prefecture(seed: int, name: str) -> dict[str, Any]:
    """Solve nine counties, which is exact (moves stay inside a county), in two processes."""
    jobs = [(100 * seed + k, name) for k in range(COUNTIES)]
    begin = time.perf_counter()
    with ProcessPoolExecutor(2) as pool:
        found = list(pool.map(one, jobs))
    wall = time.perf_counter() - begin
    busy = {w.process: 0.0 for w in found}
    for worked in found:
        busy[worked.process] += worked.line["seconds"]
    objective, bound = (sum(w.line[c] for w in found) for c in ("objective", "bound"))
    holds = all(w.line["verified"] for w in found)
    peaks = {p: max(w.peak for w in found if w.process == p) for p in busy}
    line = told("districting", "prefecture", seed, max(busy.values()), objective, bound, holds)
    return line | {"wall": round(wall, 1), "peak_gb": round(sum(peaks.values()) / 1e9, 2)}


def main() -> None:
    """Print one line a method and seed."""
    global clock
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("size", choices=["small", "county", "prefecture"])
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--limit", type=float, default=60.0, help="seconds for each peer; 0: none")
    parser.add_argument("--clock", choices=sorted(CLOCKS), default="wall")
    parser.add_argument("--years", type=int, default=1, help="school years to plan; 1: none ahead")
    wanted = parser.parse_args()
    if wanted.years > 1 and wanted.size == "prefecture":
        parser.error("several years are planned county by county")
    clock = CLOCKS[wanted.clock]
    for seed in range(wanted.seeds):
        for line in lines(wanted.size, seed, wanted.limit, wanted.clock, wanted.years):
            print(json.dumps(line | {"clock": wanted.clock}, ensure_ascii=False))
            sys.stdout.flush()


def lines(size: str, seed: int, limit: float, name: str, years: int) -> Iterator[dict[str, Any]]:
    """Yield the results of one seed."""
    if years > 1:
        yield several(seed, size, years)
        return
    if size == "prefecture":
        yield prefecture(seed, name)
        return
    it = case(seed, size, True)
    line, chosen = ours(it, seed, size, "districting", 0.0)
    yield line | measured(it, chosen)
    tiered = case(seed, size, False)
    line, chosen = ours(tiered, seed, size, "districting, tiers", LAST_GAP)
    yield line | measured(tiered, chosen)
    if chosen is not None:
        yield again(tiered, chosen, seed, size)
    yield repair(tiered, seed, size)
    tier = it.built.problem.tiers[-1]
    peers = {
        "CP-SAT": lambda: cpsat(it.built.problem, limit),
        "HiGHS": lambda: highs(it.built.problem, limit),
        "by seniority": lambda: (by_seniority(it.built), -np.inf),
    }
    for method, solve in peers.items():
        if limit <= 0:
            break
        begin = clock()
        chosen, bound = solve()
        seconds = clock() - begin
        value = np.nan if chosen is None else tier_value(it.built.problem, tier, chosen)
        line = told(method, size, seed, seconds, float(value), float(bound), verified(it, chosen))
        yield line | measured(it, chosen)


if __name__ == "__main__":
    main()
