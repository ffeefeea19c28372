"""Separators that keep loose pieces from their schools."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit

from districting.model.zones import Bools, Ints
from districting.solve.zones.net import Net


@dataclass(frozen=True, eq=False)
class Cut:
    """An arc is used only together with one of the arcs of a separator, to the same school.

    Parameters
    ----------
    arc : int
    separator : int array
        Arcs of the net; the villages between the arc's village and the school.
    """

    arc: int
    separator: Ints


def loose_pieces(net: Net, plan: Ints) -> list[Ints]:
    """Return the villages of every piece that does not hang on its school's host village."""
    if not net.contiguous:
        return []
    label = _label(plan, net.host, net.near_start, net.near)
    count = int(label.max(initial=-1)) + 1
    order = np.argsort(label, kind="stable")
    first = np.searchsorted(label[order], np.arange(count + 1))
    return [order[first[i] : first[i + 1]] for i in range(count)]


@njit(cache=True, nogil=True)
def _label(plan, host, near_start, near):  # type: ignore[no-untyped-def]
    """Number the loose pieces, -1 for villages that hang on their host."""
    n = len(plan)
    label = np.full(n, -2, np.int64)
    stack = np.empty(n + 1, np.int64)
    count = 0
    for turn in range(len(host) + n):
        seed = host[turn] if turn < len(host) else turn - len(host)
        school = turn if turn < len(host) else plan[seed]
        if turn >= len(host) and label[seed] != -2:
            continue
        mine = -1 if turn < len(host) else count
        if turn >= len(host):
            count += 1
        if plan[seed] == school:
            label[seed] = mine
        stack[0] = seed
        top = 1
        while top:
            top -= 1
            at = stack[top]
            for e in range(near_start[at], near_start[at + 1]):
                to = near[e]
                if plan[to] == school and label[to] == -2:
                    label[to] = mine
                    stack[top] = to
                    top += 1
    return label


def separate(net: Net, plan: Ints) -> list[Cut]:
    """Return a minimal separator for every village of a loose piece and every school outside it.

    A piece cut off from its own school is likely to be tried with other schools next.
    """
    cuts = []
    for piece in loose_pieces(net, plan):
        inside = np.zeros(net.n, bool)
        inside[piece] = True
        arcs = np.concatenate([np.arange(net.start[v], net.start[v + 1]) for v in piece])
        for s in np.unique(net.school[arcs]).tolist():
            if inside[net.host[s]]:
                continue
            wall = separator_arcs(net, inside, s)
            if wall is not None:
                cuts += [Cut(int(a), wall) for a in arcs[net.school[arcs] == s]]
    return cuts


def separator_arcs(net: Net, inside: Bools, s: int) -> Ints | None:
    """Return arcs to s of a minimal separator of a connected set, None if it touches the host."""
    places = np.arange(net.back[s], net.back[s + 1])
    arc = np.full(net.n, -1, np.int64)
    arc[net.village[places]] = net.arc[places]
    touching, kept = separator(inside, arc >= 0, net.host[s : s + 1], net.near_start, net.near)
    return None if touching else arc[kept]


@njit(cache=True, nogil=True)
def separator(inside, usable, far, near_start, near):  # type: ignore[no-untyped-def]
    """Mark the usable border of the set that villages `far` reach without crossing the border.

    Returns
    -------
    bool
        Whether a village of `far` lies on the border itself.
    bool array, shape (n,)
    """
    n = len(inside)
    border, seen, kept = np.zeros(n, np.bool_), np.zeros(n, np.bool_), np.zeros(n, np.bool_)
    for v in range(n):
        if inside[v]:
            for e in range(near_start[v], near_start[v + 1]):
                border[near[e]] = border[near[e]] or not inside[near[e]]
    stack, top = np.empty(n, np.int64), 0
    for v in far:
        if border[v]:
            return True, kept
        stack[top], seen[v] = v, True
        top += 1
    while top:
        top -= 1
        at = stack[top]
        for e in range(near_start[at], near_start[at + 1]):
            to = near[e]
            if seen[to] or not usable[to] or inside[to]:
                continue
            seen[to] = True
            if border[to]:
                kept[to] = True
            else:
                stack[top] = to
                top += 1
    return False, kept
