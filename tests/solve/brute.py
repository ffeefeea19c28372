"""Tiny random partition problems and their optimum by enumeration."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from districting.model.partition import (
    AimLimit,
    Apart,
    AssignCost,
    Band,
    Contiguous,
    Deviation,
    DistrictCount,
    DistrictsPerGroup,
    Ints,
    PairCut,
    PartitionProblem,
    SeatPrice,
    Spread,
    Together,
    Unmixed,
)
from districting.solve.partition.value import best_seats, evaluate


def grid(rows: int, columns: int) -> Ints:
    """Return the edges of a grid graph."""
    unit = np.arange(rows * columns).reshape(rows, columns)
    across = np.stack([unit[:, :-1].ravel(), unit[:, 1:].ravel()], axis=1)
    down = np.stack([unit[:-1].ravel(), unit[1:].ravel()], axis=1)
    return np.concatenate([across, down]).astype(np.int64)


def tree(n: int, rng: np.random.Generator) -> Ints:
    """Return the edges of a random tree."""
    return np.array([(rng.integers(i), i) for i in range(1, n)], np.int64).reshape(-1, 2)


def all_labels(n: int) -> Iterator[Ints]:
    """Yield every set partition of n units as restricted growth labels."""

    def grow(prefix: list[int], used: int) -> Iterator[list[int]]:
        if len(prefix) == n:
            yield prefix
            return
        for label in range(used + 1):
            yield from grow([*prefix, label], max(used, label + 1))

    for labels in grow([], 0):
        yield np.array(labels, np.int64)


def optimum(problem: PartitionProblem) -> float:
    """Return the best objective over every labelling and every seat; inf where there is none."""
    best = np.inf
    seatless = (Apart, Band, Contiguous, DistrictsPerGroup, Together, Unmixed)
    musts = replace(problem, parts=tuple(p for p in problem.parts if isinstance(p, seatless)))
    for labels in all_labels(problem.n):
        count = int(labels.max()) + 1
        if not all(c.least <= count <= c.most for c in problem.of(DistrictCount)):
            continue
        seated, first = np.unique(labels[problem.seats], return_index=True)
        if len(seated) < count or not evaluate(musts, labels, first).feasible:
            continue
        inside = [np.flatnonzero(labels[problem.seats] == k) for k in range(count)]
        for seats in itertools.product(*inside):
            result = evaluate(problem, labels, np.array(seats))
            if result.feasible:
                best = min(best, result.objective)
    return best


def best_by_value(problem: PartitionProblem, labels: Ints) -> float:
    """Return the objective of a labelling with the seats that ``value`` chooses."""
    return evaluate(problem, labels, best_seats(problem, labels)).objective


KINDS = (
    "travel",
    "barred",
    "band",
    "priced band",
    "ratio band",
    "deviation",
    "cut",
    "unmixed",
    "priced unmixed",
    "per group",
    "together",
    "apart",
    "seat price",
    "spread",
    "limited travel",
    "limited mix",
    "limited spread",
    "count range",
)


def tiny(kinds: frozenset[str], shape: str, n: int, m: int, k: int, seed: int) -> PartitionProblem:
    """Return a random problem with the given kinds of parts; whole-number weights."""
    rng = np.random.default_rng(seed)
    if shape == "grid":
        edges = grid(2, (n + 1) // 2)
        edges = edges[(edges < n).all(axis=1)]
    elif shape == "tree":
        edges = tree(n, rng)
    else:  # islands: two trees without a bridge
        half = n // 2
        edges = np.concatenate([tree(half, rng), tree(n - half, rng) + half])
    seats = np.sort(rng.choice(n, min(m, n), replace=False)).astype(np.int64)
    weight = rng.integers(1, 9, n).astype(float)
    groups = (np.arange(n) * 2 // n).astype(np.int64)
    share = weight.sum() / k
    parts: list[object] = [Contiguous("contiguous")]
    if "count range" in kinds:
        parts.append(DistrictCount("count", max(1, k - 1), k + 1))
    elif "per group" not in kinds:
        parts.append(DistrictCount("count", k, k))
    if "travel" in kinds or "barred" in kinds:
        cost = rng.integers(0, 30, (n, len(seats))).astype(float)
        cost[seats, np.arange(len(seats))] = 0
        if "barred" in kinds:
            cost[rng.random(cost.shape) < 0.1] = np.inf
        parts.append(AssignCost("travel", "m", 1.5, cost))
    if "band" in kinds:
        parts.append(Band("size", "w", weight, 0.6 * share, 1.4 * share, "children"))
    if "priced band" in kinds:
        parts.append(Band("soft", "w", weight, 0.9 * share, 1.1 * share, "children", 2.5))
    if "ratio band" in kinds:
        points = rng.integers(0, 9, n) - 0.8 * weight
        parts.append(Band("ratio", "q", points, -4.0, 9.0, "points"))
    if "deviation" in kinds:
        parts.append(Deviation("balance", "w", "children", 1.25, weight, np.full(n, share)))
    if "cut" in kinds:
        parts.append(PairCut("cut", "km", 2.0, edges, rng.integers(0, 5, len(edges)).astype(float)))
    if "unmixed" in kinds or "per group" in kinds:
        parts.append(Unmixed("town", groups))
    if "priced unmixed" in kinds:
        parts.append(Unmixed("split", rng.integers(0, 3, n), price=7.0))
    if "per group" in kinds:
        parts.append(DistrictsPerGroup("quota", groups, np.array([1, 2])))
    if "together" in kinds:
        parts.append(Together("together", rng.choice(n, (1, 2), replace=False).astype(np.int64)))
    if "apart" in kinds:
        parts.append(Apart("apart", rng.choice(n, (1, 2), replace=False).astype(np.int64)))
    if "seat price" in kinds:
        price = rng.integers(0, 20, len(seats)).astype(float)
        parts.append(SeatPrice("seats", "yuan", 2.0, price))
    base = weight * (rng.random(n) < 0.6)
    spread = Spread("range", "quality", "points", 11.0, base * rng.integers(40, 60, n), base)
    if "spread" in kinds:
        parts.append(spread)
    far = AssignCost("far", "m", 1.0, rng.integers(0, 30, (n, len(seats))).astype(float))
    if "limited travel" in kinds:
        parts.append(AimLimit("near", "far", (far,), 9.0 * n))
    if "limited mix" in kinds:
        split = Unmixed("split", rng.integers(0, 3, n), price=3.0)
        cut = PairCut("cut", "km", 1.0, edges, np.ones(len(edges)))
        off = Deviation("off", "w", "children", 0.5, weight, np.full(n, share))
        soft = Band("soft", "w", weight, 0.9 * share, 1.1 * share, "children", 0.5)
        parts.append(AimLimit("compact", "several", (split, cut, off, soft), 2.0 * n))
    if "limited spread" in kinds:
        parts.append(AimLimit("even", "range", (replace(spread, weight=1.0),), 5.0))
    return PartitionProblem(n, edges, seats, tuple(parts))  # type: ignore[arg-type]
