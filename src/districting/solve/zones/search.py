"""The plan: elect, grow into one piece, then windows of rising size where excess is left."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from districting.model.zones import NEVER, Ints
from districting.solve.stop import Stop
from districting.solve.zones.construct import elect, grow, regrets
from districting.solve.zones.lagrangian import Dual
from districting.solve.zones.net import Net
from districting.solve.zones.separate import deal
from districting.solve.zones.windows import excesses, form_windows, improve

SIZES = (2, 3, 4, 5, 6, 8, 10, 12, 16, 20)
PASSES = 4
CHUNK = 40
WORK = 3_000_000
QUORUM = 0.1
REDEALS, MOST_CREWS, EFFORT = 60, 200, 0.5
CREWS = (2, 3, 4, 3, 5)
IDLE = 10


def soft_net(net: Net, dual: Dual, hard: bool) -> Net:
    """Return the net the search works on.

    Hard seats become priced ones, so dear that no gain is worth a child too many: a plan within
    the seats costs the same, and plans beyond them can be passed through.
    """
    if not hard:
        return net
    village = np.repeat(np.arange(net.n), np.diff(net.start))
    gain = int(np.max(np.abs(dual.prices[village] - net.cost), initial=1))
    dear = np.full(net.m, 2 * gain + 1, np.int64)
    return replace(net, price=dear, steep=dear, most=np.full(net.m, NEVER))


def excess_of(soft: Net, dual: Dual, assignment: Ints) -> Ints:
    """Return each school's excess, shape (m,); they sum to objective minus bound."""
    found: Ints = excesses(assignment, soft.arrays, dual.prices, dual.values)
    return found


def first_plan(net: Net, dual: Dual, form: int) -> Ints:
    """Return the elected plan made contiguous, -1 where that failed."""
    regret = regrets(net, dual)
    assignment = grow(net, regret, form, elect(net, dual, QUORUM))
    if (assignment < 0).any():
        assignment = grow(net, regret, form, np.full(net.n, -1, np.int64))
    return assignment


def polish(
    soft: Net, dual: Dual, form: int, assignment: Ints, enough: int,
    stop: Stop, rng: np.random.Generator, pool: ThreadPoolExecutor,
) -> Ints:  # fmt: skip
    """Improve a complete plan until its excess is at most `enough` or windows find nothing."""
    assignment = assignment.copy()
    regret = regrets(soft, dual)
    excess = excess_of(soft, dual, assignment)
    for size in SIZES:
        for _ in range(PASSES):
            if excess.sum() <= enough or stop.due:
                return assignment
            first, members = _windows(soft, assignment, regret, excess, size, rng)
            better = _pass(soft, dual, form, assignment, regret, first, members, pool)
            excess = excess_of(soft, dual, assignment)
            if not better:
                break
    return assignment


def _windows(
    soft: Net, assignment: Ints, regret: npt.NDArray[np.float64], excess: Ints, size: int,
    rng: np.random.Generator,
) -> tuple[Ints, Ints]:  # fmt: skip
    """Return disjoint windows (CSR start, schools) around the schools with excess."""
    order = np.argsort(-excess * rng.uniform(0.5, 1.0, soft.m), kind="stable")
    first, members = form_windows(order[excess[order] > 0], size, assignment, soft.arrays, regret)
    return first, members


def _pass(
    soft: Net, dual: Dual, form: int, assignment: Ints, regret: npt.NDArray[np.float64],
    first: Ints, members: Ints, pool: ThreadPoolExecutor,
) -> bool:  # fmt: skip
    """Work once over the windows, in place; tell if any got better."""
    count = len(first) - 1
    improved, arrays = np.zeros(count, np.int64), soft.arrays

    def part(begin: int) -> None:
        improve(
            begin, min(begin + CHUNK, count), first, members, assignment, regret, form, WORK,
            arrays, dual.prices, dual.values, improved,
        )  # fmt: skip

    list(pool.map(part, range(0, count, CHUNK)))
    return bool((improved == 1).any())


def redeal(
    soft: Net, dual: Dual, form: int, assignment: Ints, enough: int,
    stop: Stop, rng: np.random.Generator, pool: ThreadPoolExecutor,
) -> Ints:  # fmt: skip
    """Improve a plan with large zones: a few whole schools at a time, every village free."""
    assignment = assignment.copy()
    regret = regrets(soft, dual)
    idle = 0
    for k in range(REDEALS):
        excess = excess_of(soft, dual, assignment)
        if excess.sum() <= enough or stop.due or idle >= IDLE:
            break
        first, members = _windows(soft, assignment, regret, excess, CREWS[k % len(CREWS)], rng)
        crews = [members[a:b] for a, b in pairwise(first.tolist())][:MOST_CREWS]
        seed = int(rng.integers(1 << 30))
        dealt = list(
            pool.map(
                lambda crew: deal(soft, form, crew, assignment, EFFORT, stop.left, seed),  # noqa: B023
                crews,
            )
        )
        better = assignment.copy()
        for crew, found in zip(crews, dealt, strict=True):
            if found.assignment is not None:
                mine = np.isin(assignment, crew)
                better[mine] = found.assignment[mine]
        gained = excess_of(soft, dual, better).sum() < excess.sum()
        idle = 0 if gained else idle + 1
        assignment = better if gained else assignment
    return assignment
