"""Solve the feeder problem: the whole model, windows while it is not closed, the whole again.

Contiguity is separated lazily: solve, cut loose pieces off, solve again. Each solve is a
relaxation, so the bound of every round holds; a pattern counts once it is in one piece. Hard seats
start from a pattern whose overfull seats are cheap, which windows then improve at a steep price.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from ortools.sat.python import cp_model

from districting.model.feeders import FeederProblem, Ints
from districting.model.zones import Elastic
from districting.plan.record import Status
from districting.solve.feeders.program import Program, build, cut_loose
from districting.solve.feeders.solution import FeederSolution, loose_pieces, price_feeders
from districting.solve.feeders.windows import narrowed, windows
from districting.solve.stop import Stop

FIRST_EFFORT, WINDOW_EFFORT, LAST_EFFORT = 12.0, 2.0, 60.0
"""Deterministic time of one round; the clock only interrupts."""
ROUNDS = 40
PASSES = 4
STEEP = 50_000
"""Child-metres a child beyond hard seats, while a pattern within them is sought."""
Pattern = tuple[Ints, Ints]


def solve_feeders(
    problem: FeederProblem, stop: Stop | None = None, seed: int = 0, start: Ints | None = None
) -> FeederSolution:
    """Return the best feeder pattern found and a bound on every pattern.

    Parameters
    ----------
    problem : FeederProblem
    stop : Stop, optional
        60 seconds and no gap by default.
    seed : int
    start : int array, shape (n,), optional
        Targets to begin the search from.

    Returns
    -------
    FeederSolution
        ``INFEASIBLE`` with what cannot hold together, where that is proven; ``UNKNOWN`` where
        neither a pattern nor its absence was found in time.
    """
    stop = stop or Stop()
    begin = None if start is None else (start, np.zeros(problem.n, np.int64))
    sure = _at_once(problem, stop, seed) if problem.starts > 1 else None
    solution = _whole(problem, begin or sure, FIRST_EFFORT, stop, seed)
    if solution.status is Status.INFEASIBLE:
        return replace(solution, conflict=_conflict(problem, stop, seed))
    if solution.target is None and sure is not None:
        at_once = replace(solution, target=sure[0], start=sure[1])
        solution = _finished(problem, [solution, at_once])
    if solution.status is Status.OPTIMAL or solution.gap <= stop.gap or stop.due:
        return solution
    better = _by_windows(problem, solution, stop, seed)
    last = _whole(problem, _pattern(better), LAST_EFFORT, stop, seed)
    if last.status is Status.INFEASIBLE:
        return replace(last, conflict=_conflict(problem, stop, seed))
    return _finished(problem, [solution, better, last])


def _at_once(problem: FeederProblem, stop: Stop, seed: int) -> Pattern | None:
    """Return a pattern whose feeders all begin in the first year, which any coverage allows."""
    single = replace(problem, before=None, before_travel=None, coverage=None)
    return _pattern(_whole(single, None, FIRST_EFFORT, stop.share(0.3, 0.001), seed))


def _pattern(solution: FeederSolution) -> Pattern | None:
    if solution.target is None or solution.start is None:
        return None
    return solution.target, solution.start


def _by_windows(
    problem: FeederProblem, solution: FeederSolution, stop: Stop, seed: int
) -> FeederSolution:
    """Improve window by window until a whole pass finds nothing better."""
    soft, best = problem, solution
    if problem.elastic is None and best.target is None:
        soft = replace(problem, elastic=Elastic(STEEP, 0.0, STEEP))
        easy = _whole(replace(problem, elastic=Elastic()), None, FIRST_EFFORT, stop, seed)
        best = _finished(soft, [replace(easy, bound=0.0)])
    for _ in range(PASSES):
        before = best.objective
        for window in windows(problem):
            if stop.due or best.target is None:
                break
            small = narrowed(soft, best.target, window)
            tried = _whole(small, _pattern(best), WINDOW_EFFORT, stop, seed)
            if tried.target is not None and tried.objective < best.objective:
                best = tried
        if stop.due or best.target is None or best.objective == before:
            break
    if best.target is not None and problem.elastic is None and "overfull" in best.parts:
        within = best.parts["overfull"].value == 0
        return best if within else _none(Status.UNKNOWN, solution.bound)
    return best


def _finished(problem: FeederProblem, found: list[FeederSolution]) -> FeederSolution:
    """Return the best pattern of `found` under the best bound of the whole model."""
    bound = max(found[0].bound, found[-1].bound)
    patterns = [p for p in map(_pattern, found) if p is not None]
    priced = [(price_feeders(problem, *p), p) for p in patterns]
    if not priced:
        return _none(Status.UNKNOWN, bound)
    parts, best = min(priced, key=lambda pair: sum(v.value for v in pair[0].values()))
    objective = sum(part.weight * part.value for part in parts.values())
    if bound > objective:
        raise AssertionError("objective or bound disagree with the pattern")
    status = Status.OPTIMAL if bound >= objective else Status.FEASIBLE
    return FeederSolution(status, *best, objective, bound, parts)


def _whole(
    problem: FeederProblem, begin: Pattern | None, effort: float, stop: Stop, seed: int
) -> FeederSolution:
    """Solve one model with lazy cuts."""
    if len(np.unique(problem.pair_primary)) < problem.n:
        return _none(Status.INFEASIBLE, float("inf"))
    program = build(problem)
    bound, hint = 0.0, begin
    for _ in range(ROUNDS):
        solver = _solver(effort, stop, seed)
        if hint is not None:
            _hint(program, *hint)
        status = solver.solve(program.cp)
        if status == cp_model.INFEASIBLE:
            return _none(Status.INFEASIBLE, float("inf"))
        bound = max(bound, float(np.ceil(solver.best_objective_bound - 1e-3)))
        if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            break
        found = _read(problem, program, solver)
        loose = loose_pieces(problem, found[0]) if problem.contiguous else []
        if not loose:
            solution = _finished(problem, [FeederSolution(Status.UNKNOWN, *found, 0.0, bound)])
            stop.progress("feeders", solution.objective, solution.bound)
            return solution
        cut_loose(problem, program, loose)
        hint = found
        if stop.due:
            break
    return _none(Status.UNKNOWN, bound)


def _solver(effort: float, stop: Stop, seed: int) -> cp_model.CpSolver:
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = seed
    solver.parameters.max_deterministic_time = effort
    solver.parameters.max_time_in_seconds = max(stop.left, 0.01)
    solver.parameters.relative_gap_limit = stop.gap
    return solver


def _hint(program: Program, target: Ints, start: Ints) -> None:
    program.cp.clear_hints()
    for (p, t), a in program.at.items():
        for k, variable in enumerate(program.take[a]):
            program.cp.add_hint(variable, bool(target[p] == t and k == start[p]))


def _read(problem: FeederProblem, program: Program, solver: cp_model.CpSolver) -> Pattern:
    target, start = np.full(problem.n, -1, np.int64), np.zeros(problem.n, np.int64)
    for (p, t), a in program.at.items():
        for k, variable in enumerate(program.take[a]):
            if solver.boolean_value(variable):
                target[p], start[p] = t, k
    return target, start


def _none(status: Status, bound: float) -> FeederSolution:
    return FeederSolution(status, None, None, float("nan"), bound)


def _conflict(problem: FeederProblem, stop: Stop, seed: int) -> tuple[str, ...]:
    """Return what cannot hold together, by dropping one demand after another.

    A demand stays in unless the rest is still proven infeasible without it.
    """
    if len(np.unique(problem.pair_primary)) < problem.n:
        return ("pairs",)
    ways: dict[str, dict[str, Any]] = {
        "seats": {"seats": np.full_like(problem.seats, problem.graduates.sum())},
        "contiguous": {"contiguous": False},
        "coverage": {"coverage": None},
    }
    bare = replace(problem, pair_extra=None)
    kept = []
    for name, change in ways.items():
        without = replace(bare, **change)
        if _whole(without, None, FIRST_EFFORT, stop, seed).status is Status.INFEASIBLE:
            bare = without
        else:
            kept.append(name)
    return tuple(kept)
