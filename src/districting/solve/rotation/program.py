"""A rotation problem as one sparse program: columns, rows, and an objective for each tier.

Columns are the arcs, then the steps of convex aims, then the slacks of elastic rows. Objectives are
whole numbers of thousandths, so that sums are exact and two routes can be held against each other.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt
from scipy import sparse

from districting.model.rotation import (
    PRICES,
    ArcCost,
    Bools,
    Convex,
    Floats,
    Ints,
    RotationProblem,
    Rows,
    Worst,
)
from districting.model.runs import start_of

SCALE = 1000
"""Objective units to one unit of weighted aims."""
Objects = npt.NDArray[np.object_]


@dataclass(frozen=True, eq=False)
class Tier:
    """One tier of the objective.

    Parameters
    ----------
    number : int
        :data:`~districting.model.rotation.PRICES` for the prices of elastic rows.
    cost : int array, shape (n,)
        Thousandths by column.
    constant : float
        Thousandths that no plan can change.
    worst : Worst or None
        Given for a tier that counts the largest value; `cost` is zero then.
    tolerance : float
    """

    number: int
    cost: Ints
    constant: float
    worst: Worst | None = None
    tolerance: float = 0.0

    def of(self, x: Floats) -> float:
        """Return the thousandths that a solution comes to."""
        return float((self.cost * x).sum())  # a product of vectors would wait for threads


@dataclass(frozen=True, eq=False)
class Program:
    """Minimise tier by tier subject to ``low <= matrix x <= high``, ``lower <= x <= upper``.

    Parameters
    ----------
    arcs : int
        The first columns are arcs and whole; the others follow whole values by themselves.
    lower, upper : float array, shape (n,)
    matrix : scipy.sparse.csr_array, shape (m, n)
    low, high : float array, shape (m,)
    tiers : tuple of Tier
    gates : object array, shape (m,)
        Rule of each row; ``""`` for what holds of itself.
    labels : object array, shape (m,)
    slack : int
        First slack column.
    lot : int array, shape (n,)
    """

    problem: RotationProblem
    arcs: int
    lower: Floats
    upper: Floats
    matrix: sparse.csr_array
    low: Floats
    high: Floats
    tiers: tuple[Tier, ...]
    gates: Objects
    labels: Objects
    slack: int
    lot: Ints

    @property
    def columns(self) -> int:
        """Number of columns."""
        return len(self.upper)

    @cached_property
    def by_column(self) -> sparse.csc_array:
        """The matrix, by columns."""
        return sparse.csc_array(self.matrix)

    @cached_property
    def home(self) -> Ints:
        """First row of each column, shape (n,): of an arc's agent, a step's number, a slack."""
        matrix, first = self.matrix, np.zeros(self.columns, dtype=np.int64)
        row = np.repeat(np.arange(len(self.low)), np.diff(matrix.indptr))
        first[matrix.indices[::-1]] = row[::-1]
        return first

    @cached_property
    def before(self) -> Floats:
        """What the steps before it in its row come to when full, by step."""
        row, width = self.home[self.arcs : self.slack], self.upper[self.arcs : self.slack]
        through = np.r_[0.0, np.cumsum(np.where(np.isfinite(width), width, 0.0))][: len(width)]
        before: Floats = through - through[start_of(row)]
        return before

    @cached_property
    def changes(self) -> tuple[tuple[Ints, Ints, Ints], tuple[Ints, Ints, Ints]]:
        """What arcs take from the numbers that steps count, and what they add to them.

        Row, arc, and a number for each row and agent, by which they are sorted.
        """
        rows = np.unique(self.home[self.arcs : self.slack])
        part = sparse.csr_array(self.matrix[rows])
        row, arc = np.repeat(rows, np.diff(part.indptr)), part.indices.astype(np.int64)
        agents = int(self.problem.agent.max(initial=0)) + 1
        found = []
        for way in (1.0, -1.0):
            of = (arc < self.arcs) & (way * part.data > 0)
            key = row[of] * agents + self.problem.agent[arc[of]]
            found.append((row[of], arc[of], key))
        return found[0], found[1]

    @cached_property
    def whole(self) -> Bools:
        """Which rows have whole entries and no slack, shape (m,)."""
        return whole_entries(self.matrix, self.slack)

    def in_order(self, plan: Floats) -> Floats:
        """Return a whole plan with the steps of each number filled in order, which costs least."""
        steps = slice(self.arcs, self.slack)
        row, ordered = self.home[steps], plan.copy()
        number = np.rint(np.bincount(row, plan[steps], minlength=len(self.low)))
        ordered[steps] = np.clip(number[row] - self.before, 0.0, self.upper[steps])
        return ordered


def whole_entries(matrix: sparse.csr_array, columns: int) -> Bools:
    """Return which rows have whole entries, and in the first `columns` alone, shape (m,)."""
    spoilt = (matrix.data != np.rint(matrix.data)) | (matrix.indices >= columns)
    row = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
    whole: Bools = np.bincount(row[spoilt], minlength=matrix.shape[0]) == 0
    return whole


@dataclass
class _Maker:
    """Collects columns and rows."""

    upper: list[Floats]
    count: int
    row: list[Ints] = field(default_factory=list)
    column: list[Ints] = field(default_factory=list)
    value: list[Floats] = field(default_factory=list)
    low: list[Floats] = field(default_factory=list)
    high: list[Floats] = field(default_factory=list)
    gates: list[str] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)

    def columns(self, upper: Floats) -> Ints:
        """Add columns and return their numbers."""
        new = np.arange(self.count, self.count + len(upper))
        self.upper.append(upper)
        self.count += len(upper)
        return new

    def rows(
        self, gate: str, labels: tuple[str, ...], row: Ints, column: Ints, value: Floats,
        low: Floats, high: Floats,
    ) -> int:  # fmt: skip
        """Add rows and return the number of the first."""
        first = len(self.gates)
        self.row.append(row + first)
        self.column.append(column)
        self.value.append(value)
        self.low.append(low)
        self.high.append(high)
        self.gates += [gate] * len(low)
        self.labels += labels
        return first

    def entries(self, row: Ints, column: Ints, value: Floats) -> None:
        """Add entries to rows that exist."""
        self.row.append(row)
        self.column.append(column)
        self.value.append(value)


def make_program(problem: RotationProblem) -> Program:
    """Return the program of a problem."""
    maker = _Maker([np.ones(problem.arcs)], problem.arcs)
    agents, row = np.unique(problem.agent, return_inverse=True)
    arcs = np.arange(problem.arcs)
    one = np.ones(len(agents))
    maker.rows("", ("",) * len(agents), row, arcs, np.ones(problem.arcs), one * -np.inf, one)
    costs: dict[int, list[tuple[Ints, Floats]]] = {}
    constants: dict[int, float] = {}
    slacks: list[tuple[Ints, Floats]] = []
    worst: dict[int, Worst] = {}
    tolerance: dict[int, float] = {}
    for part in problem.parts:
        if isinstance(part, Rows):
            first = maker.rows(part.gate, part.labels, part.row, part.arc, part.value,
                               part.low, part.high)  # fmt: skip
            if part.price is not None:
                rows = np.arange(first, first + len(part.low))
                slacks.append((rows, np.full(len(part.low), part.price)))
            continue
        tolerance[part.tier] = max(tolerance.get(part.tier, 0.0), part.tolerance)
        costs.setdefault(part.tier, [])
        if isinstance(part, Worst):
            worst[part.tier] = part
        elif isinstance(part, ArcCost):
            costs[part.tier].append((arcs, part.weight * part.cost))
            constants[part.tier] = constants.get(part.tier, 0.0) + part.weight * part.constant
        else:
            columns, marginal, price_row = _steps(maker, part)
            costs[part.tier].append((columns, part.weight * marginal))
            constants[part.tier] = constants.get(part.tier, 0.0) + part.weight * part.constant
            if price_row is not None:
                slacks.append(price_row)
    first_slack = maker.count
    prices = _slacks(maker, slacks)
    return _assembled(problem, maker, first_slack, prices, costs, constants, worst, tolerance)


def _steps(maker: _Maker, part: Convex) -> tuple[Ints, Floats, tuple[Ints, Floats] | None]:
    """Add the step columns of a convex part and the rows that tie them to its numbers."""
    which = np.repeat(np.arange(len(part.base)), np.diff(part.first))
    again = np.zeros(len(which), dtype=bool)
    again[1:] = (which[1:] == which[:-1]) & (part.marginal[1:] == part.marginal[:-1])
    begin = np.flatnonzero(~again)
    width = np.diff(np.r_[begin, len(which)]).astype(float)
    last = np.r_[which[begin][1:] != which[begin][:-1], True] if len(begin) else begin
    width[np.asarray(last, dtype=bool)] = np.inf  # the last rate goes on; see Convex
    marginal, of = part.marginal[begin], which[begin]
    columns = maker.columns(width)
    offset = (part.base - part.start).astype(float)
    maker.rows(
        "",
        part.labels,
        np.r_[of, part.row],
        np.r_[columns, part.arc],
        np.r_[np.ones(len(columns)), -part.value],
        offset,
        offset,
    )
    if part.ceiling is None:
        return columns, marginal, None
    high = np.array([part.ceiling - part.constant])
    zero = np.zeros(len(columns), dtype=np.int64)
    # In thousandths of the squared coefficient, to keep entries and limits near 1.
    first = maker.rows(part.gate, (part.gate,), zero, columns, marginal * SCALE,
                       np.array([-np.inf]), high * SCALE)  # fmt: skip
    if part.price is None:
        return columns, marginal, None
    return columns, marginal, (np.array([first]), np.array([part.price / SCALE]))


def _slacks(maker: _Maker, slacks: list[tuple[Ints, Floats]]) -> tuple[Ints, Floats]:
    """Add slack columns to elastic rows and return them with their prices."""
    if not slacks:
        return np.empty(0, dtype=np.int64), np.empty(0)
    rows = np.concatenate([s[0] for s in slacks])
    price = np.concatenate([s[1] for s in slacks])
    low, high = np.concatenate(maker.low), np.concatenate(maker.high)
    found: list[tuple[Ints, Floats]] = []
    for limit, sign in ((low, 1.0), (high, -1.0)):
        here = np.isfinite(limit[rows])
        columns = maker.columns(np.full(int(here.sum()), np.inf))
        maker.entries(rows[here], columns, np.full(len(columns), sign))
        found.append((columns, price[here]))
    return np.concatenate([f[0] for f in found]), np.concatenate([f[1] for f in found])


def _assembled(
    problem: RotationProblem,
    maker: _Maker,
    first_slack: int,
    prices: tuple[Ints, Floats],
    costs: dict[int, list[tuple[Ints, Floats]]],
    constants: dict[int, float],
    worst: dict[int, Worst],
    tolerance: dict[int, float],
) -> Program:
    shape = (len(maker.gates), maker.count)
    entries = tuple(np.concatenate(e).astype(np.int32) for e in (maker.row, maker.column))
    matrix = sparse.csr_array((np.concatenate(maker.value), entries), shape=shape)
    matrix.sum_duplicates()
    tiers = []
    if len(prices[0]):
        tiers.append(Tier(PRICES, _whole(maker.count, [prices]), 0.0))
    for number in costs:
        cost = _whole(maker.count, costs[number])
        constant = SCALE * constants.get(number, 0.0)
        tiers.append(Tier(number, cost, constant, worst.get(number), tolerance[number]))
    lot = np.zeros(maker.count, dtype=np.int64)
    lot[: problem.arcs] = problem.lot
    return Program(
        problem,
        problem.arcs,
        np.zeros(maker.count),
        np.concatenate(maker.upper),
        matrix,
        np.concatenate(maker.low),
        np.concatenate(maker.high),
        tuple(sorted(tiers, key=lambda tier: tier.number)),
        np.array(maker.gates, dtype=object),
        np.array(maker.labels, dtype=object),
        first_slack,
        lot,
    )


def _whole(count: int, parts: list[tuple[Ints, Floats]]) -> Ints:
    total = np.zeros(count)
    for columns, cost in parts:
        total[columns] += cost
    return np.rint(SCALE * total).astype(np.int64)


def overrun(problem: RotationProblem, chosen: Ints) -> Iterator[Convex]:
    """Yield the convex parts whose last modelled step the moves `chosen` go beyond."""
    for part in problem.parts:
        if isinstance(part, Convex) and not part.closed:
            length = np.diff(part.first)
            if (part.counts(chosen) - part.start > length).any():
                yield part
