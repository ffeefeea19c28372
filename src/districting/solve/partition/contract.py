"""Units merged into atoms: a smaller problem whose plans are plans of the whole, at the same price.

Atoms are connected, lie in one group of every grouping and hold one seat candidate at most, so
every part of a problem carries over exactly. What is lost are the plans that divide an atom.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from districting.model.partition import (
    Aim,
    AimLimit,
    Apart,
    AssignCost,
    Band,
    Constraint,
    Contiguous,
    Deviation,
    DistrictCount,
    DistrictsPerGroup,
    Floats,
    Ints,
    PairCut,
    PartitionProblem,
    SeatPrice,
    Spread,
    Together,
    Unmixed,
)


def atoms(problem: PartitionProblem, weights: Floats, cap: float) -> Ints:
    """Return the atom of each unit, shape (n,); candidates' atoms come first, in their order.

    Touching atoms are matched round by round, lightest pairs first and those that share most
    edges before others, while both together weigh at most `cap`.
    """
    m = len(problem.seats)
    atom = np.full(problem.n, -1, np.int64)
    atom[problem.seats] = np.arange(m)
    atom[atom < 0] = np.arange(m, problem.n)
    kind = kinds(problem)[np.argsort(atom)]
    load, edges = np.bincount(atom, weights).astype(float), atom[problem.edges]
    while True:
        joined = _matched(edges, load, kind, m, cap)
        roots, number = np.unique(joined, return_inverse=True)
        if len(roots) == len(load):
            return atom
        atom, kind = number[atom], kind[roots]
        load, edges = np.bincount(number, load).astype(float), number[edges]


def kinds(problem: PartitionProblem) -> Ints:
    """Return a number for each unit, equal where units may share an atom."""
    terms = [term for limit in problem.of(AimLimit) for term in limit.terms]
    keys: list[Ints] = [np.zeros(problem.n, np.int64)]
    for part in (*problem.parts, *terms):
        if isinstance(part, Unmixed | DistrictsPerGroup):
            keys.append(part.groups)
        elif isinstance(part, Deviation):
            keys.append(np.unique(part.targets, return_inverse=True)[1])
        elif isinstance(part, Apart):
            alone = np.zeros(problem.n, np.int64)
            ends = np.unique(part.pairs)
            alone[ends] = 1 + np.arange(len(ends))
            keys.append(alone)
    found: Ints = np.unique(np.stack(keys), axis=1, return_inverse=True)[1].ravel()
    return found


def _matched(edges: Ints, load: Floats, kind: Ints, seated: int, cap: float) -> Ints:
    """Return the lower atom of each pair matched in one round, its own number for the others."""
    inner = edges[:, 0] != edges[:, 1]
    pairs, shared = np.unique(np.sort(edges[inner], axis=1), axis=0, return_counts=True)
    a, b = pairs[:, 0], pairs[:, 1]
    fits = (kind[a] == kind[b]) & (load[a] + load[b] <= cap) & (b >= seated)
    pairs, shared = pairs[fits], shared[fits]
    # By doublings of weight, so that atoms grow alike.
    weight = np.log2(np.maximum(load[pairs].sum(axis=1), 1e-9)).round()
    match, free = np.arange(len(load)), np.ones(len(load), bool)
    for u, v in pairs[np.lexsort((-shared, weight))].tolist():
        if free[u] and free[v]:
            free[u] = free[v] = False
            match[v] = u
    return match


def contracted(problem: PartitionProblem, atom: Ints) -> PartitionProblem:
    """Return the problem of the atoms; candidates keep their numbers.

    Parameters
    ----------
    atom : int array, shape (n,)
        From :func:`atoms`.
    """
    edges = np.sort(atom[problem.edges], axis=1)
    first = np.unique(atom, return_index=True)[1]
    return PartitionProblem(
        n=len(first),
        edges=np.unique(edges[edges[:, 0] != edges[:, 1]], axis=0),
        seats=np.arange(len(problem.seats)),
        parts=tuple(_merged(part, atom, first) for part in problem.parts),
    )


def _merged(part: Constraint | Aim, atom: Ints, first: Ints) -> Constraint | Aim:
    """Return a part of the atoms' problem; `first` is a unit of each atom."""
    match part:
        case Unmixed() | DistrictsPerGroup():
            return replace(part, groups=part.groups[first])
        case Band():
            return replace(part, weights=_sums(atom, part.weights))
        case Deviation():
            return replace(part, weights=_sums(atom, part.weights), targets=part.targets[first])
        case AssignCost():
            cost = np.zeros((len(first), part.cost.shape[1]))
            np.add.at(cost, atom, part.cost)
            return replace(part, cost=cost)
        case Spread():
            points, base = _sums(atom, part.points), _sums(atom, part.base)
            return replace(part, points=points, base=base)
        case PairCut():
            pairs = atom[part.pairs]
            apart = pairs[:, 0] != pairs[:, 1]
            return replace(part, pairs=pairs[apart], cost=part.cost[apart])
        case Together() | Apart():
            pairs = atom[part.pairs]
            return replace(part, pairs=pairs[pairs[:, 0] != pairs[:, 1]])
        case AimLimit():
            terms = tuple(_merged(term, atom, first) for term in part.terms)
            return replace(part, terms=terms)  # type: ignore[arg-type]
        case Contiguous() | DistrictCount() | SeatPrice():
            return part


def _sums(atom: Ints, weights: Floats) -> Floats:
    return np.bincount(atom, weights).astype(float)
