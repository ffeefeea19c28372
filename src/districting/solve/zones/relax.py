"""What would have to give where nothing fits: further seats, or metres of the nearest school.

Seats are sold at a price no journey is worth, so the plan found is within few seats of fitting;
a linear program proves how many are needed at least. Small problems are settled
exactly, with the overload as the only aim. Walks that heed nothing else go on from there.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np

from districting.model.zones import Elastic, Ints, ZoneProblem
from districting.solve.stop import Stop
from districting.solve.zones.exchange import can_walk
from districting.solve.zones.net import make_net
from districting.solve.zones.prices import seats_lacking
from districting.solve.zones.shortage import seat_deficit
from districting.solve.zones.solution import Nearest, Relaxation, ZoneSolution, overfull
from districting.solve.zones.within_seats import fewest_beyond

Solve = Callable[[ZoneProblem, Stop, int], ZoneSolution]

SMALL_ARCS = 1_200
DEAR = 4
GAP, BRIEF = 0.02, 3.0


def relax(problem: ZoneProblem, solve: Solve, stop: Stop, seed: int) -> Relaxation:
    """Return the smallest relaxation of a problem with too few seats, as far as it is known.

    Parameters
    ----------
    problem : ZoneProblem
        Its conditions on the plan as a whole are kept. With hard seats a village that is too large
        for every school counts as one that may attend none.
    solve : callable
        The zone solver.
    """
    net = make_net(problem)
    stranded = np.flatnonzero(np.diff(net.start) == 0)
    if len(stranded):
        return Relaxation(nearest=_nearest(problem, stranded))
    least = max(
        max(seat_deficit(own), seats_lacking(own, stop.left))
        for own in (replace(net, weight=w, seats=seats) for w, seats in problem.capacities)
    )
    each = np.maximum(problem.children[problem.arc_village], 1)
    dear = DEAR * int((problem.arc_cost / each).max(initial=0.0)) + 1
    soft = replace(problem, elastic=Elastic(price=dear, share=0.0, steep=dear))
    plan = solve(soft, Stop(seconds=min(stop.left / 2, BRIEF), gap=GAP), seed).assignment
    if len(problem.arc_school) <= SMALL_ARCS:
        alone = replace(
            soft, arc_metres=np.zeros_like(problem.arc_metres), arc_extra=None,
            elastic=Elastic(price=1, share=0.0, steep=1),
        )  # fmt: skip
        found = solve(alone, Stop(seconds=stop.left), seed)
        if found.assignment is not None:
            least = max(least, int(found.bound))
            plan = found.assignment if plan is None else _fewer(problem, plan, found.assignment)
    if plan is None:
        return Relaxation(least=least)
    if can_walk(net) and problem.decomposes:
        with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
            walked = fewest_beyond(net, plan, least, stop, seed, pool)
        plan = _fewer(problem, plan, walked)
    extra = overfull(problem, plan)
    return Relaxation(extra, least, plan)


def fewer_seats(one: Relaxation, other: Relaxation) -> Relaxation:
    """Return the relaxation of fewer further seats, with what is proven of either."""
    known = [r for r in (one, other) if r.total is not None]
    best = min(known, key=lambda r: r.total or 0, default=one)
    return replace(best, least=max(one.least, other.least))


def _fewer(problem: ZoneProblem, one: Ints, other: Ints) -> Ints:
    totals = [int(overfull(problem, plan).sum()) for plan in (one, other)]
    return one if totals[0] <= totals[1] else other


def _nearest(problem: ZoneProblem, stranded: Ints) -> Nearest:
    """Return the nearest school of each stranded village among all its arcs, -1 where none."""
    school, metres = np.full(len(stranded), -1), np.full(len(stranded), -1)
    for k, v in enumerate(stranded):
        first, last = problem.arc_start[v], problem.arc_start[v + 1]
        if last > first:
            arc = first + int(np.argmin(problem.arc_metres[first:last]))
            school[k], metres[k] = problem.arc_school[arc], problem.arc_metres[arc]
    return Nearest(stranded, school, metres)
