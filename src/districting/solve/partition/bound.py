r"""A proven lower bound of the Hess part by Lagrangian relaxation.

With multipliers :math:`\lambda_u` of :math:`\sum_j x_{uj} = 1` and :math:`\alpha_{bj}` of the
windows, every candidate's district is priced by itself, and the cheapest K candidates are taken:

.. math::
    L = \sum_u \lambda_u + \sum_{j \in \text{K cheapest}} \min_{x_j} \Big(
        \sum_u (c_{uj} - \lambda_u + \sum_b \alpha_{bj} w_{bu}) x_{uj}
        - \sum_b \alpha_{bj} \, \text{end}_{bj} \Big).

A price on a window bounds its multiplier. One priced mix is charged exactly; what is left out
(contiguity, pairs, further mixes) can only raise the optimum, as no price is negative.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from districting.model.partition import Floats, Ints, Unmixed
from districting.solve.partition.arrays import Arrays
from districting.solve.partition.bound_kernels import inner
from districting.solve.partition.types import Bools
from districting.solve.stop import Stop


@dataclass(frozen=True, eq=False)
class Arcs:
    """Allowed (unit, candidate) arcs sorted by candidate, group and unit, for the kernel."""

    ptr: Ints
    unit: Ints
    candidate: Ints
    group: Ints
    cost: Floats
    home: Ints
    fee: float
    constant: float
    weights: Floats
    lower: Floats
    upper: Floats
    limit: Floats


@dataclass(frozen=True, eq=False)
class Bound:
    """The best bound and its multipliers.

    Parameters
    ----------
    value : float
    u : float array, shape (n,)
    alpha : float array, shape (b, m)
    worth : float array, shape (m,)
        Lowest reduced price of each candidate's district at these multipliers.
    iterations : int
    """

    value: float
    u: Floats
    alpha: Floats
    worth: Floats
    iterations: int


def to_arcs(arrays: Arrays) -> Arcs:
    """Return the arcs of `arrays`; the dearest priced mix is the one charged exactly."""
    mix = max(arrays.mixes, key=lambda m: m.price, default=None)
    groups = np.zeros(arrays.n, np.int64) if mix is None else mix.groups
    candidate, unit = np.nonzero(arrays.allowed.T)
    order = np.lexsort((unit, groups[unit], candidate))
    candidate, unit = candidate[order], unit[order]
    ptr = np.searchsorted(candidate, np.arange(arrays.m + 1))
    windows = arrays.windows
    fee = 0.0 if mix is None else mix.price
    return Arcs(
        ptr=ptr.astype(np.int64),
        unit=unit.astype(np.int64),
        candidate=candidate.astype(np.int64),
        group=groups[unit].astype(np.int64),
        cost=arrays.cost[unit, candidate],
        home=groups[arrays.seats].astype(np.int64),
        fee=fee,
        constant=-fee * len(np.unique(groups)) if mix is not None else 0.0,
        weights=_rows([w.weights for w in windows], arrays.n),
        lower=_rows([w.lower for w in windows], arrays.m),
        upper=_rows([w.upper for w in windows], arrays.m),
        limit=np.array([w.price for w in windows], float),
    )


def _rows(rows: list[Floats], width: int) -> Floats:
    return np.stack(rows).astype(float) if rows else np.empty((0, width))


def classes(arrays: Arrays) -> list[tuple[Ints, int, int]]:
    """Return (candidates, least, most) of disjoint classes of seats to be chosen.

    One class; or one a group where groups may not mix and their district numbers are fixed.
    """
    usable = arrays.allowed[arrays.seats, np.arange(arrays.m)]
    musts = [u.groups for u in arrays.problem.of(Unmixed) if u.price is None]
    for quota in arrays.quotas:
        if any(np.array_equal(quota.groups, groups) for groups in musts):
            home = quota.groups[arrays.seats]
            return [
                (np.flatnonzero(usable & (home == g)), int(quota.count[g]), int(quota.count[g]))
                for g in np.unique(quota.groups)
            ]
    return [(np.flatnonzero(usable), arrays.least, arrays.most)]


def cheapest(worth: Floats, members: Ints, least: int, most: int) -> Ints:
    """Return the members to choose: the `least` cheapest, and further ones that pay."""
    order = members[np.argsort(worth[members], kind="stable")]
    paying = int((worth[order] < 0).sum())
    return order[: min(most, max(least, paying))]


def lagrangian(
    arrays: Arrays, stop: Stop, target: float, iterations: int = 1500, warm: Bound | None = None
) -> Bound:
    """Return the best bound of a deflected subgradient ascent.

    Parameters
    ----------
    target : float
        Objective of a known plan, which scales the steps.
    iterations : int
    warm : Bound, optional
        Multipliers to begin with.

    Notes
    -----
    Steps are in proportion to each unit's typical cost. The step factor shrinks after 20
    iterations without progress, from the best multipliers so far.
    """
    arcs, chosen_from = to_arcs(arrays), classes(arrays)
    third = _typical(arrays)
    u, alpha = (third.copy(), np.zeros(arcs.lower.shape)) if warm is None else _copies(warm)
    scale = np.maximum(third, 1e-3 * max(float(third.mean()), 1e-9))
    reach = scale.mean() / np.maximum(np.abs(arcs.weights).mean(axis=1), 1e-12)
    step = np.repeat(0.2 * reach[:, None], arrays.m, axis=1)
    worth, x = np.zeros(arrays.m), np.zeros(len(arcs.unit))
    best = Bound(-np.inf, u.copy(), alpha.copy(), worth.copy(), 0)
    factor, stall, direction = 1.0, 0, np.zeros(arrays.n)
    for iteration in range(iterations):
        active = _active(len(arcs.limit), iteration)
        inner(
            arcs.ptr, arcs.unit, arcs.group, arcs.cost, arcs.weights, arcs.lower, arcs.upper,
            arcs.limit, u, arcs.fee, arrays.seats, arcs.home, alpha, step, active, worth, x,
        )  # fmt: skip
        chosen = np.concatenate([cheapest(worth, *c) for c in chosen_from])
        value = float(u.sum() + worth[chosen].sum() + arcs.constant)
        if value > best.value:
            stall = 0 if value > best.value + 1e-5 * abs(best.value) else stall + 1
            best = Bound(value, u.copy(), alpha.copy(), worth.copy(), iteration + 1)
        else:
            stall += 1
        if stall > 20:
            factor, stall, u, alpha = 0.7 * factor, 0, best.u.copy(), best.alpha.copy()
            direction[:] = 0.0
        taken = np.zeros(arrays.m, bool)
        taken[chosen] = True
        missing = 1.0 - np.bincount(
            arcs.unit, x * taken[arcs.candidate], minlength=arrays.n
        ).astype(np.float64)
        direction = missing if not direction.any() else 0.7 * direction + 0.3 * missing
        along = float((direction * scale * missing).sum())
        if along <= 0:
            direction, along = missing, float((missing * scale * missing).sum())
        gap = max(target - value, 1e-4 * abs(target))
        if factor < 0.002 or along <= 1e-12 or target - best.value <= 1e-9 or stop.due:
            break
        u = u + factor * gap / along * direction * scale
    return replace(best, value=best.value - 1e-9 * abs(best.value))


def _typical(arrays: Arrays) -> Floats:
    """Return a high typical cost of each unit: its third cheapest seat plus half a mean."""
    costs = np.where(arrays.allowed, arrays.cost, np.inf)
    rank = min(2, arrays.m - 1)
    third = np.partition(costs, rank, axis=1)[:, rank]
    third = np.where(np.isfinite(third), third, arrays.cost.max(axis=1))
    typical: Floats = third * 1.2
    return typical


def _copies(warm: Bound) -> tuple[Floats, Floats]:
    return warm.u.copy(), warm.alpha.copy()


def _active(windows: int, iteration: int) -> int:
    """Return the window whose multipliers this iteration improves: the first every other time."""
    if windows <= 1 or iteration % 2 == 0:
        return 0
    return 1 + (iteration // 2) % (windows - 1)


@dataclass(frozen=True, eq=False)
class Fixed:
    """What no plan better than the incumbent can have.

    Parameters
    ----------
    closed, open : bool array, shape (m,)
        Candidates that cannot, or must, be seats.
    arcs : bool array, shape (n, m)
        Assignments still possible.
    """

    closed: Bools
    open: Bools
    arcs: Bools


def fix(arrays: Arrays, bound: Bound, objective: float) -> Fixed:
    """Return what reduced costs rule out below `objective` (which stays possible itself)."""
    arcs, limit = to_arcs(arrays), objective + 1e-6 * max(1.0, abs(objective))
    base = float(bound.u.sum() + arcs.constant)
    forced_in, forced_out = np.full(arrays.m, np.inf), np.full(arrays.m, np.inf)
    totals = [float(bound.worth[cheapest(bound.worth, *c)].sum()) for c in classes(arrays)]
    for number, (members, least, most) in enumerate(classes(arrays)):
        others = base + sum(totals) - totals[number]
        for j in members:
            rest = members[members != j]
            within = cheapest(bound.worth, rest, max(least - 1, 0), most - 1)
            without = cheapest(bound.worth, rest, least, most)
            forced_in[j] = others + bound.worth[j] + bound.worth[within].sum()
            if len(rest) >= least:
                forced_out[j] = others + bound.worth[without].sum()
    reduced = arcs.cost - bound.u[arcs.unit]
    for b in range(len(arcs.limit)):
        reduced += bound.alpha[b, arcs.candidate] * arcs.weights[b, arcs.unit]
    # The seat's own unit is in its district anyway, so its price is in `forced_in` already.
    reduced[arcs.unit == arrays.seats[arcs.candidate]] = 0.0
    possible = forced_in[arcs.candidate] + np.maximum(reduced, 0.0) <= limit
    allowed = np.zeros_like(arrays.allowed)
    allowed[arcs.unit[possible], arcs.candidate[possible]] = True
    closed = forced_in > limit
    allowed[:, closed] = False
    return Fixed(closed=closed, open=(forced_out > limit) & ~closed, arcs=allowed)


def narrowed(arrays: Arrays, fixed: Fixed) -> Arrays:
    """Return `arrays` with only the assignments that are still possible."""
    allowed = arrays.allowed & fixed.arcs
    return replace(arrays, allowed=allowed, cost=np.where(allowed, arrays.cost, 0.0))
