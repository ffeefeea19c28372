"""Solve the feeder problem: one program, solved again as its patterns come apart.

Contiguity is separated lazily: solve, cut loose pieces off, solve again. Each solve is a
relaxation, so the bound of every round holds; a pattern counts once it is in one piece.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from districting.model.feeders import FeederProblem, Ints
from districting.model.zones import Elastic
from districting.plan.record import Status
from districting.solve.feeders.program import Program, build, cut_loose
from districting.solve.feeders.solution import FeederSolution, loose_pieces, price_feeders
from districting.solve.mip import TOLERANCE, Floats, solve_milp
from districting.solve.stop import Stop

ONCE = 0.001
"""Gap of the pattern that begins at once, from which a phased one is sought."""
FIRST = 0.7
"""Share of the time after which hard seats are given a price, where no pattern is known yet."""
STEEP = 50_000
"""Child-metres a child beyond hard seats, while a pattern within them is sought."""
Pattern = tuple[Ints, Ints]


def solve_feeders(
    problem: FeederProblem, stop: Stop | None = None, seed: int = 0
) -> FeederSolution:
    """Return the best feeder pattern found and a bound on every pattern.

    Parameters
    ----------
    problem : FeederProblem
    stop : Stop, optional
        60 seconds and no gap by default.
    seed : int

    Returns
    -------
    FeederSolution
        ``INFEASIBLE`` with what cannot hold together, where that is proven; ``UNKNOWN`` where
        neither a pattern nor its absence was found in time.
    """
    stop = stop or Stop()
    sure = _at_once(problem, stop, seed) if problem.starts > 1 else None
    hard = problem.elastic is None and sure is None
    solution = _whole(problem, sure, stop.share(FIRST, stop.gap) if hard else stop, seed)
    if solution.status is Status.INFEASIBLE:
        return replace(solution, conflict=_conflict(problem, stop, seed))
    if hard and solution.target is None:
        soft = replace(problem, elastic=Elastic(STEEP, 0.0, STEEP))
        priced = _whole(soft, None, stop, seed)
        if priced.target is not None and priced.parts["overfull"].value == 0:
            return _finished(problem, solution.bound, [_pattern(priced)])
    return solution


def _at_once(problem: FeederProblem, stop: Stop, seed: int) -> Pattern | None:
    """Return a pattern whose feeders all begin in the first year, which any coverage allows."""
    single = replace(problem, before=None, before_travel=None, coverage=None)
    return _pattern(_whole(single, None, stop.share(0.3, ONCE, quiet=True), seed))


def _pattern(solution: FeederSolution) -> Pattern | None:
    if solution.target is None or solution.start is None:
        return None
    return solution.target, solution.start


def _finished(
    problem: FeederProblem, bound: float, patterns: list[Pattern | None]
) -> FeederSolution:
    """Return the best of the patterns under the bound."""
    priced = [(price_feeders(problem, *p), p) for p in patterns if p is not None]
    if not priced:
        return _none(Status.UNKNOWN, bound)
    parts, best = min(priced, key=lambda pair: sum(v.value for v in pair[0].values()))
    objective = sum(part.weight * part.value for part in parts.values())
    if bound > objective * (1 + TOLERANCE):
        raise AssertionError("objective or bound disagree with the pattern")
    bound = min(bound, objective)
    proven = objective - bound <= TOLERANCE * abs(objective)
    status = Status.OPTIMAL if proven else Status.FEASIBLE
    return FeederSolution(status, *best, objective, bound, parts)


def _whole(problem: FeederProblem, begin: Pattern | None, stop: Stop, seed: int) -> FeederSolution:
    """Solve one program with lazy cuts; `begin` is a pattern that keeps all demands."""
    if len(np.unique(problem.pair_primary)) < problem.n:
        return _none(Status.INFEASIBLE, float("inf"))
    program = build(problem)
    bound, best = 0.0, begin
    while True:
        hint = None if best is None else _hint(program, best)
        answer = solve_milp(program.columns, stop, seed, hint, stop.gap / 2)
        if answer.infeasible:
            return _none(Status.INFEASIBLE, float("inf"))
        bound = max(bound, answer.whole_bound(program.columns.offset))
        if answer.x is None:
            break
        found = _read(problem, program, answer.x)
        loose = loose_pieces(problem, found[0]) if problem.contiguous else []
        if not loose:
            best = found
            break
        cut_loose(problem, program, loose)
        if stop.due:
            break
    solution = _finished(problem, bound, [best, begin])
    stop.progress("feeders", solution.objective, solution.bound)
    return solution


def _hint(program: Program, pattern: Pattern) -> Floats:
    """Return the values of the pairs' columns in a pattern."""
    x = np.zeros(program.take.size)
    target, start = pattern
    x[[program.take[program.at[p, t], start[p]] for p, t in enumerate(target.tolist())]] = 1.0
    return x


def _read(problem: FeederProblem, program: Program, x: Floats) -> Pattern:
    pair, start = np.nonzero(x[program.take] > 0.5)
    if (problem.pair_primary[pair] != np.arange(problem.n)).any():
        raise ArithmeticError("the solver's pattern does not give every primary one target")
    return problem.pair_target[pair], start.astype(np.int64)


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
        if _whole(without, None, stop, seed).status is Status.INFEASIBLE:
            bare = without
        else:
            kept.append(name)
    return tuple(kept)
