"""Plans where seats are hard and zones large: many annealed walks, then the best of all of them.

Windows of :mod:`windows` hold at most 62 free villages and schools with short lists; a few large
schools whose seats are nearly used up need long chains of moves instead. Walks from different
seeds end in different plans that still agree on most villages. The best plan on the arcs that any
of them uses is found exactly (tour merging: Cook & Seymour, INFORMS Journal on Computing 2003):
from each walk it takes the part of the map that this walk got right.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial

import numpy as np

from districting.model.zones import Ints, ZoneProblem
from districting.solve.stop import Stop
from districting.solve.zones.arc_search import ArcSearch, solve_on
from districting.solve.zones.exchange import Field, anneal, make_field, make_walk, overload
from districting.solve.zones.net import NEVER, Net, make_net
from districting.solve.zones.shape import MOST_BITS

MOST_TABLE = 4_000_000
STEPS = 1_000
"""Chains tried for each village in a slice of a walk."""
WARM, COLD, SLICES = 0.5, 0.04, 8
"""First and last heat, as shares of a village's cost, and slices of a walk."""
FIRST_WALKS, WALKS = 10, 4
"""Walks before the first merger and during each."""
FIRST_SHARE = 0.6
"""Share of the time that the first walks may take, so that slow machines merge what they have."""
ROUNDS, IDLE = 6, 2
"""Most mergers, and mergers without a better plan after which to end."""
MOST_ARCS = 120
"""Arcs beyond one a village on which plans are merged."""
NODES = 30
"""Nodes of a merger's first solve; cuts found make it start over."""
LEAST_FEE = 0.5


def is_tight(net: Net) -> bool:
    """Whether seats are hard, zones connected, and schools have more villages than windows hold."""
    hard = bool((net.most < NEVER).all())
    large = len(net.school) > MOST_BITS * net.m and max(net.n * net.m, net.n**2) <= MOST_TABLE
    return hard and net.contiguous and large and not (net.parent >= 0).any()


def search(
    problem: ZoneProblem, net: Net, typical: float, start: Ints, stop: Stop, seed: int,
    pool: ThreadPoolExecutor,
) -> Iterator[Ints]:  # fmt: skip
    """Yield better and better plans from a complete one in one piece; over the seats if need be.

    Ends by itself after some mergers without a better plan.

    Parameters
    ----------
    typical : float
        Cost of a plan, roughly.
    """
    field = make_field(net, LEAST_FEE * typical / max(int(net.weight.sum()), 1))
    order = partial(overload, field)
    walk = partial(_walk, field, start, max(typical / net.n, 1.0))
    seeds = range(seed, seed + FIRST_WALKS)
    first = pool.map(partial(walk, stop.share(FIRST_SHARE)), seeds)
    met, best, idle = sorted([start, *first], key=order), start, 0
    for _ in range(ROUNDS):
        if order(met[0]) < order(best):
            best, idle = met[0], 0
            yield best
        if stop.due or idle == IDLE:
            break
        seeds = range(seeds.stop, seeds.stop + WALKS)
        later = pool.map(partial(walk, stop), seeds)
        merged = merge(problem, field, met, stop, seed)
        met = sorted([merged, *met, *later], key=order)
        idle += 1
    if order(met[0]) < order(best):
        yield met[0]


def merge(problem: ZoneProblem, field: Field, plans: list[Ints], stop: Stop, seed: int) -> Ints:
    """Return the best plan on the arcs that the plans use, or the first of them if too many.

    Parameters
    ----------
    plans : list of int array, shape (n,)
        The best first. Where all exceed the seats a plan within them is sought.
    """
    used = np.zeros(len(problem.arc_school), bool)
    for plan in plans:
        more = used | (plan[problem.arc_village] == problem.arc_school)
        if not used.any() or more.sum() <= problem.n + MOST_ARCS:
            used = more
    best = plans[0]
    over, cost = overload(field, best)
    part = replace(problem, forbidden=~used)
    found = ArcSearch(part, make_net(part), 1, stop, seed)
    if not over:
        found.plan, found.objective = best, float(cost)
    solve_on(found, np.ones(len(found.net.school), bool), nodes=NODES)
    return best if found.plan is None else found.plan


def _walk(field: Field, plan: Ints, heat: float, stop: Stop, seed: int) -> Ints:
    """Return the best plan of a walk heated until it forgets `plan`."""
    walk = make_walk(field, plan)
    falls = heat * np.geomspace(WARM, COLD, SLICES + 1)
    for k in range(SLICES):
        if stop.due:
            break
        anneal(field, walk, STEPS * len(plan), falls[k], falls[k + 1], SLICES * seed + k)
        if k == 0:
            walk.best[:] = walk.plan
    return walk.best
