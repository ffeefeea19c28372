"""Improve a feeder pattern a few neighbouring targets at a time; each window is solved exactly."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from districting.model.feeders import FeederProblem, Ints

WIDTH = 5
"""Targets in a window."""


def windows(problem: FeederProblem) -> list[Ints]:
    """Return, for every target, itself and those with which it shares most candidate primaries."""
    reach = np.zeros((problem.m, problem.n), np.int64)
    reach[problem.pair_target, problem.pair_primary] = 1
    shared = reach @ reach.T
    np.fill_diagonal(shared, problem.n + 1)
    order = np.argsort(-shared, axis=1, kind="stable")[:, :WIDTH]
    return [np.sort(row) for row in order]


def narrowed(problem: FeederProblem, target: Ints, window: Ints) -> FeederProblem:
    """Return the problem in which only the primaries of `window` may move, and only inside it."""
    inside = np.isin(problem.pair_target, window)
    movable = np.isin(target, window)[problem.pair_primary]
    present = problem.pair_target == target[problem.pair_primary]
    keep = present | (inside & movable)
    extra = None if problem.pair_extra is None else problem.pair_extra[:, keep]
    return replace(
        problem,
        pair_primary=problem.pair_primary[keep],
        pair_target=problem.pair_target[keep],
        pair_travel=problem.pair_travel[:, keep],
        pair_extra=extra,
    )
