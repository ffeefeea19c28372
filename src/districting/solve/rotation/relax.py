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
from districting.solve.highs import INFINITE, heed, make_model
from districting.solve.rotation.basis import basis_at
from districting.solve.rotation.program import SCALE, Program

PER_AGENT, PER_PLACE = 1, 2
"""Arcs of each agent, and into each place, that join in one round; few that are left all do."""
FEW = 500
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
        By how much at least the bound rises when a column leaves its limit.
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


@dataclass(eq=False)
class Box:
    """Limits that tiers so far have put on columns and rows.

    Parameters
    ----------
    lower, upper : float array, shape (n,)
    matrix : scipy.sparse.csr_array, shape (m, n)
        The program's rows and one for each tier that is capped.
    low, high : float array, shape (m,)
    """

    lower: Floats
    upper: Floats
    matrix: sparse.csr_array
    low: Floats
    high: Floats

    @classmethod
    def of(cls, program: Program) -> Box:
        """Return the limits of a program before its first tier.

        Arcs have no upper limit of their own: an agent's row holds them, and reduced costs stay
        at or above 0.
        """
        upper = program.upper.copy()
        upper[: program.arcs] = np.inf
        return cls(
            np.zeros(program.columns),
            upper,
            program.matrix,
            program.low.copy(),
            program.high.copy(),
        )

    def cap(self, cost: Ints, most: float) -> None:
        """Add the row ``cost x <= most``, in thousandths."""
        row = sparse.csr_array((cost / SCALE)[None, :])
        self.matrix = sparse.csr_array(sparse.vstack([self.matrix, row]))
        self.low = np.append(self.low, -np.inf)
        self.high = np.append(self.high, most / SCALE)

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
        self.order = np.flatnonzero(self.active)
        same = box.matrix is program.matrix
        self.columns = program.by_column if same else sparse.csc_array(box.matrix)
        self.barred = np.zeros(program.columns, dtype=bool)
        self.method = PRIMAL
        at = self.order
        part = sparse.csr_array(box.matrix[:, at])
        none = np.zeros(len(at))
        self.h = make_model(none, box.lower[at], box.upper[at], part, box.low, box.high)
        self.h.setOptionValue("presolve", "off")
        self.h.setBasis(basis_at(program, box.matrix, box.low, box.high, at, begin))
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
            reduced = cost - self.columns.T @ dual
            joining = self._joining(reduced[: self.program.arcs])
            if not len(joining):
                return self._found(cost, dual, reduced)
            self._join(joining, cost)

    def _upper(self) -> Floats:
        return np.where(self.barred, self.box.lower, self.box.upper)

    def _follow(self, cost: Floats) -> None:
        """Tell HiGHS the cost and what has changed in the box."""
        box, at = self.box, self.order
        new = box.matrix.shape[0] - self.columns.shape[0]
        if new:
            rows = sparse.csr_array(box.matrix[-new:][:, at])
            self.h.addRows(
                new, _finite(box.low[-new:]), _finite(box.high[-new:]), rows.nnz,
                rows.indptr[:-1].astype(np.int32), rows.indices.astype(np.int32), rows.data,
            )  # fmt: skip
            self.columns = sparse.csc_array(box.matrix)
        every = np.arange(len(at), dtype=np.int32)
        self.h.changeColsBounds(len(at), every, box.lower[at], _finite(self._upper()[at]))
        self.h.changeColsCost(len(at), every, cost[at])
        rows = np.arange(len(box.low), dtype=np.int32)
        self.h.changeRowsBounds(len(rows), rows, _finite(box.low), _finite(box.high))

    def _absent(self) -> Bools:
        """Return which arcs are allowed but not in HiGHS's program, shape (a,)."""
        arcs = slice(0, self.program.arcs)
        return ~self.active[arcs] & ~self.barred[arcs] & (self.box.upper[arcs] > 0)

    def _joining(self, reduced: Floats) -> Ints:
        absent = self._absent() & (reduced < -NEGATIVE)
        if absent.sum() <= FEW:
            return np.flatnonzero(absent)
        return np.union1d(
            _least(self.agent, reduced, PER_AGENT, absent),
            _least(self.place, reduced, PER_PLACE, absent),
        )

    def _join(self, new: Ints, cost: Floats) -> None:
        part = self.columns[:, new]
        self.h.addCols(
            len(new), cost[new], self.box.lower[new], _finite(self.box.upper[new]), part.nnz,
            part.indptr[:-1].astype(np.int32), part.indices.astype(np.int32), part.data,
        )  # fmt: skip
        self.active[new] = True
        self.order = np.concatenate([self.order, new])

    def _against_proof(self) -> Ints:
        """Return arcs that spoil HiGHS's proof that there is no solution; none: it holds for all.

        The proof is a sum of rows that no x within the limits of columns satisfies; without one all
        arcs join.
        """
        _, known, ray = self.h.getDualRay()
        if not known:
            return np.flatnonzero(self._absent())
        ray = np.array(ray, dtype=float)
        worth = np.asarray(self.columns.T @ ray)
        box = self.box
        limit = np.where(ray > 0, box.low, box.high)
        sign = 1.0 if np.isfinite(limit[np.abs(ray) > 1e-9]).all() else -1.0
        return self._joining(-sign * worth[: self.program.arcs])

    def _found(self, cost: Floats, dual: Floats, reduced: Floats) -> Relaxed:
        x = self.box.lower.copy()
        x[self.order] = np.array(self.h.getSolution().col_value, dtype=float)
        value = float(cost @ x)
        # An agent uses one arc at most, so each agent's least reduced cost, where below 0, is all
        # that the bound can lose to rounding.
        arcs = self.program.arcs
        usable = (self._upper()[:arcs] > 0) & (self.box.lower[:arcs] == 0)
        least = np.zeros(int(self.agent.max(initial=-1)) + 1)
        np.minimum.at(least, self.agent[usable], reduced[:arcs][usable])
        reduced = reduced.copy()
        reduced[:arcs] -= np.where(self.box.lower[:arcs] > 0, 0.0, least[self.agent])
        return Relaxed(value, value + float(least.sum()), x, reduced, dual)

    def _nothing(self) -> Relaxed:
        empty = np.zeros(self.program.columns)
        return Relaxed(np.inf, np.inf, empty, empty, np.zeros(len(self.box.low)))


def _least(group: Ints, value: Floats, count: int, among: Bools) -> Ints:
    """Return the positions of the `count` least values of each group, among those marked."""
    at = np.flatnonzero(among)
    at = at[np.lexsort((value[at], group[at]))]
    sorted_group = group[at]
    first = np.ones(len(at), dtype=bool)
    first[1:] = sorted_group[1:] != sorted_group[:-1]
    begin = np.maximum.accumulate(np.where(first, np.arange(len(at)), 0))
    return at[np.arange(len(at)) - begin < count]


def _finite(limit: Floats) -> Floats:
    """Return limits with infinity as HiGHS writes it."""
    return np.clip(limit, -INFINITE, INFINITE)
