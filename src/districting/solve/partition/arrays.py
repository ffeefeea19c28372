"""A partition problem as plain arrays: what every solver here works on.

Bands and deviations become *windows*, ``lower_j <= sum of weights <= upper_j`` for the district
seated at candidate j, at a price per unit of violation (infinite for a must). A deviation is a
window whose two ends are the target.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from districting.model.partition import (
    Apart,
    AssignCost,
    Band,
    Contiguous,
    Deviation,
    DistrictCount,
    DistrictsPerGroup,
    Floats,
    Ints,
    PairCut,
    PartitionProblem,
    Together,
    Unmixed,
)
from districting.solve.partition.kernels import lightest_paths
from districting.solve.partition.types import Bools


@dataclass(frozen=True, eq=False)
class Window:
    """Bounds of one weighted sum per district.

    Parameters
    ----------
    weights : float array, shape (n,)
    lower, upper : float array, shape (m,)
        By seat candidate.
    price : float
        Per unit of violation; infinite for a must.
    """

    weights: Floats
    lower: Floats
    upper: Floats
    price: float


@dataclass(frozen=True, eq=False)
class Mix:
    """Price of each (group, district) incidence beyond one per group."""

    groups: Ints
    price: float


@dataclass(frozen=True, eq=False)
class Quota:
    """Group g meets exactly ``count[g]`` districts."""

    groups: Ints
    count: Ints


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
    quotas : tuple of Quota
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
    quotas: tuple[Quota, ...]
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
        return not self.cost.any()


def neighbours(n: int, edges: Ints) -> tuple[Ints, Ints]:
    """Return the CSR form (indptr, indices) of an undirected edge list, neighbours sorted."""
    both = np.concatenate([edges, edges[:, ::-1]]) if len(edges) else np.empty((0, 2), np.int64)
    order = np.lexsort((both[:, 1], both[:, 0]))
    indptr = np.zeros(n + 1, np.int64)
    np.cumsum(np.bincount(both[:, 0], minlength=n), out=indptr[1:])
    return indptr, both[order, 1].astype(np.int64)


def check_problem(problem: PartitionProblem) -> None:
    """Refuse a problem whose arrays do not fit together.

    Raises
    ------
    ValueError
        On wrong shapes, unsorted seats, or negative costs and prices (bounds need them positive).
    """
    n, m = problem.n, len(problem.seats)
    faults = []
    if m and (
        problem.seats[0] < 0 or problem.seats[-1] >= n or (np.diff(problem.seats) <= 0).any()
    ):
        faults.append("seats must be strictly increasing unit indices")
    if len(problem.edges) and (problem.edges.min() < 0 or problem.edges.max() >= n):
        faults.append("edges must join units 0 … n-1")
    for part in problem.parts:
        match part:
            case AssignCost():
                if part.cost.shape != (n, m):
                    faults.append(f"{part.gate}: cost has shape {part.cost.shape}, not {(n, m)}")
                elif part.weight < 0 or not (part.cost >= 0).all():
                    faults.append(f"{part.gate}: costs and weight must not be negative")
            case PairCut():
                if part.weight < 0 or not (part.cost >= 0).all():
                    faults.append(f"{part.gate}: costs and weight must not be negative")
                if part.pairs.shape != (len(part.cost), 2):
                    faults.append(f"{part.gate}: one cost a pair")
            case Deviation():
                if part.weight < 0 or part.weights.shape != (n,) or part.targets.shape != (n,):
                    faults.append(f"{part.gate}: weight must not be negative, arrays of length {n}")
            case Band():
                if part.weights.shape != (n,) or not np.isfinite(part.weights).all():
                    faults.append(f"{part.gate}: weights must be {n} finite numbers")
                if part.price is not None and part.price < 0:
                    faults.append(f"{part.gate}: price must not be negative")
            case Unmixed() | DistrictsPerGroup():
                if part.groups.shape != (n,) or (n and part.groups.min() < 0):
                    faults.append(f"{part.gate}: groups must be {n} numbers from 0")
            case _:
                pass
    if faults:
        raise ValueError("; ".join(faults))


def _windows(problem: PartitionProblem) -> tuple[Window, ...]:
    m = len(problem.seats)
    found = [
        Window(
            b.weights.astype(float),
            np.full(m, float(b.lower)),
            np.full(m, float(b.upper)),
            np.inf if b.price is None else float(b.price),
        )
        for b in problem.of(Band)
    ]
    for d in problem.of(Deviation):
        target = d.targets[problem.seats].astype(float)
        found.append(Window(d.weights.astype(float), target, target, float(d.weight)))
    return tuple(w for w in found if w.price > 0)


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
    cost = np.zeros((n, m))
    for aim in problem.of(AssignCost):
        finite = np.isfinite(aim.cost)
        allowed &= finite
        cost += aim.weight * np.where(finite, aim.cost, 0.0)
    for part in problem.of(Unmixed):
        if part.price is None:
            allowed &= part.groups[:, None] == part.groups[problem.seats][None, :]
    windows = _windows(problem)
    indptr, indices = neighbours(n, problem.edges)
    contiguous = bool(problem.of(Contiguous))
    if contiguous:
        allowed &= reachable(indptr, indices, problem.seats, allowed, windows)
    allowed[:, ~allowed[problem.seats, np.arange(m)]] = False
    cuts = problem.of(PairCut)
    least, most = _count_range(problem)
    return Arrays(
        problem=problem,
        cost=np.where(allowed, cost, 0.0),
        allowed=allowed,
        contiguous=contiguous,
        least=least,
        most=most,
        windows=windows,
        mixes=tuple(
            Mix(u.groups, float(u.price)) for u in problem.of(Unmixed) if u.price is not None
        ),
        quotas=tuple(Quota(q.groups, q.count) for q in problem.of(DistrictsPerGroup)),
        together=_pairs(problem.of(Together)),
        apart=_pairs(problem.of(Apart)),
        pairs=np.concatenate([c.pairs for c in cuts]) if cuts else np.empty((0, 2), np.int64),
        pair_cost=np.concatenate([c.weight * c.cost for c in cuts]) if cuts else np.empty(0),
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
