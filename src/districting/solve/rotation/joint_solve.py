"""Solve moves of several periods together: sifted linear programs, whole numbers part by part."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import highspy
import numpy as np
from scipy import sparse

from districting.model.rotation import Bools, Floats, Ints
from districting.model.runs import least_of_each
from districting.solve.highs import heed, make_model, solve_highs
from districting.solve.rotation.joint import Joint, rows_of
from districting.solve.stop import Stop

NEGATIVE = 1e-7
FEW = 3
"""Moves of a class, and to a cell in a period, that join at a time."""
FIRST, MOST = 5000, 30_000
"""Moves of least reduced costs that a whole program has at first, and at most."""
SCALE = 1000
"""Costs are whole numbers of thousandths."""
HALF = 0.5
"""Share of a step of the grid of costs that all moves together come to."""
GAP = 1e-5


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

    Cells between which nobody moves (other subjects, other stages) are programs of their own.
    Nothing is proven, and nobody moves, once the user stops it.
    """
    moving = np.zeros(len(joint.to), dtype=np.int64)
    left = joint.missing(joint.have)
    value = bound = float(left.sum())
    parts = sorted(joint.parts(), key=lambda part: len(part[1]))
    for place, (classes, moves, cells) in enumerate(parts):
        part = joint.part(classes, moves, cells)
        share = stop.share(1.0 / (len(parts) - place), quiet=True)
        found = _solve_part(part, share)
        if found is None:
            return JointSolution(np.zeros_like(moving), float(left.sum()), -np.inf)
        moving[moves] = found.moving
        value += found.value - float(left[:, cells].sum())
        bound += found.bound - float(left[:, cells].sum())
        stop.progress("all years", value, bound)
    return JointSolution(moving, value, bound)


@dataclass(frozen=True, eq=False)
class _Program:
    """Minimise ``cost x`` with ``matrix x <= high``, ``0 <= x <= top``: moves, then units.

    Units are whole units at work and the last, partly needed unit of cells in periods; those that
    cost nothing are left out. `constant` is what is uncovered without any unit, `price` a guess of
    the rows' duals.
    """

    count: int
    cost: Floats
    top: Floats
    matrix: sparse.csc_array
    high: Floats
    constant: float
    price: Floats


def _program(joint: Joint) -> _Program:
    matrix, high, (period, cell) = rows_of(joint)
    count = len(joint.to)
    need, load, weight = (v[cell] for v in (joint.need, joint.load, joint.weight))
    full = np.floor(need / load + 1e-9)
    rest = np.round(need - full * load, 9)
    have = joint.have[period, cell]
    price = np.zeros(len(high))
    price[: len(cell)] = -weight * np.where(have < full, load, np.where(have == full, rest, 0.0))
    cost = np.r_[np.zeros(count), -weight * load, -weight * rest]
    top = np.r_[joint.size[joint.which], full, np.ones(len(cell))].astype(float)
    used = np.flatnonzero((cost < 0) | (np.arange(len(cost)) < count))
    left = joint.missing(joint.have)
    untouched = float(left.sum() - left[period, cell].sum())
    return _Program(
        count,
        cost[used],
        top[used],
        sparse.csc_array(matrix)[:, used],
        high,
        float(weight @ need) + untouched,
        price,
    )


def _solve_part(joint: Joint, stop: Stop) -> JointSolution | None:
    """Solve one program: linear by sifting, then whole; None once interrupted.

    Notes
    -----
    With `least` the linear bound, whoever moves at a reduced cost r leaves at least ``least + r``
    uncovered. So the whole optimum of some moves and ``least`` with the smallest reduced cost of
    the others bound together what all moves can do; that is exact once it is beyond the optimum.
    """
    program = _program(joint)
    found = _sifted(joint, program, lambda: stop.interrupted)
    if found is None:
        return None
    least, reduced, active = found
    order = np.lexsort((~active, reduced))
    dear = np.r_[reduced[order], np.inf]
    best = np.zeros(len(order), dtype=np.int64)
    value, bound = float(joint.missing(joint.have).sum()), least
    tried, many = 0, min(FIRST, len(order))
    while tried < many and not stop.due:
        kept = np.zeros(len(order), dtype=bool)
        kept[order[:many]] = True
        moving, proven = _whole(joint, program, kept, stop)
        best = min(best, moving, key=lambda m: float(joint.missing(joint.numbers(m)).sum()))
        value = float(joint.missing(joint.numbers(best)).sum())
        bound = min(value, max(bound, min(proven, least + dear[many])))
        tried = many
        many = min(MOST, int(np.searchsorted(dear[:-1], value - least - NEGATIVE)))
    return None if stop.interrupted else JointSolution(best, value, bound)


