"""What the feeder solver returns, and the price of a pattern by its parts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np

from districting.graph.parts import components
from districting.model.feeders import FeederProblem, Ints
from districting.plan.record import ObjectivePart, Status


@dataclass(frozen=True, eq=False)
class FeederSolution:
    """Pattern, bound and how they were found.

    Parameters
    ----------
    status : Status
    target, start : int array, shape (n,), or None
        Target of each primary and the first year (position) in which it holds.
    objective, bound : float
        Child-metres, whole numbers; NaN objective when there is no pattern. The bound holds for
        every pattern, and ``bound <= objective`` always.
    parts : Mapping of str to ObjectivePart
        ``travel``, ``overfull`` and ``extra`` in child-metres.
    conflict : tuple of str
        Of ``pairs``, ``seats``, ``contiguous``, ``coverage``: what cannot hold together; each was
        confirmed to be needed for that.
    extra : int array, shape (m,), or None
        With hard seats and no pattern: seats to add to each target with which there is one.
    least : int
        A proven lower bound on the seats to add in all.
    method : str
    """

    status: Status
    target: Ints | None
    start: Ints | None
    objective: float
    bound: float
    parts: Mapping[str, ObjectivePart] = field(default_factory=lambda: MappingProxyType({}))
    conflict: tuple[str, ...] = ()
    extra: Ints | None = None
    least: int = 0
    method: str = "feeders"

    @property
    def gap(self) -> float:
        """Proven relative gap, ``(objective - bound) / max(|objective|, 1)``."""
        return (self.objective - self.bound) / max(abs(self.objective), 1.0)


def price_feeders(problem: FeederProblem, target: Ints, start: Ints) -> Mapping[str, ObjectivePart]:
    """Return the objective of a complete pattern by parts."""
    pair = chosen_pairs(problem, target)
    held = start <= np.arange(problem.years)[:, None]
    travel = int(problem.pair_travel[:, pair][held].sum())
    if problem.before_travel is not None:
        travel += int(problem.before_travel[~held].sum())
    parts = {"travel": ObjectivePart(float(travel), "child-metre", 1.0)}
    if problem.elastic is not None:
        room = np.floor(problem.seats * problem.elastic.share).astype(np.int64)
        over = np.maximum(problem.loads(target, start) - problem.seats, 0)
        beyond = np.maximum(over - room, 0)
        paid = (over - beyond) * problem.elastic.price + beyond * problem.elastic.steep
        parts["overfull"] = ObjectivePart(float(paid.sum()), "child-metre", 1.0)
    if problem.pair_extra is not None:
        extra = int(problem.pair_extra[:, pair][held].sum())
        parts["extra"] = ObjectivePart(float(extra), "child-metre", 1.0)
    return MappingProxyType(parts)


def chosen_pairs(problem: FeederProblem, target: Ints) -> Ints:
    """Return the pair that each primary uses, shape (n,).

    Raises
    ------
    ValueError
        If a primary goes to a target that is not among its pairs.
    """
    pair = np.flatnonzero(problem.pair_target == target[problem.pair_primary])
    if len(pair) != problem.n:
        raise ValueError("a primary goes to a target that is not among its pairs")
    return pair


def loose_pieces(problem: FeederProblem, target: Ints) -> list[tuple[int, Ints]]:
    """Return (target, primaries) of every piece of a target's zone that does not reach its host."""
    found = []
    for t in range(problem.m):
        host = int(problem.host[t])
        if host < 0:
            continue
        zone = target == t
        zone[host] = True
        piece = components(np.where(zone, 1, 0), problem.edges)
        away = np.unique(piece[zone & (piece != piece[host])])
        found += [(t, np.flatnonzero(piece == p)) for p in away]
    return found
