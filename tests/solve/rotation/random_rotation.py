"""Small random rotation problems with rows, convex aims, a worst aim and elastic rows."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np

from districting.model.rotation import (
    PRICES,
    ArcCost,
    Convex,
    Ints,
    RotationProblem,
    Rows,
    Worst,
)
from districting.solve.rotation.solution import broken, tier_value

PLACES = 4


def random_problem(seed: int, agents: int = 5) -> RotationProblem:
    """Return a problem of a few agents at four places."""
    random = np.random.default_rng(seed)
    home = random.integers(0, PLACES, agents)
    pairs = [
        (a, p)
        for a in range(agents)
        for p in range(PLACES)
        if p != home[a] and random.random() < 0.8
    ]
    agent, place = (np.array(c, dtype=np.int64) for c in zip(*pairs, strict=True))
    arcs, count = np.arange(len(agent)), len(agent)
    origin = home[agent]
    ones = np.ones(count)
    size = np.bincount(home, minlength=PLACES)
    net_row = np.concatenate([place, origin])
    net_value = np.concatenate([ones, -ones])
    low, high = -random.integers(0, 2, PLACES), random.integers(1, 3, PLACES)
    labels = tuple(f"P{p}" for p in range(PLACES))
    parts = [
        Rows("size", "teachers", net_row, np.concatenate([arcs, arcs]), net_value,
             low.astype(float), high.astype(float), labels),
        Rows("share", "teachers", np.zeros(count, dtype=np.int64), arcs, ones,
             np.array([2.0]), np.array([np.inf]), ("",)),
        Rows("soft", "teachers", np.zeros(count, dtype=np.int64), arcs, ones,
             np.array([3.0]), np.array([np.inf]), ("",), price=5.0),
        _need(random, size, place, origin, arcs),
        Worst("far", "m", 2, random.integers(0, 9, count) * 500.0, 1000.0),
        _even(random, size, place, origin, arcs),
        ArcCost("way", "km", 4, 1.0, np.round(random.random(count) * 9, 1)),
        ArcCost("few", "moves", 5, 1.0, ones),
    ]  # fmt: skip
    lot = random.integers(0, 2**24, count)
    return RotationProblem(agent, place, lot, tuple(parts))


def announcing(problem: RotationProblem, tier: int, seed: int) -> RotationProblem:
    """Return the problem with an arc of some agents announced, to be kept in a tier."""
    random = np.random.default_rng(seed)
    arcs = [random.choice(np.flatnonzero(problem.agent == a)) for a in np.unique(problem.agent)]
    kept = np.sort(np.array(arcs)[random.random(len(arcs)) < 0.6])
    cost = np.zeros(problem.arcs)
    cost[kept] = -1.0
    keep = ArcCost("keep", "changes", tier, 1.0, cost, float(len(kept)))
    return replace(problem, parts=(keep, *problem.parts), announced=kept)


def _need(random: np.random.Generator, size: Ints, place: Ints, origin: Ints, arcs: Ints) -> Convex:
    """Missing units: every place wants a number of agents."""
    wanted = random.integers(0, 4, PLACES)
    start = np.zeros(PLACES, dtype=np.int64)
    first = np.arange(PLACES + 1) * 6
    marginal = np.concatenate([np.where(np.arange(6) < w, -2.0, 0.0) for w in wanted])
    return Convex("need", "units", 1, 1.0, np.r_[place, origin], np.r_[arcs, arcs],
                  np.r_[np.ones(len(arcs)), -np.ones(len(arcs))], size, start, first, marginal,
                  2.0 * float(wanted.sum()), True, ("",) * PLACES)  # fmt: skip


def _even(random: np.random.Generator, size: Ints, place: Ints, origin: Ints, arcs: Ints) -> Convex:
    """Squares of numbers, over weights."""
    weight = random.integers(1, 5, PLACES)
    first = np.arange(PLACES + 1) * 6
    marginal = np.concatenate([(2.0 * np.arange(6) + 1) / w for w in weight])
    start = np.zeros(PLACES, dtype=np.int64)
    return Convex("even", "squares", 3, 1.0, np.r_[place, origin], np.r_[arcs, arcs],
                  np.r_[np.ones(len(arcs)), -np.ones(len(arcs))], size, start, first, marginal,
                  0.0, True, ("",) * PLACES)  # fmt: skip


def best(problem: RotationProblem) -> tuple[list[float], Ints] | None:
    """Return the values of all tiers and the moves of the best plan, by trying all of them."""
    options = [[-1, *np.flatnonzero(problem.agent == a)] for a in np.unique(problem.agent)]
    found: tuple[list[float], int, Ints] | None = None
    for pick in product(*options):
        chosen = np.array(sorted(int(a) for a in pick if a >= 0), dtype=np.int64)
        if broken(problem, chosen):
            continue
        tiers = sorted({PRICES, *problem.tiers})
        values = [round(tier_value(problem, t, chosen), 6) for t in tiers]
        key = (values, int(problem.lot[chosen].sum()))
        if found is None or key < found[:2]:
            found = (*key, chosen)
    return None if found is None else (found[0], found[2])
