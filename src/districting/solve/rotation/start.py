"""A first plan in a moment: moves taken one by one while they do good; no proof, no look ahead."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from numba import njit

from districting.model.rotation import ArcCost, Convex, Floats, Ints, RotationProblem, Rows, Worst

MUST = 1e7
"""Price of a unit by which a must is missed."""
PASSES = 4


def promise(problem: RotationProblem, tiers: Sequence[int]) -> Floats:
    """Return what each arc alone would change in the aims of `tiers`, weights applied, shape (a,).

    Ceilings that are exceeded as things stand count at their price.
    """
    total = np.zeros(problem.arcs)
    for part in problem.parts:
        if isinstance(part, ArcCost) and part.tier in tiers:
            total += part.weight * part.cost
        elif isinstance(part, Worst) and part.tier in tiers:
            total += part.level
        elif isinstance(part, Convex):
            weight = _weight(part, tiers)
            if weight:
                total += weight * part.alone(problem.arcs)
    return total


def _weight(part: Convex, tiers: Sequence[int]) -> float:
    weight = part.weight if part.tier in tiers else 0.0
    if part.ceiling is not None and part.cost_of(part.base) > part.ceiling:
        weight += MUST if part.price is None else part.price
    return weight


def greedy(problem: RotationProblem) -> Ints:
    """Return moves, taken greedily, that may leave musts unmet."""
    return _taken(problem, np.argsort(promise(problem, problem.tiers), kind="stable"))


def few_misses(problem: RotationProblem) -> Ints:
    """Return moves, taken greedily, under which elastic rows are missed by little.

    Those come first that do most for rows which no move meets or just meets; equal ones by lot.
    """
    worth = np.zeros(problem.arcs)
    for part in problem.parts:
        if isinstance(part, Rows) and part.price is not None:
            edge = (part.high <= 0).astype(float) - (part.low >= 0)
            change = part.price * part.value * edge[part.row]
            worth += np.bincount(part.arc, change, minlength=problem.arcs)
    return _taken(problem, np.lexsort((problem.lot, worth)))


def _taken(problem: RotationProblem, order: Ints) -> Ints:
    flat = np.zeros(problem.arcs)
    for part in problem.parts:
        if isinstance(part, ArcCost):
            flat += part.weight * part.cost
    picked = _greedy(order, problem.agent, flat, *_rows(problem), *_curves(problem))
    return np.flatnonzero(picked)


def _by_arc(
    arcs: int, entries: list[tuple[Ints, Ints, Floats]]
) -> tuple[Ints, Ints, Floats]:  # fmt: skip
    """Return entries (arc, row, value) sorted by arc: first of each arc, rows, values."""
    if not entries:
        return np.zeros(arcs + 1, dtype=np.int64), np.empty(0, dtype=np.int64), np.empty(0)
    arc, row = (np.concatenate([e[k] for e in entries]) for k in (0, 1))
    value = np.concatenate([e[2] for e in entries])
    order = np.argsort(arc, kind="stable")
    first = np.r_[0, np.cumsum(np.bincount(arc, minlength=arcs))].astype(np.int64)
    return first, row[order], value[order]


def _rows(problem: RotationProblem) -> tuple[Ints, Ints, Floats, Floats, Floats, Floats]:
    """Return the rows of rules: entries by arc, limits, price of a unit missed."""
    entries, low, high, price, count = [], [np.empty(0)], [np.empty(0)], [np.empty(0)], 0
    for part in problem.parts:
        if isinstance(part, Rows):
            entries.append((part.arc, part.row + count, part.value))
            low.append(part.low)
            high.append(part.high)
            price.append(np.full(len(part.low), MUST if part.price is None else part.price))
            count += len(part.low)
    limits = np.concatenate(low), np.concatenate(high), np.concatenate(price)
    return *_by_arc(problem.arcs, entries), *limits


def _curves(problem: RotationProblem) -> tuple[Ints, Ints, Floats, Ints, Ints, Floats]:
    """Return the rows of convex aims: entries by arc, where each stands, steps, their costs."""
    entries, count, steps = [], 0, 0
    at, first = [np.empty(0, dtype=np.int64)], [np.zeros(1, dtype=np.int64)]
    marginal = [np.empty(0)]
    for part in problem.parts:
        if isinstance(part, Convex):
            entries.append((part.arc, part.row + count, part.value))
            at.append(part.base - part.start)
            first.append(part.first[1:] + steps)
            marginal.append(part.marginal * _weight(part, problem.tiers))
            count += len(part.base)
            steps += len(part.marginal)
    curves = np.concatenate(at), np.concatenate(first), np.concatenate(marginal)
    return *_by_arc(problem.arcs, entries), *curves


@njit(cache=True)  # type: ignore[untyped-decorator]
def _greedy(
    order: Ints, agent: Ints, flat: Floats,
    begin: Ints, row: Ints, value: Floats, low: Floats, high: Floats, price: Floats,
    curve_begin: Ints, curve: Ints, way: Floats, at: Ints, first: Ints, marginal: Floats,
) -> npt.NDArray[np.bool_]:  # fmt: skip
    """Take arcs in order while what they change (misses of rows at their price, aims) is below 0.

    Several passes: what does no good at first may do so once others have moved.
    """
    picked = np.zeros(len(order), dtype=np.bool_)
    placed = np.zeros(agent.max() + 1 if len(agent) else 0, dtype=np.bool_)
    total = np.zeros(len(low))
    for _ in range(PASSES):
        before = picked.sum()
        for arc in order:
            if placed[agent[arc]]:
                continue
            change = flat[arc]
            for k in range(begin[arc], begin[arc + 1]):
                r = row[k]
                old, new = total[r], total[r] + value[k]
                missed = max(0.0, low[r] - new, new - high[r])
                missed -= max(0.0, low[r] - old, old - high[r])
                change += price[r] * missed
                if missed > 0 and price[r] >= MUST:
                    change = np.inf
            for k in range(curve_begin[arc], curve_begin[arc + 1]):
                c = curve[k]
                step = at[c] if way[k] > 0 else at[c] - 1
                size = first[c + 1] - first[c]
                if size > 0 and step >= 0:
                    change += way[k] * marginal[first[c] + min(step, size - 1)]
            if change >= 0:
                continue
            picked[arc] = placed[agent[arc]] = True
            for k in range(begin[arc], begin[arc + 1]):
                total[row[k]] += value[k]
            for k in range(curve_begin[arc], curve_begin[arc + 1]):
                at[curve[k]] += int(way[k])
        if picked.sum() == before:
            break
    return picked
