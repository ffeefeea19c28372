"""Annealing of plans with tight seats and large zones: chains of pieces passed on through zones.

A link takes a village, with whatever of its zone would hang loose without it, to a zone beside it;
in a chain a village of that zone moves on in turn, so that children pass through full zones.
Contiguity holds throughout. Seats may be exceeded at a fee that each school raises while it is
overfull and lets sink while it is not, so that the walk crosses the limits time and again
(strategic oscillation: Glover, Decision Sciences 1977).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from districting.model.zones import NEVER, Bools, Ints
from districting.solve.compiled import copy, kernel
from districting.solve.zones.net import Net

LINKS, MOST_MOVED, TRIES, WALK = 3, 12, 4, 4
RAISE, LOWER, PULSE = 1.024, 0.99825, 5_000
"""By what fees rise and sink, and the chains after which they do."""
FIRST_FEE = 8.0
"""Fee with which a walk begins, in times the least: about what hot walks raise it to."""
FINE, WARM_UP = 1 << 31, 20
MOST_TABLE = 4_000_000
"""Entries of a table of villages by schools, or by villages."""


class Field(NamedTuple):
    """What stays the same during a walk.

    Parameters
    ----------
    table : int array, shape (n, m)
        Cost of each village at each school, ``NEVER`` where it may not go.
    weight, limit, host, near_start, near : int array
        As in :class:`Net`; `limit` (m,) are the seats.
    beside : bool array, shape (n, n)
    least : float
        Fee per child below which no school's fee sinks.
    lump : int
        An overfull school pays as for so many children more.
    rise : float
        By what fees of overfull schools rise; 1 where all fees stay the least.
    """

    table: Ints
    weight: Ints
    limit: Ints
    host: Ints
    near_start: Ints
    near: Ints
    beside: Bools
    least: float
    lump: int
    rise: float


class Walk(NamedTuple):
    """One walk and its scratch space, changed in place.

    Parameters
    ----------
    plan, load : int array, shapes (n,) and (m,)
    fee : float array, shape (m,)
        Per child beyond the seats.
    best : int array, shape (n,)
        The plan with fewest children beyond the seats, of those the cheapest.
    moved, origin : int array
        Villages moved by the chain at hand, in order, and where from.
    mark, stack : int array
    """

    plan: Ints
    load: Ints
    fee: npt.NDArray[np.float64]
    best: Ints
    moved: Ints
    origin: Ints
    mark: Ints
    stack: Ints


def can_walk(net: Net) -> bool:
    """Whether zones are connected, by whatever way, and a walk's tables are not too large."""
    by_tree = bool((net.parent >= 0).any())
    return net.contiguous and not by_tree and net.n * max(net.n, net.m) <= MOST_TABLE


def make_field(net: Net, least: float, rise: float = RAISE) -> Field:
    """Return the field of a net with hard seats; `least` and `rise` as in :class:`Field`."""
    table = np.full((net.n, net.m), NEVER)
    table[np.repeat(np.arange(net.n), np.diff(net.start)), net.school] = net.cost
    beside = np.zeros((net.n, net.n), bool)
    beside[np.repeat(np.arange(net.n), np.diff(net.near_start)), net.near] = True
    lump = int(net.weight.mean() / 10)
    return Field(
        table, net.weight, net.seats, net.host, net.near_start, net.near, beside, least, lump,
        rise,
    )  # fmt: skip


def make_walk(field: Field, plan: Ints) -> Walk:
    """Return a walk that starts from a complete plan, every zone in one piece."""
    n, m = field.table.shape
    load = np.zeros(m, np.int64)
    np.add.at(load, plan, field.weight)
    chain, first = LINKS * MOST_MOVED, field.least * (FIRST_FEE if field.rise > 1 else 1.0)
    return Walk(
        plan.copy(), load, np.full(m, first), plan.copy(),
        np.empty(chain, np.int64), np.empty(chain, np.int64),
        np.zeros(n, np.int64), np.empty(n + MOST_MOVED + 1, np.int64),
    )  # fmt: skip


def overload(field: Field, plan: Ints) -> tuple[int, int]:
    """Return (children beyond the seats, cost) of a plan."""
    load = np.zeros(len(field.limit), np.int64)
    np.add.at(load, plan, field.weight)
    over = int(np.maximum(load - field.limit, 0).sum())
    return over, int(field.table[np.arange(len(plan)), plan].sum())


def anneal(field: Field, walk: Walk, proposals: int, warm: float, cold: float, seed: int) -> None:
    """Walk on for `proposals` chains while the heat falls from `warm` to `cold`."""
    walk.mark[:] = 0
    now, best = overload(field, walk.plan), overload(field, walk.best)
    _anneal(field, walk, proposals, warm, cold, np.array([seed + 1], np.uint64), now, best)


@kernel
def _anneal(field, walk, proposals, warm, cold, state, now, met):  # type: ignore[no-untyped-def]
    for _ in range(WARM_UP):
        _draw(state, 2)
    plan, load, fee, best, moved, origin, mark, stack = walk
    table, weight, limit, host, near_start, near, beside, least, lump, rise = field
    over, cost = now
    best_over, best_cost = met
    stamp, heat, cool = np.int64(1), warm, (cold / warm) ** (1.0 / proposals)
    for turn in range(proposals):
        heat *= cool
        if turn % PULSE == PULSE - 1:
            for s in range(len(load)):
                full = load[s] > limit[s]
                fee[s] = fee[s] * rise if full else max(fee[s] * LOWER, least)
        count, change, more, paid, stamp = _chain(
            state, _draw(state, len(plan)), stamp, plan, load, fee, moved, origin, mark, stack,
            table, weight, limit, host, near_start, near, beside, lump,
        )  # fmt: skip
        if count == 0:
            continue
        worth = change + paid
        if worth > 0 and _draw(state, FINE) >= FINE * np.exp(-worth / heat):
            for i in range(count - 1, -1, -1):
                u = moved[i]
                load[plan[u]] -= weight[u]
                load[origin[i]] += weight[u]
                plan[u] = origin[i]
            continue
        cost += change
        over += more
        if over < best_over or (over == best_over and cost < best_cost):
            copy(best, plan)
            best_over, best_cost = over, cost


