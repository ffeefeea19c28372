"""Split a problem whose groups may not mix into one small problem a group.

Where every district lies in one group and each group's number of districts is fixed, nothing
couples the groups but constants: the optimum is the union of the groups' optima, its value their
sum plus the price of pairs that lie in two groups anyway.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from districting.model.partition import (
    AimLimit,
    DistrictCount,
    DistrictsPerGroup,
    Ints,
    PairCut,
    PartitionProblem,
    Spread,
    Together,
    Unmixed,
)
from districting.solve.partition.restrict import restricted


@dataclass(frozen=True, eq=False)
class Piece:
    """One group's own problem.

    Parameters
    ----------
    group : int
    units : int array, shape (n_g,)
        Unit of the whole problem for each unit of `problem`.
    candidates : int array, shape (m_g,)
        Seat candidate of the whole problem for each candidate of `problem`.
    problem : PartitionProblem
    """

    group: int
    units: Ints
    candidates: Ints
    problem: PartitionProblem


def decompose(problem: PartitionProblem) -> list[Piece] | None:
    """Return the groups' problems in order of group, or None where something couples them."""
    must = _separating(problem)
    if must is None:
        return None
    groups = must.groups
    for part in problem.parts:
        match part:
            case AimLimit() | Spread():
                return None
            case Unmixed(price=float() | int()) | DistrictsPerGroup() if not _nested(part, groups):
                return None
            case Together() if (groups[part.pairs[:, 0]] != groups[part.pairs[:, 1]]).any():
                return None
            case DistrictCount() if not _met(problem, part, groups):
                return None
            case _:
                pass
    return [_piece(problem, must, int(g)) for g in np.unique(groups)]


def _separating(problem: PartitionProblem) -> DistrictsPerGroup | None:
    """Return the quota whose groups may not mix, if any."""
    musts = [u.groups for u in problem.of(Unmixed) if u.price is None]
    for quota in problem.of(DistrictsPerGroup):
        if any(np.array_equal(quota.groups, groups) for groups in musts):
            return quota  # type: ignore[no-any-return]
    return None


def _nested(part: Unmixed | DistrictsPerGroup, groups: Ints) -> bool:
    """Whether each of the part's groups lies inside one of `groups`."""
    pairs = np.unique(np.stack([part.groups, groups], axis=1), axis=0)
    return len(pairs) == len(np.unique(part.groups))


def _met(problem: PartitionProblem, part: DistrictCount, groups: Ints) -> bool:
    """Whether the groups' quotas alone settle the number of districts as `part` wants it."""
    quota = _separating(problem)
    assert quota is not None
    return part.least <= int(quota.count[np.unique(groups)].sum()) <= part.most


def _piece(problem: PartitionProblem, must: DistrictsPerGroup, group: int) -> Piece:
    """Return one group's problem, its quota a plain count under the same gate."""
    units = np.flatnonzero(must.groups == group)
    candidates = np.flatnonzero(must.groups[problem.seats] == group)
    number = int(must.count[group])
    settled = [
        p
        for p in problem.parts
        if p is not must
        and not isinstance(p, DistrictCount)
        and not (
            isinstance(p, Unmixed) and p.price is None and np.array_equal(p.groups, must.groups)
        )
    ]
    bare = replace(problem, parts=tuple(settled))
    return Piece(group, units, candidates, restricted(bare, units, must.gate, number))


def constant(problem: PartitionProblem, pieces: list[Piece]) -> float:
    """Return what the whole objective has beyond the sum of the pieces': pairs cut anyway."""
    home = np.empty(problem.n, np.int64)
    for piece in pieces:
        home[piece.units] = piece.group
    total = 0.0
    for part in problem.of(PairCut):
        across = home[part.pairs[:, 0]] != home[part.pairs[:, 1]]
        total += float(part.weight * part.cost[across].sum())
    return total
