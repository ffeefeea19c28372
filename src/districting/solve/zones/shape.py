"""What makes a zone one piece, as bit masks over each school's own candidate villages.

Bit i of school s is its i-th candidate, ``net.village[net.back[s] + i]``. A school with more
candidates than bits is left unchecked in the bound, which then is a little lower but still valid.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit

from districting.model.zones import Ints
from districting.solve.zones.net import Net

MOST_BITS = 62
ONE = np.int64(1)


@dataclass(frozen=True, eq=False)
class Shape:
    """Masks for the contiguity of zones.

    Parameters
    ----------
    form : int array, shape (m,)
        0 unchecked, 1 exact form, 2 tree form.
    near : int array, shape (a,)
        Laid out like ``net.village``: neighbouring candidates, or the parent in the tree form.
    root, forced : int array, shape (m,)
        Candidates that touch the host or are it; candidates that have no other school.
    """

    form: Ints
    near: Ints
    root: Ints
    forced: Ints


def make_shape(net: Net, form: int) -> Shape:
    """Return the masks; `form` as in :class:`Shape`, for all schools."""
    forms = np.where(np.diff(net.back) <= MOST_BITS, form, 0)
    near = np.zeros(len(net.village), np.int64)
    root, forced = np.zeros(net.m, np.int64), np.zeros(net.m, np.int64)
    _masks(
        forms, near, root, forced, net.back, net.village, net.arc, net.parent, net.single,
        net.host, net.near_start, net.near,
    )  # fmt: skip
    return Shape(forms, near, root, forced)


@njit(cache=True, nogil=True)
def _masks(  # type: ignore[no-untyped-def]
    forms, near, root, forced, back, village, arc, parent, single, host, near_start, near_village,
):  # fmt: skip
    bit = np.full(len(single), -1, np.int64)
    for s in range(len(forms)):
        if forms[s] == 0:
            continue
        for p in range(back[s], back[s + 1]):
            bit[village[p]] = p - back[s]
        for p in range(back[s], back[s + 1]):
            v = village[p]
            if single[v]:
                forced[s] |= ONE << (p - back[s])
            if v == host[s]:
                root[s] |= ONE << (p - back[s])
            if forms[s] == 2:
                on = parent[arc[p]]
                near[p] = ONE << bit[on] if on != host[s] else np.int64(0)
                continue
            for e in range(near_start[v], near_start[v + 1]):
                to = near_village[e]
                if to == host[s]:
                    root[s] |= ONE << (p - back[s])
                if bit[to] >= 0:
                    near[p] |= ONE << bit[to]
        for p in range(back[s], back[s + 1]):
            bit[village[p]] = -1


@njit(cache=True, nogil=True)
def sound(mask, form, near, first, count, root, forced):  # type: ignore[no-untyped-def]
    """Whether the chosen candidates, with the forced ones, make a zone in one piece."""
    mask |= forced
    if form == 2:
        lacking = np.int64(0)
        for b in range(count):
            if (mask >> b) & 1:
                lacking |= near[first + b] & ~mask
        return lacking == 0
    reached, front = np.int64(0), mask & root
    while front != 0:
        reached |= front
        grown = np.int64(0)
        for b in range(count):
            if (front >> b) & 1:
                grown |= near[first + b]
        front = grown & mask & ~reached
    return reached == mask
