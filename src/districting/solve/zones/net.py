"""A zone problem made ready for the kernels: live arcs only, both ways round, flat arrays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numba import njit

from districting.model.zones import NEVER, Bools, Contiguity, Ints, ZoneProblem


class Arrays(NamedTuple):
    """The arrays of a :class:`Net` in one argument for compiled code."""

    weight: Ints
    start: Ints
    school: Ints
    cost: Ints
    parent: Ints
    back: Ints
    village: Ints
    arc: Ints
    host: Ints
    near_start: Ints
    near: Ints
    base: Ints
    single: Bools
    seats: Ints
    share: Ints
    most: Ints
    price: Ints
    steep: Ints


@dataclass(frozen=True, eq=False)
class Net:
    """Live arcs and seat prices.

    Parameters
    ----------
    weight : int array, shape (n,)
        Children.
    start, school, cost, parent : int array
        Arcs by village: CSR start (n + 1), then school, child-metres and parent village (-1 where
        the tree form is not asked for) of each arc (a).
    origin : int array, shape (a,)
        Arc of the problem.
    back, village, arc : int array
        Arcs by school: CSR start (m + 1), then village and arc number (a).
    host : int array, shape (m,)
    near_start, near : int array
        Adjacency CSR.
    base, base_cost : int array, shape (m,)
        Children and child-metres of the villages that have no other school.
    single : bool array, shape (n,)
        Villages with one live arc.
    seats, share, most, price, steep : int array, shape (m,)
        Overfull children cost `price` beyond `seats`, `steep` beyond `share`, never beyond `most`.
    contiguous : bool
    """

    weight: Ints
    start: Ints
    school: Ints
    cost: Ints
    parent: Ints
    origin: Ints
    back: Ints
    village: Ints
    arc: Ints
    host: Ints
    near_start: Ints
    near: Ints
    base: Ints
    base_cost: Ints
    single: Bools
    seats: Ints
    share: Ints
    most: Ints
    price: Ints
    steep: Ints
    contiguous: bool

    @property
    def n(self) -> int:
        """Number of villages."""
        return len(self.weight)

    @property
    def m(self) -> int:
        """Number of schools."""
        return len(self.host)

    @property
    def arrays(self) -> Arrays:
        """Return the arrays for compiled code."""
        return Arrays(*(getattr(self, name) for name in Arrays._fields))


def make_net(problem: ZoneProblem) -> Net:
    """Reduce the arcs to those that some contiguous zone can use, and lay them out."""
    near_start, near = _adjacency(problem)
    live = _allowed(problem)
    if problem.contiguity is not Contiguity.FREE:
        live &= _reachable(problem, live, near_start, near)
    origin = np.flatnonzero(live)
    village, school = problem.arc_village[origin], problem.arc_school[origin]
    cost = problem.arc_cost[origin]
    count = np.bincount(village, minlength=problem.n)
    by_school = np.lexsort((village, school))
    single = count == 1
    lone = single[village]
    base = np.zeros(problem.m, np.int64)
    base_cost = np.zeros(problem.m, np.int64)
    np.add.at(base, school[lone], problem.children[village[lone]])
    np.add.at(base_cost, school[lone], cost[lone])
    hard = problem.elastic is None
    tree = problem.contiguity is Contiguity.TREE and problem.arc_parent is not None
    return Net(
        weight=_ints(problem.children),
        start=_csr(count),
        school=_ints(school),
        cost=_ints(cost),
        parent=_ints(problem.arc_parent[origin] if tree else np.full(len(origin), -1)),  # type: ignore[index]
        origin=_ints(origin),
        back=_csr(np.bincount(school, minlength=problem.m)),
        village=_ints(village[by_school]),
        arc=_ints(by_school),
        host=_ints(problem.host),
        near_start=near_start,
        near=near,
        base=base,
        base_cost=base_cost,
        single=single,
        seats=_ints(problem.seats),
        share=_ints(problem.share_limit),
        most=_ints(problem.seats if hard else np.full(problem.m, NEVER)),
        price=np.full(problem.m, 0 if problem.elastic is None else problem.elastic.price, np.int64),
        steep=np.full(problem.m, 0 if problem.elastic is None else problem.elastic.steep, np.int64),
        contiguous=problem.contiguity is not Contiguity.FREE,
    )


def _ints(values: Ints) -> Ints:
    """Copy: kernels are compiled again for arrays that, like those of a table, are read-only."""
    return np.array(values, np.int64, order="C")


def _csr(count: Ints) -> Ints:
    return np.concatenate([[0], np.cumsum(count)]).astype(np.int64)


def _adjacency(problem: ZoneProblem) -> tuple[Ints, Ints]:
    edges = np.asarray(problem.edges, np.int64).reshape(-1, 2)
    one = np.concatenate([edges[:, 0], edges[:, 1]])
    other = np.concatenate([edges[:, 1], edges[:, 0]])
    order = np.lexsort((other, one))
    return _csr(np.bincount(one, minlength=problem.n)), _ints(other[order])


def _allowed(problem: ZoneProblem) -> Bools:
    """Arcs left by locks, prohibitions and owned host villages; a lock beats ownership."""
    village, school = problem.arc_village, problem.arc_school
    live = np.ones(len(school), bool)
    if problem.forbidden is not None:
        live &= ~problem.forbidden
    fixed = np.full(problem.n, -1) if problem.fixed is None else problem.fixed
    owned = np.zeros(problem.n, bool)
    owned[problem.host[problem.owners]] = True
    owned &= fixed < 0
    mine = problem.owners[school] & (problem.host[school] == village)
    live &= mine | ~owned[village]
    live &= (fixed[village] < 0) | (fixed[village] == school)
    return live


def _reachable(problem: ZoneProblem, live: Bools, near_start: Ints, near: Ints) -> Bools:
    school = problem.arc_school
    order = np.lexsort((problem.arc_village, school))
    order = order[live[order]]
    back = _csr(np.bincount(school[order], minlength=problem.m))
    tree = problem.contiguity is Contiguity.TREE and problem.arc_parent is not None
    parent = problem.arc_parent[order] if tree else np.full(len(order), -1)  # type: ignore[index]
    keep = _reach(
        back,
        _ints(problem.arc_village[order]),
        _ints(parent),
        _ints(problem.host),
        near_start,
        near,
        tree,
    )
    reached = np.zeros(len(school), bool)
    reached[order] = keep
    return reached


@njit(cache=True, nogil=True)
def _reach(back, village, parent, host, near_start, near, tree):  # type: ignore[no-untyped-def]
    """Mark the arcs whose village reaches the host through villages with an arc to the school."""
    n, m = len(near_start) - 1, len(host)
    mark = np.full(n, -1, np.int64)
    keep = np.zeros(len(village), np.bool_)
    stack = np.empty(n + 1, np.int64)
    place = np.empty(n, np.int64)
    for s in range(m):
        for p in range(back[s], back[s + 1]):
            mark[village[p]] = s
            place[village[p]] = p
        top = 1
        stack[0] = host[s]
        if mark[host[s]] == s:
            keep[place[host[s]]] = True
            mark[host[s]] = -1
        while top:
            top -= 1
            at = stack[top]
            for e in range(near_start[at], near_start[at + 1]):
                to = near[e]
                if mark[to] == s and (not tree or parent[place[to]] == at):
                    keep[place[to]] = True
                    mark[to] = -1
                    stack[top] = to
                    top += 1
        for p in range(back[s], back[s + 1]):
            mark[village[p]] = -1
    return keep
