"""Time the rotation solver and its peers: one JSON object a line.

    python benchmarks/rotation.py small|county|prefecture [--seeds 5] [--limit 60]

All feasible moves are in the model. ``districting`` solves one year with all aims weighted into one
objective; ``districting, tiers`` with the shipped tiers. Peers get the same weighted problem: plain
CP-SAT, plain HiGHS, and a list by seniority as a bureau draws it up by hand. ``seconds`` counts
from the problem's arrays to the moves; ``verified`` is the policy's own check from raw tables.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from districting.county import County
from districting.model.rotation import Ints, RotationProblem, Rows
from districting.plan.rotation_plan import RotationPlan, move_table
from districting.policy import read_policy
from districting.policy.rotation.base import RotationRule
from districting.policy.rotation.build import Built, build, moved, rules_and_view
from districting.policy.rule import Strength, Verdict
from districting.proposing.rotation import move_rows
from districting.sample import make_staffed_county
from districting.solve.rotation import solve_rotation
from districting.solve.rotation.highs import solve_highs
from districting.solve.rotation.program import SCALE, make_program
from districting.solve.rotation.second import solve_by_cpsat
from districting.solve.rotation.solution import broken, tier_value
from districting.solve.stop import Stop

COUNTIES = 9
LAST_GAP = 1e-4
"""Gap asked of the last tier."""


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


def verified(it: Case, chosen: Ints | None) -> bool:
    """Return whether no must is broken, by the rules' own checks from raw tables."""
    if chosen is None:
        return False
    rows = [*it.heads, *move_rows(it.built, chosen, it.rules)]
    year = it.built.view.year
    plan = RotationPlan(name="b", county=it.county.code, year=year, moves=move_table(rows))
    return all(
        f.verdict is not Verdict.FAIL
        for rule in it.rules
        if rule.strength is Strength.MUST
        for f in rule.check(it.county, plan)
    )


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


def ours(it: Case, seed: int, size: str, method: str, gap: float) -> dict[str, Any]:
    """Solve with the package."""
    begin = time.perf_counter()
    solution = solve_rotation(it.built.problem, Stop(600, gap=gap))
    seconds = time.perf_counter() - begin
    holds = verified(it, solution.chosen)
    return told(
        method, size, seed, seconds, float(solution.objective), float(solution.bound), holds
    )


def cpsat(problem: RotationProblem, limit: float) -> tuple[Ints | None, float]:
    """Solve with plain CP-SAT on two workers: prices, then the weighted objective."""
    chosen, _, bounds = solve_by_cpsat(problem, Stop(limit), workers=2, lots=False)
    return chosen, bounds[-1] if len(bounds) == 2 else -np.inf


def highs(problem: RotationProblem, limit: float) -> tuple[Ints | None, float]:
    """Solve with plain HiGHS, principles as musts."""
    program = make_program(problem)
    upper = program.upper.copy()
    upper[program.slack :] = 0.0
    tier = program.tiers[-1]
    whole = np.arange(program.columns) < program.arcs
    answer = solve_highs(tier.cost / SCALE, upper, program.matrix, program.low, program.high,
                         whole=whole, seconds=limit)  # fmt: skip
    shift = tier.constant / SCALE
    if answer.status not in ("optimal", "feasible"):
        return None, answer.bound + shift
    return np.flatnonzero(answer.x[: program.arcs] > 0.5), answer.bound + shift


def by_seniority(it: Case) -> Ints:
    """Return moves drawn up by hand: longest at school first, each to the nearest school."""
    view, problem = it.built.view, it.built.problem
    share = next(p for p in problem.parts if isinstance(p, Rows) and p.gate == "share_county")
    months = view.staff["months"].to_numpy(dtype=float)
    extra = view.extra()
    chosen: list[int] = []
    for teacher in np.argsort(-months, kind="stable"):
        if len(chosen) >= share.low[0]:
            break
        arcs = np.flatnonzero(view.teacher == teacher)
        for arc in arcs[np.argsort(extra[arcs], kind="stable")][:10]:
            trial = np.array(sorted([*chosen, int(arc)]), dtype=np.int64)
            if set(broken(problem, trial)) <= {"share_county", "share_backbone"}:
                chosen.append(int(arc))
                break
    return np.array(sorted(chosen), dtype=np.int64)


def one(job: tuple[int, str]) -> tuple[float, float, float, bool]:
    """Solve one county of a prefecture: seconds, objective, bound, verified."""
    seed, size = job
    found = ours(case(seed, size, True), seed, size, "districting", 0.0)
    return found["seconds"], found["objective"], found["bound"], found["verified"]


def prefecture(seed: int) -> dict[str, Any]:
    """Solve nine counties, which is exact (moves stay inside a county), in two processes."""
    jobs = [(100 * seed + k, "prefecture") for k in range(COUNTIES)]
    with ProcessPoolExecutor(2) as pool:
        found = list(pool.map(one, jobs))
    seconds = sum(f[0] for f in found) / 2
    objective, bound = sum(f[1] for f in found), sum(f[2] for f in found)
    holds = all(f[3] for f in found)
    return told("districting", "prefecture", seed, seconds, objective, bound, holds)


def main() -> None:
    """Print one line a method and seed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("size", choices=["small", "county", "prefecture"])
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--limit", type=float, default=60.0, help="seconds for each peer")
    wanted = parser.parse_args()
    for seed in range(wanted.seeds):
        for line in lines(wanted.size, seed, wanted.limit):
            print(json.dumps(line, ensure_ascii=False))
            sys.stdout.flush()


def lines(size: str, seed: int, limit: float) -> Any:
    """Yield the results of one seed."""
    if size == "prefecture":
        yield prefecture(seed)
        return
    it = case(seed, size, True)
    yield ours(it, seed, size, "districting", 0.0)
    yield ours(case(seed, size, False), seed, size, "districting, tiers", LAST_GAP)
    tier = it.built.problem.tiers[-1]
    for method, solve in (("CP-SAT", cpsat), ("HiGHS", highs)):
        begin = time.perf_counter()
        chosen, bound = solve(it.built.problem, limit)
        seconds = time.perf_counter() - begin
        value = np.nan if chosen is None else tier_value(it.built.problem, tier, chosen)
        yield told(method, size, seed, seconds, float(value), float(bound), verified(it, chosen))
    begin = time.perf_counter()
    chosen = by_seniority(it)
    seconds = time.perf_counter() - begin
    value = tier_value(it.built.problem, tier, chosen)
    yield told("by seniority", size, seed, seconds, value, -np.inf, verified(it, chosen))


if __name__ == "__main__":
    main()