@kernel
def _draw(state, bound):  # type: ignore[no-untyped-def]
    """Return a number below `bound`, drawn by Marsaglia's xorshift64."""
    x = state[0]
    x ^= x << np.uint64(13)
    x ^= x >> np.uint64(7)
    x ^= x << np.uint64(17)
    state[0] = x
    return np.int64(((x >> np.uint64(32)) * np.uint64(bound)) >> np.uint64(32))


@kernel
def _chain(  # type: ignore[no-untyped-def]
    state, v, stamp, plan, load, fee, moved, origin, mark, stack, table, weight, limit, host,
    near_start, near, beside, lump,
):  # fmt: skip
    """Move a random chain that begins with v; return (moved, cost, overload, fees, stamp)."""
    total, change, more, paid = 0, np.int64(0), np.int64(0), 0.0
    links = 1 + _draw(state, LINKS)
    for link in range(links):
        degree = near_start[v + 1] - near_start[v]
        if degree == 0:
            break
        s = plan[v]
        t = plan[near[near_start[v] + _draw(state, degree)]]
        if t == s or table[v, t] >= NEVER:
            break
        stamp += 2
        count = _loose(v, stamp, plan, mark, stack, host, near_start, near, beside)
        size, step = _weigh(count, s, t, stack, table, weight)
        if size < 0:
            break
        for i in range(count):
            moved[total], origin[total] = stack[i], s
            plan[stack[i]] = t
            total += 1
        few, less = _passed(s, -size, load, fee, limit, lump)
        many, dear = _passed(t, size, load, fee, limit, lump)
        change, more, paid = change + step, more + few + many, paid + less + dear
        v = np.int64(-1) if link + 1 == links else _next(state, v, t, plan, near_start, near)
        if v < 0:
            break
    return total, change, more, paid, stamp


@kernel
def _weigh(count, s, t, stack, table, weight):  # type: ignore[no-untyped-def]
    """Return (children, change of cost) of the piece on the stack; -1 where it may not move."""
    size, step = np.int64(0 if count > 0 else -1), np.int64(0)
    for i in range(count):
        u = stack[i]
        if table[u, t] >= NEVER:
            return np.int64(-1), step
        size += weight[u]
        step += table[u, t] - table[u, s]
    return size, step


@kernel
def _passed(s, size, load, fee, limit, lump):  # type: ignore[no-untyped-def]
    """Add children to a school; return by how much its overload and what it pays change."""
    before = max(load[s] - limit[s], 0)
    load[s] += size
    after = max(load[s] - limit[s], 0)
    lumps = lump * (np.int64(after > 0) - np.int64(before > 0))
    return after - before, fee[s] * (after - before + lumps)


@kernel
def _next(state, v, t, plan, near_start, near):  # type: ignore[no-untyped-def]
    """Return a village of zone t a few steps from v, -1 if the draws fail."""
    for _ in range(TRIES):
        at = v
        for _ in range(1 + _draw(state, WALK)):
            first = near_start[at]
            at = near[first + _draw(state, near_start[at + 1] - first)]
        if plan[at] == t and at != v:
            return at
    return np.int64(-1)


@kernel
def _loose(v, stamp, plan, mark, stack, host, near_start, near, beside):  # type: ignore[no-untyped-def]
    """Write v and what its zone loses without it on the stack; return the count, -1 if too many.

    Uses the marks `stamp` - 1 and `stamp`.
    """
    s = plan[v]
    stack[0] = v
    if v != host[s] and _linked_around(
        v, stamp - 1, plan, mark, stack, host, near_start, near, beside
    ):
        return 1
    top = 1
    stack[1] = host[s]
    mark[host[s]] = mark[v] = stamp
    while top:
        at = stack[top]
        top -= 1
        for e in range(near_start[at], near_start[at + 1]):
            u = near[e]
            if plan[u] == s and mark[u] != stamp:
                mark[u] = stamp
                top += 1
                stack[top] = u
    count, i = 1, 0
    while i < count:
        at = stack[i]
        i += 1
        for e in range(near_start[at], near_start[at + 1]):
            u = near[e]
            if plan[u] == s and mark[u] != stamp:
                if count == MOST_MOVED:
                    return -1
                mark[u] = stamp
                stack[count] = u
                count += 1
    return count


@kernel
def _linked_around(v, stamp, plan, mark, stack, host, near_start, near, beside):  # type: ignore[no-untyped-def]
    """Whether the zone's villages beside v hang together without it and without others."""
    s, kin, top = plan[v], 0, 0
    for e in range(near_start[v], near_start[v + 1]):
        u = near[e]
        if plan[u] == s or u == host[s]:
            kin += 1
            if top == 0:
                top = 1
                stack[1] = u
                mark[u] = stamp
    i = 1
    while i <= top and top < kin:
        at = stack[i]
        i += 1
        for e in range(near_start[v], near_start[v + 1]):
            u = near[e]
            if mark[u] != stamp and (plan[u] == s or u == host[s]) and beside[at, u]:
                mark[u] = stamp
                top += 1
                stack[top] = u
    return top == kin
