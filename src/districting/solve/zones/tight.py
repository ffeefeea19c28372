"""Plans where seats are hard and zones large: annealed walks, then the best of all of them.

Windows of :mod:`windows` hold at most 62 free villages and schools with short lists; a few large
schools whose seats are nearly used up need long chains of moves instead. Walks from different
seeds end in different plans that still agree on most villages. What each of them got right is put
together. Where zones hold few villages, zones recur: the best plan of whole zones met is found
(:mod:`recombine`). Where they hold many, it is the best plan on the arcs that any walk ends with
(tour merging: Cook & Seymour, INFORMS Journal on Computing 2003).
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
import numpy.typing as npt

from districting.model.zones import NEVER, Ints, ZoneProblem
from districting.solve.stop import Stop
from districting.solve.zones.arc_search import ArcSearch, solve_on
from districting.solve.zones.exchange import (
    PULSE,
    Field,
    anneal,
    can_walk,
    make_field,
    make_walk,
    overload,
)
from districting.solve.zones.master import Zones
from districting.solve.zones.net import Net, make_net
from districting.solve.zones.recombine import collect, recombine
from districting.solve.zones.shape import MOST_BITS

LARGE = 12
"""Villages a school from which zones are large."""


@dataclass(frozen=True)
class Round:
    """Walks of one kind.

    Parameters
    ----------
    walks : int
    steps : int
        Chains that each walk tries for each village.
    warm, cold : float
        First and last heat, as shares of a village's cost.
    """

    walks: int
    steps: int
    warm: float
    cold: float


SMALL_ROUNDS = (Round(4, 44_000, 0.2, 0.05),)
"""Few long walks, and not too hot: zones that recombine well are nearly good."""
LARGE_ROUNDS = (Round(14, 8_000, 0.5, 0.04), *3 * (Round(4, 16_000, 0.1, 0.05),))
"""Many short hot walks find the right part of the map, cool ones from the best go on."""
FORGET = 1 / 8
"""Share of a walk after which the best plan is one of the walk's own."""
KEEP = 1 / 2
"""Share of a walk after which its plans are of use."""
SHARE = 0.75
"""Share of the time left that a round's walks may take, so that slow machines cool down as well."""
MOST_ARCS = 120
"""Arcs beyond one a village on which plans are merged."""
NODES = 30
"""Nodes of a merger's first solve; cuts found make it start over."""
LEAST_FEE = 0.5


def is_tight(net: Net) -> bool:
    """Whether seats are hard, zones connected, and schools have more villages than windows hold."""
    hard = bool((net.most < NEVER).all())
    return hard and len(net.school) > MOST_BITS * net.m and can_walk(net)


def has_large_zones(net: Net) -> bool:
    """Whether zones hold too many villages to be searched through one by one."""
    return net.n >= LARGE * net.m


def search(
    problem: ZoneProblem, net: Net, typical: float, start: Ints, stop: Stop, seed: int,
    pool: ThreadPoolExecutor,
) -> Iterator[Ints]:  # fmt: skip
    """Yield better and better plans from a complete one in one piece; over the seats if need be.

    Ends by itself after the last round, or one without a better plan.

    Parameters
    ----------
    typical : float
        Cost of a plan, roughly.
    """
    field = make_field(net, LEAST_FEE * typical / max(int(net.weight.sum()), 1))
    order = partial(overload, field)
    heat = max(typical / net.n, 1.0)
    large, zones = has_large_zones(net), Zones()
    best, met = start, [start]
    if not large:
        collect(net, start[None].astype(np.int16), zones)
    for kind in LARGE_ROUNDS if large else SMALL_ROUNDS:
        starts = [met[k % len(met)] for k in range(kind.walks)]
        seeds = range(seed, seed + kind.walks)
        seed += kind.walks
        walk = partial(_walk, field, kind, heat, stop.share(SHARE))
        for plan, way in pool.map(walk, starts, seeds, _parts(kind.walks)):
            met.append(plan)
            if not large:
                collect(net, way, zones)
        met.sort(key=order)
        over, cost = order(met[0])
        if large:
            met.append(merge(problem, field, met, stop, seed))
        elif (mixed := recombine(net, zones, np.inf if over else cost, typical, stop)) is not None:
            met.append(mixed)
        met.sort(key=order)
        if order(met[0]) >= order(best):
            return
        best = met[0]
        yield best
        if stop.due:
            return


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


def _parts(walks: int) -> list[float]:
    """Return which share of the time that is left when it begins each walk may take."""
    at_once = os.cpu_count() or 1
    turns = -(-walks // at_once)
    return [1 / (turns - k // at_once) for k in range(walks)]


def _walk(
    field: Field, kind: Round, heat: float, stop: Stop, start: Ints, seed: int, part: float
) -> tuple[Ints, npt.NDArray[np.int16]]:
    """Return the best plan of a walk, and plans on its way, shape (k, n).

    It cools by its steps, or by the clock where that is ahead.
    """
    own, walk, way = stop.share(part), make_walk(field, start), []
    slices = max(kind.steps * len(start) // PULSE, 1)
    k, done = 0, 0.0
    while done < 1 and not own.due:
        warm, cold = (
            heat * kind.warm * (kind.cold / kind.warm) ** at for at in (done, done + 1 / slices)
        )
        anneal(field, walk, PULSE, warm, cold, slices * seed + k)
        k, before = k + 1, done
        done = max(k / slices, own.elapsed / own.seconds)
        if before < FORGET <= done:
            walk.best[:] = walk.plan
        if done >= KEEP:
            way.append(walk.plan.astype(np.int16))
    return walk.best, np.array([*way, walk.best], np.int16)
