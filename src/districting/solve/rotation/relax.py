"""The linear relaxation of a program within the limits that earlier tiers have put on it.

It is solved over a few arcs at a time (sifting; Bixby et al., Operations Research 40, 1992): all
arcs are priced with the duals found, the cheapest join, and the simplex goes on from where it was.
At the end no arc is left that could do any good, so the optimum is that of all arcs.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import highspy
import numpy as np
from scipy import sparse

from districting.model.rotation import Bools, Floats, Ints
from districting.model.runs import least_of_each, starts
from districting.solve.highs import add_columns, add_rows, finite, heed, make_model
from districting.solve.rotation.basis import basis_at
from districting.solve.rotation.program import SCALE, Program

PER_AGENT, PER_PLACE, AT_ONCE = 1, 2, 700
"""Arcs of each agent, and into each place, that may join in one round, and the most that do: prices
found with them are better, and spare the simplex others that the first prices call for."""
NEGATIVE = 1e-6
"""Reduced costs above minus this count as not negative."""
KEPT = 1e-6
"""Share by which a limit may be missed and counts as kept."""
DUAL, PRIMAL = 1, 4
"""HiGHS's numbers of the simplex methods."""


@dataclass(frozen=True, eq=False)
class Relaxed:
    """An optimum of the linear relaxation.

    Parameters
    ----------
    value : float
        Cost of `x`, in units of the tier; inf where there is no solution.
    bound : float
        No solution costs less.
    x : float array, shape (n,)
    reduced : float array, shape (n,)
        By how much at least the bound rises when a column leaves its limit; inf for fixed ones.
    dual : float array, shape (m,)
    """

    value: float
    bound: float
    x: Floats
    reduced: Floats
    dual: Floats

    @property
    def feasible(self) -> bool:
        """Whether there is a solution."""
        return bool(np.isfinite(self.value))


@dataclass(frozen=True, eq=False)
class Rest:
    """What limits leave open.

    Parameters
    ----------
    columns : int array, shape (k,)
        Those that are not fixed.
    rows : int array, shape (r,)
        Those with such columns, and those that are missed without any.
    matrix : scipy.sparse.csc_array, shape (r, k)
    settled : float array, shape (m,)
        What fixed columns come to, by row.
    """

    columns: Ints
    rows: Ints
    matrix: sparse.csc_array
    settled: Floats


@dataclass(eq=False)
class Box:
    """Limits that tiers so far have put on columns and rows.

    Parameters
    ----------
    lower, upper : float array, shape (n,)
    matrix : scipy.sparse.csr_array, shape (m, n)
        The program's rows and those added since: caps of tiers, cuts.
    by_column : scipy.sparse.csc_array, shape (m, n)
        The same.
    low, high : float array, shape (m,)
    """

    lower: Floats
    upper: Floats
    matrix: sparse.csr_array
    by_column: sparse.csc_array
    low: Floats
    high: Floats

    @classmethod
    def of(cls, program: Program) -> Box:
        """Return the limits of a program before its first tier.

        Arcs that are not closed have no upper limit of their own: an agent's row holds them, and
        reduced costs stay at or above 0.
        """
        upper = program.upper.copy()
        upper[: program.arcs][upper[: program.arcs] > 0] = np.inf
        return cls(
            program.lower.copy(),
            upper,
            program.matrix,
            program.by_column,
            program.low.copy(),
            program.high.copy(),
        )

    def cap(self, cost: Ints, most: float) -> None:
        """Add the row ``cost x <= most``, in thousandths."""
        row = sparse.csr_array((cost / SCALE)[None, :])
        self.add(row, np.array([most / SCALE]))

    def add(self, rows: sparse.csr_array, most: Floats) -> None:
        """Add rows ``rows x <= most``."""
        self.matrix = sparse.csr_array(sparse.vstack([self.matrix, rows]))
        self.by_column = self.matrix.tocsc()  # stacking columns takes twice as long
        self.low = np.append(self.low, np.full(len(most), -np.inf))
        self.high = np.append(self.high, most)

    def rest(self) -> Rest:
        """Return what is left to be decided."""
        free = self.upper != self.lower
        settled = self.matrix @ np.where(free, 0.0, self.lower)
        columns = np.flatnonzero(free)
        matrix = self.by_column[:, columns]
        slip = KEPT * np.maximum(1.0, np.abs(settled))
        used = (settled < self.low - slip) | (settled > self.high + slip)
        used[matrix.indices] = True
        rows = np.flatnonzero(used)
        return Rest(columns, rows, _within(matrix, rows), settled)

    def holds(self, x: Floats) -> bool:
        """Return whether `x` keeps all limits."""
        total = self.matrix @ x
        return all(
            bool((low <= value + KEPT * np.maximum(1.0, np.abs(value))).all())
            and bool((value <= high + KEPT * np.maximum(1.0, np.abs(value))).all())
            for low, value, high in ((self.lower, x, self.upper), (self.low, total, self.high))
        )


