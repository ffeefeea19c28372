"""Plans within hard seats where windows leave some school overfull: short walks at a dear fee.

Windows exchange villages among few schools. Where nearly every school is full, what one has too
many must pass through a row of others: chains do that (:mod:`exchange`). A fee of several times a
child's journey keeps the walk close to the seats; it ends with its first plan within them.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

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
STEPS = 20_000
"""Chains that a walk tries for each village, if nothing else is said."""


def within_seats(
    net: Net, start: Ints, stop: Stop, seed: int, pool: ThreadPoolExecutor,
    beyond: Callable[[Ints], int] | None = None, steps: int = STEPS,
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
    steps : int
        Chains that a walk tries for each village.
    """
    plain = make_field(net, 1.0)
    cost = max(overload(plain, start)[1], 1)
    fields = [make_field(net, fee * cost / max(int(net.weight.sum()), 1)) for fee in FEES]
    over = beyond or (lambda plan: overload(plain, plan)[0])
    best, walk = start, partial(_walk, start, steps, max(cost / net.n, 1.0), stop, over)
    for k in range(0, len(FEES), 2):
        if stop.due or not over(best):
            break
        found = list(pool.map(walk, fields[k : k + 2], (seed + k, seed + k + 1)))
        best = min([best, *found], key=lambda plan: (over(plan), overload(plain, plan)[1]))
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
