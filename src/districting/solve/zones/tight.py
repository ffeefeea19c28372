"""Plans where seats are hard and zones large: several annealed walks side by side.

Windows of :mod:`windows` hold at most 62 free villages and schools with short lists; a few large
schools whose seats are nearly used up need long chains of moves instead.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import numpy as np

from districting.model.zones import Ints
from districting.solve.stop import Stop
from districting.solve.zones.exchange import Field, anneal, make_field, make_walk, overload
from districting.solve.zones.net import NEVER, Net
from districting.solve.zones.shape import MOST_BITS

MOST_TABLE = 4_000_000
STEPS = 3_000
"""Chains tried for each village in a slice of a walk."""
WALKS = 2
TEETH = ((1.0, 9), (0.3, 6))
"""First heat, as a share of a village's cost, and slices of each time that a walk is heated."""
COLD = 0.05
LEAST_FEE = 0.5
LEGS, IDLE = 3, 1


def is_tight(net: Net) -> bool:
    """Whether seats are hard, zones connected, and schools have more villages than windows hold."""
    hard = bool((net.most < NEVER).all())
    large = len(net.school) > MOST_BITS * net.m and max(net.n * net.m, net.n**2) <= MOST_TABLE
    return hard and net.contiguous and large and not (net.parent >= 0).any()


def search(
    net: Net, start: Ints, typical: float, stop: Stop, seed: int, pool: ThreadPoolExecutor
) -> Iterator[Ints]:
    """Yield better and better plans from a complete one in one piece; over the seats if need be.

    Ends by itself after some legs without a better plan.

    Parameters
    ----------
    typical : float
        Cost of a plan, roughly.
    """
    field = make_field(net, LEAST_FEE * typical / max(int(net.weight.sum()), 1))
    best, heat, idle = start, max(typical / net.n, 1.0), 0
    for number in range(LEGS):
        if stop.due or idle == IDLE:
            break
        before, walk = overload(field, best), partial(_walk, field, best, heat, stop)
        seeds = seed + WALKS * number + np.arange(WALKS)
        best = min([best, *pool.map(walk, seeds.tolist())], key=partial(overload, field))
        better = overload(field, best) < before
        idle = 0 if better else idle + 1
        if better:
            yield best


def _walk(field: Field, plan: Ints, heat: float, stop: Stop, seed: int) -> Ints:
    """Return the best plan of one walk, heated until it forgets `plan`, then once more mildly."""
    number = 0
    for tooth, (warm, slices) in enumerate(TEETH):
        walk = make_walk(field, plan)
        falls = heat * np.geomspace(warm, COLD, slices + 1)
        for k in range(slices):
            if stop.due:
                break
            anneal(field, walk, STEPS * len(plan), falls[k], falls[k + 1], 100 * seed + number)
            number += 1
            if tooth == k == 0:
                walk.best[:] = walk.plan
        plan = walk.best
    return plan
