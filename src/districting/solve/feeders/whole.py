"""The feeder problem as one program, solved again as its patterns come apart.

Contiguity is separated lazily: solve, cut loose pieces off, solve again. Each solve is a
relaxation, so the bound of every round holds; a pattern counts once it is in one piece.
"""

from __future__ import annotations

import numpy as np

from districting.model.feeders import FeederProblem, Ints
from districting.plan.record import Status
from districting.solve.feeders.program import Program, build, cut_loose
from districting.solve.feeders.solution import FeederSolution, loose_pieces, price_feeders
from districting.solve.mip import TOLERANCE, Floats, solve_milp
from districting.solve.stop import Stop

Pattern = tuple[Ints, Ints]


def _finished(
    problem: FeederProblem, bound: float, patterns: list[Pattern | None]
) -> FeederSolution:
    """Return the best of the patterns under the bound."""
    priced = [(price_feeders(problem, *p), p) for p in patterns if p is not None]
    if not priced:
        return _no_pattern(Status.UNKNOWN, bound)
    parts, best = min(priced, key=lambda pair: sum(v.value for v in pair[0].values()))
    objective = sum(part.weight * part.value for part in parts.values())
    if bound > objective * (1 + TOLERANCE):
        raise AssertionError("objective or bound disagree with the pattern")
    bound = min(bound, objective)
    proven = objective - bound <= TOLERANCE * abs(objective)
    status = Status.OPTIMAL if proven else Status.FEASIBLE
    return FeederSolution(status, *best, objective, bound, parts)


def solve_whole(
    problem: FeederProblem, begin: Pattern | None, stop: Stop, seed: int
) -> FeederSolution:
    """Solve one program with lazy cuts; `begin` is a pattern that keeps all demands."""
    if len(np.unique(problem.pair_primary)) < problem.n:
        return _no_pattern(Status.INFEASIBLE, float("inf"))
    program = build(problem)
    bound, best = 0.0, begin
    while True:
        hint = None if best is None else _hint(program, best)
        answer = solve_milp(program.columns, stop, seed, hint, stop.gap / 2)
        if answer.infeasible:
            return _no_pattern(Status.INFEASIBLE, float("inf"))
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


def _no_pattern(status: Status, bound: float) -> FeederSolution:
    """Return what came of a solve that found none."""
    return FeederSolution(status, None, None, float("nan"), bound)


def pattern_of(solution: FeederSolution) -> Pattern | None:
    """Return the pattern of a solution, if it has one."""
    if solution.target is None or solution.start is None:
        return None
    return solution.target, solution.start