def _sifted(
    joint: Joint, program: _Program, interrupted: Callable[[], bool]
) -> tuple[float, Floats, Bools] | None:
    """Return the linear bound, reduced costs of all moves (at least 0), and who joined.

    Moves join while their reduced costs say that they would help. All columns are bounded, so
    whatever the row prices are, their dual value is a bound, and that is what is returned.
    """
    count, cost, columns = program.count, program.cost, program.matrix
    active = np.arange(len(cost)) >= count
    active[_joining(joint, cost - columns.T @ program.price, active)] = True
    order = np.flatnonzero(active)
    start = sparse.csr_array(columns[:, order])
    low = np.full(len(program.high), -np.inf)
    h = make_model(cost[order], None, program.top[order], start, low, program.high)
    heed(h, interrupted)
    while True:
        h.run()
        if interrupted() or h.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        price = np.minimum(np.array(h.getSolution().row_dual, dtype=float), 0.0)
        reduced = cost - columns.T @ price
        new = _joining(joint, reduced, active)
        if not len(new):
            dual = float(price @ program.high)
            dual += float(np.minimum(reduced[count:], 0.0) @ program.top[count:])
            dual += _least_moves(joint, np.minimum(reduced[:count], 0.0))
            return dual + program.constant, np.maximum(reduced[:count], 0.0), active[:count]
        part = columns[:, new]
        h.addCols(
            len(new), cost[new], np.zeros(len(new)), program.top[new], part.nnz,
            part.indptr[:-1].astype(np.int32), part.indices.astype(np.int32), part.data,
        )  # fmt: skip
        active[new] = True


def _least_moves(joint: Joint, reduced: Floats) -> float:
    """Return the least that moves can add at these reduced costs, none above 0: class by class."""
    least = np.zeros(len(joint.size))
    np.minimum.at(least, joint.which, reduced)
    return float(least @ joint.size)


def _joining(joint: Joint, reduced: Floats, active: Bools) -> Ints:
    """Return the moves to take in: of each class, and to each cell and period, the best few."""
    moves = np.flatnonzero((reduced[: len(joint.to)] < -NEGATIVE) & ~active[: len(joint.to)])
    cell = joint.to * len(joint.have) + joint.when
    return np.union1d(*(least_of_each(key, reduced, FEW, moves) for key in (joint.which, cell)))


def _whole(joint: Joint, program: _Program, kept: Bools, stop: Stop) -> tuple[Ints, float]:
    """Return the best whole moves among those `kept`, and a bound on what these leave uncovered.

    Each move costs a little, so that none is made in vain: less than half a step of the grid of
    costs for all together, so that the bound can be rounded up to the grid.
    """
    used = np.flatnonzero(np.r_[kept, np.ones(len(program.cost) - program.count, dtype=bool)])
    moves = int(kept.sum())
    costs = np.rint(SCALE * program.cost).astype(np.int64)
    on_grid = bool((np.abs(SCALE * program.cost - costs) < 1e-6).all())
    step = max(1, int(np.gcd.reduce(costs))) / SCALE
    cost = program.cost[used]
    cost[:moves] = HALF * step / max(1, int(joint.size.sum()))
    answer = solve_highs(
        cost,
        program.top[used],
        sparse.csr_array(program.matrix[:, used]),
        np.full(len(program.high), -np.inf),
        program.high,
        whole=np.ones(len(used), dtype=bool),
        seconds=stop.left,
        gap=GAP,
        interrupted=lambda: stop.interrupted,
    )
    moving = np.zeros(program.count, dtype=np.int64)
    if answer.status in ("optimal", "feasible"):
        moving[kept] = np.rint(answer.x[:moves]).astype(np.int64)
    proven = answer.bound - HALF * step
    if on_grid and np.isfinite(proven):
        proven = float(np.ceil(proven / step - 1e-6) * step)
    return moving, proven + program.constant
