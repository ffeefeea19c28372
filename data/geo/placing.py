"""Put village names on points: close in the code list, close on the map."""

from __future__ import annotations

import math
from itertools import pairwise

import numba
import numpy as np

SIDES = {"东": (1, 0), "西": (-1, 0), "南": (0, -1), "北": (0, 1), "前": (0, -1), "后": (0, 1)}
"""Directions in village names, x east and y north; 前 is the sunny side."""
TRIES = 60_000


def place_names(
    rng: np.random.Generator,
    points: np.ndarray,
    stems: list[str],
    rural: np.ndarray,
    seats: list[int],
    seat_at: np.ndarray,
) -> np.ndarray:
    """Return for each name (in code order) the point it goes to, shape (n,).

    Simulated annealing over exchanges and reversals. The cost is the length of the way through the
    names in code order (villages and residents' committees apart), plus penalties for siblings
    such as 侯孟前 and 侯孟后 that lie apart or the wrong way round, and for seats away from
    `seat_at`.
    """
    n = len(points)
    if n == 1:
        return np.zeros(1, dtype=np.int64)
    away = np.hypot(*(points[:, None, :] - points[None, :, :]).transpose(2, 0, 1))
    runs = [np.flatnonzero(rural == r) for r in (True, False)]
    steps = np.array([p for r in runs for p in pairwise(r)], dtype=np.int64)
    pairs, turns = _siblings(stems)
    spacing = math.sqrt(np.ptp(points, axis=0).prod() / n)
    to_seat = np.hypot(*(points - seat_at).T)
    moves = rng.integers(n, size=(TRIES, 2))
    return _anneal(
        np.ascontiguousarray(points), away, steps.reshape(-1, 2), pairs, turns,
        np.array(seats, dtype=np.int64), to_seat, spacing,
        rng.permutation(n), moves, rng.random((TRIES, 2)),
    )  # fmt: skip


def _siblings(stems: list[str]) -> tuple[np.ndarray, np.ndarray]:
    """Return pairs of names that differ in a word of direction, and the turn between the two."""
    pairs, turns = [], []
    for i, first in enumerate(stems):
        for j, second in enumerate(stems[:i]):
            for cut in (0, -1):
                rest = [s[1:] if cut == 0 else s[:-1] for s in (first, second)]
                sides = [first[cut], second[cut]]
                if rest[0] == rest[1] and len(rest[0]) > 0 and set(sides) <= set(SIDES):
                    turn = np.subtract(SIDES[sides[0]], SIDES[sides[1]])
                    if turn.any():
                        pairs.append((i, j))
                        turns.append(turn)
    return (
        np.array(pairs, dtype=np.int64).reshape(-1, 2),
        np.array(turns, dtype=np.float64).reshape(-1, 2),
    )


@numba.njit(cache=False)
def _cost(at, points, away, steps, pairs, turns, seats, to_seat, spacing):  # type: ignore
    total = 0.0
    for k in range(len(steps)):
        total += away[at[steps[k, 0]], at[steps[k, 1]]]
    for k in range(len(pairs)):
        p, q = at[pairs[k, 0]], at[pairs[k, 1]]
        total += 2.0 * max(0.0, away[p, q] - 1.3 * spacing)
        turn = (points[p, 0] - points[q, 0]) * turns[k, 0]
        turn += (points[p, 1] - points[q, 1]) * turns[k, 1]
        if turn <= 0:
            total += spacing
    for k in range(len(seats)):
        total += 3.0 * to_seat[at[seats[k]]]
    return total


@numba.njit(cache=False)
def _anneal(  # type: ignore
    points, away, steps, pairs, turns, seats, to_seat, spacing, start, moves, chance
):
    at = start.copy()
    cost = _cost(at, points, away, steps, pairs, turns, seats, to_seat, spacing)
    best, best_cost = at.copy(), cost
    heat = spacing
    cooling = 0.002 ** (1.0 / len(moves))
    for k in range(len(moves)):
        i, j = min(moves[k, 0], moves[k, 1]), max(moves[k, 0], moves[k, 1])
        if i == j:
            continue
        new = at.copy()
        if chance[k, 0] < 0.5:
            new[i], new[j] = at[j], at[i]
        else:
            new[i : j + 1] = at[i : j + 1][::-1]
        new_cost = _cost(new, points, away, steps, pairs, turns, seats, to_seat, spacing)
        if new_cost < cost or chance[k, 1] < math.exp((cost - new_cost) / heat):
            at, cost = new, new_cost
            if cost < best_cost:
                best, best_cost = at.copy(), cost
        heat *= cooling
    return best
