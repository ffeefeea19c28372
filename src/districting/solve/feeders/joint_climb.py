"""A closer bound on zones with feeders: whole villages, zones in one piece, seats priced exactly.

The prices of villages climb as they do for zones alone (:mod:`districting.solve.zones.lagrangian`).
A primary's value is the least over the targets that it may feed, each a knapsack with the ways to
that target in its costs. Entry seats keep the prices of the linear program.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np

from districting.model.joint import JointProblem
from districting.model.zones import NEVER, Bools, Ints
from districting.solve.feeders.joint_bound import JointDual, earned
from districting.solve.stop import Stop
from districting.solve.zones.lagrangian import Dual, ascend, evaluate, sum_bound
from districting.solve.zones.net import Net
from districting.solve.zones.penalties import arc_penalties
from districting.solve.zones.shape import Shape

ROUNDS = 300
STEP = 0.3


@dataclass(frozen=True, eq=False)
class Climbed:
    """What the climb came to.

    Parameters
    ----------
    bound : int
    target : int array, shape (m,)
        At which each primary's value is least.
    penalty : int array, shape (a, t)
        By how much a plan with this choice exceeds the bound at least.
    """

    bound: int
    target: Ints
    penalty: Ints


@dataclass(frozen=True, eq=False)
class _Targets:
    """The live arcs once for every target, with what feeding it costs; `paid` is what the entry
    seats take off the bound."""

    nets: tuple[Net, ...]
    paid: int

    def duals(self, shape: Shape, prices: Ints, pool: ThreadPoolExecutor) -> list[Dual]:
        """Return what primaries would choose, target by target."""
        return [evaluate(net, shape, prices, pool) for net in self.nets]

    def values(self, duals: list[Dual]) -> Ints:
        """Return the least value of every primary with every target, shape (t, m)."""
        return np.stack([d.values + n.base_cost for d, n in zip(duals, self.nets, strict=True)])

    def pack(
        self, net: Net, shape: Shape, dual: Dual, changed: Bools, pool: ThreadPoolExecutor
    ) -> None:
        """Give every primary the target of its least value; for :func:`ascend`."""
        duals = self.duals(shape, dual.prices, pool)
        values = self.values(duals)
        best = values.argmin(axis=0)
        dual.values[:] = values.min(axis=0) - net.base_cost
        to = np.repeat(best, np.diff(net.back))
        dual.chosen[:] = np.stack([d.chosen for d in duals])[to, np.arange(len(to))]
        dual.rates[:] = np.stack([d.rates for d in duals])[best, np.arange(net.m)]
        dual.bound = sum_bound(net, dual) - self.paid


def climb(
    problem: JointProblem,
    net: Net,
    shape: Shape,
    first: JointDual,
    goal: float,
    pool: ThreadPoolExecutor,
    stop: Stop,
) -> Climbed:
    """Climb from the prices of the linear program; `goal` is the best objective known."""
    targets = _Targets(_nets(problem, net, first.seats), earned(problem, first.seats))
    dual = ascend(net, shape, first.prices, goal, ROUNDS, pool, stop, STEP, targets.pack)
    duals = targets.duals(shape, dual.prices, pool)
    values = targets.values(duals)
    switch = values - values.min(axis=0)
    enter, leave = np.empty((2, len(net.arc), len(duals)), np.int64)
    for t, (own, other) in enumerate(zip(targets.nets, duals, strict=True)):
        found = arc_penalties(own, other)
        enter[:, t] = switch[t][net.school] + found.enter
        leave[:, t] = switch[t][net.school] + found.leave
    without = np.minimum(leave.min(axis=1), NEVER)
    village = np.repeat(np.arange(net.n), np.diff(net.start))
    others = np.bincount(village, without, net.n)[village].astype(np.int64) - without
    penalty = np.minimum(np.minimum(enter, NEVER) + others[:, None], NEVER)
    return Climbed(dual.bound, values.argmin(axis=0), penalty)


def _nets(problem: JointProblem, net: Net, seats: Ints) -> tuple[Net, ...]:
    """Return the live arcs with what feeding costs, entry seats at `seats`, for every target."""
    village = np.repeat(np.arange(net.n), np.diff(net.start))
    paid = (problem.graduates.T @ seats)[village] + net.cost[:, None]
    cost = np.minimum(problem.feeding(net.origin) + paid, NEVER)
    lone = net.start[:-1][net.single]
    base = np.zeros((net.m, problem.targets), np.int64)
    np.add.at(base, net.school[lone], cost[lone])
    return tuple(
        replace(net, cost=np.ascontiguousarray(cost[:, t]), base_cost=base[:, t])
        for t in range(problem.targets)
    )
