"""A partition problem as plain arrays: what every solver here works on.

Bands and deviations become *windows*, ``lower_j <= sum of weights <= upper_j`` for the district
seated at candidate j, at a price per unit of violation (infinite for a must). A deviation is a
window whose two ends are the target.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from districting.model.partition import (
    AimLimit,
    Apart,
    AssignCost,
    Band,
    Contiguous,
    DistrictCount,
    DistrictsPerGroup,
    Floats,
    Ints,
    PartitionProblem,
    Together,
    Unmixed,
)
from districting.solve.partition.bills import Bill, Means, Mix, Window, band_window, to_bill
from districting.solve.partition.check import check_problem
from districting.solve.partition.kernels import lightest_paths
from districting.solve.partition.types import Bools


@dataclass(frozen=True, eq=False)
class Quota:
    """Group g meets exactly ``count[g]`` districts."""

    groups: Ints
    count: Ints


@dataclass(frozen=True, eq=False)
class Limit:
    """A bill that must come to at most `upper`."""

    gate: str
    bill: Bill
    upper: float


@dataclass(frozen=True, eq=False)
class Arrays:
    """A :class:`PartitionProblem` ready for solvers.

    Parameters
    ----------
    problem : PartitionProblem
    cost : float array, shape (n, m)
        Weighted sum of all assignment costs; 0 where not allowed.
    allowed : bool array, shape (n, m)
        Whether unit u may belong to a district seated at candidate j, as far as costs, groups
        that may not mix and reachability say.
    contiguous : bool
    least, most : int
        Bounds on the number of districts; ``least > most`` when they contradict each other.
    windows : tuple of Window
    mixes : tuple of Mix
    means : tuple of Means
    quotas : tuple of Quota
    limits : tuple of Limit
    together, apart : int array, shape (p, 2)
    pairs : int array, shape (p, 2)
    pair_cost : float array, shape (p,)
        Weighted price of separating each pair.
    indptr, indices : int arrays
        Adjacency in CSR form.
    """

    problem: PartitionProblem
    cost: Floats
    allowed: Bools
    contiguous: bool
    least: int
    most: int
    windows: tuple[Window, ...]
    mixes: tuple[Mix, ...]
    means: tuple[Means, ...]
    quotas: tuple[Quota, ...]
    limits: tuple[Limit, ...]
    together: Ints
    apart: Ints
    pairs: Ints
    pair_cost: Floats
    indptr: Ints
    indices: Ints

    @property
    def n(self) -> int:
        """Number of units."""
        return self.problem.n

    @property
    def m(self) -> int:
        """Number of seat candidates."""
        return len(self.problem.seats)

    @property
    def seats(self) -> Ints:
        """Unit of each seat candidate."""
        return self.problem.seats

    @property
    def unpriced(self) -> bool:
        """Whether it costs nothing to lie in one district rather than another."""
        return not self.cost.any() and not any(limit.bill.cost.any() for limit in self.limits)

    @property
    def bill(self) -> Bill:
        """The objective."""
        priced = tuple(w for w in self.windows if np.isfinite(w.price))
        return Bill(self.cost, priced, self.mixes, self.means, self.pairs, self.pair_cost)


def neighbours(n: int, edges: Ints) -> tuple[Ints, Ints]:
    """Return the CSR form (indptr, indices) of an undirected edge list, neighbours sorted."""
    both = np.concatenate([edges, edges[:, ::-1]]) if len(edges) else np.empty((0, 2), np.int64)
    order = np.lexsort((both[:, 1], both[:, 0]))
    indptr = np.zeros(n + 1, np.int64)
    np.cumsum(np.bincount(both[:, 0], minlength=n), out=indptr[1:])
    return indptr, both[order, 1].astype(np.int64)


def _pairs(parts: list[Together] | list[Apart]) -> Ints:
    if not parts:
        return np.empty((0, 2), np.int64)
    pairs: Ints = np.concatenate([p.pairs.reshape(-1, 2) for p in parts]).astype(np.int64)
    return pairs


def _count_range(problem: PartitionProblem) -> tuple[int, int]:
    least, most = min(1, problem.n), min(problem.n, len(problem.seats))
    for part in problem.of(DistrictCount):
        least, most = max(least, part.least), min(most, part.most)
    musts = [u.groups for u in problem.of(Unmixed) if u.price is None]
    for quota in problem.of(DistrictsPerGroup):
        total = int(quota.count[np.unique(quota.groups)].sum())
        if any(np.array_equal(quota.groups, groups) for groups in musts):
            least, most = max(least, total), min(most, total)
    return least, most


def to_arrays(problem: PartitionProblem) -> Arrays:
    """Return `problem` as arrays, with units that cannot reach a seat ruled out.

    Raises
    ------
    ValueError
        See :func:`check_problem`.
    """
    check_problem(problem)
    n, m = problem.n, len(problem.seats)
    allowed = np.ones((n, m), bool)
    limits = problem.of(AimLimit)
    for aim in [*problem.parts, *(term for limit in limits for term in limit.terms)]:
        if isinstance(aim, AssignCost):
            allowed &= np.isfinite(aim.cost)
    for part in problem.of(Unmixed):
        if part.price is None:
            allowed &= part.groups[:, None] == part.groups[problem.seats][None, :]
    bill = to_bill(problem, problem.charged())
    musts = tuple(band_window(b, m) for b in problem.of(Band) if b.price is None)
    indptr, indices = neighbours(n, problem.edges)
    contiguous = bool(problem.of(Contiguous))
    if contiguous:
        allowed &= reachable(indptr, indices, problem.seats, allowed, musts)
    allowed[:, ~allowed[problem.seats, np.arange(m)]] = False
    least, most = _count_range(problem)
    return Arrays(
        problem=problem,
        cost=np.where(allowed, bill.cost, 0.0),
        allowed=allowed,
        contiguous=contiguous,
        least=least,
        most=most,
        windows=(*musts, *bill.windows),
        mixes=bill.mixes,
        means=bill.means,
        quotas=tuple(Quota(q.groups, q.count) for q in problem.of(DistrictsPerGroup)),
        limits=tuple(Limit(x.gate, to_bill(problem, x.terms), float(x.upper)) for x in limits),
        together=_pairs(problem.of(Together)),
        apart=_pairs(problem.of(Apart)),
        pairs=bill.pairs,
        pair_cost=bill.pair_cost,
        indptr=indptr,
        indices=indices,
    )


def reachable(
    indptr: Ints, indices: Ints, seats: Ints, allowed: Bools, windows: tuple[Window, ...]
) -> Bools:
    """Return which units a contiguous district seated at j can hold at all, shape (n, m).

    A district that holds u and the seat holds a path between them; where every such path weighs
    more than a must window's upper end allows, u is out of reach (Validi, Buchanan, Lykhovyd 2022).
    """
    loads = [
        w
        for w in windows
        if np.isinf(w.price) and (w.weights >= 0).all() and w.upper.max() < np.inf
    ]
    weights = np.stack([w.weights for w in loads]) if loads else np.zeros((1, len(allowed)))
    upper = np.stack([w.upper for w in loads]) if loads else np.full((1, len(seats)), np.inf)
    result: Bools = np.ones_like(allowed)
    for row, limit in zip(weights, upper, strict=True):
        result &= lightest_paths(indptr, indices, seats, allowed, row, limit * (1 + 1e-9) + 1e-9)
    return result
