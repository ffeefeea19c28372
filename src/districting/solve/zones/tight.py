"""Plans where seats are hard and zones large: several annealed walks side by side.

Windows of :mod:`windows` hold at most 62 free villages and schools with short lists; a few large
schools whose seats are nearly used up need long chains of moves instead.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

import numpy as np

from districting.model.zones import Ints
from districting.solve.stop import Stop
from districting.solve.zones.exchange import Field, anneal, make_field, make_walk, overload
from districting.solve.zones.net import NEVER, Net
from districting.solve.zones.shape import MOST_BITS

MOST_TABLE = 4_000_000
WALKS, SLICES = 2, 12
STEPS = 3_000
"""Chains tried for each village in a slice of a walk."""
HOT, WARM, COLD = 1.0, 0.3, 0.05
LEAST_FEE = 0.5
LEGS, IDLE = 40, 6


def is_tight(net: Net) -> bool:
    """Whether seats are hard, zones connected, and schools have more villages than windows hold."""
    hard = bool((net.most < NEVER).all())
    large = len(net.school) > MOST_BITS * net.m and max(net.n * net.m, net.n**2) <= MOST_TABLE
    return hard and net.contiguous and large and not (net.parent >= 0).any()


@dataclass(frozen=True)
class _Leg:
    """One leg of all walks: heats from `warm` to `cold` in child-metres, and its first seed."""

    warm: float
    cold: float
    seed: int


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
        warm = HOT if number % 3 == 0 else WARM
        leg = _Leg(warm * heat, COLD * heat, seed + number * WALKS * SLICES)
        before, start = overload(field, best), best
        walked = list(pool.map(partial(_walk, field, start, leg, stop), range(WALKS)))
        best = min([best, *walked], key=partial(overload, field))
        better = overload(field, best) < before
        idle = 0 if better else idle + 1
        if better:
            yield best


def _walk(field: Field, plan: Ints, leg: _Leg, stop: Stop, number: int) -> Ints:
    walk = make_walk(field, plan)
    steps = STEPS * len(plan)
    heats = np.geomspace(leg.warm, leg.cold, SLICES + 1)
    for k in range(SLICES):
        if stop.due:
            break
        anneal(field, walk, steps, heats[k], heats[k + 1], leg.seed + SLICES * number + k)
    return walk.best
