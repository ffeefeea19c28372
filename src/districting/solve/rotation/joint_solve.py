"""Solve moves of several periods together: sifted linear programs, whole numbers part by part.

Limits of whole places would tie all cells together. They are priced instead (Lagrange): the linear
program of everything names the prices, and whoever moves pays them as a toll.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy import sparse

from districting.model.rotation import Bools, Floats, Ints
from districting.solve.highs import solve_highs
from districting.solve.rotation.joint import Joint, Limits, place_rows
from districting.solve.rotation.joint_program import (
    NEGATIVE,
    JointProgram,
    Sifted,
    program_of,
    sift,
)
from districting.solve.rotation.program import SCALE
from districting.solve.rotation.tiers import grid
from districting.solve.stop import Stop

FIRST, MOST = 5000, 30_000
"""Moves of least reduced costs that a whole program has at first, and at most."""
HALF = 0.5
"""Share of a step of the grid of costs that all moves together come to."""
GAP, NEAR = 1e-5, 1e-4
"""Gaps of proofs, and of the moves that are foreseen."""


@dataclass(frozen=True, eq=False)
class JointSolution:
    """What all periods come to together.

    Parameters
    ----------
    moving : int array, shape (moves,)
        How many go by each move; the fewest moves among those that leave as little uncovered.
    value, bound : float
        Uncovered and weighted: with these moves, and the least possible. -inf: nothing is proven.
    """

    moving: Ints
    value: float
    bound: float


def solve_joint(joint: Joint, stop: Stop) -> JointSolution:
    """Return moves that leave little uncovered in all periods, and a proven lower bound.

    Cells between which nobody moves (other subjects, other stages) are programs of their own. What
    places allow is priced for the bound, and shared out among them for the moves: each may use what
    it uses in the linear optimum, and what the parts before it left over. Nothing is proven, and
    nobody moves, once the user stops it.
    """
    moving = np.zeros(len(joint.to), dtype=np.int64)
    left = joint.missing(joint.have)
    value = float(left.sum())
    nothing = JointSolution(np.zeros_like(moving), value, -np.inf)
    tolls = _tolls(joint, stop)
    if tolls is None:
        return nothing
    bound = value - tolls.credit
    room = np.maximum(0.0, tolls.most - tolls.rows @ tolls.linear)
    parts = sorted(joint.parts(), key=lambda part: len(part[1]))
    for place, (classes, moves, cells) in enumerate(parts):
        part = joint.part(classes, moves, cells)
        rows = tolls.rows[:, moves]
        room = room + rows @ tolls.linear[moves]
        share = stop.share(1.0 / (len(parts) - place), quiet=True)
        found = _solve_part(part, tolls.toll[moves], tolls.linear[moves], (rows, room), share)
        if found is None:
            return nothing
        moving[moves] = found.moving
        room = room - rows @ found.moving
        value += found.value - float(left[:, cells].sum())
        bound += found.bound - float(left[:, cells].sum())
        stop.progress("all years", value, bound)
    return JointSolution(moving, value, bound)


@dataclass(frozen=True, eq=False)
class _Tolls:
    """What the limits of places cost.

    Parameters
    ----------
    toll : float array, shape (moves,)
        What each move pays.
    credit : float
        With prices p >= 0 of rows ``r x <= m``, what is uncovered is at least what is uncovered
        with ``p r x`` paid, less ``p m``: this. So for any prices; they are whole steps of the grid
        of costs.
    rows : csr array, shape (rows, moves)
    most : float array, shape (rows,)
        All limits of places.
    linear : float array, shape (moves,)
        The linear optimum.
    """

    toll: Floats
    credit: float
    rows: sparse.csr_array
    most: Floats
    linear: Floats


def _tolls(joint: Joint, stop: Stop) -> _Tolls | None:
    """Return what the linear optimum of everything says of places; None once interrupted."""
    matrix, most = place_rows(joint)
    none = np.zeros(len(joint.to))
    if not len(most):
        return _Tolls(none, 0.0, matrix, most, none)
    program = program_of(joint, none)
    found = sift(joint, program, lambda: stop.interrupted, (matrix, most))
    if found is None:
        return None
    price, step = -found.price, _step(program.cost)
    if step:
        price = np.rint(price / step) * step
    return _Tolls(matrix.T @ price, float(price @ most), matrix, most, found.moving)


def _solve_part(
    joint: Joint, toll: Floats, linear: Floats, limits: Limits, stop: Stop
) -> JointSolution | None:
    """Solve one program: linear by sifting, then whole; None once interrupted.

    The moves keep `limits` where some can; the bound is one on what is uncovered and tolls together
    without them.
    """
    program = program_of(joint, toll)
    found = sift(joint, program, lambda: stop.interrupted, _no_limits(joint))
    if found is None:
        return None
    near = np.lexsort((~found.active, found.reduced))
    plan, idle = None, float(joint.missing(joint.have).sum()) - found.bound <= NEGATIVE
    if limits[0].nnz and not (idle and (limits[1] >= 0).all()):
        kept = linear > NEGATIVE
        kept[near[:FIRST]] = True
        plain = replace(program, cost=np.r_[np.zeros(program.count), program.cost[program.count :]])
        plan, _ = _whole(joint, plain, kept, limits, stop, NEAR)
    best, bound = _proven(joint, program, found, near, plan, stop)
    moving = best if plan is None else plan
    return None if stop.interrupted else JointSolution(moving, _uncovered(joint, moving), bound)


def _proven(
    joint: Joint, program: JointProgram, found: Sifted, near: Ints, plan: Ints | None, stop: Stop
) -> tuple[Ints, float]:
    """Return the best whole moves, tolls counted, and a bound.

    Parameters
    ----------
    near : int array, shape (moves,)
        The moves, of least reduced costs first.
    plan : int array, shape (moves,), or None
        Whole moves, which say how many of the first ones matter.

    Notes
    -----
    With `least` the linear bound, whoever moves at a reduced cost r leaves at least ``least + r``
    uncovered. So the whole optimum of some moves and ``least`` with the smallest reduced cost of
    the others bound together what all moves can do; that is exact once it is beyond the optimum.
    """

    def paid(moving: Ints) -> float:
        return _uncovered(joint, moving) + float(program.cost[: program.count] @ moving)

    dear = np.r_[found.reduced[near], np.inf]
    best = np.zeros(len(near), dtype=np.int64)
    value, bound = paid(best), found.bound
    tried, many = 0, min(FIRST, len(near))
    if plan is not None:
        best = min(best, plan, key=paid)
        value = paid(best)
        many = max(many, _within(dear, value - bound))
    while tried < many and value - bound > NEGATIVE and not stop.due:
        kept = np.zeros(len(near), dtype=bool)
        kept[near[:many]] = True
        moving, proven = _whole(joint, program, kept, _no_limits(joint), stop)
        best = best if moving is None else min(best, moving, key=paid)
        value = paid(best)
        bound = min(value, max(bound, min(proven, found.bound + dear[many])))
        tried = many
        many = _within(dear, value - found.bound)
    return best, bound


def _within(dear: Floats, gap: float) -> int:
    """Return how many moves, of reduced costs `dear` and infinity, could be of use in a gap."""
    return min(MOST, int(np.searchsorted(dear[:-1], gap - NEGATIVE)))


def _uncovered(joint: Joint, moving: Ints) -> float:
    return float(joint.missing(joint.numbers(moving)).sum())


def _no_limits(joint: Joint) -> Limits:
    return sparse.csr_array((0, len(joint.to))), np.empty(0)


def _step(cost: Floats) -> float:
    """Return the largest number that divides all costs, in whole thousandths; 0 for none."""
    whole = np.rint(SCALE * cost).astype(np.int64)
    return 0.0 if (np.abs(SCALE * cost - whole) > 1e-6).any() else grid(whole) / SCALE


def _whole(
    joint: Joint, program: JointProgram, kept: Bools, limits: Limits, stop: Stop, gap: float = GAP
) -> tuple[Ints | None, float]:
    """Return the best whole moves among those `kept`, and a bound on what these leave uncovered.

    Each move costs a little, so that none is made in vain: less than half a step of the grid of
    costs for all together, so that the bound can be rounded up to the grid.
    """
    used = np.flatnonzero(np.r_[kept, np.ones(len(program.cost) - program.count, dtype=bool)])
    moves = int(kept.sum())
    step = _step(program.cost)
    little = HALF * (step or 1 / SCALE)
    cost = program.cost[used]
    cost[:moves] += little / max(1, int(joint.size.sum()))
    matrix = sparse.csr_array(program.matrix[:, used])
    rows, most = limits
    rows = sparse.csr_array(rows[:, np.flatnonzero(kept)])
    binding = np.flatnonzero(np.diff(rows.indptr))
    units = sparse.csr_array((len(binding), len(used) - moves))
    further = sparse.hstack([rows[binding], units])
    high = np.r_[program.high, most[binding] + NEGATIVE]
    answer = solve_highs(
        cost,
        program.top[used],
        sparse.csr_array(sparse.vstack([matrix, further])),
        np.full(len(high), -np.inf),
        high,
        whole=np.ones(len(used), dtype=bool),
        seconds=stop.left,
        gap=gap,
        presolve=not len(binding),  # HiGHS 1.13 has crashed on rows of places there
        interrupted=lambda: stop.interrupted,
    )
    moving = None
    if answer.status in ("optimal", "feasible"):
        moving = np.zeros(program.count, dtype=np.int64)
        moving[kept] = np.rint(answer.x[:moves]).astype(np.int64)
    proven = answer.bound - little
    if step and np.isfinite(proven):
        proven = float(np.ceil(proven / step - 1e-6) * step)
    return moving, proven + program.constant