class Relaxation:
    """A linear program that follows a box and is solved for one cost after another.

    Parameters
    ----------
    program : Program
    box : Box
        Followed: what changes in it counts at the next solve.
    begin : int array
        Arcs of moves, better near the optimum, that the simplex begins from.
    used : float array, shape (n,), optional
        A solution whose columns are in the first program too.
    interrupted : callable, optional
        Whether to end at once.
    """

    def __init__(
        self,
        program: Program,
        box: Box,
        begin: Ints,
        used: Floats | None = None,
        interrupted: Callable[[], bool] | None = None,
    ) -> None:
        self.program, self.box = program, box
        self.agent, self.place = program.problem.agent, program.problem.place
        self.active = np.ones(program.columns, dtype=bool)
        self.active[: program.arcs] = box.lower[: program.arcs] > 0
        if used is not None:
            self.active |= used > 0
        begin = begin[box.upper[begin] > 0]
        self.active[begin] = True
        rest = box.rest()
        self.free, self.rows, self.settled = rest.columns, rest.rows, rest.settled
        self.seen = len(box.low)
        self.columns = rest.matrix
        self.spot = np.full(program.columns, -1)
        self.spot[self.free] = np.arange(len(self.free))
        self.active &= self.spot >= 0
        self.order = np.flatnonzero(self.active)
        self.barred = np.zeros(program.columns, dtype=bool)
        self.method = PRIMAL
        at = self.order
        part = sparse.csr_array(self.columns[:, self.spot[at]])
        self.lower, self.upper = box.lower[at], box.upper[at]
        self.low, self.high = self._limits()
        self.h = make_model(np.zeros(len(at)), self.lower, self.upper, part, self.low, self.high)
        self.h.setOptionValue("presolve", "off")
        self.h.setBasis(basis_at(program, box.matrix, box.low, box.high, self.rows, at, begin))
        if interrupted is not None:
            heed(self.h, interrupted)

    def bar(self, barred: Bools) -> None:
        """Forbid the columns `barred` and allow all others again, shape (n,)."""
        self.barred = barred
        self.method = DUAL

    def solve(self, cost: Floats, seconds: float) -> Relaxed:
        """Return the optimum over all columns that are allowed.

        Parameters
        ----------
        cost : float array, shape (n,)

        Raises
        ------
        TimeoutError
            If the time is up before that is known.
        """
        if seconds <= 0:
            raise TimeoutError
        self._follow(cost)
        deadline = self.h.getRunTime() + seconds
        while True:
            self.h.setOptionValue("simplex_strategy", self.method)
            self.h.setOptionValue("time_limit", deadline)
            self.h.run()
            status = self.h.getModelStatus()
            if status == highspy.HighsModelStatus.kInfeasible:
                if self.method == PRIMAL:  # the dual simplex alone gives a proof
                    self.method = DUAL
                    continue
                joining = self._against_proof()
                if not len(joining):
                    self.method = DUAL
                    return self._nothing()
                self._join(joining, cost)
                self.method = DUAL
                continue
            if status != highspy.HighsModelStatus.kOptimal:
                raise TimeoutError(str(status))
            self.method = PRIMAL
            dual = np.array(self.h.getSolution().row_dual, dtype=float)
            reduced = np.full(len(cost), np.inf)
            reduced[self.free] = cost[self.free] - self.columns.T @ dual
            joining = self._joining(reduced[: self.program.arcs])
            if not len(joining):
                return self._found(cost, dual, reduced)
            self._join(joining, cost)

    def _upper(self) -> Floats:
        return np.where(self.barred, self.box.lower, self.box.upper)

    def _follow(self, cost: Floats) -> None:
        """Tell HiGHS the cost and what has changed in the box."""
        box, at = self.box, self.order
        new = len(box.low) - self.seen
        if new:
            added = sparse.csr_array(box.matrix[-new:])
            fixed = np.where(self.spot < 0, box.lower, 0.0)
            self.rows = np.append(self.rows, np.arange(self.seen, len(box.low)))
            self.settled = np.append(self.settled, added @ fixed)
            self.seen = len(box.low)
            none = np.full(new, np.inf)
            add_rows(self.h, -none, none, added[:, at])
            self.low, self.high = np.append(self.low, -none), np.append(self.high, none)
            self.columns = _within(box.by_column[:, self.free], self.rows)
        lower, upper = box.lower[at], self._upper()[at]
        other = np.flatnonzero((lower != self.lower) | (upper != self.upper)).astype(np.int32)
        self.h.changeColsBounds(len(other), other, lower[other], finite(upper[other]))
        self.lower, self.upper = lower, upper
        low, high = self._limits()
        other = np.flatnonzero((low != self.low) | (high != self.high)).astype(np.int32)
        self.h.changeRowsBounds(len(other), other, finite(low[other]), finite(high[other]))
        self.low, self.high = low, high
        every = np.arange(len(at), dtype=np.int32)
        self.h.changeColsCost(len(at), every, cost[at])

    def _limits(self) -> tuple[Floats, Floats]:
        """Return the limits of HiGHS's rows."""
        settled = self.settled[self.rows]
        return self.box.low[self.rows] - settled, self.box.high[self.rows] - settled

    def _absent(self) -> Bools:
        """Return which arcs are allowed but not in HiGHS's program, shape (a,)."""
        arcs = slice(0, self.program.arcs)
        allowed = ~self.barred[arcs] & (self.box.upper[arcs] > 0)
        return ~self.active[arcs] & (self.spot[arcs] >= 0) & allowed

    def _joining(self, reduced: Floats) -> Ints:
        absent = np.flatnonzero(self._absent() & (reduced < -NEGATIVE))
        if len(absent) <= AT_ONCE:
            return absent
        best = np.union1d(
            least_of_each(self.agent, reduced, PER_AGENT, absent),
            least_of_each(self.place, reduced, PER_PLACE, absent),
        )
        return np.sort(best[np.argsort(reduced[best], kind="stable")[:AT_ONCE]])

    def _join(self, new: Ints, cost: Floats) -> None:
        part = self.columns[:, self.spot[new]]
        lower, upper = self.box.lower[new], self.box.upper[new]
        add_columns(self.h, cost[new], lower, upper, part)
        self.active[new] = True
        self.order = np.append(self.order, new)
        self.lower, self.upper = np.append(self.lower, lower), np.append(self.upper, upper)

    def _against_proof(self) -> Ints:
        """Return arcs that spoil HiGHS's proof that there is no solution; none: it holds for all.

        The proof is a sum of rows that no x within the limits of columns satisfies; without one all
        arcs join.
        """
        _, known, ray = self.h.getDualRay()
        if not known:
            return np.flatnonzero(self._absent())
        ray = np.array(ray, dtype=float)
        worth = np.zeros(self.program.columns)
        worth[self.free] = self.columns.T @ ray
        low, high = self._limits()
        limit = np.where(ray > 0, low, high)
        sign = 1.0 if np.isfinite(limit[np.abs(ray) > 1e-9]).all() else -1.0
        return self._joining(-sign * worth[: self.program.arcs])

    def _found(self, cost: Floats, dual: Floats, reduced: Floats) -> Relaxed:
        x = self.box.lower.copy()
        x[self.order] = np.array(self.h.getSolution().col_value, dtype=float)
        value = float((cost * x).sum())  # not `@`: threads that wait for each other take far longer
        # An agent uses one arc at most, so each agent's least reduced cost, where below 0, is all
        # that the bound can lose to rounding.
        arcs = self.program.arcs
        usable = (self._upper()[:arcs] > 0) & (self.box.lower[:arcs] == 0)
        cheap = np.where(usable, np.minimum(reduced[:arcs], 0.0), 0.0)
        first = np.flatnonzero(starts(self.agent))
        least = np.minimum.reduceat(cheap, first) if arcs else np.zeros(0)
        reduced = reduced.copy()
        reduced[:arcs] -= np.where(
            self.box.lower[:arcs] > 0, 0.0, np.repeat(least, np.diff(np.r_[first, arcs]))
        )
        prices = np.zeros(len(self.box.low))
        prices[self.rows] = dual
        return Relaxed(value, value + float(least.sum()), x, reduced, prices)

    def _nothing(self) -> Relaxed:
        empty = np.zeros(self.program.columns)
        return Relaxed(np.inf, np.inf, empty, empty, np.zeros(len(self.box.low)))


def _within(matrix: sparse.csc_array, rows: Ints) -> sparse.csc_array:
    """Return the `rows` of a matrix that has no entries in others."""
    number = np.zeros(matrix.shape[0], dtype=matrix.indices.dtype)
    number[rows] = np.arange(len(rows))
    entries = matrix.data, number[matrix.indices], matrix.indptr
    return sparse.csc_array(entries, shape=(len(rows), matrix.shape[1]))
