r"""A proven lower bound of the Hess part by Lagrangian relaxation.

With multipliers :math:`\lambda_u` of :math:`\sum_j x_{uj} = 1` and :math:`\alpha_{bj}` of the
windows, every candidate's district is priced by itself, and the cheapest K candidates are taken:

.. math::
    L = \sum_u \lambda_u + \sum_{j \in \text{K cheapest}} \min_{x_j} \Big(
        \sum_u (c_{uj} - \lambda_u + \sum_b \alpha_{bj} w_{bu}) x_{uj}
        - \sum_b \alpha_{bj} \, \text{end}_{bj} \Big).

A price on a window bounds its multiplier. One priced mix is charged exactly; what is left out
(contiguity, pairs, further mixes, ranges, limits) can only raise the optimum, as no price is
negative.

The ascent looks at each unit's nearest seats only. Multipliers found that way are then priced over
all arcs, which makes the bound valid; arcs that would pay there join, and the ascent goes on.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from districting.model.partition import Floats, Ints
from districting.solve.partition.arcs import Arcs, cheapest, classes, nearest_arcs, to_arcs
from districting.solve.partition.arrays import Arrays
from districting.solve.partition.ascent import DONE, FOUND, VALUE, climb, if_decided
from districting.solve.partition.bound_kernels import inner
from districting.solve.partition.types import Bools
from districting.solve.stop import Stop

NEAREST = 16
"""Seats of each unit that the ascent looks at first."""
ROUNDS = 4
"""Times that paying arcs join."""
CHUNK = 50
"""Iterations between two looks at the clock."""
FEW = 12_000
"""Arcs up to which the ascent looks at all of them."""


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
    share : float array, shape (m,)
        How often each candidate was chosen in the last iterations.
    """

    value: float
    u: Floats
    alpha: Floats
    worth: Floats
    iterations: int
    share: Floats


@dataclass
class Relaxation:
    """A problem prepared for repeated bounds.

    Parameters
    ----------
    arrays : Arrays
    groups : list of (candidates, least, most)
    kept : bool array, shape (n, m)
        Arcs that the ascent looks at; grows as others turn out to pay.
    core, full : Arcs
        Those, and all.
    """

    arrays: Arrays
    groups: list[tuple[Ints, int, int]]
    kept: Bools
    core: Arcs
    full: Arcs

    @property
    def narrow(self) -> bool:
        """Whether the ascent leaves arcs out."""
        return len(self.core.unit) < len(self.full.unit)

    def chosen(self, worth: Floats, decided: Ints | None) -> Ints:
        """Return the candidates to be seats at these prices."""
        picks = [cheapest(worth, *group, decided) for group in self.groups]
        return np.concatenate(picks) if picks else np.empty(0, np.int64)


def relax(arrays: Arrays, width: int = NEAREST, known: Bound | None = None) -> Relaxation:
    """Return `arrays` prepared for :func:`ascend` and :func:`priced`.

    Parameters
    ----------
    width : int
        Seats of each unit that the ascent looks at first.
    known : Bound, optional
        Multipliers whose window prices tell which seats are near.
    """
    full = to_arcs(arrays)
    price = arrays.cost if known is None else arrays.cost + _window_prices(arrays, known)
    kept = arrays.allowed if len(full.unit) <= FEW else nearest_arcs(arrays, width, price)
    core = full if int(kept.sum()) == len(full.unit) else to_arcs(arrays, kept)
    return Relaxation(arrays, classes(arrays), kept, core, full)


def _window_prices(arrays: Arrays, bound: Bound) -> Floats:
    """Return what each unit's weights cost under each candidate, shape (n, m)."""
    total = np.zeros((arrays.n, arrays.m))
    for b, window in enumerate(arrays.windows):
        total += window.weights[:, None] * bound.alpha[b][None, :]
    return total


