"""Solve the feeder problem; hard seats begin with a pattern that walks find."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from districting.model.feeders import FeederProblem, Ints
from districting.model.zones import Elastic
from districting.plan.record import Status
from districting.solve.feeders.fit import fit, least_missing, overfull
from districting.solve.feeders.solution import FeederSolution
from districting.solve.feeders.whole import Pattern, pattern_of, solve_whole
from districting.solve.feeders.windows import STEEP, fit_nearby, improve
from districting.solve.stop import Stop

ONCE = 0.001
"""Gap of the pattern that begins at once, from which a phased one is sought."""
FITTING, BETTERING = 0.3, 0.4
"""Shares of the time left for patterns within hard seats, and for better ones."""


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
    sure, extra = None, None
    single = replace(problem, before=None, before_travel=None, coverage=None)
    if problem.elastic is None:
        sure, extra = _within_seats(single, stop, seed)
    if problem.starts > 1:
        sure = pattern_of(solve_whole(single, sure, stop.share(0.3, ONCE, quiet=True), seed))
    solution = solve_whole(problem, sure, stop, seed)
    if solution.target is None and extra is not None:
        solution = replace(
            solution, extra=extra, least=0 if problem.starts > 1 else least_missing(problem)
        )
    if solution.status is Status.INFEASIBLE:
        return replace(solution, conflict=_conflict(problem, stop, seed))
    return solution


def _within_seats(
    problem: FeederProblem, stop: Stop, seed: int
) -> tuple[Pattern | None, Ints | None]:
    """Return a good pattern within hard seats; without one, the seats that one found would need."""
    if len(np.unique(problem.pair_primary)) < problem.n:
        return None, None
    target = fit(problem, stop.share(FITTING), seed)
    if target is None:
        soft = replace(problem, elastic=Elastic(STEEP, 0.0, STEEP))
        target = solve_whole(soft, None, stop.share(FITTING, quiet=True), seed).target
    if target is None:
        return None, None
    target = fit_nearby(problem, target, stop.share(FITTING), seed)
    extra = overfull(problem, target)
    if extra.any():
        return None, extra
    target = improve(problem, target, stop.share(BETTERING, stop.gap), seed)
    return (target, np.zeros(problem.n, np.int64)), None


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
        if solve_whole(without, None, stop, seed).status is Status.INFEASIBLE:
            bare = without
        else:
            kept.append(name)
    return tuple(kept)
