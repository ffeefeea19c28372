"""A higher proven bound by deciding candidate after candidate: branch and bound over seats.

Every node is a Lagrangian bound with some candidates open and some closed, warm-started from its
parent. The lowest node is branched first, so that the least of all open bounds, which is the
proven one, rises as fast as it can. With all seats decided, the rest is a fixed-seat model.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass, replace

import numpy as np

from districting.model.partition import Ints
from districting.solve.partition.arcs import CLOSED, FREE, OPEN
from districting.solve.partition.arrays import Arrays
from districting.solve.partition.bound import Bound, Relaxation, forced, lagrangian, relax
from districting.solve.partition.exact import Found, enough, raised
from districting.solve.partition.given import PROVABLE, prove_seats
from districting.solve.partition.value import TOLERANCE
from districting.solve.stop import Stop

ITERATIONS = 60
NODES = 50_000
WIDTH = 8
"""Seats of each unit that a node's ascent looks at first, by the root's prices."""
STEP = 25
"""Nodes between two reports."""


@dataclass(frozen=True, eq=False)
class Node:
    """Decisions so far, the bound under them, whether a plan with these seats was looked for."""

    decided: Ints
    bound: Bound
    tried: bool = False


class SeatTree:
    """Nodes still open, of a problem whose seats are one class.

    Parameters
    ----------
    arrays : Arrays
        Possibly narrowed to what a plan no worse than the best can have.
    root : Bound
    """

    def __init__(self, arrays: Arrays, root: Bound) -> None:
        self.arrays = arrays
        self.relaxation = relax(arrays, WIDTH, root)
        self.heap = [(root.value, 0, Node(np.zeros(arrays.m, np.int64), root))]
        self.settled = np.inf  # the least bound of leaves that are done with
        self.count = 0

    def grown(self, best: Found, stop: Stop, seed: int, nodes: int = NODES) -> Found:
        """Return `best` with a bound raised by the tree, or a better plan met at a leaf.

        Ends when the gap is met, after `nodes` nodes more, or when the lowest leaf cannot be
        settled.
        """
        last = self.count + nodes
        while self.heap:
            floor = min(self.heap[0][0], self.settled)
            best = raised(best, min(floor, best.objective))
            if enough(best, stop) or self.count >= last or self.settled <= self.heap[0][0]:
                return best
            _, _, node = heapq.heappop(self.heap)
            best = self._branched(node, best, stop, seed)
        return raised(best, min(self.settled, best.objective))

    def _branched(self, node: Node, best: Found, stop: Stop, seed: int) -> Found:
        """Put the children of `node` on the heap, or settle it as a leaf."""
        pick = _undecided(self.relaxation, node)
        if pick is None:
            return self._leaf(node, best, stop, seed)
        for choice in (OPEN, CLOSED):
            child = _child(self.relaxation, node, pick, choice, best.objective, stop)
            self.count += 1
            if child is not None and child.bound.value < _limit(best):
                heapq.heappush(self.heap, (child.bound.value, self.count, child))
        if stop.due:
            # A node whose children were cut short still stands for them.
            heapq.heappush(self.heap, (node.bound.value, -self.count, node))
        if self.count % (2 * STEP) == 0:
            stop.report("tree", best.objective, best.bound)
        return best

    def _leaf(self, node: Node, best: Found, stop: Stop, seed: int) -> Found:
        """Look for a plan with the seats of `node`; settle it once it is the lowest again."""
        seats = np.flatnonzero(node.decided == OPEN)
        provable = PROVABLE if node.tried else 0
        best, floor = prove_seats(self.arrays, seats, best, stop, seed, provable)
        floor = max(floor, node.bound.value)
        if node.tried:
            self.settled = min(self.settled, floor)
        elif floor < _limit(best):
            again = Node(node.decided, replace(node.bound, value=floor), tried=True)
            heapq.heappush(self.heap, (floor, self.count, again))
        stop.report("tree", best.objective, best.bound)
        return best


def _limit(best: Found) -> float:
    return best.objective - TOLERANCE * max(1.0, abs(best.objective))


def _undecided(relaxation: Relaxation, node: Node) -> int | None:
    """Return the candidate whose choice varied most in the ascent, None where all are decided."""
    members = relaxation.groups[0][0]
    free = members[node.decided[members] == FREE]
    if len(free) == 0:
        return None
    return int(free[np.argmin(np.abs(node.bound.share[free] - 0.5))])


def _child(
    relaxation: Relaxation, node: Node, pick: int, choice: int, objective: float, stop: Stop
) -> Node | None:
    """Return the node with one decision more and what follows from it, None if impossible."""
    decided = node.decided.copy()
    decided[pick] = choice
    if not _complete(relaxation, decided):
        return None
    bound = lagrangian(relaxation, stop, objective, ITERATIONS, node.bound, decided)
    value = max(bound.value, node.bound.value)
    limit = objective + 1e-6 * max(1.0, abs(objective))
    inside, outside = forced(relaxation.groups, bound, relaxation.full.constant, decided)
    free = decided == FREE
    decided[free & (inside > limit)] = CLOSED
    decided[free & (outside > limit) & (inside <= limit)] = OPEN
    return Node(decided, replace(bound, value=value)) if _complete(relaxation, decided) else None


def _complete(relaxation: Relaxation, decided: Ints) -> bool:
    """Decide what the number of districts leaves no choice of; return whether any is possible."""
    members, least, most = relaxation.groups[0]
    opened = int((decided[members] == OPEN).sum())
    free = members[decided[members] == FREE]
    if opened > most or opened + len(free) < least:
        return False
    if opened == most:
        decided[free] = CLOSED
    elif opened + len(free) == least:
        decided[free] = OPEN
    return True