def lagrangian(
    arrays: Arrays | Relaxation,
    stop: Stop,
    target: float,
    iterations: int = 1500,
    warm: Bound | None = None,
    decided: Ints | None = None,
) -> Bound:
    """Return the best bound of a deflected subgradient ascent, valid over all arcs.

    Parameters
    ----------
    arrays : Arrays or Relaxation
    target : float
        Objective of a known plan, which scales the steps; the ascent ends when it is reached.
    iterations : int
    warm : Bound, optional
        Multipliers to begin with.
    decided : int array, shape (m,), optional
        Candidates that must or cannot be seats; the bound is then of plans with these.
    """
    relaxation = relax(arrays) if isinstance(arrays, Arrays) else arrays
    best: Bound | None = None
    for _ in range(ROUNDS):
        local = ascend(relaxation, stop, target, iterations, warm, decided)
        if not relaxation.narrow:
            return replace(local, value=local.value - 1e-9 * abs(local.value))
        found = priced(relaxation, local, decided)
        if best is None or found.value > best.value:
            best = found
        if local.value - found.value <= 1e-6 * abs(local.value) or stop.due:
            break
        if not _join(relaxation, found):
            break
        warm, iterations = found, max(20, iterations // 3)
    assert best is not None
    return replace(best, value=best.value - 1e-9 * abs(best.value))


def priced(relaxation: Relaxation, local: Bound, decided: Ints | None = None) -> Bound:
    """Return the bound over all arcs at the multipliers of `local`."""
    arrays, arcs = relaxation.arrays, relaxation.full
    worth, alpha, x = np.zeros(arrays.m), local.alpha.copy(), np.zeros(len(arcs.unit))
    step = np.full(alpha.shape, 1e-3) * (1.0 + np.abs(alpha))
    used = np.ones(arrays.m, bool) if decided is None else decided >= 0
    inner(
        arcs.ptr, arcs.unit, arcs.group, arcs.cost, arcs.weights, arcs.lower, arcs.upper,
        arcs.limit, local.u, arcs.fee, arrays.seats, arcs.home, alpha, step, 0, used, worth, x,
    )  # fmt: skip
    chosen = relaxation.chosen(worth, decided)
    value = float(local.u.sum() + worth[chosen].sum() + arcs.constant)
    return replace(local, value=value, alpha=alpha, worth=worth)


def _join(relaxation: Relaxation, bound: Bound) -> bool:
    """Let the arcs that pay at these prices join the ascent; return whether there were any."""
    arcs, kept = relaxation.full, relaxation.kept
    reduced = _reduced(arcs, bound)
    paying = (reduced < 0) & ~kept[arcs.unit, arcs.candidate]
    if not paying.any():
        return False
    kept[arcs.unit[paying], arcs.candidate[paying]] = True
    relaxation.core = to_arcs(relaxation.arrays, kept)
    return True


def _reduced(arcs: Arcs, bound: Bound) -> Floats:
    reduced: Floats = arcs.cost - bound.u[arcs.unit]
    for b in range(len(arcs.limit)):
        reduced = reduced + bound.alpha[b, arcs.candidate] * arcs.weights[b, arcs.unit]
    return reduced


def ascend(
    relaxation: Relaxation,
    stop: Stop,
    target: float,
    iterations: int,
    warm: Bound | None = None,
    decided: Ints | None = None,
) -> Bound:
    """Return the best bound over the core arcs alone: an estimate until :func:`priced`.

    Notes
    -----
    Steps are in proportion to each unit's typical cost. The step factor shrinks after 20
    iterations without progress, from the best multipliers so far.
    """
    arrays, arcs = relaxation.arrays, relaxation.core
    third = _typical(arrays)
    u, alpha = (
        (third.copy(), np.zeros(arcs.lower.shape))
        if warm is None
        else (warm.u.copy(), warm.alpha.copy())
    )
    marks = np.zeros(arrays.m, np.int64) if decided is None else decided
    scale = np.maximum(third, 1e-3 * max(float(third.mean()), 1e-9))
    reach = scale.mean() / np.maximum(np.abs(arcs.weights).mean(axis=1), 1e-12)
    step = np.repeat(0.2 * reach[:, None], arrays.m, axis=1)
    direction, share = np.zeros(arrays.n), np.zeros(arrays.m)
    best_u, best_alpha, worth = u.copy(), alpha.copy(), np.zeros(arrays.m)
    record = np.array([-np.inf, 1.0 if warm is None else 0.25, 0.0, 0.0, 0.0])
    groups = seat_classes(relaxation.groups)
    for first in range(0, iterations, CHUNK):
        last = min(first + CHUNK, iterations)
        climb(
            arcs.ptr, arcs.unit, arcs.candidate, arcs.group, arcs.cost, arcs.weights, arcs.lower,
            arcs.upper, arcs.limit, arcs.fee, arcs.constant, arrays.seats, arcs.home, marks,
            marks >= 0, *groups, scale, target, first, last, u, alpha,
            step, direction, share, best_u, best_alpha, worth, record,
        )  # fmt: skip
        if record[DONE] or stop.due:
            break
    return Bound(float(record[VALUE]), best_u, best_alpha, worth, int(record[FOUND]), share)


def seat_classes(groups: list[tuple[Ints, int, int]]) -> tuple[Ints, Ints, Ints, Ints]:
    """Return classes of seats for the kernels: starts, members, least and most of each."""
    starts = np.concatenate([[0], np.cumsum([len(members) for members, _, _ in groups])])
    members = np.concatenate([np.empty(0, np.int64), *(members for members, _, _ in groups)])
    least, most = (np.array([group[k] for group in groups], np.int64) for k in (1, 2))
    return starts.astype(np.int64), members.astype(np.int64), least, most


def _typical(arrays: Arrays) -> Floats:
    """Return a high typical cost of each unit: its third cheapest seat plus half a mean."""
    costs = np.where(arrays.allowed, arrays.cost, np.inf)
    rank = min(2, arrays.m - 1)
    third = np.partition(costs, rank, axis=1)[:, rank]
    third = np.where(np.isfinite(third), third, arrays.cost.max(axis=1))
    typical: Floats = third * 1.2
    return typical


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


def floors(arrays: Arrays, bound: Bound) -> tuple[Floats, Floats, Floats]:
    """Return what plans cost at least that use each arc, shape (n, m), infinite where barred.

    Further, what they cost with each candidate as a seat, and without it, shape (m,).
    """
    arcs = to_arcs(arrays)
    forced_in, forced_out = forced(classes(arrays), bound, arcs.constant)
    reduced = _reduced(arcs, bound)
    # The seat's own unit is in its district anyway, so its price is in `forced_in` already.
    reduced[arcs.unit == arrays.seats[arcs.candidate]] = 0.0
    least = np.full(arrays.allowed.shape, np.inf)
    least[arcs.unit, arcs.candidate] = forced_in[arcs.candidate] + np.maximum(reduced, 0.0)
    return least, forced_in, forced_out


def fix(arrays: Arrays, bound: Bound, objective: float) -> Fixed:
    """Return what reduced costs rule out below `objective` (which stays possible itself)."""
    limit = objective + 1e-6 * max(1.0, abs(objective))
    least, forced_in, forced_out = floors(arrays, bound)
    closed = forced_in > limit
    return Fixed(closed=closed, open=(forced_out > limit) & ~closed, arcs=least <= limit)


def forced(
    groups: list[tuple[Ints, int, int]],
    bound: Bound,
    constant: float,
    decided: Ints | None = None,
) -> tuple[Floats, Floats]:
    """Return the bound if each candidate had to be a seat, and if it could not, shape (m,).

    Infinite for what cannot be, and for candidates in no group.
    """
    base = float(bound.u.sum() + constant)
    marks = np.zeros(len(bound.worth), np.int64) if decided is None else decided
    inside, outside = if_decided(bound.worth, *seat_classes(groups), marks)
    return inside + base, outside + base


def narrowed(arrays: Arrays, fixed: Fixed) -> Arrays:
    """Return `arrays` with only the assignments that are still possible."""
    return restrained(arrays, fixed.arcs)


def restrained(arrays: Arrays, arcs: Bools) -> Arrays:
    """Return `arrays` with only the assignments `arcs`, shape (n, m), of those it has."""
    allowed = arrays.allowed & arcs
    return replace(arrays, allowed=allowed, cost=np.where(allowed, arrays.cost, 0.0))
