"""Better feeder patterns by programs in which only the primaries around some targets may change."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from districting.model.feeders import FeederProblem, Ints
from districting.model.zones import Bools, Elastic
from districting.solve.feeders.fit import overfull
from districting.solve.feeders.whole import solve_whole
from districting.solve.stop import Stop

RINGS = (1, 2, 3)
"""Targets around an overfull one whose primaries may change, in steps; tried one after another."""
STEEP = 1_000_000
"""Child-metres a child beyond hard seats, while a pattern within them is sought."""
TURNS = 3
SHARE = 0.15
"""Share of the time left that one program may take."""


def fit_nearby(problem: FeederProblem, target: Ints, stop: Stop, seed: int) -> Ints:
    """Return a pattern with fewer graduates beyond hard seats, changed around overfull targets."""
    soft = replace(problem, elastic=Elastic(STEEP, 0.0, STEEP))
    for rings in RINGS:
        over = overfull(problem, target) > 0
        if not over.any() or stop.due:
            break
        target = _solve_within(soft, target, _beside(problem, target, over, rings), stop, seed)
    return target


def improve(problem: FeederProblem, target: Ints, stop: Stop, seed: int) -> Ints:
    """Return a pattern at least as good, from programs around one target after another.

    Parameters
    ----------
    problem : FeederProblem
        All feeders begin in the first year.
    target : int array, shape (n,)
        A pattern that keeps all demands.
    """
    rng = np.random.default_rng(seed)
    for _ in range(TURNS):
        before = target
        for t in rng.permutation(problem.m).tolist():
            if stop.due:
                return target
            near = _beside(problem, target, np.arange(problem.m) == t, 1)
            target = _solve_within(problem, target, near, stop, seed)
        if (target == before).all():
            break
    return target


def _beside(problem: FeederProblem, target: Ints, near: Bools, rings: int) -> Bools:
    """Return these targets and those whose zones lie up to `rings` zones away, shape (m,)."""
    near = near.copy()
    for _ in range(rings):
        a, b = target[problem.edges].T
        beside = np.concatenate([b[near[a]], a[near[b]]])
        near[beside] = True
    return near


def _solve_within(problem: FeederProblem, target: Ints, near: Bools, stop: Stop, seed: int) -> Ints:
    """Solve with the primaries of the targets `near` free to change among these, others held."""
    kept = problem.pair_target == target[problem.pair_primary]
    keep = kept | (near[target[problem.pair_primary]] & near[problem.pair_target])
    extra = problem.pair_extra
    part = replace(
        problem,
        pair_primary=problem.pair_primary[keep],
        pair_target=problem.pair_target[keep],
        pair_travel=problem.pair_travel[:, keep],
        pair_extra=None if extra is None else extra[:, keep],
    )
    begin = target, np.zeros(problem.n, np.int64)
    found = solve_whole(part, begin, stop.share(SHARE, stop.gap, quiet=True), seed)
    return target if found.target is None else found.target
