"""What a few moves more or less would change in a plan, all other moves as they are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from districting.model.rotation import ArcCost, Convex, Floats, Ints, RotationProblem, Rows, Worst
from districting.solve.rotation.solution import MISS, sums

SMALL = 1e-9


@dataclass(frozen=True)
class Change:
    """What one part of the problem would change by.

    Parameters
    ----------
    gate, unit : str
    tier : int
        -1 for prices of principles.
    before, after : float
        In `unit`; without the rule's weight.
    weighted : float
        Change of the tier.
    rows : tuple of (str, float)
        Labels of what changes, with their changes; empty where the part has no labels.
    """

    gate: str
    unit: str
    tier: int
    before: float
    after: float
    weighted: float
    rows: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True)
class Effect:
    """What a change of moves comes to.

    Parameters
    ----------
    breaks : tuple of (str, str)
        Gate and label of the musts that hold now and would be broken.
    changes : tuple of Change
        Parts that would change, earlier tiers first, then those that lose most.
    tiers : tuple of float
        Change of the prices, then of every tier: effects are compared in this order.
    """

    breaks: tuple[tuple[str, str], ...]
    changes: tuple[Change, ...]
    tiers: tuple[float, ...]


class Standing:
    """A plan's moves with all sums worked out, so that the effect of a change is quickly known.

    Parameters
    ----------
    problem : RotationProblem
    chosen : int array
        Arcs used.
    """

    def __init__(self, problem: RotationProblem, chosen: Ints) -> None:
        self.problem, self.chosen = problem, chosen
        self.totals: list[Floats] = []
        self.entries: list[tuple[Ints, Ints]] = []
        for part in problem.parts:
            total = np.empty(0)
            if isinstance(part, Rows):
                total = sums(part, chosen)
            elif isinstance(part, Convex):
                total = part.counts(chosen).astype(float)
            self.totals.append(total)
            of = part.arc if isinstance(part, (Rows, Convex)) else np.empty(0, dtype=np.int64)
            order = np.argsort(of, kind="stable")
            self.entries.append((of[order], order))

    def effect(self, drop: Ints, add: Ints) -> Effect:
        """Return what leaving out the arcs `drop` and using the arcs `add` would change."""
        breaks: list[tuple[str, str]] = []
        changes: list[Change] = []
        for number, part in enumerate(self.problem.parts):
            if isinstance(part, Rows):
                rows, delta = self._delta(number, part, drop, add)
                changes += self._rows(part, self.totals[number], rows, delta, breaks)
            elif isinstance(part, Convex):
                rows, delta = self._delta(number, part, drop, add)
                changes += self._convex(part, self.totals[number], rows, delta, breaks)
            elif isinstance(part, ArcCost):
                now = float(part.cost[self.chosen].sum()) + part.constant
                new = now + float(part.cost[add].sum() - part.cost[drop].sum())
                weighted = part.weight * (new - now)
                changes.append(Change(part.gate, part.unit, part.tier, now, new, weighted))
            else:
                changes.append(self._worst(part, drop, add))
        real = [c for c in changes if abs(c.after - c.before) > SMALL]
        numbers = (-1, *self.problem.tiers)
        tiers = tuple(sum(c.weighted for c in real if c.tier == n) for n in numbers)
        real.sort(key=lambda c: (c.tier, -c.weighted))
        return Effect(tuple(breaks), tuple(real), tuple(round(t, 9) for t in tiers))

    def _delta(
        self, number: int, part: Rows | Convex, drop: Ints, add: Ints
    ) -> tuple[Ints, Floats]:
        """Return the rows that change and by how much."""
        arcs, order = self.entries[number]
        rows: list[Ints] = []
        values: list[Floats] = []
        for sign, some in ((-1.0, drop), (1.0, add)):
            for arc in some:
                low, high = np.searchsorted(arcs, [arc, arc + 1])
                rows.append(part.row[order[low:high]])
                values.append(sign * part.value[order[low:high]])
        if not rows:
            return np.empty(0, dtype=np.int64), np.empty(0)
        touched, back = np.unique(np.concatenate(rows), return_inverse=True)
        total = np.bincount(back, np.concatenate(values), minlength=len(touched))
        return touched, total.astype(float)

    @staticmethod
    def _rows(
        part: Rows, total: Floats, rows: Ints, delta: Floats, breaks: list[tuple[str, str]]
    ) -> Iterator[Change]:
        now, new = total[rows], total[rows] + delta
        old, after = (
            np.maximum(0.0, np.maximum(part.low[rows] - n, n - part.high[rows])) for n in (now, new)
        )
        worse = after - old
        if part.price is None:
            breaks += [(part.gate, part.labels[rows[k]]) for k in np.flatnonzero(worse > MISS)]
            return
        before, change = float(old.sum()), float(worse.sum())
        labels = tuple(
            (part.labels[rows[k]], float(worse[k])) for k in np.flatnonzero(np.abs(worse) > MISS)
        )
        weighted = part.price * change
        yield Change(part.gate, part.unit, -1, before, before + change, weighted, labels)

    @staticmethod
    def _convex(
        part: Convex, count: Floats, rows: Ints, delta: Floats, breaks: list[tuple[str, str]]
    ) -> Iterator[Change]:
        each = np.array(
            [
                _row_cost(part, int(r), int(count[r] + d)) - _row_cost(part, int(r), int(count[r]))
                for r, d in zip(rows, delta, strict=True)
            ]
        )
        before = part.cost_of(count.astype(np.int64))
        after = before + float(each.sum())
        labels = tuple(
            (part.labels[rows[k]], float(each[k])) for k in np.flatnonzero(np.abs(each) > SMALL)
        )
        weighted = part.weight * (after - before)
        yield Change(part.gate, part.unit, part.tier, before, after, weighted, labels)
        if part.ceiling is None:
            return
        over, then = (max(0.0, value - part.ceiling) for value in (before, after))
        if part.price is not None:
            yield Change(part.gate, part.unit, -1, over, then, part.price * (then - over))
        elif then > over + MISS:
            breaks.append((part.gate, part.unit))

    def _worst(self, part: Worst, drop: Ints, add: Ints) -> Change:
        level = part.level
        now = level[self.chosen]
        new = level[np.r_[np.setdiff1d(self.chosen, drop), add].astype(np.int64)]
        before, after = (float(found.max()) if len(found) else 0.0 for found in (now, new))
        return Change(part.gate, part.unit, part.tier, before * part.step, after * part.step,
                      after - before)  # fmt: skip


def _row_cost(part: Convex, row: int, count: int) -> float:
    """Return ``f_r(count)`` of one row, less ``f_r(start)``."""
    steps = part.marginal[part.first[row] : part.first[row + 1]]
    number = count - int(part.start[row])
    cost = float(steps[:number].sum())
    if number > len(steps) and len(steps):
        cost += float(steps[-1]) * (number - len(steps))
    return cost
