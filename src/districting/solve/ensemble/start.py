"""Where chains begin: the given layout, or a random one mended until every bound holds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from districting.model.partition import (
    Apart,
    Band,
    Ints,
    PartitionProblem,
    Together,
    Unmixed,
)
from districting.solve.ensemble.mend import mend
from districting.solve.ensemble.state import Chain, Graph, Limits, Work, chain_for, work_for
from districting.solve.partition.arrays import neighbours
from districting.solve.partition.kernels import pieces

MENDING = 500
"""Steps a district within which a random start must come to keep every bound."""
ATTEMPTS = 4
"""Random starts tried before a chain begins at the given layout."""


@dataclass(frozen=True, eq=False)
class Setting:
    """What all chains of one problem share.

    Parameters
    ----------
    graph : Graph
        Without the edges that no district can hold.
    limits : Limits
    cell : int array, shape (n,)
        Connected part of `graph` that each unit lies in; districts never leave their part.
    count : int array, shape (cells,)
        Districts of each part.
    """

    graph: Graph
    limits: Limits
    cell: Ints
    count: Ints

    @property
    def movable(self) -> bool:
        """Whether any part has two districts to recombine."""
        return bool((self.count > 1).any())

    def work(self) -> Work:
        """Return fresh scratch for one chain."""
        return work_for(len(self.cell), len(self.graph.ends), len(self.limits.lower))


def setting(problem: PartitionProblem, labels: Ints) -> Setting:
    """Return the setting of chains with as many districts a part as `labels` has."""
    edges = problem.edges
    for part in problem.of(Unmixed):
        if part.price is None:
            edges = edges[part.groups[edges[:, 0]] == part.groups[edges[:, 1]]]
    indptr, indices = neighbours(problem.n, edges)
    cell = pieces(indptr, indices, np.zeros(problem.n, np.int64))
    pairs = np.unique(np.stack([cell, labels], axis=1), axis=0)
    count = np.bincount(pairs[:, 0]).astype(np.int64)
    return Setting(Graph(indptr, indices, edges), _limits(problem, len(pairs)), cell, count)


def _limits(problem: PartitionProblem, count: int) -> Limits:
    """Return every must window; a district without a seat candidate breaks the last one."""
    seat = np.zeros(problem.n)
    seat[problem.seats] = 1.0
    bands = [b for b in problem.of(Band) if b.price is None]
    weights = np.stack([*(b.weights for b in bands), seat], axis=1).astype(float)
    # The last digits of a sum hang on its order, which differs from step to step.
    slack = 1e-9 * np.maximum(1.0, np.abs(weights).sum(axis=0))
    return Limits(
        weights=np.ascontiguousarray(weights),
        lower=np.array([*(b.lower for b in bands), 1.0], float) - slack,
        upper=np.array([*(b.upper for b in bands), np.inf], float) + slack,
        scale=count / np.maximum(np.abs(weights).sum(axis=0), 1e-9),
        ties=_pairs([p.pairs for p in problem.of(Together)]),
        parted=_pairs([p.pairs for p in problem.of(Apart)]),
    )


def _pairs(pairs: list[Ints]) -> Ints:
    return np.concatenate([np.empty((0, 2), np.int64), *pairs]).astype(np.int64)


def begin(rules: Setting, given: Ints, seed: list[int], own: bool) -> tuple[Chain, bool]:
    """Return a chain and whether it begins at a random layout of its own (asked for by `own`)."""
    count = int(given.max()) + 1
    if own and rules.movable:
        for attempt in range(ATTEMPTS):
            rng = np.random.default_rng([*seed, attempt])
            chain = chain_for(_grown(rules, rng), count, rules.limits, [*seed, attempt])
            steps = MENDING * count
            if mend(rules.graph, rules.limits, chain, rules.work(), steps) == 0.0:
                return chain, True
    return chain_for(given, count, rules.limits, [*seed, ATTEMPTS]), False


def _grown(rules: Setting, rng: np.random.Generator) -> Ints:
    """Return contiguous labels grown unit by unit from random seeds in each part."""
    labels = np.full(len(rules.cell), -1, np.int64)
    indptr, indices, _ = rules.graph
    used = 0
    for cell, count in enumerate(rules.count):
        inside = np.flatnonzero(rules.cell == cell)
        seeds = rng.choice(inside, count, replace=False)
        labels[seeds] = np.arange(used, used + count)
        used += int(count)
        rim = list(seeds)
        while rim:
            place = int(rng.integers(len(rim)))
            around = indices[indptr[rim[place]] : indptr[rim[place] + 1]]
            free = around[labels[around] < 0]
            if len(free) == 0:
                rim[place] = rim[-1]
                rim.pop()
                continue
            unit = int(rng.choice(free))
            labels[unit] = labels[rim[place]]
            rim.append(unit)
    return labels
