"""Plans within hard seats where windows leave some school overfull: short walks at a dear fee.

Windows exchange villages among few schools. Where nearly every school is full, what one has too
many must pass through a row of others: chains do that (:mod:`exchange`). A fee of several times a
child's journey keeps the walk close to the seats; it ends with its first plan within them.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial

import numpy as np

from districting.model.zones import Ints
from districting.solve.stop import Stop
from districting.solve.zones.exchange import (
    PULSE,
    Field,
    anneal,
    make_field,
    make_walk,
    overload,
)
from districting.solve.zones.net import Net

FEES = (2.0, 4.0, 1.0, 8.0)
"""Least fee of each walk, in times the cost of a child on average; two walk at once."""
WARM, COLD = 0.1, 0.02
"""First and last heat, as shares of a village's cost."""
STEPS, ROUNDS = 20_000, (1_000, 8_000)
"""Chains that a walk tries for each village; in each round of those that heed nothing but seats:
the first ends soon, for a walk cut short while it is warm has found little."""


def within_seats(
    net: Net, start: Ints, stop: Stop, seed: int, pool: ThreadPoolExecutor,
    beyond: Callable[[Ints], int] | None = None,
) -> Ints:  # fmt: skip
    """Return the plan with fewest children beyond the seats of a few short walks.

    Parameters
    ----------
    net : Net
    start : int array, shape (n,)
        Complete, every zone in one piece; kept where no walk finds a better one.
    stop : Stop
        The walks end by their steps, or when time is up.
    seed : int
    pool : ThreadPoolExecutor
    beyond : callable, optional
        Children of a plan beyond the seats, where that is more than the net says (of several
        years, say).
    """
    plain = make_field(net, 1.0)
    cost = max(overload(plain, start)[1], 1)
    fields = [make_field(net, fee * cost / max(int(net.weight.sum()), 1)) for fee in FEES]
    over = beyond or (lambda plan: overload(plain, plan)[0])
    best, walk = start, partial(_walk, start, STEPS, max(cost / net.n, 1.0), stop, over)
    for k in range(0, len(FEES), 2):
        if stop.due or not over(best):
            break
        found = list(pool.map(walk, fields[k : k + 2], (seed + k, seed + k + 1)))
        best = min([best, *found], key=lambda plan: (over(plan), overload(plain, plan)[1]))
    return best


def fewest_beyond(
    net: Net, start: Ints, least: int, stop: Stop, seed: int, pool: ThreadPoolExecutor
) -> Ints:
    """Return the plan with fewest children beyond the seats of walks that heed nothing else.

    Parameters as :func:`within_seats`; walks end once no more than `least` are beyond.
    """
    field = make_field(replace(net, cost=np.zeros_like(net.cost)), 1.0, rise=1.0)

    def over(plan: Ints) -> int:
        return max(overload(field, plan)[0] - least, 0)

    heat = max(float(net.weight.mean()), 1.0)
    best = start
    for steps in ROUNDS:
        walk = partial(_walk, best, steps, heat, stop, over, field)
        best = min([best, *pool.map(walk, (seed, seed + 1))], key=over)
    return best


def _walk(
    start: Ints, steps: int, heat: float, stop: Stop, over: Callable[[Ints], int],
    field: Field, seed: int,
) -> Ints:  # fmt: skip
    walk, slices = make_walk(field, start), max(steps * len(start) // PULSE, 1)
    best, fewest = start, over(start)
    for k in range(slices):
        if stop.due or not fewest:
            break
        warm, cold = (heat * WARM * (COLD / WARM) ** (at / slices) for at in (k, k + 1))
        anneal(field, walk, PULSE, warm, cold, slices * seed + k)
        for plan in (walk.best, walk.plan):
            count = over(plan)
            if count < fewest:
                best, fewest = plan.copy(), count
    return best
