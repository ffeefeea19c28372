"""Sample feasible layouts of a partition problem by recombination of neighbouring districts.

A step merges two neighbouring districts, draws a random spanning tree of the union and cuts it
where both parts keep every bound (ReCom; DeFord, Duchin, Solomon 2021). Its layouts favour compact
districts, without a known distribution. The reversible chain (Cannon, Duchin, Randall, Rule 2022;
compare Autry, Carter, Herschlag, Hunter, Mattingly 2021) draws each feasible layout in proportion
to the product of its districts' numbers of spanning trees, at many more steps a layout.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

import numpy as np

from districting.model.partition import Floats, Ints, PartitionProblem
from districting.solve.ensemble.chain import run
from districting.solve.ensemble.start import Setting, begin, setting
from districting.solve.ensemble.state import Chain
from districting.solve.partition.contract import contracted
from districting.solve.partition.ties import tied_atoms
from districting.solve.partition.value import best_seats, evaluate
from districting.solve.stop import Stop

TRIES = 200
"""Trees drawn for one pair of districts before the step counts as a rejection."""
WARM_UP = 0.25
"""Layouts dropped at the beginning of each chain, as a share of those kept."""
BLOCK = 25
"""Layouts of each chain between two looks at the clock."""


@dataclass(frozen=True, eq=False)
class Sample:
    """Feasible layouts, chain by chain.

    Parameters
    ----------
    labels : int array, shape (q, n)
        Layouts kept, districts 0 … K-1; every must of the problem was checked on each.
    chain : int array, shape (q,)
        Chain that each comes from; those of one chain stand in order.
    objective : float array, shape (q,)
        Value in the problem's objective, each district seated where it costs least.
    judged : int
        Layouts looked at. Those that broke a must which the chain does not know were dropped.
    chains, own_starts : int
        Chains, and how many of them began at a random layout; the others at the given one.
    steps, trees, moves : int
        Steps taken, trees drawn, steps that ended with a new cut.
    every : int
        Steps between two kept layouts of a chain.
    reversible : bool
    """

    labels: Ints
    chain: Ints
    objective: Floats
    judged: int
    chains: int
    own_starts: int
    steps: int
    trees: int
    moves: int
    every: int
    reversible: bool


def sample_layouts(
    problem: PartitionProblem,
    start: Ints,
    count: int,
    stop: Stop,
    seed: int = 0,
    *,
    chains: int = 4,
    every: int | None = None,
    reversible: bool = False,
) -> Sample:
    """Return about `count` feasible layouts with as many districts as `start`.

    Windows (must :class:`Band`), groups that may not mix, pairs and contiguity are kept step by
    step; whatever else the problem demands is checked on the layouts that are kept, which leaves
    the chain's distribution among the feasible ones as it was.

    Parameters
    ----------
    problem : PartitionProblem
    start : int array, shape (n,)
        Labels of a feasible layout. The number of districts of each group that may not mix, and of
        each island of the graph, stays as it is there.
    count : int
        Layouts wanted; fewer where the clock cuts in or layouts break further musts.
    stop : Stop
    seed : int
        The same problem, start and seed give the same layouts, unless the clock cuts in.
    chains : int
        Independent chains; all but the first begin at random layouts where those can be mended.
    every : int, optional
        Steps between two kept layouts of a chain; by default four a district, and 400 a district
        where reversible.
    reversible : bool

    Raises
    ------
    ValueError
        If `start` breaks a must, or a number is not positive.
    """
    if min(count, chains, 1 if every is None else every) < 1:
        raise ValueError("count, chains and every must be positive")
    given = np.unique(start, return_inverse=True)[1].astype(np.int64)
    broken = evaluate(problem, given, best_seats(problem, given)).violations
    if broken:
        raise ValueError(f"the start breaks {broken[0].gate} ({broken[0].name})")
    atom = tied_atoms(problem)
    if atom is not None:
        first = np.unique(atom, return_index=True)[1]
        problem, given = contracted(problem, atom), given[first]
    rules = setting(problem, given)
    every = every or (400 if reversible else 4) * (int(given.max()) + 1)
    running = [begin(rules, given, [seed, c], own=c > 0) for c in range(chains)]
    quota = -(-count // chains)
    kept = _advance(rules, [c for c, _ in running], quota, every, reversible, stop)
    tally = np.sum([c.tally for c, _ in running], axis=0)
    labels, chain, objective = _judged(problem, kept)
    return Sample(
        labels=labels[:count] if atom is None else labels[:count, atom],
        chain=chain[:count],
        objective=objective[:count],
        judged=sum(map(len, kept)),
        chains=chains,
        own_starts=sum(own for _, own in running),
        steps=int(tally[0]),
        trees=int(tally[1]),
        moves=int(tally[2]),
        every=every,
        reversible=reversible,
    )


def _advance(
    rules: Setting, chains: list[Chain], quota: int, every: int, reversible: bool, stop: Stop
) -> list[Ints]:
    """Return each chain's layouts after its warm-up, shape (quota, n)."""
    warm = int(np.ceil(WARM_UP * quota))
    kept: list[list[Ints]] = [[] for _ in chains]
    step = partial(_block, rules, every, reversible)
    with ThreadPoolExecutor(max_workers=2) as pool:
        for begun in range(0, warm + quota, BLOCK):
            size = min(BLOCK, warm + quota - begun)
            for own, block in zip(kept, pool.map(step, chains, [size] * len(chains)), strict=True):
                own.append(block)
            stop.progress(f"ensemble {begun + size}/{warm + quota}", np.nan, np.nan)
            if stop.due:
                break
    return [np.concatenate(own)[warm:] for own in kept]


def _block(rules: Setting, every: int, reversible: bool, chain: Chain, size: int) -> Ints:
    kept = np.empty((size, len(chain.labels)), np.int64)
    if rules.movable:
        run(rules.graph, rules.limits, chain, rules.work(), kept, every, TRIES, reversible)
    else:
        kept[:] = chain.labels
    return kept


def _judged(problem: PartitionProblem, kept: list[Ints]) -> tuple[Ints, Ints, Floats]:
    """Return the layouts that keep every must, their chains and their objectives."""
    labels, chain, objective = [], [], []
    for number, layouts in enumerate(kept):
        for layout in layouts:
            worth = evaluate(problem, layout, best_seats(problem, layout))
            if worth.feasible:
                labels.append(layout)
                chain.append(number)
                objective.append(worth.objective)
    shape = (len(labels), problem.n)
    return (
        np.array(labels, np.int64).reshape(shape),
        np.array(chain, np.int64),
        np.array(objective, float),
    )
